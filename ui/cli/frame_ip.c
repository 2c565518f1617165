/* The network layer: from an IP header to the innermost one, and what its packet is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_parts.h"

#include <string.h>

#include "core/base/bytes.h"

#define IPV4_HEADER     20
#define IPV4_FRAGMENT   0x3FFF /* More Fragments and the offset (RFC 791 3.1) */
#define IPV4_OPTION_EOL 0
#define IPV4_OPTION_NOP 1
#define IPV6_HEADER     40
#define IPV6_EXTENSION  8      /* the shortest extension header */
#define IPV6_FRAGMENT   0xFFF9 /* the offset and More Fragments (RFC 8200 4.5) */
#define OPTION_PAD1     0
#define OPTION_PADN     1
#define OPTION_ALERT    5 /* Router Alert (RFC 2711), of two octets */
#define TUNNELS_LIMIT   4 /* IP in IP in ... */
#define TCP_HEADER      20

enum {
    NEXT_HOP_BY_HOP = 0,
    NEXT_IPV4 = 4,
    NEXT_IPV6 = 41,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AUTHENTICATION = 51,
    NEXT_NONE = 59,
    NEXT_DESTINATION = 60,
    NEXT_MOBILITY = 135,
    NEXT_SHIM6 = 140
};

static void set_address(struct net_address *ret, const uint8_t *octets, uint8_t length)
{
    memset(ret, 0, sizeof *ret);
    ret->length = length;
    memcpy(ret->octets, octets, length);
}

static bool not_known(struct frame_ip *ret, const char *reason)
{
    ret->end = FRAME_IP_NOT_KNOWN;
    ret->reason = reason;
    return false;
}

/* True unless all options are No Operation or End of Options. */
static bool has_unusual_options(const uint8_t *options, uint32_t length)
{
    for (uint32_t i = 0; i < length && options[i] != IPV4_OPTION_EOL; i++) {
        if (options[i] != IPV4_OPTION_NOP)
            return true;
    }
    return false;
}

/* The checksum of a header without options around a packet of `length` octets, all of them there;
 * its own length may be left out. 0 says that the sum was left to the network adapter. */
static void check_header(const uint8_t *ip, uint32_t length, struct packet *ret)
{
    uint32_t sum = 0;
    uint16_t seen = bytes_u16(ip + 10);
    uint16_t claimed = bytes_u16(ip + 2);

    if (seen == 0 || (claimed != 0 && length != claimed))
        return;
    for (unsigned i = 0; i < IPV4_HEADER; i += 2)
        sum += i != 10 ? bytes_u16(ip + i) : 0;
    if (claimed == 0)
        sum += length;
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    ret->ip_checksum_seen = seen;
    ret->ip_checksum_right = (uint16_t)~sum;
    /* Two writings of one value (RFC 1624 3). */
    if (ret->ip_checksum_right == 0 && seen == 0xFFFF)
        ret->ip_checksum_right = 0xFFFF;
    ret->ip_checksum_wrong = ret->ip_checksum_right != seen;
}

/* The steps below return true if `ret->payload` is what follows the header they read. */
static bool walk_ipv4(const struct frame_octets *octets, struct frame_ip *ret)
{
    const uint8_t *ip = octets->data;
    struct frame_octets packet = *octets;
    uint32_t header, claimed;

    if (octets->captured < IPV4_HEADER)
        return false;
    header = (ip[0] & 0x0Fu) * 4u;
    claimed = bytes_u16(ip + 2);
    /* 0 is written by senders that leave segmentation to the network adapter. */
    if (header < IPV4_HEADER || header > octets->captured || (claimed != 0 && claimed < header))
        return false;
    if (claimed != 0)
        frame_cut(&packet, claimed);
    if (!frame_behind(&packet, header, &ret->payload) || ret->payload.length == 0)
        return false;
    memset(&ret->packet, 0, sizeof ret->packet);
    set_address(&ret->packet.source, ip + 12, 4);
    set_address(&ret->packet.destination, ip + 16, 4);
    ret->packet.ttl = ip[8];
    ret->packet.has_ip_id = true;
    ret->packet.ip_id = bytes_u16(ip + 4);
    ret->protocol = ip[9];
    if (header > IPV4_HEADER)
        ret->unusual |= has_unusual_options(ip + IPV4_HEADER, header - IPV4_HEADER);
    else
        check_header(ip, packet.length, &ret->packet);
    if ((bytes_u16(ip + 6) & IPV4_FRAGMENT) != 0)
        return frame_protocol_reassembles(ret->protocol) && not_known(ret, "an IP fragment");
    return true;
}

