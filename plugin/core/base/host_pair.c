/* See host_pair.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "host_pair.h"

#include "hash.h"

struct host_pair host_pair_of(uint32_t where, const struct net_address *a,
                              const struct net_address *b)
{
    bool ordered = memcmp(a, b, sizeof *a) <= 0;
    return (struct host_pair){.where = where, .host = {ordered ? *a : *b, ordered ? *b : *a}};
}

guint host_pair_hash(gconstpointer pair)
{
    const struct host_pair *key = pair;
    uint64_t hash = hash_address(hash_step(hash_secret.start, key->where), &key->host[0]);
    return (guint)hash_address(hash, &key->host[1]);
}

gboolean host_pair_equal(gconstpointer a, gconstpointer b)
{
    const struct host_pair *x = a, *y = b;
    return x->where == y->where && net_address_equal(&x->host[0], &y->host[0]) &&
           net_address_equal(&x->host[1], &y->host[1]);
}
