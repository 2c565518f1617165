/* When each capture point showed its first packet and its latest, by its own clock: what lies
 * outside it cannot have seen.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_POINT_TIMES_H
#define PPTPNAT_POINT_TIMES_H

#include <stdbool.h>
#include <stdint.h>

struct point_times;

struct point_span {
    int64_t first_ns; /* since the epoch, as packet.time_ns; valid if `seen` */
    int64_t latest_ns;
    bool seen;
};

struct point_times *point_times_new(void);
void point_times_free(struct point_times *times); /* NULL is fine */
/* A packet was seen; packets need not come in order of time. */
void point_times_note(struct point_times *times, uint32_t point, int64_t time_ns);
/* Not seen where nothing was noted of the point. */
struct point_span point_times_of(const struct point_times *times, uint32_t point);
/* All points have a number below this one. */
uint32_t point_times_count(const struct point_times *times);
/* Whether more than one point showed a packet. */
bool point_times_several(const struct point_times *times);

#endif
