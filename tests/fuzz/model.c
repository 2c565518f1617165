/* See model.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model.h"

#include <math.h>

#include "core/pptp/pptp_outcome.h"

struct analysis *model_new(bool link)
{
    struct analysis_options options = {.link = link};
    return analysis_new(&options);
}

void model_feed(struct analysis *analysis, const struct event *event, bool finish)
{
    switch (event->kind) {
    case EVENT_TCP:
        analysis_tcp(analysis, &event->tcp);
        break;
    case EVENT_GRE:
        analysis_gre(analysis, &event->gre);
        break;
    case EVENT_ICMP:
        analysis_icmp(analysis, &event->icmp);
        break;
    case EVENT_FRAGMENT:
        analysis_fragment(analysis, &event->fragment);
        break;
    case EVENT_FINISH:
        if (finish)
            analysis_finish(analysis);
        break;
    }
}

struct analysis *model_of(const struct events *events, bool link, bool finish)
{
    struct analysis *analysis = model_new(link);
    for (guint i = 0; i < events->list->len; i++)
        model_feed(analysis, &g_array_index(events->list, struct event, i), finish);
    analysis_finish(analysis);
    return analysis;
}

/* Every message belongs to one connection, is on its frame's chain, and knows its partner. */
static void check_messages(const struct analysis *analysis,
                           const struct pptp_connection *connection)
{
    const struct tracker *tracker = analysis_tracker(analysis);
    const struct linker *linker = analysis_linker(analysis);
    for (guint i = 0; i < connection->messages.count; i++) {
        const struct message_record *message = connection->messages.items[i];
        const struct message_record *on = tracker_messages_on(tracker, message->frame);
        CHECK(message->connection == as_connection(connection) && message->sender < 2);
        CHECK(message->first_frame >= 1 && message->first_frame <= message->frame);
        CHECK(message->type <= PPTP_MESSAGE_TYPES);
        CHECK(!message->session ||
              as_session(tracker_call(tracker, message->session->index)) == message->session);
        while (on && on != message)
            on = record_of(on->next_on_frame);
        CHECK(on == message);
        CHECK(!message_response_to(message) ||
              tracker_messages_on(tracker, message_response_to(message)));
        CHECK(!message->response_in || tracker_messages_on(tracker, message->response_in));
        uint32_t peer_frame = linker_pairing(linker, as_message(message)).peer_frame;
        CHECK(!peer_frame || tracker_messages_on(tracker, peer_frame));
    }
}

static void check_connections(const struct analysis *analysis)
{
    const struct tracker *tracker = analysis_tracker(analysis);
    for (uint32_t i = 0; i < tracker_connection_count(tracker); i++) {
        const struct pptp_connection *connection = tracker_connection(tracker, i);
        CHECK(connection->index == i);
        CHECK(connection->first_frame >= 1 && connection->first_frame <= connection->last_frame);
        CHECK(connection->last_frame <= tracker_last_frame(tracker));
        check_messages(analysis, connection);
        for (guint k = 0; k < connection->calls.count; k++)
            CHECK(((const struct call *)connection->calls.items[k])->connection ==
                  as_connection(connection));
    }
}

static void check_flow(const struct tracker *tracker, const struct gre_flow *flow)
{
    CHECK(flow->session &&
          as_session(tracker_call(tracker, flow->session->index)) == flow->session);
    CHECK(flow->direction == 0 || flow->direction == 1);
    CHECK(flow->session->flow[flow->direction] == as_flow(flow));
    CHECK(flow->packets >= 1 && flow->data_packets <= flow->packets);
    CHECK(flow->first_frame >= 1 && flow->first_frame <= flow->last_frame);
    CHECK(flow->recent_size > 0 && (flow->recent_size & (flow->recent_size - 1)) == 0);
    const struct gre_flow *next = flow->sharing;
    for (uint32_t steps = 0; next && next != flow; next = next->sharing)
        CHECK(++steps <= TRACKER_FLOW_LIMIT);
}

static uint32_t limits(const struct finding_log *log)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < finding_log_count(log); i++)
        count += finding_log_get(log, i)->id == FINDING_LIMIT_REACHED;
    return count;
}

/* Every GRE packet has a record, belongs to one flow, and is counted there once; a second copy that
 * a mirror port made has a record and no count. */
