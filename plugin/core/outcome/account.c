/* The end of the file, packet by packet: counts what passed each hop, and hands every direction of
 * every hop on to be judged. One pass over all records, then per link.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"
#include "core/link/packets.h"

static int64_t *times_of(const struct linker *linker, const GArray *frames)
{
    int64_t *times = g_new(int64_t, frames->len + 1);
    for (guint i = 0; i < frames->len; i++)
        times[i] = link_data_time_ns(linker, g_array_index(frames, uint32_t, i),
                                     i > 0 ? times[i - 1] : -1);
    return times;
}

/* The host that packets of `direction` must come to at a position; NULL if all of them do: only
 * misaddressed flows can have come to another one. */
static const struct net_address *host_to_check(const struct link *link, enum direction direction,
                                               uint32_t position)
{
    const struct net_address *from, *to;
    if (!link->at[position].misaddressed[direction] ||
        !link_data_hosts(link, direction, position, &from, &to))
        return NULL;
    return to;
}

static bool came_to(const struct linker *linker, uint32_t frame, const struct net_address *host)
{
    if (!host)
        return true;
    const struct packet_record *record = facts_packet(linker->facts, frame);
    return net_address_equal(&facts_flow_of(linker->facts, frame, record)->destination, host);
}

/* Whether the far side shows a packet a second time. */
static bool is_duplicate(const struct linker *linker, const GArray *far, guint i)
{
    const struct packet_record *record =
        facts_packet(linker->facts, g_array_index(far, uint32_t, i));
    if (record->flags & PACKET_DUPLICATE)
        return true;
    const struct packet_record *previous =
        i > 0 ? facts_packet(linker->facts, g_array_index(far, uint32_t, i - 1)) : NULL;
    return previous && previous->content == record->content && previous->flags == record->flags;
}

/* Copies made on the way, and packets overtaken on it: both are read off the far side. */
static void count_far(const struct linker *linker, const struct hop_sides *sides,
                      const struct net_address *host, struct link_hop_count *count)
{
    uint32_t highest = 0;
    for (guint i = 0; i < sides->far->len; i++) {
        uint32_t frame = g_array_index(sides->far, uint32_t, i);
        uint32_t at = sides->origin[i];
        if (at != NOWHERE && sides->arrived[at] == frame) {
            count->reordered += at < highest;
            highest = MAX(highest, at);
        } else if (came_to(linker, frame, host) && is_duplicate(linker, sides->far, i)) {
            count->duplicated++;
        }
    }
}

static uint32_t point_of(const struct linker *linker, uint32_t frame)
{
    const struct packet_record *record = facts_packet(linker->facts, frame);
    return facts_flow_of(linker->facts, frame, record)->point;
}

/* Mean one-way delay, on the near point's clock. Records count microseconds modulo 2^32, and no hop
 * takes half an hour. */
static void count_delay(const struct linker *linker, const struct hop_packets *packets,
                        struct link_hop_count *count)
{
    const struct link *link = packets->passage.link;
    const struct link_view *view = &link->view;
    double sum = 0, offset = view->hops[packets->passage.hop].clock_offset_s;
    uint32_t point = link_position_point(link, packets->passage.far), timed = 0;
    if (!view->hops[packets->passage.hop].has_clock)
        return;
    for (uint32_t i = 0; i < packets->count; i++) {
        if (!packets->arrived[i] || point_of(linker, packets->arrived[i]) != point)
            continue;
        timed++;
        uint32_t near = facts_packet(linker->facts, packets->frames[i])->time_us;
        uint32_t far = facts_packet(linker->facts, packets->arrived[i])->time_us;
        uint32_t ahead = (uint32_t)(int64_t)(offset * 1e6);
        uint32_t shift = packets->passage.far > packets->passage.near ? ahead : 0u - ahead;
        sum += (double)(int32_t)(far - near - shift);
    }
    count->has_delay = timed > 0;
    count->delay_s = timed > 0 ? sum / timed / 1e6 : 0;
}

static uint32_t seen_at(const struct linker *linker, const struct link *link,
                        enum direction direction, uint32_t position, const GArray *frames)
{
    const struct net_address *host = host_to_check(link, direction, position);
    uint32_t count = 0;
    for (guint i = 0; host && i < frames->len; i++)
        count += came_to(linker, g_array_index(frames, uint32_t, i), host);
    return host ? count : frames->len;
}

