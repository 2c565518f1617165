/* Which point is the next one on the way from a point to a server, as the linked connections show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

static guint way_hash(gconstpointer item)
{
    const struct link_way *way = item;
    return (guint)link_host_key(way->point, &way->server);
}

static gboolean way_equal(gconstpointer a, gconstpointer b)
{
    const struct link_way *x = a, *y = b;
    return x->point == y->point && net_address_equal(&x->server, &y->server);
}

GHashTable *link_ways(const struct linker *linker)
{
    GHashTable *ways = g_hash_table_new_full(way_hash, way_equal, g_free, NULL);
    for (guint i = 0; i < linker->paths->len; i++) {
        const struct link_path *path = linker->paths->pdata[i];
        for (uint32_t hop = 0; path->order_known && hop + 1 < path->count; hop++) {
            bool downward = link_path_downward(path, 0);
            const struct connection *from = path->row[downward ? hop : hop + 1]->connection;
            uint32_t next = path->row[downward ? hop + 1 : hop]->connection->point;
            struct link_way wanted = {.point = from->point, .server = from->end[1].address};
            struct link_way *way = g_hash_table_lookup(ways, &wanted);
            if (way) {
                way->several = way->several || way->next != next;
                continue;
            }
            wanted.next = next;
            wanted.several = next == from->point;
            wanted.path = path;
            wanted.hop = hop;
            g_hash_table_add(ways, g_memdup2(&wanted, sizeof wanted));
        }
    }
    return ways;
}

const struct link_way *link_way_find(GHashTable *ways, uint32_t point,
                                     const struct net_address *server)
{
    const struct link_way wanted = {.point = point, .server = *server};
    const struct link_way *way = g_hash_table_lookup(ways, &wanted);
    return way && !way->several ? way : NULL;
}