/* True unless all options are padding, or the alert that routers look for. */
static bool has_unusual_extension(const uint8_t *extension, uint32_t size)
{
    uint32_t at = 2;

    while (at < size) {
        if (extension[at] == OPTION_PAD1) {
            at++;
        } else {
            bool plain =
                at + 2 <= size && (extension[at] == OPTION_PADN ||
                                   (extension[at] == OPTION_ALERT && extension[at + 1] == 2));
            if (!plain)
                return true;
            at += 2u + extension[at + 1];
        }
    }
    return at != size;
}

/* Goes over the extension header that `ret->protocol` says is next. */
static bool walk_extension(struct frame_ip *ret)
{
    const uint8_t *extension = ret->payload.data;
    uint32_t size = IPV6_EXTENSION;

    if (ret->payload.captured < IPV6_EXTENSION)
        return false;
    if (ret->protocol == NEXT_FRAGMENT) {
        if ((bytes_u16(extension + 2) & IPV6_FRAGMENT) != 0)
            return frame_protocol_reassembles(extension[0]) && not_known(ret, "an IPv6 fragment");
    } else {
        size = (extension[1] + 1u) * 8u;
        if (size > ret->payload.captured)
            return false;
        ret->unusual |= has_unusual_extension(extension, size);
    }
    ret->protocol = extension[0];
    return frame_behind(&ret->payload, size, &ret->payload);
}

static bool walk_ipv6(const struct frame_octets *octets, struct frame_ip *ret)
{
    const uint8_t *ip = octets->data;
    struct frame_octets packet = *octets;
    uint32_t claimed;

    if (octets->captured < IPV6_HEADER || ip[0] >> 4 != 6)
        return false;
    claimed = bytes_u16(ip + 4);
    ret->protocol = ip[6];
    if (claimed == 0 && ret->protocol == NEXT_HOP_BY_HOP)
        return not_known(ret, "an IPv6 jumbogram");
    frame_cut(&packet, IPV6_HEADER + claimed);
    if (!frame_behind(&packet, IPV6_HEADER, &ret->payload))
        return false;
    memset(&ret->packet, 0, sizeof ret->packet);
    set_address(&ret->packet.source, ip + 8, 16);
    set_address(&ret->packet.destination, ip + 24, 16);
    ret->packet.ttl = ip[7];
    while (ret->protocol == NEXT_HOP_BY_HOP || ret->protocol == NEXT_DESTINATION ||
           ret->protocol == NEXT_FRAGMENT) {
        if (!walk_extension(ret))
            return false;
    }
    if (ret->protocol == NEXT_ROUTING || ret->protocol == NEXT_AUTHENTICATION ||
        ret->protocol == NEXT_MOBILITY || ret->protocol == NEXT_SHIM6)
        return not_known(ret, "an IPv6 extension header");
    return true;
}

