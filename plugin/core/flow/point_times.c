/* See point_times.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "point_times.h"

#include <glib.h>

struct point_times {
    GArray *spans; /* struct point_span, by point */
    uint32_t seen; /* of them */
};

struct point_times *point_times_new(void)
{
    struct point_times *times = g_new0(struct point_times, 1);
    times->spans = g_array_new(FALSE, TRUE, sizeof(struct point_span));
    return times;
}

void point_times_free(struct point_times *times)
{
    if (!times)
        return;
    g_array_free(times->spans, TRUE);
    g_free(times);
}

void point_times_note(struct point_times *times, uint32_t point, int64_t time_ns)
{
    if (point >= times->spans->len)
        g_array_set_size(times->spans, point + 1);
    struct point_span *span = &g_array_index(times->spans, struct point_span, point);
    if (!span->seen) {
        *span = (struct point_span){time_ns, time_ns, true};
        times->seen++;
        return;
    }
    span->first_ns = MIN(span->first_ns, time_ns);
    span->latest_ns = MAX(span->latest_ns, time_ns);
}

struct point_span point_times_of(const struct point_times *times, uint32_t point)
{
    return point < times->spans->len ? g_array_index(times->spans, struct point_span, point)
                                     : (struct point_span){0, 0, false};
}

uint32_t point_times_count(const struct point_times *times)
{
    return times->spans->len;
}

bool point_times_several(const struct point_times *times)
{
    return times->seen > 1;
}
