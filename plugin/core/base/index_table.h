/* A hash table from keys to items that the caller owns, made for the one look-up per packet that
 * the analysis can afford: open addressing, the hash kept beside the item, no allocation to look
 * up. Items are never removed, only replaced through the pointer that index_table_find returns.
 * Hashes are those of base/hash.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_INDEX_TABLE_H
#define PPTPNAT_INDEX_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"

struct index_slot {
    void *item; /* NULL: free */
    uint32_t hash;
};

struct index_table {
    struct index_slot *slots;
    uint32_t size; /* a power of two, or 0 */
    uint32_t used;
};

typedef bool (*index_table_equal)(const void *item, const void *key);

void index_table_init(struct index_table *table);
/* Forgets all items and frees the slots; the table may be used again. */
void index_table_clear(struct index_table *table);

static inline uint32_t index_table_hash(const uint64_t *words, unsigned count)
{
    return (uint32_t)hash_words(words, count);
}

/* The place of the first item with this hash for which `equal` is true, or NULL. Valid until the
 * next index_table_add. */
void **index_table_find(const struct index_table *table, uint32_t hash, index_table_equal equal,
                        const void *key);

/* Adds an item (not NULL), whether or not an equal one is there. */
void index_table_add(struct index_table *table, uint32_t hash, void *item);

#endif
