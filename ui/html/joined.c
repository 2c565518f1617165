/* Rows of what several points saw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "joined.h"

/* Rows by "title frame", for the frame itself and the frame at the other point; a frame can hold
 * several messages. */
static char *row_key(const struct sight *sight, int64_t frame)
{
    if (sight->folded)
        return g_strdup(sight->title);
    return g_strdup_printf("%s %" G_GINT64_FORMAT, sight->title, frame);
}

static GList *find_row(GHashTable *known, const struct sight *sight, unsigned place)
{
    char *own = row_key(sight, sight->frame);
    char *peer = row_key(sight, sight->peer_frame.value);
    GList *found = sight->peer_frame.known ? g_hash_table_lookup(known, peer) : NULL;
    if (found == NULL)
        found = g_hash_table_lookup(known, own);
    g_free(own);
    g_free(peer);
    if (found == NULL || ((struct joined_row *)found->data)->message[place] != NULL)
        return NULL;
    return found;
}

static void remember_row(GHashTable *known, const struct sight *sight, GList *row)
{
    g_hash_table_replace(known, row_key(sight, sight->frame), row);
    if (sight->peer_frame.known)
        g_hash_table_replace(known, row_key(sight, sight->peer_frame.value), row);
}

/* A new row behind `before`, or first. */
static GList *insert_row(GQueue *rows, GList *before, const struct sight *sight)
{
    GList *at = g_list_alloc();
    struct joined_row *row = at->data = g_new0(struct joined_row, 1);
    row->title = sight->title;
    if (before == NULL)
        g_queue_push_head_link(rows, at);
    else
        g_queue_insert_after_link(rows, before, at);
    return at;
}

/* Puts what one point saw into rows: into that of the same message at another point, else into a
 * new one behind the message that this point saw before. */
static void place_sights(GQueue *rows, GHashTable *known, const GArray *sights, unsigned place)
{
    GList *before = NULL;
    for (guint i = 0; i < sights->len; i++) {
        const struct sight *sight = &g_array_index(sights, struct sight, i);
        GList *at = find_row(known, sight, place);
        if (at == NULL)
            at = insert_row(rows, before, sight);
        struct joined_row *row = at->data;
        row->message[place] = sight->message;
        row->count[place] = sight->count;
        remember_row(known, sight, at);
        before = at;
    }
}

void joined_rows(GQueue *rows, GArray *const *sights, unsigned count)
{
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned place = 0; place < count; place++) {
        if (sights[place] != NULL)
            place_sights(rows, known, sights[place], place);
    }
    g_hash_table_destroy(known);
}
