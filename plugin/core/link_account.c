/* The end of the file, packet by packet: matches across each hop what was not matched while reading
 * (late links, files one after the other, strays), counts what passed, and hands every direction of
 * every hop on to be judged. One pass over all records, then per link.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "link_internal.h"

/* Frames by flow: a counting sort of all GRE records. What the passes in capture order ask of each
 * packet stands beside it: records of one flow lie far apart, and its call and link still farther.
 */
struct frame_index {
    uint32_t *start; /* per flow, into `frames`; one more at the end */
    uint32_t *frames;
    bool *unmatched; /* per flow: a packet of it had no other half when the index was built */
};

static void index_build(const struct linker *linker, struct frame_index *index)
{
    uint32_t flows = tracker_flow_count(linker->tracker);
    uint32_t last = tracker_last_frame(linker->tracker);
    index->start = g_new0(uint32_t, flows + 2);
    index->unmatched = g_new0(bool, flows + 1);
    for (uint32_t frame = 1; frame <= last; frame++) {
        const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
        if (!record)
            continue;
        index->start[record->flow + 2]++;
        if (!record->peer_frame)
            index->unmatched[record->flow] = true;
    }
    for (uint32_t i = 2; i < flows + 2; i++)
        index->start[i] += index->start[i - 1];
    index->frames = g_new(uint32_t, index->start[flows + 1] + 1);
    for (uint32_t frame = 1; frame <= last; frame++) {
        const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
        if (record)
            index->frames[index->start[record->flow + 1]++] = frame;
    }
}

