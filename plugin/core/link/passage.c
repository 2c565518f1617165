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
                      : link->view.session[position]->point;
}

enum direction link_session_direction(const struct linker *linker, const struct session *session,
                                      enum direction direction)
{
    return link_is_swapped(linker, session) ? other_direction(direction) : direction;
}

enum direction link_data_direction(const struct linker *linker, const struct flow *flow)
{
    return link_session_direction(linker, flow->session, flow->direction);
}

const struct flow *link_data_flow(const struct linker *linker, const struct session *session,
                                  int direction)
{
    return session->flow[link_session_direction(linker, session, (enum direction)direction)];
}

bool link_data_hosts(const struct link *link, enum direction direction, uint32_t position,
                     const struct net_address **ret_from, const struct net_address **ret_to)
{
    const struct session *session = link->view.session[position];
    if (!session || !session->connection)
        return false;
    *ret_from = &session->connection->end[session_sender(session, direction)].address;
    *ret_to = &session->connection->end[session_receiver(session, direction)].address;
    return true;
}

bool link_clashes_at(const struct link *link, uint32_t hop)
{
    return hop + 1 < link->view.count && link->at[hop + 1].clash && !link->at[hop].clash;
}