void frame_walk_ip(const struct frame_octets *octets, uint8_t version, struct frame_ip *ret)
{
    struct frame_octets next = *octets;

    ret->end = FRAME_IP_OTHER;
    ret->unusual = false;
    ret->nested = false;
    for (unsigned depth = 0; depth <= TUNNELS_LIMIT; depth++) {
        if (next.captured == 0)
            return;
        if (version == 0) {
            version = next.data[0] >> 4;
            ret->nested |= version == 6; /* the dissector of IPv4 has called that of IPv6 */
        }
        if (version == 4 ? !walk_ipv4(&next, ret) : version == 6 ? !walk_ipv6(&next, ret) : true)
            return;
        if (ret->protocol != NEXT_IPV4 && ret->protocol != NEXT_IPV6) {
            ret->end = FRAME_IP_WHOLE;
            return;
        }
        version = ret->protocol == NEXT_IPV6 ? 6 : 0;
        ret->nested = true;
        next = ret->payload;
    }
    not_known(ret, "IP in IP, many times");
}

static void read_tcp(const struct frame_octets *tcp, struct frame *ret)
{
    uint32_t header = tcp->captured < TCP_HEADER ? 0 : (uint32_t)(tcp->data[12] >> 4) * 4;

    if (header < TCP_HEADER || header > tcp->length)
        return;
    ret->kind = FRAME_TCP;
    if (tcp->captured > header && frame_tcp_carries(bytes_u16(tcp->data), bytes_u16(tcp->data + 2)))
        frame_not_known(ret, "a TCP port whose data can carry IP");
}

static void read_gre(const struct frame_octets *gre, struct frame *ret)
{
    if (!egre_is_enhanced(gre->data, gre->captured)) {
        if (gre->captured >= 4)
            frame_not_known(ret, "GRE of another kind");
    } else if (egre_parse(gre->data, gre->captured, &ret->gre) == EGRE_OK) {
        ret->kind = FRAME_GRE;
    }
}

static void read_udp(const struct frame_octets *udp, struct frame *ret)
{
    if (udp->captured < FRAME_UDP_HEADER)
        return;
    ret->kind = FRAME_UDP;
    if (frame_udp_carries(udp))
        frame_not_known(ret, "a UDP port whose datagrams can carry IP");
}

static void read_protocol(const struct frame_ip *ip, struct frame *ret)
{
    ret->nested = ip->nested;
    ret->packet = ip->packet;
    ret->payload = ip->payload;
    switch (ip->protocol) {
    case FRAME_OF_TCP:
        read_tcp(&ip->payload, ret);
        break;
    case FRAME_OF_GRE:
        read_gre(&ip->payload, ret);
        break;
    case FRAME_OF_UDP:
        read_udp(&ip->payload, ret);
        break;
    case FRAME_OF_ESP:
        ret->kind = FRAME_ESP;
        break;
    case FRAME_OF_ICMP:
    case FRAME_OF_ICMPV6:
        frame_read_icmp(ip, ret);
        break;
    default:
        if (frame_protocol_carries(ip->protocol))
            frame_not_known(ret, "an IP protocol that can carry IP");
        break;
    }
    if (ip->unusual && ret->kind != FRAME_NOT_OURS)
        frame_not_known(ret, "IP options");
}

static void read_version(const struct frame_octets *octets, uint8_t version, struct frame *ret)
{
    struct frame_ip ip;

    frame_walk_ip(octets, version, &ip);
    if (ip.end == FRAME_IP_NOT_KNOWN)
        frame_not_known(ret, ip.reason);
    else if (ip.end == FRAME_IP_WHOLE)
        read_protocol(&ip, ret);
}

void frame_read_ip(const struct frame_octets *octets, struct frame *ret)
{
    /* The plugin takes a fragment of GRE before anybody looks whether its header is right. */
    if (octets->captured >= IPV4_HEADER && octets->data[9] == FRAME_OF_GRE &&
        (bytes_u16(octets->data + 6) & IPV4_FRAGMENT) != 0)
        frame_not_known(ret, "an IP fragment");
    else
        read_version(octets, 0, ret);
}

void frame_read_ipv6(const struct frame_octets *octets, struct frame *ret)
{
    read_version(octets, 6, ret);
}
