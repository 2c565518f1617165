/* Which packets before a hop the far point could have seen at all: files that begin later or end
 * earlier must not make loss of what they never covered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"
#include "core/link/packets.h"

/* No packet takes longer on its way, whatever the clocks say. */
#define LONGEST_S 3600.0

/* Step by step from the first packet behind the hop: a session can last longer than the records
 * count.
 */
static int64_t far_time_ns(const struct linker *linker, const struct hop_packets *packets,
                           uint32_t frame)
{
    int64_t time_ns = -1;
    for (guint i = 0; i < packets->far->len; i++) {
        uint32_t at = g_array_index(packets->far, uint32_t, i);
        time_ns = link_data_time_ns(linker, at, time_ns);
        if (at == frame)
            break;
    }
    return time_ns;
}

/* The clock behind the hop minus that before it; face->has_clock. */
static int64_t clock_offset_ns(const struct link_view *view, uint32_t hop, bool downward)
{
    int64_t offset = (int64_t)(view->hops[hop].clock_offset_s * 1e9);
    return downward ? offset : -offset;
}

/* When, by the near point's clock, a packet set out that came to the far point at `far_ns`. Clocks
 * drift, so the packet nearest in time tells: arrived[nearest]. Where none arrived, the control
 * connection does, without the time that the packet takes. */
static int64_t near_time_ns(const struct linker *linker, const struct hop_packets *packets,
                            uint32_t nearest, int64_t far_ns)
{
    const struct link *link = packets->passage.link;
    if (nearest < packets->count)
        return far_ns - far_time_ns(linker, packets, packets->arrived[nearest]) +
               packets->times_ns[nearest];
    if (!link->view.hops[packets->passage.hop].has_clock)
        return far_ns;
    return far_ns - clock_offset_ns(&link->view, packets->passage.hop,
                                    packets->passage.far > packets->passage.near);
}

/* One way across the hop takes no longer than the round trip, which is twice the clocks'
 * uncertainty (outcome/clock.c). */
static int64_t round_trip_ns(const struct link_view *view, uint32_t hop)
{
    return view->hops[hop].has_clock
               ? (int64_t)(2e9 * CLAMP(view->hops[hop].clock_uncertainty_s, 0, LONGEST_S))
               : 0;
}

/* The latest time at which a packet that the far point should have shown set out. */
static int64_t covered_until(const struct linker *linker, const struct hop_packets *packets,
                             uint32_t arrived)
{
    const struct link *link = packets->passage.link;
    uint32_t point = link_position_point(link, packets->passage.far);
    int64_t end = point_times_of(linker->times, point).latest_ns - linker->facts->start_ns;
    if (arrived > 0)
        return near_time_ns(linker, packets, arrived - 1, end);
    return near_time_ns(linker, packets, packets->count, end) -
           round_trip_ns(&link->view, packets->passage.hop);
}

void link_cover(const struct linker *linker, int64_t slack_ns, struct hop_packets *packets)
{
    const struct link *link = packets->passage.link;
    uint32_t point = link_position_point(link, packets->passage.far), first = 0,
             last = packets->count;
    struct point_span span = point_times_of(linker->times, point);
    if (!span.seen)
        return;
    while (first < packets->count && !packets->arrived[first])
        first++;
    while (last > 0 && !packets->arrived[last - 1])
        last--;
    if (last < packets->count) {
        int64_t until = covered_until(linker, packets, last) + slack_ns;
        while (packets->count > last && packets->times_ns[packets->count - 1] > until)
            packets->count--;
    }
    if (first == 0)
        return;
    int64_t from = near_time_ns(linker, packets, first, span.first_ns - linker->facts->start_ns);
    uint32_t before = 0;
    while (before < MIN(first, packets->count) && packets->times_ns[before] < from)
        before++;
    packets->frames += before;
    packets->times_ns += before;
    packets->arrived += before;
    packets->count -= before;
}

/* The same, from whatever tells it; false: nothing does. */
static bool clock_ahead(const struct link_path *path, uint32_t hop, uint32_t sender,
                        int64_t *ret_ns)
{
    const struct link_view *view = &path->first_link->view;
    bool downward = link_path_downward(path, sender);
    const struct connection *near = path->row[downward ? hop : hop + 1]->connection;
    const struct connection *far = path->row[downward ? hop + 1 : hop]->connection;
    if (view->hops[hop].has_clock) {
        *ret_ns = clock_offset_ns(view, hop, downward);
    } else if (path->hop[hop].compared[sender]) {
        *ret_ns = path->hop[hop].took_ns[sender];
    } else {
        *ret_ns = far->first_time_ns - near->first_time_ns; /* of the SYN, if both saw it */
        return near->has_isn[0] && far->has_isn[0];
    }
    return true;
}

bool link_covers_time(const struct linker *linker, const struct link_path *path, uint32_t hop,
                      uint32_t sender, int64_t time_ns)
{
    const struct link_view *view = &path->first_link->view;
    uint32_t position = link_path_downward(path, sender) ? hop + 1 : hop;
    uint32_t point = path->row[position]->connection->point;
    int64_t ahead;
    struct point_span span = point_times_of(linker->times, point);
    if (!span.seen || !clock_ahead(path, hop, sender, &ahead))
        return false;
    return time_ns + ahead >= span.first_ns &&
           time_ns + ahead + round_trip_ns(view, hop) <= span.latest_ns;
}

bool link_covered_before(const struct linker *linker, const struct link_path *path, uint32_t hop,
                         uint32_t sender, int64_t time_ns)
{
    const struct link_view *view = &path->first_link->view;
    uint32_t position = link_path_downward(path, sender) ? hop : hop + 1;
    uint32_t point = path->row[position]->connection->point;
    int64_t ahead;
    struct point_span span = point_times_of(linker->times, point);
    if (!span.seen || !clock_ahead(path, hop, sender, &ahead))
        return false;
    return time_ns - ahead - round_trip_ns(view, hop) >= span.first_ns &&
           time_ns - ahead <= span.latest_ns;
}
