/* Rows of points between a client and a server as networks have them: NATs at either end, servers
 * with ports of their own, routers, any address family.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_IPSEC_SHAPES_H
#define PPTPNAT_TEST_IPSEC_SHAPES_H

#include "ipsec_row.h"

/* The ends at each point of a row. */
struct shape {
    const char *name;
    unsigned points;
    struct {
        const char *client;
        uint16_t client_500, client_4500;
        const char *server;
        uint16_t server_500, server_4500;
    } at[ROW_POINTS];
    unsigned nats;
};

enum version { IKEV1, IKEV2, IKEV2_ON_4500, VERSIONS };

/* Calls `check` for each shape, each version of IKE and each `kind` below `kinds`, with a row in
 * which nothing was sent: with an interface for each point, and with one for all. */
void shapes_for_all(unsigned kinds, void (*check)(struct ipsec_row *row, const struct shape *shape,
                                                  unsigned version, unsigned kind));
/* Sets up a tunnel. */
void shape_establish(struct ipsec_row *row, unsigned version);
/* New ESP SAs. */
void shape_rekey(struct ipsec_row *row, unsigned version);
/* A new IKE SA too; it shows first in a message that tells little. */
void shape_rekey_ike(struct ipsec_row *row);
/* Whether the points have interfaces, or each shows other hosts and packets that routers forwarded
 * as they were: then what is wrong is found. */
bool shape_is_told_apart(const struct ipsec_row *row);
/* Nothing is wrong: the verdict is ok, with so many links, and the NATs of the shape, if its points
 * are told apart. */
void shape_check_well(struct ipsec_row *row, const struct shape *shape, uint32_t links);

#endif
