/* TCP segments -> control connections: which connection a segment is of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

/* A SYN captured behind a later segment lies at most one window before it. */
#define TCP_WINDOW 65536

/* True if this SYN or SYN-ACK opens another connection than the one that had its addresses and
 * ports so far. */
static bool opens_another(const struct tracked_connection *tracked,
                          const struct tcp_segment *segment, int sender)
{
    const struct pptp_connection *connection = &tracked->base;
    if ((segment->flags & TCP_FLAG_SYN) == 0)
        return false;
    if (connection->has_isn[sender])
        return connection->isn[sender] != segment->seq;
    if (!tracked->has_next[sender])
        return false;
    uint32_t after = tracked->next[sender] - (segment->seq + 1);
    return after > TCP_WINDOW;
}

static struct tracked_connection *new_connection(struct tracker *tracker,
                                                 const struct tcp_segment *segment, uint32_t point)
{
    if (tracker->connections->len >= TRACKER_CONNECTION_LIMIT) {
        tracker_say_limit(tracker, LIMIT_CONNECTIONS, segment->packet.frame,
                          segment->packet.interface);
        return NULL;
    }
    struct tracked_connection *tracked = block_pool_add(&tracker->connection_pool);
    struct pptp_connection *connection = &tracked->base;
    struct endpoint source = {segment->packet.source, segment->source_port};
    struct endpoint destination = {segment->packet.destination, segment->destination_port};
    bool from_client;
    if ((segment->flags & TCP_FLAG_SYN) != 0)
        from_client = (segment->flags & TCP_FLAG_ACK) == 0;
    else if (tracker->is_pptp_port(source.port) != tracker->is_pptp_port(destination.port))
        from_client = tracker->is_pptp_port(destination.port);
    else
        from_client = source.port >= destination.port;
    connection->index = tracker->connections->len;
    connection->point = point;
    connection->interface[0] = connection->interface[1] = TRACKER_NONE;
    connection->end[0] = from_client ? source : destination;
    connection->end[1] = from_client ? destination : source;
    connection->to_pptp_port = tracker->is_pptp_port(connection->end[1].port);
    connection->is_ours = connection->to_pptp_port;
    g_queue_init(&connection->unanswered);
    connection->state = (segment->flags & TCP_FLAG_SYN) != 0 ? CONTROL_IDLE : CONTROL_UNKNOWN;
    connection->first_frame = segment->packet.frame;
    connection->first_time_ns = segment->packet.time_ns;
    tracked->whole = (segment->flags & TCP_FLAG_SYN) != 0;
    tracked->deadline_ns = NEVER_NS;
    g_ptr_array_add(tracker->connections, tracked);
    tracker_list_connection(tracker, tracked);
    uint16_t low = MIN(source.port, destination.port);
    uint16_t high = MAX(source.port, destination.port);
    g_hash_table_add(tracker->ports, GUINT_TO_POINTER((uint32_t)low << 16 | high));
    return tracked;
}

struct tracked_connection *tracker_connection_of(struct tracker *tracker,
                                                 const struct tcp_segment *segment,
                                                 uint8_t *ret_sender)
{
    const struct packet *packet = &segment->packet;
    struct tuple_key key = {.point = tracker_point(tracker, packet->interface),
                            .source = &packet->source,
                            .destination = &packet->destination,
                            .source_port = segment->source_port,
                            .destination_port = segment->destination_port};
    struct interface_info *info = tracker_interface(tracker, packet->interface);
    void **slot = tracker_find_tuple(tracker, &key);
    if (slot != NULL) {
        struct pptp_connection *known = *slot;
        int sender = tracker_sender_of(known, &key);
        if (known->interface[sender] != TRACKER_NONE &&
            known->interface[sender] != packet->interface) {
            tracker_split_points(tracker, tracked_connection(known), sender, packet->interface);
            key.point = tracker_point(tracker, packet->interface);
            slot = tracker_find_tuple(tracker, &key);
        }
    } else if (!info->both_ways && !info->apart) {
        const struct endpoint ends[2] = {{packet->source, segment->source_port},
                                         {packet->destination, segment->destination_port}};
        const struct tracked_connection *half = tracker_find_half(tracker, &ends[0], &ends[1]);
        if (half != NULL) {
            tracker_join_points(tracker, key.point, half->base.point);
            key.point = half->base.point;
            slot = tracker_find_tuple(tracker, &key);
        }
    }
    struct tracked_connection *known = slot != NULL ? *slot : NULL;
    if (known == NULL && (segment->flags & TCP_FLAG_RST) != 0)
        return NULL;
    if (known != NULL) {
        *ret_sender = tracker_sender_of(&known->base, &key) == 1;
        if (!opens_another(known, segment, *ret_sender))
            return known;
    }
    struct tracked_connection *fresh = new_connection(tracker, segment, key.point);
    if (fresh == NULL)
        return NULL;
    *ret_sender = tracker_sender_of(&fresh->base, &key) == 1;
    if (known != NULL) {
        known->superseded = true;
        fresh->base.previous = known->base.calls.count > 0 ? &known->base : known->base.previous;
        *slot = fresh;
    } else {
        tracker_index_tuple(tracker, &key, fresh);
    }
    tracker_offer_half(tracker, fresh, packet->interface, *ret_sender);
    return fresh;
}
