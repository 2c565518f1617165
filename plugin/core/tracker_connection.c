/* TCP segments -> control connections: which connection a segment is of, its initial sequence
 * numbers, second copies from a mirror port, and its end. What TCP carries goes on to
 * tracker_message.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

/* A SYN captured behind a later segment lies at most one window before it. */
#define TCP_WINDOW 65536
struct tuple_key {
    uint32_t point;
    const struct net_address *source;
    const struct net_address *destination;
    uint16_t source_port;
    uint16_t destination_port;
    struct tracker *tracker; /* for the other half of a tap only */
};

static bool end_is(const struct endpoint *end, const struct net_address *address, uint16_t port)
{
    return end->port == port && net_address_equal(&end->address, address);
}

/* The index of the end that a packet of this key was sent by, or -1 if it is not of `connection`.
 */
static int sender_of(const struct connection *connection, const struct tuple_key *key)
{
    for (int i = 0; i < 2; i++) {
        if (end_is(&connection->end[i], key->source, key->source_port) &&
            end_is(&connection->end[1 - i], key->destination, key->destination_port))
            return i;
    }
    return -1;
}

static bool same_tuple(const void *item, const void *key)
{
    const struct connection *connection = item;
    const struct tuple_key *wanted = key;
    return connection->point == wanted->point && sender_of(connection, wanted) >= 0;
}

/* True if `item` is this connection seen at another interface that shows only the other direction:
 * the two are the halves of a tap. */
static bool other_half(const void *item, const void *key)
{
    const struct connection *connection = item;
    const struct tuple_key *wanted = key;
    int sender = sender_of(connection, wanted);
    if (sender < 0 || connection->point == wanted->point ||
        connection->interface[sender] != TRACKER_NOBODY ||
        connection->interface[1 - sender] == TRACKER_NOBODY)
        return false;
    return !tracker_interface(wanted->tracker, connection->interface[1 - sender])->both_ways;
}

/* Equal for both directions, and for every point. */
static uint32_t hash_tuple(const struct tracker *tracker, const struct tuple_key *key)
{
    uint64_t side[2][2];
    uint64_t words[3] = {0, 0, (uint64_t)key->source_port + key->destination_port};
    memcpy(side[0], key->source->octets, sizeof side[0]);
    memcpy(side[1], key->destination->octets, sizeof side[1]);
    words[0] = (side[0][0] + side[1][0]) ^ ((uint64_t)key->source->length << 56);
    words[1] = side[0][1] + side[1][1];
    return index_table_hash(&tracker->by_tuple, words, 3);
}

static void **find_tuple(const struct tracker *tracker, index_table_equal equal,
                         const struct tuple_key *key)
{
    return index_table_find(&tracker->by_tuple, hash_tuple(tracker, key), equal, key);
}

struct connection *tracker_find_connection(const struct tracker *tracker, uint32_t point,
                                           const struct net_address *source, uint16_t source_port,
                                           const struct net_address *destination,
                                           uint16_t destination_port)
{
    struct tuple_key key = {.point = point,
                            .source = source,
                            .destination = destination,
                            .source_port = source_port,
                            .destination_port = destination_port};
    void **slot = find_tuple(tracker, same_tuple, &key);
    return slot != NULL ? *slot : NULL;
}

/* Everything seen at `interface` so far belongs to `point` from now on. */
static void join(struct tracker *tracker, uint32_t interface, uint32_t point)
{
    uint32_t from = tracker_interface(tracker, interface)->point;
    bool moved = false;
    tracker_interface(tracker, interface)->point = point;
    for (guint i = 0; i < tracker->connections->len; i++) {
        struct connection *connection = tracker->connections->pdata[i];
        moved = moved || connection->point == from;
        if (connection->point == from)
            connection->point = point;
    }
    for (guint i = 0; i < tracker->calls->len; i++) {
        struct call *call = tracker->calls->pdata[i];
        moved = moved || call->point == from;
        if (call->point == from)
            call->point = point;
    }
    for (guint i = 0; i < tracker->all_flows->len; i++) {
        struct gre_flow *flow = tracker->all_flows->pdata[i];
        if (flow->point == from)
            flow->point = point;
    }
    if (moved)
        tracker_rebuild_flows(tracker);
}

