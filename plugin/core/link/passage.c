/* See passage.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

bool link_order_known(const struct link *link)
{
    return link->path ? link->path->order_known : !link->order_guessed;
}

bool link_path_downward(const struct link_path *path, uint32_t sender)
{
    return (sender == 0) == path->client_first;
}

uint32_t link_position_point(const struct link *link, uint32_t position)
{
    return link->path ? link->path->row[position]->connection->point
                      : link->view.call[position]->point;
}

enum direction link_call_direction(const struct linker *linker, const struct call *call,
                                   enum direction direction)
{
    return link_is_swapped(linker, call) ? other_direction(direction) : direction;
}

enum direction link_gre_direction(const struct linker *linker, const struct gre_flow *flow)
{
    return link_call_direction(linker, flow->call, flow->direction);
}

const struct gre_flow *link_gre_flow(const struct linker *linker, const struct call *call,
                                     int direction)
{
    return call->flow[link_call_direction(linker, call, (enum direction)direction)];
}

bool link_gre_hosts(const struct link *link, enum direction direction, uint32_t position,
                    const struct net_address **ret_from, const struct net_address **ret_to)
{
    const struct call *call = link->view.call[position];
    if (!call || !call->connection)
        return false;
    *ret_from = &call->connection->end[call_sender(call, direction)].address;
    *ret_to = &call->connection->end[call_receiver(call, direction)].address;
    return true;
}

bool link_clashes_at(const struct link *link, uint32_t hop)
{
    return hop + 1 < link->view.count && link->clash[hop + 1] && !link->clash[hop];
}
