/* Where the IP packet of a frame is, and what it carries. The command's reader (ui/cli/frame.h) has
 * its own way there, which gives up where it cannot do as Wireshark does. Here the known headers of
 * every frame have an end: of a fragment, a cut one, or one with options, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_LAYERS_H
#define PPTPNAT_STRIP_LAYERS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/pptp/pptp_packet.h"

#define PROTOCOL_ICMP   1
#define PROTOCOL_TCP    6
#define PROTOCOL_UDP    17
#define PROTOCOL_GRE    47
#define PROTOCOL_ESP    50
#define PROTOCOL_ICMPV6 58

/* Offsets count from the first octet of the frame and are not behind what was captured. */
struct layers {
    uint32_t headers; /* the headers that are known end here */
    bool has_ip;      /* the rest is valid: `headers` ends the innermost IP header */
    uint8_t protocol; /* that follows; an IPv6 extension header if the chain was cut */
    bool first;       /* not fragmented, or the first fragment */
    bool whole;       /* not fragmented */
    uint32_t end;     /* the captured octets of the IP packet end here; then a trailer */
    uint32_t length;  /* octets on the wire from `headers` on, the trailer excluded */
    struct net_address source;
    struct net_address destination;
};

/* `encap` is wiretap's link type; `captured` octets of the `length` of the frame are at `data`.
 * Known are Ethernet (with VLAN tags and PPPoE), Linux cooked, raw IP, BSD loopback and PPP. */
void layers_find(int encap, const uint8_t *data, uint32_t captured, uint32_t length,
                 struct layers *ret);

/* The IP packet at `offset` of the frame alone, as it is inside an ICMP error. */
void layers_find_ip(const uint8_t *data, uint32_t offset, uint32_t captured, uint32_t length,
                    struct layers *ret);

#endif
