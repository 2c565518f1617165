/* The memory of links and paths for what they know by position: as much as they have points. Nearly
 * all have two, and there is one for every session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_ROOM_H
#define PPTPNAT_LINK_ROOM_H

#include "model.h"

/* Makes room for `points`, zeroed behind what is there; nothing if there is enough. */
void link_make_room(const struct linker *linker, struct link *link, uint32_t points);
void path_make_room(struct link_path *path, uint32_t points);

/* A copy that shares no memory by position with the original; of a link of facts, made by `copy`.
 */
void link_copy_room(const struct linker *copy, struct link *link);
void path_copy_room(struct link_path *path);

void link_free_room(struct link *link);
void path_free_room(struct link_path *path);

#endif