/* A packet that had come to another host before the hop was lost there, not at the hop. */
static uint32_t lost_at(const struct linker *linker, const struct hop_packets *packets)
{
    const struct link *link = packets->passage.link;
    const struct net_address *host =
        host_to_check(link, packets->passage.direction, packets->passage.near);
    uint32_t lost = packets->count - packets->arrived_count;
    for (uint32_t i = 0; host && i < packets->count; i++)
        lost -= !packets->arrived[i] && !came_to(linker, packets->frames[i], host);
    return lost;
}

/* Packets that came out behind the hop; of these, only those that came to the right host passed. */
static uint32_t count_arrived(const struct linker *linker, const struct hop_packets *packets,
                              const struct hop_sides *sides, struct link_hop_count *count)
{
    const struct link *link = packets->passage.link;
    const struct net_address *host =
        host_to_check(link, packets->passage.direction, packets->passage.far);
    bool other_host = link->cross[packets->passage.hop].other_host[packets->passage.direction];
    for (guint i = 0; i < sides->near->len; i++) {
        uint32_t frame = sides->arrived[i];
        if (frame && !other_host && came_to(linker, frame, host))
            count->passed++;
        else if (frame)
            count->elsewhere++;
    }
    return count->passed + count->elsewhere;
}

/* What the far point may have missed by ending is not counted as lost, but a hop that closes shows
 * in nothing else than that nothing comes any more. */
#define JUDGED_BEYOND_NS G_GINT64_CONSTANT(1000000000)

static void account_hop(struct linker *linker, const struct packet_index *index,
                        const struct passage *passage)
{
    struct link *link = passage->link;
    enum direction direction = passage->direction;
    struct hop_packets packets = {.passage = *passage};
    struct hop_sides sides = link_late_hop(linker, index, passage);

    struct link_hop_count *count = &link->view.hops[passage->hop].count[direction];
    *count = (struct link_hop_count){0};
    packets.arrived_count = count_arrived(linker, &packets, &sides, count);
    count_far(linker, &sides, host_to_check(link, direction, passage->far), count);
    link->view.places[passage->near].seen[direction] =
        seen_at(linker, link, direction, passage->near, sides.near);
    link->view.places[passage->far].seen[direction] =
        link->cross[passage->hop].other_host[direction]
            ? 0
            : seen_at(linker, link, direction, passage->far, sides.far);

    int64_t *times = times_of(linker, sides.near);
    packets.count = sides.near->len;
    packets.frames = (const uint32_t *)(const void *)sides.near->data;
    packets.times_ns = times;
    packets.arrived = sides.arrived;
    packets.far = sides.far;
    struct hop_packets covered = packets;
    link_cover(linker, 0, &covered);
    if (covered.arrived_count > 0 || link_hop_is_watched(linker, &covered))
        count->lost = lost_at(linker, &covered);
    link_cover(linker, JUDGED_BEYOND_NS, &packets);
    packets.certain = MIN(covered.count, packets.count);
    count_delay(linker, &packets, count);
    link_hosts_count(linker, passage);
    link_loss(linker, &packets);
    g_free(times);
    hop_sides_clear(&sides);
}

static void account_link(struct linker *linker, const struct packet_index *index, struct link *link)
{
    link_hosts_alone(linker, index, link);
    link_clock(linker, link); /* judging asks how far the clocks are apart */
    for (int d = 0; d < 2; d++) {
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            struct passage passage = link_passage(link, (enum direction)d, hop);
            account_hop(linker, index, &passage);
        }
    }
}

static void note_points_with_data(struct linker *linker)
{
    g_free(linker->end->data_seen);
    linker->end->data_seen = g_new0(bool, point_times_count(linker->times) + 1);
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        const struct flow *flow = facts_flow(linker->facts, i);
        if (flow->point < point_times_count(linker->times) && flow->packets > 0)
            linker->end->data_seen[flow->point] = true;
    }
}

void link_account(struct linker *linker)
{
    struct packet_index index;
    if (linker->links->len == 0)
        return;
    link_packets_index(linker, &index);
    note_points_with_data(linker);
    link_late_matching(linker, &index);
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        account_link(linker, &index, link);
        link_data_runs_finish(linker, link);
    }
    link_packets_index_clear(&index);
}
