/* The ends of a tunnel and the NATs between them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_lanes.h"

#include <string.h>

const char *tunnel_end_name(const struct tunnel *tunnel, bool left)
{
    if (tunnel_ike(tunnel) == NULL)
        return left ? "Inner end" : "Outer end";
    return left == tunnel->initiator_inside ? "Client" : "Server";
}

static bool is_nat(const struct tunnel *tunnel, unsigned hop)
{
    for (int left = 0; left < 2; left++) {
        const char *in = tunnel_address(tunnel, hop, left != 0);
        const char *out = tunnel_address(tunnel, hop + 1, left != 0);
        if (in[0] == '\0' || out[0] == '\0' || strcmp(in, out) != 0)
            return true;
    }
    return false;
}

/* A NAT is known by the address that it gives one of the ends. */
static const char *nat_line(const struct tunnel *tunnel, unsigned hop)
{
    for (int left = 1; left >= 0; left--) {
        const char *in = tunnel_address(tunnel, hop, left != 0);
        const char *out = tunnel_address(tunnel, hop + 1, left != 0);
        if (in[0] != '\0' && out[0] != '\0' && strcmp(in, out) != 0)
            return left != 0 ? out : in;
    }
    return "keeps the addresses";
}

void tunnel_lanes(struct ladder *ladder, const struct tunnel *tunnel)
{
    unsigned last = ladder->segments;
    for (unsigned i = 0; i <= last; i++) {
        struct ladder_lane *lane = &ladder->lane[i];
        bool end = i == 0 || i == last;
        lane->title =
            end ? tunnel_end_name(tunnel, i == 0) : ladder_hop(ladder, i, is_nat(tunnel, i - 1));
        lane->line =
            end ? tunnel_address(tunnel, i == 0 ? 0 : last - 1, i == 0) : nat_line(tunnel, i - 1);
    }
    for (unsigned i = 0; i < last; i++) {
        struct ladder_side *side = &ladder->side[i];
        const struct point *point = tunnel->point[i];
        side->name = point != NULL ? point->name : "point";
        if (point != NULL && strcmp(point->role, "unknown") != 0)
            side->role = point->role;
        side->left = tunnel_address(tunnel, i, true);
        side->right = tunnel_address(tunnel, i, false);
    }
}
