/* What lookup.h finds, where it may have to be made first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

uint64_t link_host_key(uint32_t point, const struct net_address *address)
{
    return hash_address(hash_step(hash_secret.start, point), address);
}

static gpointer host_key(uint32_t point, const struct net_address *address)
{
    uint64_t key = link_host_key(point, address);
    return GSIZE_TO_POINTER((gsize)(key ^ (key >> 32)));
}

const GArray *link_hosts_links(const struct linker *linker, uint32_t point,
                               const struct net_address *address)
{
    static const GArray none;
    gpointer key = host_key(point, address);
    const GArray *links = g_hash_table_lookup(linker->by_host, key);
    if (!links && linker->copy_of)
        links = g_hash_table_lookup(linker->copy_of->by_host, key);
    return links ? links : &none;
}

/* The place of the first link that is not before `index`. */
static guint place_of(const GArray *links, uint32_t index)
{
    guint low = 0, high = links->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(links, uint32_t, middle) < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void link_remember_host(struct linker *linker, const struct link *link, uint32_t point,
                        const struct net_address *address)
{
    const GArray *known = link_hosts_links(linker, point, address);
    guint place = place_of(known, link->view.index);
    bool is_there = place < known->len && g_array_index(known, uint32_t, place) == link->view.index;
    if (known->len >= LINK_STRAY_CANDIDATES || is_there)
        return;
    gpointer key = host_key(point, address);
    GArray *links = g_hash_table_lookup(linker->by_host, key);
    if (!links) {
        links = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), known->len + 1);
        g_array_append_vals(links, known->data, known->len);
        g_hash_table_insert(linker->by_host, key, links);
    }
    g_array_insert_val(links, place, link->view.index);
}

struct sighting *link_sighting(struct linker *linker, struct connection *connection)
{
    for (guint i = linker->sightings->len; i <= connection->index; i++) {
        struct sighting *sighting = block_pool_add(&linker->sighting_pool);
        sighting->connection = facts_connection(linker->facts, i);
        g_ptr_array_add(linker->sightings, sighting);
    }
    return linker->sightings->pdata[connection->index];
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