static int by_number(gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Where a flow's packets lie in their link's row. */
struct flow_at {
    uint32_t link; /* index; NO_LINK: of none */
    uint32_t place;
};
#define NO_LINK UINT32_MAX

static struct flow_at place_of_flow(const struct gre_flow *flow)
{
    const struct flow_place *stray = flow->nat;
    const struct call_place *call = flow->call->nat;
    if (stray && stray->link)
        return (struct flow_at){stray->link->face.index, stray->place};
    if (call && call->link)
        return (struct flow_at){call->link->face.index, call->place};
    return (struct flow_at){NO_LINK, 0};
}

/* Whether the packet, at `place` of this link, was another link's before the hop. */
static bool is_foreign(const struct linker *linker, const struct link *link,
                       enum call_direction direction, uint32_t place, uint32_t frame)
{
    uint32_t peer_frame = tracker_gre_on(linker->tracker, frame)->peer_frame;
    const struct gre_record *peer = peer_frame ? tracker_gre_on(linker->tracker, peer_frame) : NULL;
    if (!peer)
        return false;
    struct flow_at origin = place_of_flow(tracker_flow(linker->tracker, peer->flow));
    return origin.link != NO_LINK && origin.link != link->face.index &&
           (direction == link->downward ? origin.place < place : origin.place > place);
}

/* A flow's packets, without those that are another link's: only a flow that was compared with
 * others can have such. */
static void append_flow(const struct linker *linker, const struct frame_index *index,
                        const struct link *link, enum call_direction direction, uint32_t place,
                        const struct gre_flow *flow, GArray *frames)
{
    uint32_t from = index->start[flow->index], to = index->start[flow->index + 1];
    if (!flow->nat) {
        g_array_append_vals(frames, index->frames + from, to - from);
        return;
    }
    for (uint32_t i = from; i < to; i++) {
        if (!is_foreign(linker, link, direction, place, index->frames[i]))
            g_array_append_val(frames, index->frames[i]);
    }
}

/* Only the packets of another call's flow that turned out to be this link's. */
static void append_strays(const struct linker *linker, const struct frame_index *index,
                          const struct link *link, const struct gre_flow *flow, GArray *frames)
{
    for (uint32_t i = index->start[flow->index]; i < index->start[flow->index + 1]; i++) {
        uint32_t frame = index->frames[i];
        const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
        const struct gre_record *peer =
            record->peer_frame ? tracker_gre_on(linker->tracker, record->peer_frame) : NULL;
        const struct gre_flow *origin = peer ? tracker_flow(linker->tracker, peer->flow) : NULL;
        const struct call_place *at = origin ? origin->call->nat : NULL;
        if (at && at->link == link)
            g_array_append_val(frames, frame);
    }
}

/* All packets of a direction at a place, in capture order. */
static GArray *packets_at(const struct linker *linker, const struct frame_index *index,
                          const struct link *link, enum call_direction direction, uint32_t place)
{
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const struct call *call = link->face.call[place];
    const struct call_place *at = call ? call->nat : NULL;
    const struct gre_flow *flow = call ? call->flow[at->swapped ? 1 - direction : direction] : NULL;
    if (flow)
        append_flow(linker, index, link, direction, place, flow, frames);
    const GPtrArray *strays = link->strays[direction][place];
    for (guint i = 0; strays && i < strays->len; i++) {
        const struct gre_flow *stray = strays->pdata[i];
        const struct flow_place *stray_at = stray->nat;
        if (stray_at->link == link)
            append_flow(linker, index, link, direction, place, stray, frames);
        else
            append_strays(linker, index, link, stray, frames);
    }
    g_array_sort(frames, by_number);
    return frames;
}

static uint32_t content_key(const struct gre_record *record)
{
    uint32_t number = record->flags & GRE_RECORD_DATA ? record->seq : ~record->seq;
    return (uint32_t)gre_waiting_key(record->content, number, record->length);
}

#define NOWHERE UINT32_MAX

/* Where `frame` is in `frames`, which ascend; NOWHERE: not there. */
static uint32_t position(const GArray *frames, uint32_t frame)
{
    guint low = 0, high = frames->len;
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

/* The packet before the hop that this one after it was matched with. In a row of hops a record's
 * peer may lie on either side. */
static uint32_t origin_of(const struct linker *linker, const GArray *near, uint32_t far_frame)
{
    uint32_t peer = tracker_gre_on(linker->tracker, far_frame)->peer_frame;
    return peer ? position(near, peer) : NOWHERE;
}

/* Pairs, in order, what waits on both sides with equal content. */
static void match_rest(struct linker *linker, struct link *link, enum call_direction direction,
                       uint32_t hop, const GArray *near, const GArray *far, uint32_t *arrived)
{
    GHashTable *waiting = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_queue_free);
    for (guint i = 0; i < near->len; i++) {
        uint32_t frame = g_array_index(near, uint32_t, i);
        if (arrived[i])
            continue;
        gpointer key = GUINT_TO_POINTER(content_key(tracker_gre_on(linker->tracker, frame)));
        GQueue *queue = g_hash_table_lookup(waiting, key);
        if (!queue) {
            queue = g_queue_new();
            g_hash_table_insert(waiting, key, queue);
        }
        g_queue_push_tail(queue, GUINT_TO_POINTER(i + 1));
    }
    for (guint i = 0; i < far->len && g_hash_table_size(waiting) > 0; i++) {
        uint32_t frame = g_array_index(far, uint32_t, i);
        if (origin_of(linker, near, frame) != NOWHERE)
            continue;
        const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
        GQueue *queue = g_hash_table_lookup(waiting, GUINT_TO_POINTER(content_key(record)));
        uint32_t other = queue ? GPOINTER_TO_UINT(g_queue_pop_head(queue)) : 0;
        if (!other)
            continue;
        link_gre_matched(linker, link, direction, hop, g_array_index(near, uint32_t, other - 1),
                         frame);
        arrived[other - 1] = frame;
    }
    g_hash_table_destroy(waiting);
}

/* By place in `near`: the frame it arrived as, or 0; what was matched while reading. */
static uint32_t *arrivals(const struct linker *linker, const GArray *near, const GArray *far)
{
    uint32_t *arrived = g_new0(uint32_t, near->len + 1);
    for (guint i = 0; i < far->len; i++) {
        uint32_t frame = g_array_index(far, uint32_t, i);
        uint32_t at = origin_of(linker, near, frame);
        if (at != NOWHERE)
            arrived[at] = frame;
    }
    return arrived;
}

/* Times of records, unwrapped: neighbours are never as much as 2^32 microseconds apart unless the
 * flow was silent for over an hour, which then reads as less. */
static int64_t *times_of(const struct linker *linker, const GArray *frames)
{
    int64_t *times = g_new(int64_t, frames->len + 1), now = 0;
    uint32_t before = 0;
    for (guint i = 0; i < frames->len; i++) {
        uint32_t us = tracker_gre_on(linker->tracker, g_array_index(frames, uint32_t, i))->time_us;
        now += i == 0 ? (int64_t)us : (int64_t)(int32_t)(us - before);
        before = us;
        times[i] = now * 1000;
    }
    return times;
}

/* Copies made on the way, and packets overtaken on it: both are read off the far side. */
static void count_far(const struct linker *linker, const GArray *near, const GArray *far,
                      const uint32_t *arrived, struct link_hop_count *count)
{
    uint32_t highest = 0;
    const struct gre_record *previous = NULL;
    for (guint i = 0; i < far->len; i++) {
        uint32_t frame = g_array_index(far, uint32_t, i);
        const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
        uint32_t at = origin_of(linker, near, frame);
        if (at != NOWHERE && arrived[at] == frame) {
            count->reordered += at < highest;
            highest = MAX(highest, at);
        } else if ((record->flags & GRE_RECORD_DUPLICATE) ||
                   (previous && previous->content == record->content &&
                    previous->flags == record->flags)) {
            count->duplicated++;
        }
        previous = record;
    }
}

/* Mean one-way delay, on the near point's clock. Records count microseconds modulo 2^32, and no hop
 * takes half an hour. */
static void count_delay(const struct linker *linker, const struct link *link,
                        const struct hop_packets *packets, struct link_hop_count *count)
{
    const struct call_link *face = &link->face;
    double sum = 0, offset = face->clock_offset_s[packets->hop];
    if (!face->has_clock[packets->hop] || packets->arrived_count == 0)
        return;
    for (uint32_t i = 0; i < packets->count; i++) {
        if (!packets->arrived[i])
            continue;
        uint32_t near = tracker_gre_on(linker->tracker, packets->frames[i])->time_us;
        uint32_t far = tracker_gre_on(linker->tracker, packets->arrived[i])->time_us;
        uint32_t ahead = (uint32_t)(int64_t)(offset * 1e6);
        uint32_t shift = packets->far_place > packets->near_place ? ahead : 0u - ahead;
        sum += (double)(int32_t)(far - near - shift);
    }
    count->has_delay = true;
    count->delay_s = sum / packets->arrived_count / 1e6;
}

/* How many came to the host of the call, not to another one: only strays can have. */
static uint32_t at_its_host(const struct linker *linker, const struct link *link,
                            enum call_direction direction, uint32_t place, const GArray *frames)
{
    const struct net_address *from, *to;
    if (!link->strays[direction][place] || !link_gre_hosts(link, direction, place, &from, &to))
        return frames->len;
    uint32_t count = 0;
    for (guint i = 0; i < frames->len; i++) {
        const struct gre_record *record =
            tracker_gre_on(linker->tracker, g_array_index(frames, uint32_t, i));
        count += net_address_equal(&tracker_flow(linker->tracker, record->flow)->destination, to);
    }
    return count;
}

static void account_hop(struct linker *linker, const struct frame_index *index, struct link *link,
                        enum call_direction direction, uint32_t hop)
{
    struct hop_packets packets = {.direction = direction, .hop = hop};
    link_gre_ends(link, direction, hop, &packets.near_place, &packets.far_place);
    GArray *near = packets_at(linker, index, link, direction, packets.near_place);
    GArray *far = packets_at(linker, index, link, direction, packets.far_place);
    uint32_t *arrived = arrivals(linker, near, far);
    match_rest(linker, link, direction, hop, near, far, arrived);

    struct link_hop_count *count = &link->face.hop[direction][hop];
    *count = (struct link_hop_count){0};
    for (guint i = 0; i < near->len; i++)
        packets.arrived_count += arrived[i] != 0;
    count_far(linker, near, far, arrived, count);
    link->face.seen[direction][packets.near_place] =
        at_its_host(linker, link, direction, packets.near_place, near);
    link->face.seen[direction][packets.far_place] =
        at_its_host(linker, link, direction, packets.far_place, far);

    int64_t *times = times_of(linker, near);
    packets.count = near->len;
    packets.frames = (const uint32_t *)(const void *)near->data;
    packets.times_ns = times;
    packets.arrived = arrived;
    link_cover(linker, link, &packets);
    count->lost = packets.count - packets.arrived_count;
    count_delay(linker, link, &packets, count);
    link_hop_end(linker, link, &packets);
    g_free(times);
    g_free(arrived);
    g_array_free(near, TRUE);
    g_array_free(far, TRUE);
}

/* A link's packets belong to each other first; only what is left may be another flow's stray. */
static void match_own(struct linker *linker, const struct frame_index *index, struct link *link)
{
    bool unmatched = false;
    for (uint32_t i = 0; i < 2 * link->face.count; i++) {
        const struct call *call = link->face.call[i / 2];
        const struct gre_flow *flow = call ? call->flow[i % 2] : NULL;
        unmatched = unmatched || (flow && index->unmatched[flow->index]);
    }
    for (uint32_t i = 0; unmatched && i < 2 * (link->face.count - 1); i++) {
        enum call_direction direction = (enum call_direction)(i % 2);
        uint32_t hop = i / 2, near_place, far_place;
        link_gre_ends(link, direction, hop, &near_place, &far_place);
        GArray *near = packets_at(linker, index, link, direction, near_place);
        GArray *far = packets_at(linker, index, link, direction, far_place);
        uint32_t *arrived = arrivals(linker, near, far);
        match_rest(linker, link, direction, hop, near, far, arrived);
        g_free(arrived);
        g_array_free(near, TRUE);
        g_array_free(far, TRUE);
    }
}

static void account_link(struct linker *linker, const struct frame_index *index, struct link *link)
{
    link_clock(linker, link); /* judging asks how far the clocks are apart */
    for (int d = 0; d < 2; d++) {
        for (uint32_t hop = 0; hop + 1 < link->face.count; hop++)
            account_hop(linker, index, link, (enum call_direction)d, hop);
    }
}

static struct flow_at *places_of_flows(const struct linker *linker)
{
    uint32_t flows = tracker_flow_count(linker->tracker);
    struct flow_at *places = g_new(struct flow_at, flows + 1);
    for (uint32_t i = 0; i < flows; i++)
        places[i] = place_of_flow(tracker_flow(linker->tracker, i));
    return places;
}

/* By frame: across which hops its other half is known (LINK_MATCHED_...). A record names one peer
 * only, but each packet after a hop names the one before it. */
static uint8_t *matched_hops(const struct linker *linker)
{
    uint32_t last = tracker_last_frame(linker->tracker);
    uint8_t *matched = g_new0(uint8_t, (gsize)last + 1);
    struct flow_at *places = places_of_flows(linker);
    for (uint32_t frame = 1; frame <= last; frame++) {
        const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
        const struct gre_record *peer = record && record->peer_frame
                                            ? tracker_gre_on(linker->tracker, record->peer_frame)
                                            : NULL;
        if (!peer)
            continue;
        struct flow_at own = places[record->flow], other = places[peer->flow];
        if (own.link == NO_LINK || other.link == NO_LINK)
            continue;
        if (own.link != other.link) { /* a foreign packet in another call's flow: both explained */
            matched[frame] = matched[record->peer_frame] = UINT8_MAX;
            continue;
        }
        bool outwards = other.place > own.place;
        matched[frame] |= outwards ? LINK_MATCHED_OUTWARDS : LINK_MATCHED_INWARDS;
        matched[record->peer_frame] |= outwards ? LINK_MATCHED_INWARDS : LINK_MATCHED_OUTWARDS;
    }
    g_free(places);
    return matched;
}

/* What waits is renewed from the records: packets read before their call was linked never waited.
 */
static void renew_waiting(struct linker *linker, const struct frame_index *index)
{
    uint8_t *matched = matched_hops(linker);
    link_gre_forget(linker);
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t at = 0; at < 2 * link->face.count; at++) {
            const struct call *call = link->face.call[at / 2];
            const struct gre_flow *flow = call ? call->flow[at % 2] : NULL;
            for (uint32_t k = flow ? index->start[flow->index] : 0;
                 flow && k < index->start[flow->index + 1]; k++) {
                uint32_t frame = index->frames[k];
                link_gre_wait(linker, link, flow, at / 2, frame, matched[frame]);
            }
        }
    }
    g_free(matched);
}

