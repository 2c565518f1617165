/* One block for each link and path, the parts of the greatest alignment first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "room.h"

/* What links of facts share: nobody writes there. */
static const struct link_place no_places[LINK_POINTS_LIMIT];
static const struct link_hop no_hops[LINK_POINTS_LIMIT - 1];

/* The octets of a part, which starts at the end of what `*ret_size` counts so far. */
static size_t part(size_t *ret_size, size_t size)
{
    size_t at = *ret_size;
    *ret_size += (size + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
    return at;
}

static void *moved(char *block, size_t at, const void *old, size_t old_size)
{
    if (old_size > 0)
        memcpy(block + at, old, old_size);
    return block + at;
}

/* In a block of its own for `points`, with what the present one has for `had`. */
static void lay_out_link(const struct linker *linker, struct link *link, uint32_t points,
                         uint32_t had)
{
    bool concludes = linker->copy_of != NULL, has_concluded = link->view.hops != no_hops;
    uint32_t hops = points - 1, had_hops = had > 0 ? had - 1 : 0;
    size_t size = 0;
    size_t cross = part(&size, hops * sizeof *link->cross);
    size_t at = part(&size, points * sizeof *link->at);
    size_t session = part(&size, points * sizeof *link->view.session);
    size_t point = part(&size, points * sizeof *link->view.point);
    size_t places = part(&size, concludes ? points * sizeof *link->view.places : 0);
    size_t between = part(&size, concludes ? hops * sizeof *link->view.hops : 0);
    char *block = g_malloc0(size);
    link->cross = moved(block, cross, link->cross, had_hops * sizeof *link->cross);
    link->at = moved(block, at, link->at, had * sizeof *link->at);
    link->view.session =
        moved(block, session, link->view.session, had * sizeof *link->view.session);
    link->view.point = moved(block, point, link->view.point, had * sizeof *link->view.point);
    uint32_t old_places = has_concluded ? had : 0, old_hops = has_concluded ? had_hops : 0;
    if (concludes) {
        link->view.places =
            moved(block, places, link->view.places, old_places * sizeof *link->view.places);
        link->view.hops =
            moved(block, between, link->view.hops, old_hops * sizeof *link->view.hops);
    } else {
        link->view.places = (struct link_place *)(uintptr_t)no_places;
        link->view.hops = (struct link_hop *)(uintptr_t)no_hops;
    }
    link->room = (uint8_t)points;
}

void link_make_room(const struct linker *linker, struct link *link, uint32_t points)
{
    if (points < 2)
        points = 2;
    if (points <= link->room)
        return;
    void *old = link->cross;
    lay_out_link(linker, link, points, link->room);
    g_free(old);
}

void link_copy_room(const struct linker *copy, struct link *link)
{
    lay_out_link(copy, link, link->room, link->room);
}

void link_free_room(struct link *link)
{
    g_free(link->cross);
}

static void lay_out_path(struct link_path *path, uint32_t points, uint32_t had)
{
    size_t size = 0;
    size_t hop = part(&size, (points - 1) * sizeof *path->hop);
    size_t row = part(&size, points * sizeof *path->row);
    char *block = g_malloc0(size);
    path->hop = moved(block, hop, path->hop, had > 0 ? (had - 1) * sizeof *path->hop : 0);
    path->row = moved(block, row, path->row, had * sizeof *path->row);
    path->room = (uint8_t)points;
}

void path_make_room(struct link_path *path, uint32_t points)
{
    if (points < 2)
        points = 2;
    if (points <= path->room)
        return;
    void *old = path->hop;
    lay_out_path(path, points, path->room);
    g_free(old);
}

void path_copy_room(struct link_path *path)
{
    lay_out_path(path, path->room, path->room);
}

void path_free_room(struct link_path *path)
{
    g_free(path->hop);
}