static void check_gre(const struct analysis *analysis, const struct events *events)
{
    const struct tracker *tracker = analysis_tracker(analysis);
    uint32_t flows = tracker_flow_count(tracker), records = 0, packets = 0;
    uint32_t *per_flow = g_new0(uint32_t, flows + 1);
    for (uint32_t frame = 1; frame <= tracker_last_frame(tracker); frame++) {
        const struct packet_record *record = tracker_gre_on(tracker, frame);
        if (!record)
            continue;
        const struct gre_flow *flow = tracker_gre_flow(tracker, frame, record);
        CHECK(flow && flow->index < flows);
        uint32_t peer_frame = linker_peer(analysis_linker(analysis), frame);
        CHECK(!peer_frame || tracker_gre_on(tracker, peer_frame));
        uint32_t acks_frame = tracker_gre_detail_on(tracker, frame).acks_frame;
        CHECK(!acks_frame || tracker_gre_on(tracker, acks_frame));
        CHECK(peer_frame != frame && acks_frame != frame);
        per_flow[flow->index]++;
        records++;
    }
    for (uint32_t i = 0; i < flows; i++) {
        const struct gre_flow *flow = tracker_flow(tracker, i);
        CHECK(flow->index == i);
        check_flow(tracker, flow);
        CHECK(flow->packets <= per_flow[i]);
        packets += flow->packets;
    }
    CHECK(records == events->gre || limits(analysis_log(analysis)) > 0);
    CHECK(packets <= records);
    g_free(per_flow);
}

static void check_findings(const struct analysis *analysis)
{
    const struct finding_log *log = analysis_log(analysis);
    const struct tracker *tracker = analysis_tracker(analysis);
    const struct linker *linker = analysis_linker(analysis);
    uint32_t last = tracker_last_frame(tracker);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        CHECK(finding->index == i && finding->id < FINDING_COUNT);
        CHECK(finding->judged_frame <= last && finding->deciding_frame <= last);
        CHECK(finding->judged_frame >= 1 && finding->peer_frame <= last);
        CHECK(finding->connection == FINDING_NONE ||
              tracker_connection(tracker, finding->connection));
        CHECK(finding->session == FINDING_NONE || tracker_call(tracker, finding->session));
        CHECK(finding->link == FINDING_NONE ||
              (linker && finding->link < linker_link_count(linker)));
        CHECK(linker || !finding_is_nat(finding->id) ||
              finding->id == FINDING_RETRANSMISSION_DIFFERS); /* that takes one point only */
        CHECK(finding->cause == FINDING_NONE ||
              (finding->cause < finding_log_count(log) && finding->cause != i));
        CHECK(!finding->text || g_utf8_validate(finding->text, -1, NULL));
    }
}

static void check_link(const struct linker *linker, const struct link_view *link)
{
    char *text = pptp_link_text(linker, link);
    CHECK(link->count <= LINK_POINTS_LIMIT && text[0] != '\0');
    g_free(text);
    for (uint32_t place = 0; place < link->count; place++) {
        uint32_t at;
        CHECK(linker_point(linker, link->point[place]));
        CHECK(!link->session[place] ||
              (linker_link_of(linker, link->session[place], &at) == link && at == place));
    }
    for (uint32_t i = 0; i + 1 < link->count; i++) {
        const struct link_hop *hop = &link->hops[i];
        for (int d = 0; d < 2; d++) {
            uint32_t most = MAX(link->places[i].seen[d], link->places[i + 1].seen[d]);
            CHECK(hop->count[d].lost <= most && hop->count[d].duplicated <= most);
        }
        CHECK(!hop->has_clock || (isfinite(hop->clock_offset_s) && isfinite(hop->clock_drift_ppm)));
    }
}

/* A call is linked, or listed as unlinked, or absorbed: never two of these, never none. */
static void check_links(const struct analysis *analysis)
{
    const struct linker *linker = analysis_linker(analysis);
    const struct tracker *tracker = analysis_tracker(analysis);
    const char *text, *cause;
    uint32_t calls = tracker_call_count(tracker);
    bool *unlinked = g_new0(bool, calls + 1);
    for (uint32_t i = 0; i < linker_link_count(linker); i++) {
        CHECK(linker_link(linker, i)->index == i);
        check_link(linker, linker_link(linker, i));
    }
    for (uint32_t i = 0; i < linker_unlinked_count(linker); i++) {
        const struct unlinked_session *alone = linker_unlinked(linker, i);
        CHECK(alone->reason && !unlinked[alone->session->index]);
        unlinked[alone->session->index] = true;
    }
    for (uint32_t i = 0; i < calls; i++) {
        uint32_t place;
        bool linked = linker_link_of(linker, as_session(tracker_call(tracker, i)), &place) != NULL;
        CHECK(!linked || !unlinked[i]);
    }
    for (uint32_t i = 0; i < linker_point_count(linker); i++)
        CHECK(linker_point(linker, i)->index == i && linker_point(linker, i)->role);
    for (uint32_t i = 0; i < linker_nat_count(linker); i++) {
        const struct nat_device *nat = linker_nat(linker, i);
        CHECK(linker_point(linker, nat->inside) && linker_point(linker, nat->outside));
    }
    linker_verdict(linker, &text, &cause);
    CHECK(text && *text && cause);
    g_free(unlinked);
}

