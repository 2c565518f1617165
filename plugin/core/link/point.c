/* See point.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/host_pair.h"
#include "internal.h"

/* In by_position: the position of a point that is part of no link, for who asks before the end. */
#define PROVISIONAL UINT32_MAX

struct points {
    GPtrArray *list;         /* struct link_point *: positions of links; at the end all positions */
    GPtrArray *provisional;  /* the same, see points_provisional */
    GHashTable *by_position; /* int64_t: tracker point and position -> struct link_point * */
    GHashTable *hosts;       /* set of struct host_pair: who talks at positions that share a */
    bool have_shared;        /* tracker point, as some do */
};

struct points *points_new(void)
{
    struct points *points = g_new0(struct points, 1);
    points->list = g_ptr_array_new_with_free_func(g_free);
    points->provisional = g_ptr_array_new_with_free_func(g_free);
    points->by_position = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    points->hosts = g_hash_table_new_full(host_pair_hash, host_pair_equal, g_free, NULL);
    return points;
}

void points_free(struct points *points)
{
    g_ptr_array_free(points->list, TRUE);
    g_ptr_array_free(points->provisional, TRUE);
    g_hash_table_destroy(points->by_position);
    g_hash_table_destroy(points->hosts);
    g_free(points);
}

static int64_t position_key(uint32_t point, uint32_t position)
{
    return (int64_t)((uint64_t)point << 32 | position);
}

static void put(struct points *points, uint32_t position, struct link_point *made)
{
    int64_t key = position_key(made->point, position);
    g_hash_table_insert(points->by_position, g_memdup2(&key, sizeof key), made);
    points->have_shared = points->have_shared || (position != 0 && position != PROVISIONAL);
}

void points_copy(const struct points *points, struct points *copy)
{
    GHashTableIter iter;
    gpointer at;
    for (guint i = 0; i < points->list->len; i++) {
        struct link_point *same = g_memdup2(points->list->pdata[i], sizeof *same);
        g_ptr_array_add(copy->list, same);
        put(copy, same->position, same);
    }
    g_hash_table_iter_init(&iter, points->hosts);
    while (g_hash_table_iter_next(&iter, &at, NULL))
        g_hash_table_add(copy->hosts, g_memdup2(at, sizeof(struct host_pair)));
}

uint32_t points_count(const struct points *points)
{
    return points->list->len;
}

struct link_point *points_get(const struct points *points, uint32_t index)
{
    return index < points->list->len ? points->list->pdata[index] : NULL;
}

struct link_point *points_at(const struct points *points, uint32_t point, uint32_t position)
{
    int64_t key = position_key(point, position);
    return g_hash_table_lookup(points->by_position, &key);
}

static struct link_point *add(struct points *points, GPtrArray *list, uint32_t point,
                              uint32_t position)
{
    struct link_point *made = g_new0(struct link_point, 1);
    made->index = list->len;
    made->point = point;
    made->position = position == PROVISIONAL ? 0 : position;
    made->role = "unknown";
    g_ptr_array_add(list, made);
    put(points, position, made);
    return made;
}

struct link_point *points_add(struct points *points, uint32_t point, uint32_t position)
{
    return add(points, points->list, point, position);
}

const struct link_point *points_provisional(struct points *points, uint32_t point)
{
    const struct link_point *known = points_at(points, point, PROVISIONAL);
    if (known)
        return known;
    struct link_point *made = add(points, points->provisional, point, PROVISIONAL);
    made->index += points->list->len;
    return made;
}

struct link_point *points_between(const struct points *points, uint32_t point,
                                  const struct net_address *a, const struct net_address *b)
{
    struct link_point *first = points_at(points, point, 0);
    for (uint32_t position = 1; points->have_shared && position <= LINK_POINTS_LIMIT; position++) {
        struct link_point *found = points_at(points, point, position);
        if (!found)
            continue;
        struct host_pair at = host_pair_of(found->index, a, b);
        if (g_hash_table_contains(points->hosts, &at))
            return found;
        first = first ? first : found;
    }
    return first;
}

static void remember_hosts(struct linker *linker, const struct link *link, uint32_t i)
{
    if (!link->path)
        return;
    const struct endpoint *end = link->path->row[i]->connection->end;
    struct host_pair at = host_pair_of(link->view.point[i], &end[0].address, &end[1].address);
    if (!g_hash_table_contains(linker->points->hosts, &at))
        g_hash_table_add(linker->points->hosts, g_memdup2(&at, sizeof at));
}

/* Where a capture lost its interfaces one tracker point stands for several positions; they are then
 * told apart by position, counted from 1, and 0 means that the point is one position. */
void link_path_points(struct linker *linker, struct link *link)
{
    uint32_t count = link->path ? link->path->count : link->view.count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t point = link_position_point(link, i), position = 0;
        for (uint32_t j = 0; j < count; j++)
            position = j != i && link_position_point(link, j) == point ? i + 1 : position;
        struct link_point *made = points_at(linker->points, point, position);
        if (!made)
            made = points_add(linker->points, point, position);
        if (link_order_known(link))
            made->role = i == 0 ? "inside" : i + 1 == count ? "outside" : "middle";
        link->view.point[i] = made->index;
        if (position != 0)
            remember_hosts(linker, link, i);
    }
    link->view.count = count;
}
