/* Links of which too little was captured to tell the order of their points lie as others between
 * the same points do. Sessions of which only data was captured lie so too, where control
 * connections tell: one direction of one session says less than they do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

void link_remember_pairs(GHashTable *pairs, const uint32_t *points, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = i + 1; j < count; j++) {
            int64_t key = link_pair_key(points[i], points[j]);
            if (!g_hash_table_contains(pairs, &key))
                g_hash_table_add(pairs, g_memdup2(&key, sizeof key));
        }
    }
}

GHashTable *link_known_pairs(const struct linker *linker)
{
    GHashTable *known = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    for (guint c = 0; c < linker->paths->len; c++) {
        const struct link_path *path = linker->paths->pdata[c];
        uint32_t points[LINK_POINTS_LIMIT];
        for (uint32_t i = 0; i < path->count; i++)
            points[i] = path->row[i]->connection->point;
        if (path->order_known)
            link_remember_pairs(known, points, path->count);
    }
    return known;
}

bool link_order_as_others(GHashTable *pairs, const uint32_t *points, uint32_t count,
                          uint32_t *ret_from)
{
    bool is_taken[LINK_POINTS_LIMIT] = {false};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t further_in = 0, known = 0;
        for (uint32_t j = 0; j < count; j++) {
            int64_t in = link_pair_key(points[j], points[i]);
            int64_t out = link_pair_key(points[i], points[j]);
            bool is_in = g_hash_table_contains(pairs, &in);
            bool is_out = g_hash_table_contains(pairs, &out);
            further_in += is_in && !is_out;
            known += is_in != is_out;
        }
        if (known + 1 < count || is_taken[further_in]) /* taken: a ring */
            return false;
        is_taken[further_in] = true;
        ret_from[further_in] = i;
    }
    return true;
}

void link_settle(struct linker *linker)
{
    GHashTable *known = link_known_pairs(linker);
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        uint32_t from[2] = {0};
        if (link->path || link->view.count != 2 || !link->view.session[0] || !link->view.session[1])
            continue;
        uint32_t points[2] = {link->view.session[0]->point, link->view.session[1]->point};
        if (!link_order_as_others(known, points, 2, from))
            continue;
        link->order_guessed = false;
        if (from[0] == 0)
            continue;
        link->downward = 1 - link->downward;
        link_path_move(linker, link, from, 2, false);
        link_path_points(linker, link);
    }
    g_hash_table_destroy(known);
}
