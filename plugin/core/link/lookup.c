/* What lookup.h finds, where it may have to be made first; and lists under a hash.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

struct candidates *link_candidates(GHashTable *table, uint64_t key, bool make)
{
    gpointer hashed = GSIZE_TO_POINTER((gsize)(key ^ (key >> 32)));
    struct candidates *candidates = g_hash_table_lookup(table, hashed);
    if (!candidates && make) {
        candidates = candidates_new();
        g_hash_table_insert(table, hashed, candidates);
    }
    return candidates;
}

static void free_candidates(gpointer data)
{
    candidates_free(data);
}

GHashTable *link_candidates_table(void)
{
    return g_hash_table_new_full(hash_of_pointer, NULL, NULL, free_candidates);
}

uint64_t link_host_key(uint32_t point, const struct net_address *address)
{
    return hash_address(hash_step(hash_secret.start, point), address);
}

struct sighting *link_sighting(struct linker *linker, struct connection *connection)
{
    if (connection->index >= linker->sighting_at->len)
        g_ptr_array_set_size(linker->sighting_at, (gint)connection->index + 1);
    gpointer *at = &linker->sighting_at->pdata[connection->index];
    if (!*at) {
        struct sighting *sighting = g_new0(struct sighting, 1);
        sighting->connection = connection;
        *at = sighting;
        g_ptr_array_add(linker->sightings, sighting);
    }
    return *at;
}

struct session_notes *link_notes(struct linker *linker, const struct session *session)
{
    struct session_mark *mark = session_mark_for(linker, session);
    if (!mark->notes)
        mark->notes = block_pool_add(&linker->notes_pool);
    return mark->notes;
}

const struct flow_position *flow_position_of(const struct linker *linker, const struct flow *flow)
{
    const struct flow_position *at = flow_mark_of(linker, flow);
    return at && at->link && at->link != link_of_session(linker, flow->session) ? at : NULL;
}
