/* The ends of a tunnel and the NATs between them, as the lanes of its ladder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TUNNEL_LANES_H
#define PPTPNAT_HTML_TUNNEL_LANES_H

#include "ladder.h"
#include "tunnel.h"

void tunnel_lanes(struct ladder *ladder, const struct tunnel *tunnel);
/* What an end is called; of ESP without IKE nobody knows which is the client. */
const char *tunnel_end_name(const struct tunnel *tunnel, bool left);

#endif
