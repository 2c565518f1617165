/* Another service on a PPTP port: octets are a fault of PPTP only on a connection that shows a
 * right message in either direction. Until it does, and if it never does, nothing is said but
 * not_pptp.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

#include "control_framer.h"

bool tracker_is_other_service(const struct pptp_connection *connection)
{
    const struct tracked_connection *tracked = (const struct tracked_connection *)connection;
    return !connection->has_spoken && (!connection->to_pptp_port || tracked->odd);
}

/* The odd octets of an end, to be written. */
static struct odd_octets *odd_of(struct tracked_connection *tracked, uint8_t sender)
{
    if (!tracked->odd)
        tracked->odd = g_new0(struct odd_octets, 2);
    return &tracked->odd[sender];
}

void tracker_service_segment(struct tracked_connection *tracked, const struct tcp_segment *segment,
                             uint8_t sender)
{
    const struct pptp_connection *connection = &tracked->base;
    bool keeps_alive = connection->has_isn[sender] && segment->seq == connection->isn[sender];
    if (segment->length != 0 && !keeps_alive) /* RFC 1122 4.2.3.6 */
        tracked->sent[sender] = true;
    if (segment->captured == 0 || connection->has_spoken ||
        (tracked->odd && tracked->odd[sender].start.frame != 0) || !connection->has_isn[sender] ||
        segment->seq != connection->isn[sender] + 1 ||
        control_framer_could_begin(segment->payload, segment->captured))
        return;
    odd_of(tracked, sender)->start =
        (struct frame_time){segment->packet.frame, segment->packet.time_ns};
}

static void say_bad_cookie(struct tracker *tracker, const struct pptp_connection *connection,
                           const struct message_record *record, uint32_t cookie, uint32_t frame)
{
    struct finding finding =
        tracker_finding(FINDING_BAD_COOKIE, record->frame, frame,
                        connection->interface[record->sender], connection, NULL);
    finding_say(tracker->log, &finding, "Magic Cookie is 0x%08x, not 0x%08x", cookie,
                PPTP_MAGIC_COOKIE);
}

void tracker_service_odd(struct tracker *tracker, struct tracked_connection *tracked,
                         struct message_record *record, uint32_t cookie)
{
    struct pptp_connection *connection = &tracked->base;
    if (connection->has_spoken) {
        say_bad_cookie(tracker, connection, record, cookie, record->frame);
        return;
    }
    struct odd_octets *odd = odd_of(tracked, record->sender);
    if (odd->message == NULL) {
        odd->message = record;
        odd->cookie = cookie;
    }
}

void tracker_service_spoke(struct tracker *tracker, struct tracked_connection *tracked,
                           uint32_t frame)
{
    struct pptp_connection *connection = &tracked->base;
    if (connection->has_spoken)
        return;
    connection->has_spoken = connection->is_ours = true;
    for (int end = 0; tracked->odd && end < 2; end++) {
        const struct odd_octets *odd = &tracked->odd[end];
        if (odd->message != NULL)
            say_bad_cookie(tracker, connection, odd->message, odd->cookie, frame);
    }
}

void tracker_service_conclude(const struct tracked_connection *tracked, struct finding_log *log)
{
    const struct pptp_connection *connection = &tracked->base;
    const struct frame_time *first = NULL;
    if (connection->has_spoken || !connection->to_pptp_port || !tracked->odd)
        return;
    for (int end = 0; end < 2; end++) {
        const struct frame_time *start = &tracked->odd[end].start;
        if (start->frame == 0 && tracked->sent[end])
            return; /* it sent something that may be PPTP */
        if (start->frame != 0 && (first == NULL || start->frame < first->frame))
            first = start;
    }
    if (first == NULL)
        return;
    int end = first == &tracked->odd[1].start;
    struct finding finding = tracker_finding(FINDING_NOT_PPTP, first->frame, 0,
                                             connection->interface[end], connection, NULL);
    finding_say(log, &finding, "what %s sends on port %u does not begin with a PPTP header",
                tracked->odd[1 - end].start.frame != 0 ? "either end"
                : end == 0                             ? "the client"
                                                       : "the server",
                connection->end[1].port);
}
