/* The NATs by the points that they lie between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

struct nat_device *link_nat_between(struct linker *linker, uint32_t inside, uint32_t outside)
{
    int64_t key = (int64_t)((uint64_t)inside << 32 | outside);
    struct nat_device *nat = g_hash_table_lookup(linker->end->nat_at, &key);
    if (nat)
        return nat;
    nat = g_new0(struct nat_device, 1);
    nat->inside = inside;
    nat->outside = outside;
    g_ptr_array_add(linker->end->nats, nat);
    g_hash_table_insert(linker->end->nat_at, g_memdup2(&key, sizeof key), nat);
    return nat;
}

struct nat_device *link_nat_of_points(const struct linker *linker, uint32_t inside,
                                      uint32_t outside)
{
    int64_t key = (int64_t)((uint64_t)inside << 32 | outside);
    return g_hash_table_lookup(linker->end->nat_at, &key);
}

struct nat_device *link_nat_at(const struct linker *linker, const struct link *link, uint32_t hop)
{
    if (hop + 1 >= link->view.count)
        return NULL;
    return link_nat_of_points(linker, link->view.point[hop], link->view.point[hop + 1]);
}
