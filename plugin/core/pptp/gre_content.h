/* What tells one Enhanced GRE packet from all others at every point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_GRE_CONTENT_H
#define PPTPNAT_GRE_CONTENT_H

#include "pptp_packet.h"

/* A seeded hash of what no NAT changes of a packet: everything but the addresses and the Call ID.
 */
uint32_t gre_content(const struct gre_packet *packet);

#endif
