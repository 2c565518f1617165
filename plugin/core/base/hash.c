/* See hash.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "hash.h"

#include <stdbool.h>

/* Good numbers for what is hashed before any table exists. */
struct hash_secret hash_secret = {0x9E3779B97F4A7C15u, 0xD6E8FEB86659FD93u};

static bool started;

/* splitmix64 (Steele, Lea, Flood 2014): each seed gives another secret, 0 and 1 too. */
static uint64_t spread(uint64_t seed)
{
    seed += 0x9E3779B97F4A7C15u;
    seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9u;
    seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBu;
    return seed ^ (seed >> 31);
}

void hash_start_with(uint64_t seed)
{
    hash_secret.start = spread(seed);
    hash_secret.factor = spread(hash_secret.start) | 1;
    started = true;
}

static uint64_t draw(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int();
}

void hash_start(void)
{
    if (started)
        return;
    hash_secret = (struct hash_secret){.start = draw(), .factor = draw() | 1};
    started = true;
}

guint hash_of_pointer(gconstpointer key)
{
    return (guint)hash_step(hash_secret.start, GPOINTER_TO_SIZE(key));
}

guint hash_of_int64(gconstpointer key)
{
    uint64_t word;
    memcpy(&word, key, sizeof word);
    return (guint)hash_step(hash_secret.start, word);
}
