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
    return !connection->has_spoken &&
           (!connection->to_pptp_port || tracked->odd_start[0].frame ||
            tracked->odd_start[1].frame || tracked->odd[0] || tracked->odd[1]);
}

void tracker_service_segment(struct tracked_connection *tracked, const struct tcp_segment *segment,
                             uint8_t sender)
{
    const struct pptp_connection *connection = &tracked->base;
    struct frame_time *start = &tracked->odd_start[sender];
    bool keeps_alive = connection->has_isn[sender] && segment->seq == connection->isn[sender];
    if (segment->length != 0 && !keeps_alive) /* RFC 1122 4.2.3.6 */
        tracked->sent[sender] = true;
    if (segment->captured == 0 || connection->has_spoken || start->frame != 0 ||
        !connection->has_isn[sender] || segment->seq != connection->isn[sender] + 1 ||
        control_framer_could_begin(segment->payload, segment->captured))
        return;
    *start = (struct frame_time){segment->packet.frame, segment->packet.time_ns};
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
    } else if (tracked->odd[record->sender] == NULL) {
        tracked->odd[record->sender] = record;
        tracked->odd_cookie[record->sender] = cookie;
    }
}

void tracker_service_spoke(struct tracker *tracker, struct tracked_connection *tracked,
                           uint32_t frame)
{
    struct pptp_connection *connection = &tracked->base;
    if (connection->has_spoken)
        return;
    connection->has_spoken = connection->is_ours = true;
    for (int end = 0; end < 2; end++) {
        const struct message_record *odd = tracked->odd[end];
        if (odd != NULL)
            say_bad_cookie(tracker, connection, odd, tracked->odd_cookie[end], frame);
    }
}

void tracker_service_conclude(const struct tracked_connection *tracked, struct finding_log *log)
{
    const struct pptp_connection *connection = &tracked->base;
    const struct frame_time *first = NULL;
    if (connection->has_spoken || !connection->to_pptp_port)
        return;
    for (int end = 0; end < 2; end++) {
        const struct frame_time *start = &tracked->odd_start[end];
        if (start->frame == 0 && tracked->sent[end])
            return; /* it sent something that may be PPTP */
        if (start->frame != 0 && (first == NULL || start->frame < first->frame))
            first = start;
    }
    if (first == NULL)
        return;
    int end = first == &tracked->odd_start[1];
    struct finding finding = tracker_finding(FINDING_NOT_PPTP, first->frame, 0,
                                             connection->interface[end], connection, NULL);
    finding_say(log, &finding, "what %s sends on port %u does not begin with a PPTP header",
                tracked->odd_start[1 - end].frame != 0 ? "either end"
                : end == 0                             ? "the client"
                                                       : "the server",
                connection->end[1].port);
}
