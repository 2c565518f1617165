/* The ladder of an IPsec tunnel: IKE with the ports on each side of the NAT, and ESP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TUNNEL_LADDER_H
#define PPTPNAT_HTML_TUNNEL_LADDER_H

#include "ladder.h"
#include "tunnel.h"

/* To be freed with ladder_free; borrows the texts of `tunnel`. */
struct ladder *tunnel_ladder(const struct document *document, const struct tunnel *tunnel);

#endif
