/* See fragments.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "fragments.h"

#include "core/base/hash.h"

/* The first fragment with this IP ID between these hosts at a point. */
struct seen_fragment {
    struct net_address source;
    struct net_address destination;
    uint32_t point;
    uint32_t frame;
    uint16_t ip_id;
};

static guint fragment_hash(gconstpointer item)
{
    const struct seen_fragment *seen = item;
    uint64_t position = (uint64_t)seen->point << 32 | seen->ip_id;
    uint64_t hash = hash_address(hash_step(hash_secret.start, position), &seen->source);
    return (guint)hash_address(hash, &seen->destination);
}

static gboolean fragment_equal(gconstpointer a, gconstpointer b)
{
    const struct seen_fragment *x = a, *y = b;
    return x->point == y->point && x->ip_id == y->ip_id &&
           net_address_equal(&x->source, &y->source) &&
           net_address_equal(&x->destination, &y->destination);
}

struct fragments {
    uint32_t limit;
    GHashTable *seen;  /* set of struct seen_fragment */
    GHashTable *whole; /* frame of a reassembled packet -> its IP ID + 1 */
};

struct fragments *fragments_new(uint32_t limit)
{
    struct fragments *fragments = g_new(struct fragments, 1);
    fragments->limit = limit;
    fragments->seen = g_hash_table_new_full(fragment_hash, fragment_equal, g_free, NULL);
    fragments->whole = g_hash_table_new(hash_of_pointer, NULL);
    return fragments;
}

void fragments_free(struct fragments *fragments)
{
    if (!fragments)
        return;
    g_hash_table_destroy(fragments->seen);
    g_hash_table_destroy(fragments->whole);
    g_free(fragments);
}

bool fragments_note(struct fragments *fragments, uint32_t point, const struct packet *packet)
{
    struct seen_fragment seen = {
        .source = packet->source,
        .destination = packet->destination,
        .point = point,
        .frame = packet->frame,
        .ip_id = packet->ip_id,
    };
    if (g_hash_table_contains(fragments->seen, &seen))
        return true;
    if (g_hash_table_size(fragments->seen) >= fragments->limit)
        return false;
    g_hash_table_add(fragments->seen, g_memdup2(&seen, sizeof seen));
    return true;
}

bool fragments_note_whole(struct fragments *fragments, const struct packet *packet)
{
    if (!packet->has_ip_id)
        return true;
    if (g_hash_table_size(fragments->whole) >= fragments->limit)
        return false;
    g_hash_table_insert(fragments->whole, GUINT_TO_POINTER(packet->frame),
                        GUINT_TO_POINTER(packet->ip_id + 1u));
    return true;
}

bool fragments_have_whole(const struct fragments *fragments)
{
    return g_hash_table_size(fragments->whole) > 0;
}

bool fragments_ip_id(const struct fragments *fragments, uint32_t frame, uint16_t *ret_ip_id)
{
    gpointer found = g_hash_table_lookup(fragments->whole, GUINT_TO_POINTER(frame));
    if (found)
        *ret_ip_id = (uint16_t)(GPOINTER_TO_UINT(found) - 1);
    return found != NULL;
}

uint32_t fragments_seen_at(const struct fragments *fragments, uint32_t point, uint16_t ip_id,
                           const struct net_address *from, const struct net_address *to)
{
    struct seen_fragment wanted = {
        .source = *from, .destination = *to, .point = point, .ip_id = ip_id};
    const struct seen_fragment *seen = g_hash_table_lookup(fragments->seen, &wanted);
    return seen ? seen->frame : 0;
}
