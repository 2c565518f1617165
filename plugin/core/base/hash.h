/* Hashes of what a capture says, keyed with a secret that each process draws: whoever writes a
 * capture cannot choose keys that collide. Equal keys have equal hashes within a process only: no
 * hash may be shown, and no order that follows from one (the tests compare two secrets).
 *
 * Each word is added to the hash and multiplied by a secret number, or by the next word under it;
 * the two halves of the product make the next hash (as in wyhash), so that what a difference of
 * keys becomes is not known either.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HASH_H
#define PPTPNAT_HASH_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "packet.h"

struct hash_secret {
    uint64_t start;
    uint64_t factor; /* odd */
};
extern struct hash_secret hash_secret;

/* Draws the secret, the first time. Every table calls it before it takes a key. */
void hash_start(void);
/* For tests: the secret that follows from `seed`, while there is no table. */
void hash_start_with(uint64_t seed);

/* The halves of the product of 128 bits. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 product;
    product all = (product)a * b;
    return (uint64_t)all ^ (uint64_t)(all >> 64);
#else
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), high = (a >> 32) * (b >> 32);
    uint64_t one = (a >> 32) * (b & UINT32_MAX), other = (a & UINT32_MAX) * (b >> 32);
    uint64_t middle = (low >> 32) + (one & UINT32_MAX) + (other & UINT32_MAX);
    high += (one >> 32) + (other >> 32) + (middle >> 32);
    return (middle << 32 | (low & UINT32_MAX)) ^ high;
#endif
}

static inline uint64_t hash_step(uint64_t hash, uint64_t word)
{
    return hash_fold(hash ^ word, hash_secret.factor);
}

/* The same of two words at once. */
static inline uint64_t hash_two(uint64_t hash, uint64_t word, uint64_t other)
{
    return hash_fold(hash ^ word, hash_secret.factor ^ other);
}

static inline uint64_t hash_words(const uint64_t *words, unsigned count)
{
    uint64_t hash = hash_secret.start;
    for (; count >= 2; count -= 2, words += 2)
        hash = hash_two(hash, words[0], words[1]);
    return count > 0 ? hash_step(hash, words[0]) : hash;
}

/* Continues `hash` with octets and how many they are. */
static inline uint64_t hash_octets(uint64_t hash, const void *octets, size_t length)
{
    uint64_t words[2];
    size_t at = 0;
    for (; at + sizeof words <= length; at += sizeof words) {
        memcpy(words, (const uint8_t *)octets + at, sizeof words);
        hash = hash_two(hash, words[0], words[1]);
    }
    if (at < length) {
        memset(words, 0, sizeof words);
        memcpy(words, (const uint8_t *)octets + at, length - at);
        hash = hash_two(hash, words[0], words[1]);
    }
    return hash_step(hash, length);
}

static inline uint64_t hash_address(uint64_t hash, const struct net_address *address)
{
    uint64_t words[2];
    memcpy(words, address->octets, sizeof words);
    return hash_step(hash_two(hash, words[0], words[1]), address->length);
}

/* For GHashTable, in place of g_direct_hash and g_int64_hash. */
guint hash_of_pointer(gconstpointer key);
guint hash_of_int64(gconstpointer key);

#endif
