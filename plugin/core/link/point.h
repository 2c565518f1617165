/* The positions of links at tracker points, as readers see them: one each, but where a capture lost
 * its interfaces and one tracker point stands for several.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_POINT_H
#define PPTPNAT_LINK_POINT_H

#include "lookup.h"

/* In link_path_position: the position of a point that is part of no link, for who asks before the
 * end. */
#define LINK_POSITION_PROVISIONAL UINT32_MAX

/* The point that is that position at a tracker point; NULL: none yet. */
struct link_point *link_path_position(const struct linker *linker, uint32_t point,
                                      uint32_t position);
/* A new one, at the end of `list`, which owns it. */
struct link_point *link_path_new_position(const struct linker *linker, GPtrArray *list,
                                          uint32_t point, uint32_t position);
/* Makes the position, which a list of the linker owns, one that is found. */
void link_path_put_position(struct linker *linker, struct link_point *made);
/* The linker_point indices of the path's positions (and of a link without path). */
void link_path_points(struct linker *linker, struct link *link);
/* The point where these hosts talk at a tracker point; NULL: none is known there yet. */
struct link_point *link_path_find_point(const struct linker *linker, uint32_t point,
                                        const struct net_address *a, const struct net_address *b);
/* link/path.c: whether the user's options say that this address at this point is inside. */
bool link_named_inside(const struct linker *linker, uint32_t point,
                       const struct net_address *address);
GHashTable *link_path_hosts_table(void); /* empty */
/* Adds to `copy` what `linker` knows of hosts at positions. */
void link_path_copy_hosts(const struct linker *linker, struct linker *copy);

#endif
