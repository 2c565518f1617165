/* ICMP and ICMPv6: which packet an error quotes, and as much of it as Wireshark opens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_parts.h"

#include <string.h>

#include "core/base/bytes.h"
#include "core/pptp/egre_wire.h"

#define ICMP_LEAST         2 /* type and code: what the plugin needs */
#define ICMP_HEADER        8
#define GRE_LEAST          4  /* flags and protocol */
#define ICMP_QUOTED_LENGTH 5  /* offset of the quoted length in 32-bit words (RFC 4884) */
#define ICMP_TOTAL_LENGTH  10 /* of the quoted packet's own length */

enum {
    ICMP_UNREACHABLE = 3,
    ICMP_QUENCH = 4,
    ICMP_REDIRECT = 5,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER = 12,
    ICMPV6_UNREACHABLE = 1,
    ICMPV6_PARAMETER = 4,
    ICMPV6_REDIRECT = 137
};

static bool is_icmp_error(uint8_t type)
{
    return type == ICMP_UNREACHABLE || type == ICMP_QUENCH || type == ICMP_REDIRECT ||
           type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER;
}

/* The quoted packet of an ICMP error; false if none is there. A redirect has its header and 64
 * bits; others say how long it is, or not (RFC 4884 4 to 6). */
static bool find_quoted(const struct frame_octets *icmp, struct frame_octets *ret)
{
    const uint8_t *data = icmp->data;
    uint32_t words = data[ICMP_QUOTED_LENGTH];

    if (!frame_behind(icmp, ICMP_HEADER, ret) || ret->captured == 0)
        return false;
    if (data[0] == ICMP_REDIRECT) {
        frame_cut(ret, (ret->data[0] & 0x0Fu) * 4 + 8);
    } else if (words != 0 && icmp->length > ICMP_HEADER + words * 4) {
        if (icmp->captured < ICMP_TOTAL_LENGTH + 2)
            return false;
        if (bytes_u16(data + ICMP_TOTAL_LENGTH) > words * 4)
            frame_cut(ret, ((ret->data[0] & 0x0Fu) + words) * 4);
    }
    return true;
}

/* True of GRE that the plugin takes, however little of it is quoted. */
static bool is_quoted_gre(const struct frame_octets *gre)
{
    struct egre_header header;

    return egre_is_enhanced(gre->data, gre->captured) &&
           egre_parse(gre->data, gre->captured, &header) != EGRE_NOT_ENHANCED;
}

static void read_quoted(const struct frame_octets *quoted, uint8_t version, struct frame *ret)
{
    struct frame_ip ip;

    frame_walk_ip(quoted, version, &ip);
    if (ip.end == FRAME_IP_NOT_KNOWN)
        frame_not_known(ret, ip.reason);
    if (ip.end != FRAME_IP_WHOLE)
        return;
    ret->quote.source = ip.packet.source;
    ret->quote.destination = ip.packet.destination;
    ret->quote.payload = ip.payload;
    switch (ip.protocol) {
    case FRAME_OF_TCP:
        if (ip.payload.captured >= FRAME_TCP_PORTS)
            ret->quote.protocol = FRAME_OF_TCP;
        break;
    case FRAME_OF_GRE:
        if (is_quoted_gre(&ip.payload))
            ret->quote.protocol = FRAME_OF_GRE;
        else if (ip.payload.captured >= GRE_LEAST &&
                 !egre_is_enhanced(ip.payload.data, ip.payload.captured))
            frame_not_known(ret, "GRE of another kind in an ICMP error");
        break;
    case FRAME_OF_UDP:
        if (ip.payload.captured >= FRAME_UDP_HEADER && frame_udp_carries(&ip.payload))
            frame_not_known(ret, "a quoted UDP port whose datagrams can carry IP");
        break;
    case FRAME_OF_ICMP:
    case FRAME_OF_ICMPV6:
        if (ip.payload.captured > ICMP_HEADER && ip.payload.data[0] != 0 &&
            ip.payload.data[0] != 8 && ip.payload.data[0] < 128)
            frame_not_known(ret, "an ICMP error about an ICMP error");
        break;
    default:
        if (frame_protocol_carries(ip.protocol))
            frame_not_known(ret, "an IP protocol that can carry IP, in an ICMP error");
        break;
    }
    if (ip.unusual && ret->quote.protocol != 0)
        frame_not_known(ret, "IP options in an ICMP error");
}

void frame_read_icmp(const struct frame_ip *ip, struct frame *ret)
{
    const struct frame_octets *icmp = &ip->payload;
    struct frame_octets quoted;

    if (icmp->captured < ICMP_LEAST)
        return;
    ret->kind = FRAME_ICMP;
    ret->packet.ip_checksum_wrong = false; /* of errors the plugin does not look at it */
    ret->packet.ip_checksum_seen = ret->packet.ip_checksum_right = 0;
    memset(&ret->quote, 0, sizeof ret->quote);
    if (icmp->captured < ICMP_HEADER)
        return;
    if (ip->protocol == FRAME_OF_ICMP) {
        if (is_icmp_error(icmp->data[0]) && find_quoted(icmp, &quoted))
            read_quoted(&quoted, 0, ret);
    } else if (icmp->data[0] == ICMPV6_REDIRECT) {
        frame_not_known(ret, "an ICMPv6 redirect");
    } else if (icmp->data[0] >= ICMPV6_UNREACHABLE && icmp->data[0] <= ICMPV6_PARAMETER &&
               frame_behind(icmp, ICMP_HEADER, &quoted) && quoted.captured != 0 &&
               quoted.data[0] >> 4 == 6) {
        read_quoted(&quoted, 6, ret);
    }
}