/* Packets of a flow compared once more; a flow that stays unexplained that long is none of ours. */
#define STRAY_RETRIES 32

/* A packet with a wrong id may have been read before its right half: clocks apart, files one after
 * the other. */
static void retry_strays(struct linker *linker, const struct frame_index *index)
{
    for (uint32_t i = 0; i < tracker_flow_count(linker->tracker); i++) {
        struct gre_flow *flow = tracker_flow(linker->tracker, i);
        const struct flow_place *at = flow->nat;
        const struct call_place *call_at = flow->call->nat;
        const struct link *own = call_at ? call_at->link : NULL;
        if ((at && at->link) || (own && !(at && at->tried > 0)))
            continue;
        uint32_t retries = 0;
        for (uint32_t k = index->start[i]; k < index->start[i + 1] && retries < STRAY_RETRIES;
             k++) {
            struct gre_record *record = tracker_gre_on(linker->tracker, index->frames[k]);
            if (record->peer_frame)
                continue;
            retries++;
            link_gre_try_strays(linker, flow, record, index->frames[k], own);
        }
    }
}

static void note_points_with_gre(struct linker *linker)
{
    g_free(linker->gre_seen);
    linker->gre_seen = g_new0(bool, linker->clock_size + 1);
    for (uint32_t i = 0; i < tracker_flow_count(linker->tracker); i++) {
        const struct gre_flow *flow = tracker_flow(linker->tracker, i);
        if (flow->point < linker->clock_size && flow->packets > 0)
            linker->gre_seen[flow->point] = true;
    }
}

void link_account(struct linker *linker)
{
    struct frame_index index;
    if (linker->links->len == 0)
        return;
    index_build(linker, &index);
    note_points_with_gre(linker);
    for (guint i = 0; i < linker->links->len; i++)
        match_own(linker, &index, linker->links->pdata[i]);
    renew_waiting(linker, &index);
    retry_strays(linker, &index);
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        account_link(linker, &index, link);
        link_gre_runs_finish(linker, link);
    }
    g_free(index.start);
    g_free(index.frames);
    g_free(index.unmatched);
}