void model_check(const struct analysis *analysis, const struct events *events)
{
    check_connections(analysis);
    check_gre(analysis, events);
    check_findings(analysis);
    if (analysis_linker(analysis))
        check_links(analysis);
}

static void tell_calls(const struct tracker *tracker, GString *text)
{
    for (uint32_t i = 0; i < tracker_call_count(tracker); i++) {
        const struct call *call = tracker_call(tracker, i);
        g_string_append_printf(
            text, "call %u: connection %d, ids %d %u, %d %u, %s, %s, ended %s in %u, icmp %u%s\n",
            i, call->connection ? (int)call->connection->index : -1, call->has_id[PPTP_OWNER_PNS],
            call->id[PPTP_OWNER_PNS], call->has_id[PPTP_OWNER_PAC], call->id[PPTP_OWNER_PAC],
            call_state_name(call->state), ppp_stage_name(call->stage),
            call_end_name(call->ended_by), call->ended_frame, call->icmp_errors,
            call->absorbed_by ? ", absorbed" : "");
    }
    for (uint32_t i = 0; i < tracker_flow_count(tracker); i++) {
        const struct gre_flow *flow = tracker_flow(tracker, i);
        g_string_append_printf(text, "flow %u: call %u, direction %d, %u packets, %u lost\n", i,
                               flow->session->index, flow->direction, flow->packets,
                               flow->window.lost);
    }
}

static void tell_links(const struct linker *linker, GString *text)
{
    const char *words, *cause;
    for (uint32_t i = 0; i < linker_link_count(linker); i++) {
        const struct link_view *link = linker_link(linker, i);
        char *verdict = pptp_link_text(linker, link);
        g_string_append_printf(text, "link %u: evidence 0x%x, %s, %s\n", i, link->evidence,
                               verdict_status_name(link->status), verdict);
        g_free(verdict);
        for (uint32_t place = 0; place < link->count; place++) {
            const struct call *call = call_of(link->session[place]);
            const struct link_place *at = &link->places[place];
            g_string_append_printf(text, "  call %d at %u: %u, %u; seen %u, %u\n",
                                   call ? (int)call->index : -1, link->point[place],
                                   at->id[PPTP_OWNER_PNS], at->id[PPTP_OWNER_PAC], at->seen[0],
                                   at->seen[1]);
        }
        for (uint32_t hop = 0; hop + 1 < link->count; hop++)
            g_string_append_printf(text, "  hop %u: lost %u, %u\n", hop,
                                   link->hops[hop].count[0].lost, link->hops[hop].count[1].lost);
    }
    for (uint32_t i = 0; i < linker_unlinked_count(linker); i++)
        g_string_append_printf(text, "call %u unlinked: %s\n",
                               linker_unlinked(linker, i)->session->index,
                               linker_unlinked(linker, i)->reason);
    for (uint32_t i = 0; i < linker_nat_count(linker); i++)
        g_string_append_printf(text, "nat %u: editor %d, %u faults, %s\n", i,
                               linker_nat(linker, i)->editor, linker_nat(linker, i)->faults,
                               linker_nat(linker, i)->text);
    for (uint32_t i = 0; i < linker_point_count(linker); i++)
        g_string_append_printf(text, "point %u: %s, %u frames\n", i, linker_point(linker, i)->role,
                               linker_point(linker, i)->frames);
    g_string_append(text, verdict_status_name(linker_verdict(linker, &words, &cause)));
    g_string_append_printf(text, ": %s\n", words);
}

char *model_text(const struct analysis *analysis)
{
    GString *text = g_string_new(NULL);
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        g_string_append_printf(text, "%s: frame %u (decided in %u, peer %u): %u, %u, %s, %s\n",
                               finding_kind(finding->id)->filter, finding->judged_frame,
                               finding->deciding_frame, finding->peer_frame, finding->expected,
                               finding->seen, mistranslation_name(finding->mistranslation),
                               finding->text ? finding->text : "");
    }
    tell_calls(analysis_tracker(analysis), text);
    if (analysis_linker(analysis))
        tell_links(analysis_linker(analysis), text);
    return g_string_free(text, FALSE);
}
