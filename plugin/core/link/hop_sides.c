/* Both sides of a hop for one direction of a link, after what was left unmatched there was matched.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packets.h"

static uint32_t content_key(const struct packet_record *record)
{
    uint32_t number = record->flags & PACKET_DATA ? record->seq : ~record->seq;
    return (uint32_t)waiting_key(record->content, number, record->length);
}

/* The same of a packet of which the snap length left less at one point: its number and length. Of a
 * packet without a number they say nothing; it has no payload, so its content is whole. */
static uint32_t number_key(const struct packet_record *record)
{
    return (uint32_t)waiting_key(record->seq, record->flags & PACKET_DATA, record->length);
}

static bool is_cut(const struct linker *linker, const struct link *link, enum direction direction,
                   uint32_t position)
{
    const struct session *session = link->view.session[position];
    const struct flow *flow = session ? link_data_flow(linker, session, (int)direction) : NULL;
    return flow && flow->is_cut;
}

/* Where `frame` is in `frames`, which ascend; NOWHERE: not there. `guess`: probably here. */
static uint32_t position(const GArray *frames, uint32_t frame, uint32_t guess)
{
    guint low = 0, high = frames->len;
    if (guess < high && g_array_index(frames, uint32_t, guess) == frame)
        return guess;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        uint32_t found = g_array_index(frames, uint32_t, middle);
        if (found == frame)
            return middle;
        if (found < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return NOWHERE;
}

/* Pairs, in order, what waits on both sides with equal keys. */
static void match_late(struct linker *linker, const struct passage *passage,
                       const struct hop_sides *sides,
                       uint32_t (*key_of)(const struct packet_record *record))
{
    const GArray *near = sides->near, *far = sides->far;
    GHashTable *waiting = NULL; /* nearly always nothing does */
    for (guint i = 0; i < near->len; i++) {
        uint32_t frame = g_array_index(near, uint32_t, i);
        if (sides->arrived[i])
            continue;
        gpointer key = GUINT_TO_POINTER(key_of(facts_packet(linker->facts, frame)));
        if (!waiting)
            waiting =
                g_hash_table_new_full(hash_of_pointer, NULL, NULL, (GDestroyNotify)g_queue_free);
        GQueue *queue = g_hash_table_lookup(waiting, key);
        if (!queue) {
            queue = g_queue_new();
            g_hash_table_insert(waiting, key, queue);
        }
        g_queue_push_tail(queue, GUINT_TO_POINTER(i + 1));
    }
    for (guint i = 0; waiting && i < far->len; i++) {
        uint32_t frame = g_array_index(far, uint32_t, i);
        if (sides->origin[i] != NOWHERE)
            continue;
        const struct packet_record *record = facts_packet(linker->facts, frame);
        GQueue *queue = g_hash_table_lookup(waiting, GUINT_TO_POINTER(key_of(record)));
        uint32_t other = queue ? GPOINTER_TO_UINT(g_queue_pop_head(queue)) : 0;
        if (!other)
            continue;
        link_data_matched(linker, passage, g_array_index(near, uint32_t, other - 1), frame);
        sides->arrived[other - 1] = frame;
        sides->origin[i] = other - 1;
    }
    if (waiting)
        g_hash_table_destroy(waiting);
}

/* What was matched while reading. In a row of hops a record's peer may lie on either side. */
static void read_matches(const struct linker *linker, struct hop_sides *sides)
{
    sides->arrived = g_new0(uint32_t, sides->near->len + 1);
    sides->origin = g_new(uint32_t, sides->far->len + 1);
    uint32_t next = 0; /* packets mostly keep their order */
    for (guint i = 0; i < sides->far->len; i++) {
        uint32_t frame = g_array_index(sides->far, uint32_t, i);
        uint32_t peer = link_peer(linker, frame);
        uint32_t at = peer ? position(sides->near, peer, next) : NOWHERE;
        sides->origin[i] = at;
        if (at == NOWHERE)
            continue;
        sides->arrived[at] = frame;
        next = at + 1;
    }
}

struct hop_sides link_late_hop(struct linker *linker, const struct packet_index *index,
                               const struct passage *passage)
{
    const struct link *link = passage->link;
    enum direction direction = passage->direction;
    struct hop_sides sides = {
        .near = link_packets_at(linker, index, link, direction, passage->near),
        .far = link_packets_at(linker, index, link, direction, passage->far),
    };
    read_matches(linker, &sides);
    match_late(linker, passage, &sides, content_key);
    if (is_cut(linker, link, direction, passage->near) ||
        is_cut(linker, link, direction, passage->far))
        match_late(linker, passage, &sides, number_key);
    return sides;
}

void hop_sides_clear(struct hop_sides *sides)
{
    g_array_free(sides->near, TRUE);
    g_array_free(sides->far, TRUE);
    g_free(sides->arrived);
    g_free(sides->origin);
}
