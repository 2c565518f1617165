/* What stands before the built-in dissectors of TCP, GRE and ICMP: takes from each packet what a
 * dissector above them is never told (RFC 793 and 1701 headers, retransmissions, SYNs, the type of
 * an ICMP error), then calls them. Its handles have no protocol, so no tree, list of protocols or
 * Decode As shows that it is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPTP_HOOK_H
#define PPTPNAT_PPTP_HOOK_H

#include "compat.h"
#include "core/pptp/pptp_packet.h"

/* Call from the handoff routine, after the control and Enhanced GRE handles exist. */
void pptp_hook_register(void);

#endif
