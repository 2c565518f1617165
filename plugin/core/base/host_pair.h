/* Two hosts that talk to each other somewhere, as a key of a GHashTable: which of them sends does
 * not matter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HOST_PAIR_H
#define PPTPNAT_HOST_PAIR_H

#include <glib.h>

#include "packet.h"

struct host_pair {
    uint32_t where;             /* the caller's: a point, an interface */
    struct net_address host[2]; /* in the order of their octets */
};

struct host_pair host_pair_of(uint32_t where, const struct net_address *a,
                              const struct net_address *b);
/* Of a struct host_pair, or of one that begins with it. */
guint host_pair_hash(gconstpointer pair);
gboolean host_pair_equal(gconstpointer a, gconstpointer b);

#endif
