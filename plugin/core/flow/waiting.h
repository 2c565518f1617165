/* Packets that wait for their other half at another point: a bounded hash table from a 64-bit key
 * to (frame, side, time). Equal keys are allowed; the earliest frame is taken first. No allocation
 * but when it grows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_GRE_WAITING_H
#define PPTPNAT_GRE_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/hash.h"

struct waiting_packets;

struct waiting_entry {
    uint64_t key;
    int64_t time_ns;
    uint32_t frame; /* 0: empty */
    uint32_t side;
};

/* True if the entry has waited long enough to be forgotten. */
typedef bool (*waiting_old_fn)(const struct waiting_entry *entry, void *user);

/* At most `limit` entries. `old` is asked only when the table is full or grows. */
struct waiting_packets *waiting_new(uint32_t limit, waiting_old_fn old, void *user);
void waiting_free(struct waiting_packets *waiting); /* NULL is fine */

/* False if the limit is reached and nothing is old: the entry is not kept. */
bool waiting_put(struct waiting_packets *waiting, uint64_t key, uint32_t side, uint32_t frame,
                 int64_t time_ns);

/* Removes and returns the earliest entry of `key` put from another side than `side`. */
bool waiting_take(struct waiting_packets *waiting, uint64_t key, uint32_t side,
                  struct waiting_entry *ret_entry);

/* Copies up to `limit` entries of `key` put from other sides, in no order; returns how many there
 * are in all. */
uint32_t waiting_find(const struct waiting_packets *waiting, uint64_t key, uint32_t side,
                      struct waiting_entry *ret_entries, uint32_t limit);

uint32_t waiting_count(const struct waiting_packets *waiting);

/* A key made of parts. */
static inline uint64_t waiting_key(uint32_t a, uint32_t b, uint32_t c)
{
    return hash_step(hash_step(hash_secret.start, (uint64_t)a << 32 | b), c);
}

#endif
