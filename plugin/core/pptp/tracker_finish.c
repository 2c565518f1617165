/* What only the end of the file decides. Reads the model and writes findings, nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

/* GRE starts right after the reply; a call that stands so long without any shows a filter. */
#define NO_GRE_NS (10 * SECOND_NS)

static void conclude_requests(const struct tracked_connection *tracked, int64_t now_ns,
                              struct finding_log *log)
{
    const struct pptp_connection *connection = &tracked->base;
    uint32_t position = 0;
    if (connection->closed_frame != 0 || tracked->superseded)
        return;
    for (const GList *link = connection->unanswered.head; link != NULL; link = link->next) {
        const struct message_record *request = link->data;
        /* Only now it is known that no close follows a Call-Clear-Request. */
        if ((position++ >= tracked->overdue || request->type == PPTP_CCRQ) &&
            now_ns - request->time_ns >= REPLY_NS)
            tracker_say_overdue(log, tracked, request, now_ns - request->time_ns, 0);
    }
}

/* Where there is a second point it decides who was at fault (pptp/nat_before_call.c). */
static void conclude_attempt(const struct tracker *tracker,
                             const struct pptp_connection *connection,
                             const struct tracker_asked *asked)
{
    enum refusal refusal = tracker_refusal(tracker, connection);
    int end;
    if (!asked->alone)
        return;
    if (refusal != REFUSAL_NONE) {
        struct finding finding = tracker_finding(FINDING_TCP_REFUSED, connection->first_frame, 0,
                                                 connection->interface[0], connection, NULL);
        char *text = tracker_refusal_text(connection, refusal);
        finding_say(asked->log, &finding, "%s", text);
        g_free(text);
    } else if (tracker_closed_early(connection, &end)) {
        uint32_t frame = tracker_close_of(connection, end).frame;
        struct finding finding = tracker_finding(FINDING_CLOSED_EARLY, frame, frame,
                                                 connection->interface[end], connection, NULL);
        char *text = tracker_closed_early_text(connection, end);
        finding_say(asked->log, &finding, "%s", text);
        g_free(text);
    }
}

static int64_t established_for(const struct tracker *tracker, const struct call *call)
{
    if (call->connection == NULL || !call->established)
        return 0;
    int64_t from = call->reply_frame != 0 ? call->reply_time_ns : call->setup_time_ns;
    int64_t until = call->ended_by != CALL_END_NONE
                        ? call->ended_time_ns
                        : tracker_clock(tracker, connection_of(call->connection));
    return until - from;
}

/* Said once, for the first such call: it is the capture that is judged, not the call. */
static void conclude_without_gre(const struct tracker *tracker, struct finding_log *log)
{
    const struct call *first = NULL;
    uint32_t calls = 0;
    if (tracker->flows->len > 0)
        return;
    for (guint i = 0; i < tracker->sessions->len; i++) {
        const struct call *call = tracker->sessions->pdata[i];
        if (established_for(tracker, call) < NO_GRE_NS)
            continue;
        if (calls++ == 0)
            first = call;
    }
    if (first == NULL)
        return;
    struct finding finding =
        tracker_finding(FINDING_GRE_NOT_CAPTURED, first->setup_frame, 0,
                        connection_of(first->connection)->interface[first->end_a], NULL, first);
    finding_say(log, &finding, "%u call%s lasted 10 s or more, but there is no GRE in the file",
                calls, calls == 1 ? "" : "s");
}

void tracker_conclude(const struct tracker *tracker, const struct tracker_asked *asked)
{
    for (guint i = 0; i < tracker->connections->len; i++) {
        const struct tracked_connection *tracked = tracker->connections->pdata[i];
        conclude_requests(tracked, tracker_clock(tracker, &tracked->base), asked->log);
        conclude_attempt(tracker, &tracked->base, asked);
        tracker_service_conclude(tracked, asked->log);
    }
    for (guint i = 0; i < tracker->sessions->len; i++) {
        const struct call *call = tracker->sessions->pdata[i];
        if (!((const struct tracked_call *)call)->one_way_reported)
            tracker_say_one_way(asked->log, call, 0);
        tracker_ppp_conclude(tracker, call, asked->opened && asked->opened(asked->user, call),
                             asked->log);
    }
    conclude_without_gre(tracker, asked->log);
}

/* Once per flow, and not before the end: a set-up can lie behind its GRE in the file, and what the
 * linker finds out about a packet can come later still. */
void tracker_conclude_flows(const struct tracker *tracker, const struct tracker_asked *asked)
{
    for (guint i = 0; i < tracker->flows->len; i++) {
        const struct gre_flow *flow = tracker->flows->pdata[i];
        if (flow->session->connection != NULL || flow->session->absorbed_by != NULL ||
            (asked->explained && asked->explained(asked->user, flow)))
            continue;
        struct finding finding = tracker_finding(FINDING_GRE_WITHOUT_CALL, flow->first_frame, 0,
                                                 flow->interface, NULL, call_of(flow->session));
        finding.direction = flow->direction;
        finding_say(asked->log, &finding,
                    "the call with Call ID %u (0x%04x) was set up outside the capture", flow->id,
                    flow->id);
    }
}
