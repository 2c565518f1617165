/* How packets pass a link: which positions lie before and behind a hop, which flow and which hosts
 * are of a direction at a position. Reads the link, and changes nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_PASSAGE_H
#define PPTPNAT_LINK_PASSAGE_H

#include "lookup.h"

/* A hop of a link as the packets of one direction pass it. */
struct passage {
    struct link *link;
    enum direction direction;
    uint32_t hop;
    uint32_t near; /* the position before the hop, */
    uint32_t far;  /* and that after it */
};

/* Inline, as each packet of a linked session asks for them. */
static inline struct passage link_passage(struct link *link, enum direction direction, uint32_t hop)
{
    bool downward = direction == link->downward;
    return (struct passage){link, direction, hop, downward ? hop : hop + 1,
                            downward ? hop + 1 : hop};
}

/* Whether something tells which of the link's positions is nearer to the client. */
bool link_order_known(const struct link *link);

/* True if the upstream side of hop `hop` for packets that end `sender` sends is row[hop]. */
bool link_path_downward(const struct link_path *path, uint32_t sender);

/* The tracker point of a position. */
uint32_t link_position_point(const struct link *link, uint32_t position);

/* What a direction of the link is to the session, and a direction of the session to its link. */
enum direction link_session_direction(const struct linker *linker, const struct session *session,
                                      enum direction direction);

/* The link's direction of a flow of one of its sessions. */
enum direction link_data_direction(const struct linker *linker, const struct flow *flow);

/* The session's flow of that direction of its link; NULL: no packet seen. */
const struct flow *link_data_flow(const struct linker *linker, const struct session *session,
                                  int direction);

/* The hosts between which packets of `direction` go at `position`; false without control traffic.
 */
bool link_data_hosts(const struct link *link, enum direction direction, uint32_t position,
                     const struct net_address **ret_from, const struct net_address **ret_to);

/* What a packet and its other half across the hop have in common. */
static inline uint64_t link_data_key(const struct passage *passage,
                                     const struct packet_record *record)
{
    uint32_t where =
        passage->link->view.index << 4 | passage->hop << 1 | (uint32_t)passage->direction;
    return waiting_key(where, record->content, record->flags & PACKET_DATA ? record->seq : 1);
}

/* Whether ids that clash behind the hop are still told apart before it: its NAT made them equal. */
bool link_clashes_at(const struct link *link, uint32_t hop);

#endif
