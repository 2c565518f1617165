/* What stands before the built-in dissectors of TCP, GRE and ICMP: takes from each packet what a
 * dissector above them is never told (RFC 793 and 1701 headers, retransmissions, SYNs, the type of
 * an ICMP error), then calls them. Its handles have no protocol, so no tree, list of protocols or
 * Decode As shows that it is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FRONT_H
#define PPTPNAT_FRONT_H

#include "compat.h"
#include "core/pptp/pptp_packet.h"

/* Whether the user's settings make the port PPTP's. */
bool front_is_pptp_port(uint16_t port);

/* Call from the handoff routine, after the control and Enhanced GRE handles exist. */
void front_register(void);

/* Called by the Enhanced GRE dissector for a packet that an ICMP error quotes: tells the analysis
 * on the first visit. */
void front_quoted_gre(const packet_info *pinfo, const struct egre_header *header,
                      enum egre_status status);

#endif
