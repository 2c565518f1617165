/* See point.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

static int64_t position_key(uint32_t point, uint32_t position)
{
    return (int64_t)((uint64_t)point << 32 | position);
}

struct link_point *link_path_position(const struct linker *linker, uint32_t point,
                                      uint32_t position)
{
    int64_t key = position_key(point, position);
    return g_hash_table_lookup(linker->positions, &key);
}

static void put(const struct linker *linker, uint32_t position, struct link_point *made)
{
    int64_t key = position_key(made->point, position);
    g_hash_table_insert(linker->positions, g_memdup2(&key, sizeof key), made);
}

void link_path_put_position(struct linker *linker, struct link_point *made)
{
    put(linker, made->position, made);
}

struct link_point *link_path_new_position(const struct linker *linker, GPtrArray *list,
                                          uint32_t point, uint32_t position)
{
    struct link_point *made = g_new0(struct link_point, 1);
    made->index = list->len;
    made->point = point;
    made->position = position == LINK_POSITION_PROVISIONAL ? 0 : position;
    made->role = "unknown";
    g_ptr_array_add(list, made);
    put(linker, position, made);
    return made;
}

/* Which hosts talk at a position, where one tracker point stands for several. */
struct hosts_at {
    struct net_address a; /* by memcmp the smaller */
    struct net_address b;
    uint32_t position;
};

static struct hosts_at hosts_at(uint32_t position, const struct net_address *a,
                                const struct net_address *b)
{
    bool ordered = memcmp(a->octets, b->octets, sizeof a->octets) <= 0;
    return (struct hosts_at){.a = ordered ? *a : *b, .b = ordered ? *b : *a, .position = position};
}

static guint hosts_hash(gconstpointer item)
{
    const struct hosts_at *at = item;
    uint64_t hash = hash_address(hash_step(hash_secret.start, at->position), &at->a);
    return (guint)hash_address(hash, &at->b);
}

static gboolean hosts_equal(gconstpointer a, gconstpointer b)
{
    const struct hosts_at *x = a, *y = b;
    return x->position == y->position && net_address_equal(&x->a, &y->a) &&
           net_address_equal(&x->b, &y->b);
}

GHashTable *link_path_hosts_table(void)
{
    return g_hash_table_new_full(hosts_hash, hosts_equal, g_free, NULL);
}

void link_path_copy_hosts(const struct linker *linker, struct linker *copy)
{
    GHashTableIter iter;
    gpointer at;
    g_hash_table_iter_init(&iter, linker->hosts_at);
    while (g_hash_table_iter_next(&iter, &at, NULL))
        g_hash_table_add(copy->hosts_at, g_memdup2(at, sizeof(struct hosts_at)));
}

static void remember_hosts(struct linker *linker, const struct link *link, uint32_t i)
{
    if (!link->path)
        return;
    const struct endpoint *end = link->path->row[i]->connection->end;
    struct hosts_at at = hosts_at(link->view.point[i], &end[0].address, &end[1].address);
    if (!g_hash_table_contains(linker->hosts_at, &at))
        g_hash_table_add(linker->hosts_at, g_memdup2(&at, sizeof at));
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
        struct link_point *made = link_path_position(linker, point, position);
        if (!made)
            made = link_path_new_position(linker, linker->points, point, position);
        if (link_order_known(link))
            made->role = i == 0 ? "inside" : i + 1 == count ? "outside" : "middle";
        link->view.point[i] = made->index;
        if (position != 0)
            remember_hosts(linker, link, i);
    }
    link->view.count = count;
}

struct link_point *link_path_find_point(const struct linker *linker, uint32_t point,
                                        const struct net_address *a, const struct net_address *b)
{
    struct link_point *first = link_path_position(linker, point, 0);
    for (uint32_t position = 1; position <= LINK_POINTS_LIMIT; position++) {
        struct link_point *found = link_path_position(linker, point, position);
        if (!found)
            continue;
        struct hosts_at at = hosts_at(found->index, a, b);
        if (g_hash_table_contains(linker->hosts_at, &at))
            return found;
        first = first ? first : found;
    }
    return first;
}
