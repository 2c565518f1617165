/* Which packets before a hop the far point could have seen at all: files that begin later or end
 * earlier must not make loss of what they never covered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "link_internal.h"

/* Packets of one flow may be that much out of order. */
#define BACK_US (60 * G_GINT64_CONSTANT(1000000))

int64_t link_gre_time_ns(const struct linker *linker, uint32_t frame, int64_t before_ns)
{
    const struct gre_record *record = tracker_gre_on(linker->tracker, frame);
    const struct gre_flow *flow = tracker_flow(linker->tracker, record->flow);
    if (before_ns < 0)
        before_ns = flow->first_time_ns - tracker_start_ns(linker->tracker);
    int64_t before_us = before_ns / 1000;
    int64_t ahead = (uint32_t)(record->time_us - (uint32_t)before_us);
    if (ahead > UINT32_MAX - BACK_US)
        ahead -= G_GINT64_CONSTANT(1) << 32;
    return (before_us + ahead) * 1000;
}

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
        if (packets->arrived[i])
            return link_gre_time_ns(linker, packets->arrived[i], -1) - packets->times_ns[i];
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
