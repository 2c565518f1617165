/* In which order points lie, inside first, told by what each shows of one thing that was seen at
 * all of them. The end whose address changes is behind the NAT, and its packets have the higher TTL
 * on its own side (RFC 791: each hop takes one), those of the other end the lower one. Where TTLs
 * do not tell: fan-in, then private against public addresses, then times. The user's word goes
 * first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_ORDER_H
#define PPTPNAT_LINK_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/packet.h"

/* One point as the ordering sees it: the changing end's address there, and its packets' TTL. */
struct order_key {
    bool named; /* the user says that this is inside */
    uint8_t ttl;
    uint8_t other_ttl; /* of the end that does not change: it is lower further inside */
    uint32_t fan_in;   /* different partners this address has in other paths: more is outside */
    bool private_address;
    bool has_times;
    int64_t own_ns; /* when one packet of the changing end was seen, and one of the other's */
    int64_t other_ns;
    uint32_t original; /* the caller's: what the key is of */
};

/* Sorts the keys, few as they are; false if two neighbours cannot be told apart. */
bool order_sort(struct order_key *keys, uint32_t count);

/* RFC 1918 and RFC 6598; RFC 4193. */
bool order_is_private(const struct net_address *address);

#endif
