/* Which packets before a hop the far point could have seen at all: files that begin later or end
 * earlier must not make loss of what they never covered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "link_internal.h"

/* The far point's clock minus the near one's: from the control connection, else from the first
 * packet that both saw, else none known. */
static int64_t clock_difference(const struct linker *linker, const struct link *link,
                                const struct hop_packets *packets)
{
    const struct call_link *face = &link->face;
    if (face->has_clock[packets->hop]) {
        int64_t offset = (int64_t)(face->clock_offset_s[packets->hop] * 1e9);
        return packets->far_place > packets->near_place ? offset : -offset;
    }
    for (uint32_t i = 0; i < packets->count; i++) {
        if (packets->arrived[i]) {
            uint32_t far = tracker_gre_on(linker->tracker, packets->arrived[i])->time_us;
            uint32_t near = tracker_gre_on(linker->tracker, packets->frames[i])->time_us;
            return (int64_t)(int32_t)(far - near) * 1000;
        }
    }
    return 0;
}

void link_cover(const struct linker *linker, const struct link *link, int64_t slack_ns,
                struct hop_packets *packets)
{
    uint32_t point = link_place_point(link, packets->far_place);
    if (point >= linker->clock_size)
        return;
    int64_t difference = clock_difference(linker, link, packets);
    int64_t start = tracker_start_ns(linker->tracker) + difference;
    int64_t from = linker->clock_start[point] - start;
    int64_t until = linker->clock[point] - start + slack_ns;
    while (packets->count > 0 && !packets->arrived[0] && packets->times_ns[0] < from) {
        packets->frames++;
        packets->times_ns++;
        packets->arrived++;
        packets->count--;
    }
    while (packets->count > 0 && !packets->arrived[packets->count - 1] &&
           packets->times_ns[packets->count - 1] > until)
        packets->count--;
}
