/* What a captured frame is for the analysis: something of ours, surely nothing of ours, or not
 * surely known. A pure function of octets; nothing of Wireshark.
 *
 * It follows what Wireshark's dissectors, with their settings as shipped, do with a frame until
 * the plugin's dissectors get it: the same packets, addresses and lengths. Where it opens less
 * than they do, it says FRAME_NOT_KNOWN: fragments that they put together, tunnels, options that
 * change a route. What they give up on (octets that were not captured, wrong lengths) is
 * FRAME_NOT_OURS.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_FRAME_H
#define PPTPNAT_CLI_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/packet.h"
#include "core/pptp/egre_wire.h"

enum frame_link {
    FRAME_LINK_OTHER, /* every frame is FRAME_NOT_KNOWN */
    FRAME_LINK_ETHERNET,
    FRAME_LINK_SLL,
    FRAME_LINK_SLL2,
    FRAME_LINK_RAW, /* IP of any version, or what some systems write in its place */
    FRAME_LINK_IPV4,
    FRAME_LINK_IPV6,
    FRAME_LINK_NULL, /* BSD loopback, in the byte order of the host that captured */
    FRAME_LINK_LOOP, /* the same of OpenBSD, in network order */
    FRAME_LINK_PPP
};

enum frame_kind {
    FRAME_NOT_OURS,
    FRAME_NOT_KNOWN,
    FRAME_TCP,  /* any TCP segment with a whole header */
    FRAME_GRE,  /* Enhanced GRE */
    FRAME_ICMP, /* ICMP or ICMPv6 of any type */
    FRAME_UDP,  /* any UDP datagram with a whole header */
    FRAME_ESP
};

/* Octets of a protocol: `captured` of the `length` that were on the wire, captured <= length. */
struct frame_octets {
    const uint8_t *data;
    uint32_t captured;
    uint32_t length;
};

/* What an ICMP error quotes: the start of an IP packet. */
struct frame_quote {
    uint8_t protocol; /* IP's; 0: nothing that can be ours */
    struct net_address source;
    struct net_address destination;
    struct frame_octets payload; /* behind the IP header; with TCP, at least the ports are there */
};

struct frame {
    enum frame_kind kind;
    const char *reason; /* FRAME_NOT_KNOWN: why, static ("a fragment") */
    /* All below is of the innermost IP packet, and valid for kinds that are ours. */
    bool nested; /* Wireshark has opened an IP header before: IPsec is not analysed there */
    struct packet packet;        /* frame, time and interface are 0 */
    struct frame_octets payload; /* what lies behind its IP headers */
    struct egre_header gre;      /* FRAME_GRE: its header, all of which is there */
    struct frame_quote quote;    /* FRAME_ICMP */
};

/* Reads one frame. Borrows `octets`; *ret points into it. */
void frame_read(enum frame_link link, const struct frame_octets *octets, struct frame *ret);

#endif