/* Two interfaces that were taken for the halves of a tap show the same direction: they are two
 * points after all. The connection stays with the one that was there first. */
static void split(struct tracker *tracker, struct connection *connection, int sender,
                  uint32_t interface)
{
    uint32_t other = connection->interface[sender];
    uint32_t joined = tracker_interface(tracker, interface)->point == interface ? other : interface;
    struct interface_info *info = tracker_interface(tracker, joined);
    info->point = joined;
    info->apart = true;
    tracker_interface(tracker, joined == interface ? other : interface)->apart = true;
    for (int end = 0; end < 2; end++) {
        if (connection->interface[end] == joined)
            connection->interface[end] = TRACKER_NOBODY;
    }
}

/* True if this SYN or SYN-ACK opens another connection than the one that had its addresses and
 * ports so far. */
static bool opens_another(const struct tracked_connection *tracked,
                          const struct tcp_segment *segment, int sender)
{
    const struct connection *connection = &tracked->base;
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
    struct tracked_connection *tracked = g_new0(struct tracked_connection, 1);
    struct connection *connection = &tracked->base;
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
    connection->interface[0] = connection->interface[1] = TRACKER_NOBODY;
    connection->end[0] = from_client ? source : destination;
    connection->end[1] = from_client ? destination : source;
    connection->to_pptp_port = tracker->is_pptp_port(connection->end[1].port);
    connection->messages = g_ptr_array_new_with_free_func(g_free);
    connection->calls = g_ptr_array_new();
    g_queue_init(&connection->unanswered);
    connection->state = (segment->flags & TCP_FLAG_SYN) != 0 ? CONTROL_IDLE : CONTROL_UNKNOWN;
    connection->first_frame = segment->packet.frame;
    connection->first_time_ns = segment->packet.time_ns;
    tracked->whole = (segment->flags & TCP_FLAG_SYN) != 0;
    tracked->deadline_ns = NEVER_NS;
    g_ptr_array_add(tracker->connections, tracked);
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
                            .destination_port = segment->destination_port,
                            .tracker = tracker};
    struct interface_info *info = tracker_interface(tracker, packet->interface);
    void **slot = find_tuple(tracker, same_tuple, &key);
    if (slot != NULL) {
        struct connection *known = *slot;
        int sender = sender_of(known, &key);
        if (known->interface[sender] != TRACKER_NOBODY &&
            known->interface[sender] != packet->interface) {
            split(tracker, known, sender, packet->interface);
            key.point = tracker_point(tracker, packet->interface);
            slot = find_tuple(tracker, same_tuple, &key);
        }
    } else if (!info->both_ways && !info->apart) {
        void **half = find_tuple(tracker, other_half, &key);
        if (half != NULL) {
            struct connection *found = *half;
            join(tracker, packet->interface, found->point);
            key.point = found->point;
            slot = half;
        }
    }
    struct tracked_connection *known = slot != NULL ? *slot : NULL;
    if (known == NULL && (segment->flags & TCP_FLAG_RST) != 0)
        return NULL;
    if (known != NULL) {
        *ret_sender = sender_of(&known->base, &key) == 1;
        if (!opens_another(known, segment, *ret_sender))
            return known;
    }
    struct tracked_connection *fresh = new_connection(tracker, segment, key.point);
    if (fresh == NULL)
        return NULL;
    *ret_sender = sender_of(&fresh->base, &key) == 1;
    if (known != NULL) {
        known->superseded = true;
        fresh->base.previous = &known->base;
        *slot = fresh;
    } else {
        index_table_add(&tracker->by_tuple, hash_tuple(tracker, &key), fresh);
    }
    return fresh;
}
