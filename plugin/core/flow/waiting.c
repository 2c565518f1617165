/* See waiting.h: open addressing with linear probing; removal closes the gap, so that there are
 * no tombstones and a look-up ends at the first empty slot.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "waiting.h"

#include <glib.h>

#define FIRST_SIZE 1024u
/* Equal packets that wait at one side; more could not be told apart and would make chains long. */
#define EQUAL_LIMIT 32

struct waiting_packets {
    struct waiting_entry *slots;
    uint32_t size; /* a power of two */
    uint32_t count;
    uint32_t limit;
    uint32_t refused; /* puts since the full table was last searched for old entries */
    waiting_old_fn old;
    void *user;
};

struct waiting_packets *waiting_new(uint32_t limit, waiting_old_fn old, void *user)
{
    hash_start();
    struct waiting_packets *waiting = g_new0(struct waiting_packets, 1);
    waiting->limit = limit;
    waiting->old = old;
    waiting->user = user;
    return waiting;
}

void waiting_free(struct waiting_packets *waiting)
{
    if (!waiting)
        return;
    g_free(waiting->slots);
    g_free(waiting);
}

static uint32_t home(const struct waiting_packets *waiting, uint64_t key)
{
    return (uint32_t)key & (waiting->size - 1);
}

static void insert(struct waiting_packets *waiting, const struct waiting_entry *entry)
{
    uint32_t i = home(waiting, entry->key), equal = 0;
    for (; waiting->slots[i].frame; i = (i + 1) & (waiting->size - 1)) {
        if (waiting->slots[i].key == entry->key && ++equal == EQUAL_LIMIT)
            return;
    }
    waiting->slots[i] = *entry;
    waiting->count++;
}

/* Drops what is old; doubles the table if that did not free half of the threshold. */
static void renew(struct waiting_packets *waiting)
{
    struct waiting_entry *before = waiting->slots;
    uint32_t size = waiting->size, kept = 0;
    for (uint32_t i = 0; i < size; i++) {
        if (before[i].frame && waiting->old(&before[i], waiting->user))
            before[i].frame = 0;
        kept += before[i].frame != 0;
    }
    if (size == 0)
        waiting->size = FIRST_SIZE;
    else if (kept > size / 4 && size / 2 < waiting->limit)
        waiting->size = size * 2;
    waiting->slots = g_new0(struct waiting_entry, waiting->size);
    waiting->count = 0;
    for (uint32_t i = 0; i < size; i++) {
        if (before[i].frame)
            insert(waiting, &before[i]);
    }
    g_free(before);
}

bool waiting_put(struct waiting_packets *waiting, uint64_t key, uint32_t side, uint32_t frame,
                 int64_t time_ns)
{
    bool full = waiting->count >= waiting->limit;
    /* A full table is searched once in a while only: each search looks at all of it. */
    if (full && waiting->refused++ < waiting->limit / 4)
        return false;
    if (full || waiting->count >= waiting->size / 2)
        renew(waiting);
    waiting->refused = 0;
    if (waiting->count >= waiting->limit)
        return false;
    struct waiting_entry entry = {.key = key, .time_ns = time_ns, .frame = frame, .side = side};
    insert(waiting, &entry);
    return true;
}

/* Removes slot i and moves back what probing had pushed past it. */
static void remove_slot(struct waiting_packets *waiting, uint32_t i)
{
    uint32_t mask = waiting->size - 1, hole = i;
    for (uint32_t j = (i + 1) & mask; waiting->slots[j].frame; j = (j + 1) & mask) {
        uint32_t want = home(waiting, waiting->slots[j].key);
        if (((j - want) & mask) >= ((j - hole) & mask)) {
            waiting->slots[hole] = waiting->slots[j];
            hole = j;
        }
    }
    waiting->slots[hole].frame = 0;
    waiting->count--;
}

bool waiting_take(struct waiting_packets *waiting, uint64_t key, uint32_t side,
                  struct waiting_entry *ret_entry)
{
    const struct waiting_entry *found = NULL;
    if (waiting->size == 0)
        return false;
    for (uint32_t i = home(waiting, key); waiting->slots[i].frame;
         i = (i + 1) & (waiting->size - 1)) {
        const struct waiting_entry *slot = &waiting->slots[i];
        if (slot->key == key && slot->side != side && (!found || slot->frame < found->frame))
            found = slot;
    }
    if (!found)
        return false;
    *ret_entry = *found;
    remove_slot(waiting, (uint32_t)(found - waiting->slots));
    return true;
}

uint32_t waiting_find(const struct waiting_packets *waiting, uint64_t key, uint32_t side,
                      struct waiting_entry *ret_entries, uint32_t limit)
{
    uint32_t count = 0;
    if (waiting->size == 0)
        return 0;
    for (uint32_t i = home(waiting, key); waiting->slots[i].frame;
         i = (i + 1) & (waiting->size - 1)) {
        const struct waiting_entry *slot = &waiting->slots[i];
        if (slot->key != key || slot->side == side)
            continue;
        if (count < limit)
            ret_entries[count] = *slot;
        count++;
    }
    return count;
}

uint32_t waiting_count(const struct waiting_packets *waiting)
{
    return waiting->count;
}
