/* Sessions of which only data was captured, where control connections tell the order of the points:
 * one direction of one session says less than they do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

GHashTable *link_known_pairs(const struct linker *linker)
{
    GHashTable *known = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    for (guint c = 0; c < linker->paths->len; c++) {
        const struct link_path *path = linker->paths->pdata[c];
        for (uint32_t i = 0; path->order_known && i < path->count; i++) {
            for (uint32_t j = i + 1; j < path->count; j++) {
                int64_t key =
                    link_pair_key(path->row[i]->connection->point, path->row[j]->connection->point);
                if (!g_hash_table_contains(known, &key))
                    g_hash_table_add(known, g_memdup2(&key, sizeof key));
            }
        }
    }
    return known;
}

void link_settle(struct linker *linker)
{
    static const uint32_t turned[2] = {1, 0};
    GHashTable *known = link_known_pairs(linker);
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        if (link->path || link->view.count != 2 || !link->view.session[0] || !link->view.session[1])
            continue;
        uint32_t inner = link->view.session[0]->point, outer = link->view.session[1]->point;
        int64_t as_is = link_pair_key(inner, outer), reversed = link_pair_key(outer, inner);
        if (g_hash_table_contains(known, &as_is) || g_hash_table_contains(known, &reversed))
            link->order_guessed = false;
        if (g_hash_table_contains(known, &as_is) || !g_hash_table_contains(known, &reversed))
            continue;
        link->downward = 1 - link->downward;
        link_path_move(linker, link, turned, 2, false);
        link_path_points(linker, link);
    }
    g_hash_table_destroy(known);
}
