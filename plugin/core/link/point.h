/* The positions of links at tracker points, as readers see them: one each, but where a capture lost
 * its interfaces and one tracker point stands for several.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_POINT_H
#define PPTPNAT_LINK_POINT_H

#include "lookup.h"

struct points;

struct points *points_new(void);
void points_free(struct points *points);
/* Adds to `copy`, which is empty, what is known; but not what only readers asked for. */
void points_copy(const struct points *points, struct points *copy);

uint32_t points_count(const struct points *points);
/* NULL out of range. */
struct link_point *points_get(const struct points *points, uint32_t index);
/* The one that is this position at a tracker point; NULL: none yet. */
struct link_point *points_at(const struct points *points, uint32_t point, uint32_t position);
struct link_point *points_add(struct points *points, uint32_t point, uint32_t position);
/* The one where these hosts talk at a tracker point; NULL: none is known there yet. */
struct link_point *points_between(const struct points *points, uint32_t point,
                                  const struct net_address *a, const struct net_address *b);
/* One for a reader who asks before the end about a tracker point of no link. It is kept apart from
 * the others, behind which it is counted: who asks, and when, must not change what the end shows.
 */
const struct link_point *points_provisional(struct points *points, uint32_t point);

/* The linker_point indices of the path's positions (and of a link without path). */
void link_path_points(struct linker *linker, struct link *link);
/* link/path.c: whether the user's options say that this address at this point is inside. */
bool link_named_inside(const struct linker *linker, uint32_t point,
                       const struct net_address *address);

#endif
