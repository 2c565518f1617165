/* Requests and replies of a control connection: which reply answers which request, and which
 * request was waited for in vain (RFC 2637 3: 60 seconds).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

/* The seven pairs. An Incoming-Call-Reply is a request as well: for the Incoming-Call-Connected. */
static const struct {
    uint8_t request;
    uint8_t reply;
} pairs[] = {
    {PPTP_SCCRQ, PPTP_SCCRP}, {PPTP_STOPCCRQ, PPTP_STOPCCRP}, {PPTP_ECHO_REQUEST, PPTP_ECHO_REPLY},
    {PPTP_OCRQ, PPTP_OCRP},   {PPTP_ICRQ, PPTP_ICRP},         {PPTP_ICRP, PPTP_ICCN},
    {PPTP_CCRQ, PPTP_CDN},
};

static uint8_t request_of(uint8_t reply)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (pairs[i].reply == reply)
            return pairs[i].request;
    }
    return 0;
}

static bool wants_reply(const struct message_event *event)
{
    uint8_t type = event->record->type;
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (pairs[i].request == type)
            return !event->late && (type != PPTP_ICRP || event->success);
    }
    return false;
}

static void set_deadline(struct tracked_connection *tracked)
{
    const struct message_record *next =
        g_queue_peek_nth(&tracked->base.unanswered, tracked->overdue);
    tracked->deadline_ns =
        next != NULL && tracked->base.closed_frame == 0 ? next->time_ns + REPLY_NS : NEVER_NS;
}

static void forget_request(struct tracked_connection *tracked, GList *link, uint32_t position)
{
    if (position < tracked->overdue)
        tracked->overdue--;
    g_queue_delete_link(&tracked->base.unanswered, link);
}

void tracker_await_reply(struct message_event *event)
{
    struct tracked_connection *tracked = event->connection;
    GQueue *queue = &tracked->base.unanswered;
    if (!wants_reply(event))
        return;
    if (queue->length >= UNANSWERED_LIMIT) {
        /* What is overdue was said to be unanswered: only a very late reply goes astray. */
        if (tracked->overdue == 0)
            tracker_say_limit(event->tracker, LIMIT_REQUESTS, event->record->frame,
                              event->interface);
        forget_request(tracked, queue->head, 0);
    }
    g_queue_push_tail(queue, event->record);
    set_deadline(tracked);
}

struct message_record *tracker_only_pending(const struct tracked_connection *tracked, uint8_t type,
                                            uint8_t sender)
{
    struct message_record *only = NULL;
    for (const GList *link = tracked->base.unanswered.head; link != NULL; link = link->next) {
        struct message_record *request = link->data;
        if (request->type != type || request->sender != sender)
            continue;
        if (only != NULL)
            return NULL;
        only = request;
    }
    return only;
}

/* Only the call knows its request; an Echo-Reply copies the Identifier (RFC 2637 2.6). */
static bool answers(const struct message_record *reply, const struct message_record *request)
{
    if (request->type != request_of(reply->type) || request->sender == reply->sender)
        return false;
    if (reply->type == PPTP_ECHO_REPLY)
        return request->identifier == reply->identifier;
    return reply->type < PPTP_OCRQ || request->session == reply->session;
}

void tracker_match_reply(struct message_event *event)
{
    struct tracked_connection *tracked = event->connection;
    struct message_record *reply = event->record;
    uint32_t position = 0;
    if (request_of(reply->type) == 0 || (reply->type >= PPTP_OCRQ && reply->session == NULL))
        return;
    for (GList *link = tracked->base.unanswered.head; link != NULL; link = link->next) {
        struct message_record *request = link->data;
        if (answers(reply, request)) {
            reply->request = request;
            request->response_in = reply->frame;
            forget_request(tracked, link, position);
            set_deadline(tracked);
            return;
        }
        position++;
    }
}

void tracker_drop_requests(struct tracked_connection *tracked, const struct call *call)
{
    uint32_t position = 0;
    GList *next;
    for (GList *link = tracked->base.unanswered.head; link != NULL; link = next) {
        const struct message_record *request = link->data;
        next = link->next;
        bool set_up =
            request->type == PPTP_OCRQ || request->type == PPTP_ICRQ || request->type == PPTP_ICRP;
        if (call == NULL ? request->type != PPTP_STOPCCRQ
                         : call_of(request->session) == call && set_up)
            forget_request(tracked, link, position);
        else
            position++;
    }
    set_deadline(tracked);
}

void tracker_say_overdue(struct finding_log *log, const struct tracked_connection *tracked,
                         const struct message_record *request, int64_t waited_ns, uint32_t frame)
{
    const struct pptp_connection *connection = &tracked->base;
    uint8_t other = (uint8_t)(1 - request->sender);
    /* A capture that shows one direction only, or lost octets of the other one, proves nothing. */
    if (connection->segments[other] == 0 || tracked->missed[other])
        return;
    struct finding finding = tracker_finding(
        request->type == PPTP_ECHO_REQUEST ? FINDING_ECHO_UNANSWERED : FINDING_NO_REPLY,
        request->frame, frame, connection->interface[request->sender], connection,
        call_of(request->session));
    finding_say(log, &finding, "%s in frame %u has no reply after %.1f s",
                pptp_message_name(request->type), request->frame,
                (double)waited_ns / (double)SECOND_NS);
}

void tracker_check_overdue(struct tracker *tracker, struct tracked_connection *tracked,
                           int64_t now_ns, uint32_t frame)
{
    while (now_ns >= tracked->deadline_ns) {
        const struct message_record *request =
            g_queue_peek_nth(&tracked->base.unanswered, tracked->overdue);
        if (request->type != PPTP_CCRQ)
            tracker_say_overdue(tracker->log, tracked, request, now_ns - request->time_ns, frame);
        tracked->overdue++;
        set_deadline(tracked);
    }
}
