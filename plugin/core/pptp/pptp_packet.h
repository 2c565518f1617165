/* What the network layer tells PPTP's analysis: one struct per kind of packet. All pointers are
 * borrowed for the duration of the call they are passed to; nothing here is kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPTP_PACKET_H
#define PPTPNAT_PPTP_PACKET_H

#include "core/base/packet.h"
#include "egre_wire.h"

#define TCP_FLAG_FIN 0x01
#define TCP_FLAG_SYN 0x02
#define TCP_FLAG_RST 0x04
#define TCP_FLAG_ACK 0x10

struct tcp_segment {
    struct packet packet;
    uint16_t source_port;
    uint16_t destination_port;
    uint32_t seq; /* raw numbers as on the wire */
    uint32_t ack;
    uint8_t flags;
    uint32_t length;         /* payload octets on the wire */
    uint32_t captured;       /* payload octets in the capture, <= length */
    const uint8_t *payload;  /* `captured` octets */
    uint16_t window;         /* as it stands in the header, not scaled */
    uint32_t options_length; /* octets of TCP options, 0: none or not known */
    const uint8_t *options;  /* `options_length` octets */
    bool has_checksum;       /* the whole segment was captured, so the sum could be computed */
    uint16_t checksum_seen;
    uint16_t checksum_right; /* what it had to be */
    bool checksum_offloaded; /* what stands there until the network adapter computes it: nothing, or
                                the sum of the pseudo header */
};

/* What is kept of a segment's checksum. */
struct tcp_checksum {
    bool wrong;
    uint16_t seen; /* valid if it is wrong, as is what it had to be: */
    uint16_t right;
};

/* True if the checksum is known to be wrong and nothing tells that it will be computed later. */
static inline bool tcp_segment_is_wrong(const struct tcp_segment *segment)
{
    return segment->has_checksum && !segment->checksum_offloaded &&
           segment->checksum_seen != segment->checksum_right;
}

/* Payload octets of a GRE packet that are compared between points; those behind are not looked at,
 * but for the PPP control packet that they may belong to. */
#define GRE_CONTENT_LIMIT 64

struct gre_packet {
    struct packet packet;
    struct egre_header header; /* version 1, protocol 0x880B, key present */
    uint32_t captured;         /* payload octets in the capture, padding excluded */
    const uint8_t *payload;    /* `captured` octets */
};

/* One IPv4 fragment of a GRE packet, as it passes: reassembly hides it from everything above IP,
 * and a set that is not whole never gets there (RFC 791 3.2). `packet.ip_id` is valid. */
struct ip_fragment {
    struct packet packet;
    uint32_t offset; /* octets of payload before it */
    bool more;       /* it is not the last */
};

/* An ICMP or ICMPv6 error that quotes a packet of PPTP. The quoted packet is evidence about its
 * call, never traffic of it. */
struct icmp_error {
    struct packet packet; /* the packet that carries the ICMP error */
    uint8_t type;
    uint8_t code;
    struct net_address quoted_source;
    struct net_address quoted_destination;
    uint8_t quoted_protocol;     /* 47 or 6 */
    uint16_t quoted_call_id;     /* protocol 47 */
    bool has_quoted_seq;         /* protocol 47 */
    uint32_t quoted_seq;         /* protocol 47 */
    uint16_t quoted_source_port; /* protocol 6 */
    uint16_t quoted_destination_port;
};

#endif
