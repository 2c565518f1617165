/* See order.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "order.h"

bool order_is_private(const struct net_address *address)
{
    const uint8_t *o = address->octets;
    if (address->length == 16)
        return (o[0] & 0xFE) == 0xFC;
    return o[0] == 10 || (o[0] == 172 && (o[1] & 0xF0) == 16) || (o[0] == 192 && o[1] == 168) ||
           (o[0] == 100 && (o[1] & 0xC0) == 64);
}

/* By time: a packet comes to the position nearer to its sender first. Both directions together, for
 * then it does not matter how far the clocks are apart. */
static int compare_times(const struct order_key *a, const struct order_key *b)
{
    if (!a->has_times || !b->has_times)
        return 0;
    int64_t way = (b->own_ns - a->own_ns) + (a->other_ns - b->other_ns);
    return way > 0 ? -1 : way < 0;
}

/* < 0 if a lies further inside. 0: nothing tells. */
static int compare(const struct order_key *a, const struct order_key *b)
{
    if (a->named != b->named)
        return a->named ? -1 : 1;
    if (a->ttl && b->ttl && a->ttl != b->ttl)
        return a->ttl > b->ttl ? -1 : 1;
    if (a->other_ttl && b->other_ttl && a->other_ttl != b->other_ttl)
        return a->other_ttl < b->other_ttl ? -1 : 1;
    if (a->fan_in != b->fan_in)
        return a->fan_in < b->fan_in ? -1 : 1;
    if (a->private_address != b->private_address)
        return a->private_address ? -1 : 1;
    return compare_times(a, b);
}

bool order_sort(struct order_key *keys, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct order_key key = keys[i];
        uint32_t j = i;
        for (; j > 0 && compare(&key, &keys[j - 1]) < 0; j--)
            keys[j] = keys[j - 1];
        keys[j] = key;
    }
    for (uint32_t i = 1; i < count; i++) {
        if (compare(&keys[i - 1], &keys[i]) == 0)
            return false;
    }
    return true;
}
