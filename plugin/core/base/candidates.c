/* See candidates.h: chains of entries that lie in pages and never move. An entry's number is its
 * place + 1; entries of one key are in order of arrival, others of the chain lie between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "candidates.h"

#include <glib.h>

#include "hash.h"

#define PAGE_ENTRIES  256u
#define FIRST_BUCKETS 64u

struct entry {
    uint64_t key;
    uint32_t item;
    uint32_t next; /* of the chain; 0: the last */
};

struct candidates {
    GPtrArray *pages;  /* struct entry[PAGE_ENTRIES], owned */
    uint32_t *buckets; /* the first entry of a chain; 0: none */
    uint32_t size;     /* of buckets: a power of two, or 0 */
    uint32_t used;     /* entries, removed ones too */
};

struct candidates *candidates_new(void)
{
    hash_start();
    struct candidates *candidates = g_new0(struct candidates, 1);
    candidates->pages = g_ptr_array_new_with_free_func(g_free);
    return candidates;
}

void candidates_free(struct candidates *candidates)
{
    if (!candidates)
        return;
    g_ptr_array_free(candidates->pages, TRUE);
    g_free(candidates->buckets);
    g_free(candidates);
}

static struct entry *entry_at(const struct candidates *candidates, uint32_t at)
{
    struct entry *page = candidates->pages->pdata[(at - 1) / PAGE_ENTRIES];
    return &page[(at - 1) % PAGE_ENTRIES];
}

static uint32_t *bucket_of(const struct candidates *candidates, uint64_t key)
{
    return &candidates->buckets[(uint32_t)key & (candidates->size - 1)];
}

/* Moves each chain's entries, in their order, to the two that it becomes. */
static void grow(struct candidates *candidates)
{
    uint32_t *old = candidates->buckets;
    uint32_t old_size = candidates->size;
    candidates->size = old_size ? old_size * 2 : FIRST_BUCKETS;
    candidates->buckets = g_new0(uint32_t, candidates->size);
    for (uint32_t i = 0; i < old_size; i++) {
        uint32_t *ends[2] = {&candidates->buckets[i], &candidates->buckets[i + old_size]};
        for (uint32_t at = old[i]; at != 0; at = entry_at(candidates, at)->next) {
            struct entry *entry = entry_at(candidates, at);
            uint32_t **end = &ends[((uint32_t)entry->key & old_size) != 0];
            **end = at;
            *end = &entry->next;
        }
        *ends[0] = *ends[1] = 0;
    }
    g_free(old);
}

void candidates_add(struct candidates *candidates, uint64_t key, uint32_t item)
{
    if (candidates->used == candidates->size)
        grow(candidates);
    if (candidates->used % PAGE_ENTRIES == 0)
        g_ptr_array_add(candidates->pages, g_new(struct entry, PAGE_ENTRIES));
    uint32_t at = ++candidates->used;
    *entry_at(candidates, at) = (struct entry){.key = key, .item = item};
    uint32_t *end = bucket_of(candidates, key);
    while (*end != 0)
        end = &entry_at(candidates, *end)->next;
    *end = at;
}

/* The first entry of `key` from `at` on. */
static uint32_t of_key(const struct candidates *candidates, uint64_t key, uint32_t at)
{
    while (at != 0 && entry_at(candidates, at)->key != key)
        at = entry_at(candidates, at)->next;
    return at;
}

uint32_t candidates_first(const struct candidates *candidates, uint64_t key)
{
    return candidates->size ? of_key(candidates, key, *bucket_of(candidates, key)) : 0;
}

uint32_t candidates_next(const struct candidates *candidates, uint32_t at)
{
    const struct entry *entry = entry_at(candidates, at);
    return of_key(candidates, entry->key, entry->next);
}

uint32_t candidates_item(const struct candidates *candidates, uint32_t at)
{
    return entry_at(candidates, at)->item;
}

uint32_t candidates_count(const struct candidates *candidates, uint64_t key)
{
    uint32_t count = 0;
    for (uint32_t at = candidates_first(candidates, key); at; at = candidates_next(candidates, at))
        count++;
    return count;
}

bool candidates_has(const struct candidates *candidates, uint64_t key, uint32_t item)
{
    for (uint32_t at = candidates_first(candidates, key); at; at = candidates_next(candidates, at))
        if (candidates_item(candidates, at) == item)
            return true;
    return false;
}

void candidates_remove(struct candidates *candidates, uint32_t at)
{
    const struct entry *entry = entry_at(candidates, at);
    uint32_t *end = bucket_of(candidates, entry->key);
    while (*end != at)
        end = &entry_at(candidates, *end)->next;
    *end = entry->next;
}
