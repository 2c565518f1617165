/* Sends one UDP packet of IKE or ESP to the built-in dissector that its ports hide: UDP asks the
 * lower port first, and outside a NAT that may be any protocol's.
 *
 * The way: for the time of one call of UDP, a relay is the dissector of the packet's conversation,
 * which UDP asks before the ports. It acts once and calls the built-in dissector; then the
 * conversation has what it had. So streams, checksums and all of UDP stay as they are, and nothing
 * is left for the packets before and after.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_UDP_RELAY_H
#define PPTPNAT_UDP_RELAY_H

#include "compat.h"
#include "core/ipsec/udp_shape.h"

enum udp_relay_target { RELAY_ISAKMP, RELAY_UDPENCAP, RELAY_TARGETS };

/* Call once, in a handoff routine: what UDP ports have by default is looked at before preferences
 * are read. */
void udp_relay_register(void);

/* True where the user has given one of the ports to a dissector that is none of ours (Decode As, a
 * preference): the packet is what the user says. */
bool udp_relay_is_taken(struct udp_ports ports);

/* Calls `stock`, UDP's dissector, so that the payload goes to `target`: by the relay where UDP
 * itself would choose another dissector, unless a port was given away by the user. Returns what it
 * returns, and throws what it throws. */
int udp_relay_call(dissector_handle_t stock, enum udp_relay_target target, struct udp_ports ports,
                   tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

#endif
