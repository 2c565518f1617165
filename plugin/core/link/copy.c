/* A linker to conclude on: the links of another one as they are now, in memory of its own, so that
 * joining, matching and judging what only the end of the file shows changes nothing of the facts.
 * Costs as much as there are sessions, links and findings; packets are not copied (late peers stand
 * beside them), nor what no conclusion changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

static struct link *same_link(const struct linker *copy, const struct link *link)
{
    return link ? copy->links->pdata[link->view.index] : NULL;
}

static struct link_path *same_path(const struct linker *copy, const struct link_path *path)
{
    return path ? copy->paths->pdata[path->index] : NULL;
}

/* The memory that can be copied as it is. */
static void copy_objects(const struct linker *linker, struct linker *copy)
{
    for (guint i = 0; i < linker->sightings->len; i++) {
        struct sighting *sighting = block_pool_add(&copy->sighting_pool);
        *sighting = *(const struct sighting *)linker->sightings->pdata[i];
        g_ptr_array_add(copy->sightings, sighting);
    }
    for (guint i = 0; i < linker->paths->len; i++) {
        const struct link_path *path = linker->paths->pdata[i];
        struct link_path *same = g_memdup2(path, sizeof *path);
        path_copy_room(same);
        g_ptr_array_add(copy->paths, same);
    }
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = block_pool_add(&copy->link_pool);
        *link = *(const struct link *)linker->links->pdata[i];
        link_copy_room(copy, link);
        g_ptr_array_add(copy->links, link);
    }
    points_copy(linker->points, copy->points);
}

static void copy_sightings(struct linker *copy)
{
    for (guint i = 0; i < copy->sightings->len; i++) {
        struct sighting *sighting = copy->sightings->pdata[i];
        sighting->path = same_path(copy, sighting->path);
    }
}

static void copy_paths(struct linker *copy)
{
    for (guint i = 0; i < copy->paths->len; i++) {
        struct link_path *path = copy->paths->pdata[i];
        const GPtrArray *more = path->more_links;
        path->waiting_is_borrowed = true;
        for (uint32_t position = 0; position < path->count; position++)
            path->row[position] = sighting_of(copy, path->row[position]->connection);
        path->first_link = same_link(copy, path->first_link);
        path->more_links = NULL;
        for (guint k = 0; more && k < more->len; k++)
            path_add_link(path, same_link(copy, more->pdata[k]));
    }
}

static void copy_links(struct linker *copy)
{
    for (guint i = 0; i < copy->links->len; i++) {
        struct link *link = copy->links->pdata[i];
        link->path = same_path(copy, link->path);
        for (int k = 0; k < 2 * link->room; k++) {
            int direction = k / link->room, position = k % link->room;
            const GPtrArray *flows = link->at[position].misaddressed[direction];
            link->at[position].misaddressed[direction] = NULL;
            for (guint m = 0; flows && m < flows->len; m++)
                link_misaddressed_add(copy, link, (enum direction)direction, (uint32_t)position,
                                      flows->pdata[m]);
        }
    }
}

static void copy_marks(const struct linker *linker, struct linker *copy)
{
    g_array_append_vals(copy->session_marks, linker->session_marks->data,
                        linker->session_marks->len);
    for (guint i = 0; i < copy->session_marks->len; i++) {
        struct session_mark *mark = &g_array_index(copy->session_marks, struct session_mark, i);
        mark->link = same_link(copy, mark->link);
    }
    g_ptr_array_set_size(copy->flow_marks, (gint)linker->flow_marks->len);
    for (guint i = 0; i < linker->flow_marks->len; i++) {
        const struct flow_position *mark = linker->flow_marks->pdata[i];
        struct flow_position *same = g_memdup2(mark, sizeof *mark);
        if (same)
            same->link = same_link(copy, same->link);
        copy->flow_marks->pdata[i] = same;
    }
}

static void copy_tables(const struct linker *linker, struct linker *copy)
{
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, linker->reported);
    while (g_hash_table_iter_next(&iter, &key, &value))
        g_hash_table_insert(copy->reported, key, value);
}

struct linker *linker_copy(const struct linker *linker, struct finding_log *log)
{
    struct linker *copy = g_memdup2(linker, sizeof *linker);
    copy->copy_of = linker;
    copy->log = log;
    copy->now_frame = 0;
    memset(copy->spent, 0, sizeof copy->spent);
    linker_make_own(copy);
    copy->late = frame_store_new(sizeof(struct late_peer));
    copy->changed_pairings = frame_store_new(sizeof(struct changed_pairing));
    copy_objects(linker, copy);
    copy_sightings(copy);
    copy_paths(copy);
    copy_links(copy);
    copy_marks(linker, copy);
    copy_tables(linker, copy);
    copy->own = linker->supplier->own_new(copy, linker);
    return copy;
}
