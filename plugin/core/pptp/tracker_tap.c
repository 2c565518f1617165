/* Taps: two interfaces each of which shows one direction of the same connections are one point.
 * Joining two points changes what lies at one of them, and that is the smaller one where they
 * differ much: however many interfaces are joined, each connection and call is moved a few times.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"
#include "tracker_internal.h"

/* A point so much larger than the one it is joined to keeps its number. */
#define MUCH_LARGER(from, to) ((from) > 2 * (to) + 64)

static uint64_t half_key(const struct endpoint *source, const struct endpoint *destination)
{
    uint64_t ports = (uint64_t)source->port << 16 | destination->port;
    uint64_t hash = hash_address(hash_step(hash_secret.start, ports), &source->address);
    return hash_address(hash, &destination->address);
}

static GQueue *halves_of(const struct tracker *tracker, const struct endpoint *source,
                         const struct endpoint *destination, uint64_t *ret_key)
{
    *ret_key = half_key(source, destination);
    return g_hash_table_lookup(tracker->halves, GSIZE_TO_POINTER((gsize)*ret_key));
}

void tracker_offer_half(struct tracker *tracker, struct tracked_connection *tracked,
                        uint32_t interface, int sender)
{
    uint64_t key;
    const struct endpoint *end = tracked->base.end;
    if (tracker_interface(tracker, interface)->both_ways)
        return;
    GQueue *queue = halves_of(tracker, &end[1 - sender], &end[sender], &key);
    if (queue == NULL) {
        queue = g_queue_new();
        g_hash_table_insert(tracker->halves, GSIZE_TO_POINTER((gsize)key), queue);
    }
    g_queue_push_tail(queue, tracked);
}

/* Whether it still lacks what `source` sends. What it is no more it will not be again, unless
 * points are split, and then it is offered anew. */
static bool is_half(struct tracker *tracker, const struct tracked_connection *tracked,
                    const struct endpoint *source, const struct endpoint *destination)
{
    const struct pptp_connection *connection = &tracked->base;
    int sender = endpoint_equal(&connection->end[0], source) ? 0 : 1;
    uint32_t shown = connection->interface[1 - sender];
    return !tracked->superseded && endpoint_equal(&connection->end[sender], source) &&
           endpoint_equal(&connection->end[1 - sender], destination) &&
           connection->interface[sender] == TRACKER_NONE && shown != TRACKER_NONE &&
           !tracker_interface(tracker, shown)->both_ways;
}

struct tracked_connection *tracker_find_half(struct tracker *tracker, const struct endpoint *source,
                                             const struct endpoint *destination)
{
    uint64_t key;
    GQueue *queue = halves_of(tracker, source, destination, &key);
    while (queue != NULL && queue->head != NULL) {
        struct tracked_connection *oldest = queue->head->data;
        if (is_half(tracker, oldest, source, destination))
            return oldest;
        g_queue_pop_head(queue);
    }
    if (queue != NULL)
        g_hash_table_remove(tracker->halves, GSIZE_TO_POINTER((gsize)key));
    return NULL;
}

static void add_member(struct interface_info *info, uint32_t interface)
{
    if (info->members == NULL)
        info->members = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_array_append_val(info->members, interface);
    info->size++;
}

static void move_members(struct tracker *tracker, uint32_t from, uint32_t to)
{
    struct interface_info *old = tracker_interface(tracker, from);
    struct interface_info *info = tracker_interface(tracker, to);
    if (info->members == NULL)
        add_member(info, to);
    if (old->members == NULL)
        add_member(old, from);
    for (guint i = 0; i < old->members->len; i++) {
        uint32_t member = g_array_index(old->members, uint32_t, i);
        if (tracker_interface(tracker, member)->point != from)
            continue;
        tracker_interface(tracker, member)->point = to;
        add_member(info, member);
    }
    g_array_free(old->members, TRUE);
    old->members = NULL;
}

static void move_point(struct tracker *tracker, uint32_t from, uint32_t to)
{
    move_members(tracker, from, to);
    struct interface_info *old = tracker_interface(tracker, from);
    struct interface_info *info = tracker_interface(tracker, to);
    while (old->connections != NULL) {
        struct tracked_connection *tracked = old->connections;
        old->connections = tracked->next_at_point;
        tracked->next_at_point = info->connections;
        info->connections = tracked;
        tracker_move_connection(tracker, tracked, to);
    }
    while (old->calls != NULL) {
        struct tracked_call *tracked = old->calls;
        old->calls = tracked->next_at_point;
        tracked->next_at_point = info->calls;
        info->calls = tracked;
        tracker_move_call(tracker, &tracked->base, to);
    }
    info->size += old->size;
    old->size = 0;
}

void tracker_join_points(struct tracker *tracker, uint32_t a, uint32_t b)
{
    if (a == b)
        return;
    bool much_larger =
        MUCH_LARGER(tracker_interface(tracker, a)->size, tracker_interface(tracker, b)->size);
    move_point(tracker, much_larger ? b : a, much_larger ? a : b);
}

void tracker_split_points(struct tracker *tracker, struct tracked_connection *tracked, int sender,
                          uint32_t interface)
{
    struct pptp_connection *connection = &tracked->base;
    uint32_t other = connection->interface[sender];
    uint32_t joined = tracker_interface(tracker, interface)->point == interface ? other : interface;
    struct interface_info *info = tracker_interface(tracker, joined);
    info->point = joined;
    info->apart = true;
    tracker_interface(tracker, joined == interface ? other : interface)->apart = true;
    for (int end = 0; end < 2; end++) {
        if (connection->interface[end] != joined)
            continue;
        connection->interface[end] = TRACKER_NONE;
        if (connection->interface[1 - end] != TRACKER_NONE)
            tracker_offer_half(tracker, tracked, connection->interface[1 - end], 1 - end);
    }
}
