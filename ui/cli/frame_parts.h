/* What the files of frame.h share: the steps from one layer to the next, which all end in
 * struct frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_FRAME_PARTS_H
#define PPTPNAT_CLI_FRAME_PARTS_H

#include "frame.h"

#define FRAME_OF_ICMP       1
#define FRAME_OF_TCP        6
#define FRAME_OF_UDP        17
#define FRAME_OF_GRE        47
#define FRAME_OF_ESP        50
#define FRAME_OF_ICMPV6     58
#define FRAME_UDP_HEADER    8
#define FRAME_TCP_PORTS     4
#define FRAME_ETHERTYPE_IP4 0x0800
#define FRAME_ETHERTYPE_IP6 0x86DD

/* Says that the frame is not surely known. */
static inline void frame_not_known(struct frame *ret, const char *reason)
{
    ret->kind = FRAME_NOT_KNOWN;
    ret->reason = reason;
}

/* What follows `offset`; false, and nothing more is dissected, if that was not captured. */
static inline bool frame_behind(const struct frame_octets *octets, uint32_t offset,
                                struct frame_octets *ret)
{
    if (offset > octets->captured)
        return false;
    ret->data = octets->data + offset;
    ret->captured = octets->captured - offset;
    ret->length = octets->length - offset;
    return true;
}

/* Ends the octets after `length` of them; more than there are changes nothing. */
static inline void frame_cut(struct frame_octets *octets, uint32_t length)
{
    if (length < octets->length)
        octets->length = length;
    if (octets->length < octets->captured)
        octets->captured = octets->length;
}

/* An IP packet of any version, and one that is taken for IPv6 whatever it says. */
void frame_read_ip(const struct frame_octets *octets, struct frame *ret);
void frame_read_ipv6(const struct frame_octets *octets, struct frame *ret);

/* The innermost IP header: what became of the packet in it. */
enum frame_ip_end {
    FRAME_IP_OTHER,     /* surely nothing of ours, or given up on */
    FRAME_IP_NOT_KNOWN, /* `reason` says why */
    FRAME_IP_WHOLE      /* `protocol` and `payload` are valid */
};

struct frame_ip {
    enum frame_ip_end end;
    const char *reason;
    bool nested;
    struct packet packet;
    uint8_t protocol;
    bool unusual; /* options that Wireshark may stop at, or that change an address */
    struct frame_octets payload;
};

/* Walks down from the IP header at `octets` to the innermost one. `version` 6: only IPv6. */
void frame_walk_ip(const struct frame_octets *octets, uint8_t version, struct frame_ip *ret);

/* ICMP and ICMPv6: what an error quotes. */
void frame_read_icmp(const struct frame_ip *ip, struct frame *ret);

/* Tables of what carries IP packets: an EtherType, a PPP protocol, an IP protocol, a UDP or TCP
 * port. Not those that frame.h opens. */
bool frame_ethertype_carries(uint16_t ethertype);
bool frame_protocol_carries(uint8_t protocol);
/* True if a fragment of it would be put together, and can then be ours or carry what is. */
bool frame_protocol_reassembles(uint8_t protocol);
/* True if Wireshark would look for IP in the UDP datagram at `udp`, whose ports are there, */
bool frame_udp_carries(const struct frame_octets *udp);
/* and in what a TCP connection between these ports carries. */
bool frame_tcp_carries(uint16_t port_a, uint16_t port_b);

#endif
