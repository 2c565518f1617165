/* A hash table for the fast path: linear probing in a power-of-two array at most half full.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "index_table.h"

#include <glib.h>

#include "hash.h"

#define START_SIZE 16

void index_table_init(struct index_table *table)
{
    hash_start();
    *table = (struct index_table){0};
}

void index_table_clear(struct index_table *table)
{
    g_free(table->slots);
    table->slots = NULL;
    table->size = 0;
    table->used = 0;
}

void **index_table_find(const struct index_table *table, uint32_t hash, index_table_equal equal,
                        const void *key)
{
    if (table->size == 0)
        return NULL;
    uint32_t mask = table->size - 1;
    for (uint32_t i = hash & mask; table->slots[i].item != NULL; i = (i + 1) & mask) {
        if (table->slots[i].hash == hash && equal(table->slots[i].item, key))
            return &table->slots[i].item;
    }
    return NULL;
}

static void put(struct index_table *table, uint32_t hash, void *item)
{
    uint32_t mask = table->size - 1;
    uint32_t i = hash & mask;
    while (table->slots[i].item != NULL)
        i = (i + 1) & mask;
    table->slots[i] = (struct index_slot){.item = item, .hash = hash};
}

/* Items of equal hash stay in the order of their arrival, whatever the secret: a look-up that
 * several of them fit must give the same one in every run. So the old slots are gone through from
 * an empty one on, which no run of neighbours goes over. */
static void grow(struct index_table *table)
{
    struct index_slot *old = table->slots;
    uint32_t old_size = table->size;
    uint32_t start = 0;
    table->size = old_size == 0 ? START_SIZE : old_size * 2;
    table->slots = g_new0(struct index_slot, table->size);
    while (start < old_size && old[start].item != NULL)
        start++;
    for (uint32_t i = 0; i < old_size; i++) {
        const struct index_slot *slot = &old[(start + i) & (old_size - 1)];
        if (slot->item != NULL)
            put(table, slot->hash, slot->item);
    }
    g_free(old);
}

void index_table_add(struct index_table *table, uint32_t hash, void *item)
{
    if (table->used >= table->size / 2)
        grow(table);
    put(table, hash, item);
    table->used++;
}
