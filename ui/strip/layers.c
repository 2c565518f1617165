/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layers.h"

#include <string.h>

#include "compat.h"
#include "core/base/bytes.h"

#define ETHERTYPE_IPV4       0x0800
#define ETHERTYPE_IPV6       0x86DD
#define ETHERTYPE_VLAN       0x8100
#define ETHERTYPE_PROVIDER   0x88A8
#define ETHERTYPE_OLD_QINQ   0x9100
#define ETHERTYPE_PPPOE      0x8864
#define PPP_IPV4             0x0021
#define PPP_IPV6             0x0057
#define ETHERNET_HEADER      14
#define VLAN_TAG             4
#define PPPOE_HEADER         8 /* with the PPP protocol */
#define SLL_HEADER           16
#define SLL2_HEADER          20
#define LOOPBACK_HEADER      4
#define IPV4_HEADER          20
#define IPV4_FRAGMENT_BITS   0x3FFF /* more fragments, offset */
#define IPV4_FRAGMENT_OFFSET 0x1FFF
#define IPV6_HEADER          40
#define IPV6_EXTENSION       8 /* the shortest */
#define TUNNELS_LIMIT        4 /* IP in IP in ... */

enum {
    NEXT_HOP_BY_HOP = 0,
    NEXT_IPV4 = 4,
    NEXT_IPV6 = 41,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AUTHENTICATION = 51,
    NEXT_DESTINATION = 60
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void set_address(struct net_address *ret, const uint8_t *octets, uint8_t length)
{
    memset(ret, 0, sizeof *ret);
    ret->length = length;
    memcpy(ret->octets, octets, length);
}

/* `end` of the frame's octets on the wire; `claimed` octets are the packet's, 0: all there are. */
static void set_end(struct layers *ret, uint32_t offset, uint32_t claimed, uint32_t captured,
                    uint32_t length)
{
    uint32_t end = claimed != 0 ? smaller(length, offset + claimed) : length;

    ret->end = smaller(captured, end);
    ret->length = end - ret->headers;
}

static bool read_ipv4(const uint8_t *data, uint32_t offset, uint32_t captured, uint32_t length,
                      struct layers *ret)
{
    const uint8_t *ip = data + offset;
    uint32_t header, claimed;

    if (captured - offset < IPV4_HEADER)
        return false;
    header = (ip[0] & 0x0Fu) * 4u;
    claimed = bytes_u16(ip + 2);
    if (header < IPV4_HEADER || header > captured - offset || (claimed != 0 && claimed < header))
        return false;
    ret->headers = offset + header;
    ret->has_ip = true;
    ret->protocol = ip[9];
    ret->first = (bytes_u16(ip + 6) & IPV4_FRAGMENT_OFFSET) == 0;
    ret->whole = (bytes_u16(ip + 6) & IPV4_FRAGMENT_BITS) == 0;
    set_address(&ret->source, ip + 12, 4);
    set_address(&ret->destination, ip + 16, 4);
    set_end(ret, offset, claimed, captured, length);
    return true;
}

static bool is_extension(uint8_t next)
{
    return next == NEXT_HOP_BY_HOP || next == NEXT_ROUTING || next == NEXT_FRAGMENT ||
           next == NEXT_AUTHENTICATION || next == NEXT_DESTINATION;
}

/* Octets of the extension header at `data` (RFC 8200 4, RFC 4302 2.2). */
static uint32_t extension_length(uint8_t kind, const uint8_t *data)
{
    if (kind == NEXT_FRAGMENT)
        return IPV6_EXTENSION;
    if (kind == NEXT_AUTHENTICATION)
        return (data[1] + 2u) * 4u;
    return (data[1] + 1u) * 8u;
}

static bool read_ipv6(const uint8_t *data, uint32_t offset, uint32_t captured, uint32_t length,
                      struct layers *ret)
{
    const uint8_t *ip = data + offset;
    uint32_t claimed;

    if (captured - offset < IPV6_HEADER)
        return false;
    claimed = bytes_u16(ip + 4);
    ret->headers = offset + IPV6_HEADER;
    ret->has_ip = true;
    ret->protocol = ip[6];
    ret->first = ret->whole = true;
    set_address(&ret->source, ip + 8, 16);
    set_address(&ret->destination, ip + 24, 16);
    captured = claimed != 0 ? smaller(captured, ret->headers + claimed) : captured;
    while (ret->first && is_extension(ret->protocol) && captured - ret->headers >= IPV6_EXTENSION) {
        const uint8_t *extension = data + ret->headers;
        uint32_t size = extension_length(ret->protocol, extension);

        if (size > captured - ret->headers)
            break;
        if (ret->protocol == NEXT_FRAGMENT) {
            ret->first = (bytes_u16(extension + 2) & 0xFFF8u) == 0;
            ret->whole = (bytes_u16(extension + 2) & 0xFFF9u) == 0;
        }
        ret->protocol = extension[0];
        ret->headers += size;
    }
    set_end(ret, offset, claimed != 0 ? claimed + IPV6_HEADER : 0, captured, length);
    return true;
}

void layers_find_ip(const uint8_t *data, uint32_t offset, uint32_t captured, uint32_t length,
                    struct layers *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->headers = offset;
    for (int depth = 0; depth < TUNNELS_LIMIT && offset < captured; depth++) {
        bool read = data[offset] >> 4 == 4   ? read_ipv4(data, offset, captured, length, ret)
                    : data[offset] >> 4 == 6 ? read_ipv6(data, offset, captured, length, ret)
                                             : false;

        if (!read || !ret->whole || (ret->protocol != NEXT_IPV4 && ret->protocol != NEXT_IPV6))
            return;
        offset = ret->headers;
        captured = ret->end;
        length = offset + ret->length;
    }
}

/* The offset of the IP packet behind the EtherType at `at`, or 0. *ret_headers: the known end. */
static uint32_t behind_ethertype(const uint8_t *data, uint32_t at, uint32_t captured,
                                 uint32_t *ret_headers)
{
    uint16_t type;

    while (captured >= at + 2 && ((type = bytes_u16(data + at)) == ETHERTYPE_VLAN ||
                                  type == ETHERTYPE_PROVIDER || type == ETHERTYPE_OLD_QINQ))
        at += VLAN_TAG;
    *ret_headers = smaller(at + 2, captured);
    if (captured < at + 2)
        return 0;
    type = bytes_u16(data + at);
    if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
        return at + 2;
    if (type != ETHERTYPE_PPPOE || captured < at + 2 + PPPOE_HEADER)
        return 0;
    *ret_headers = at + 2 + PPPOE_HEADER;
    type = bytes_u16(data + at + PPPOE_HEADER);
    return type == PPP_IPV4 || type == PPP_IPV6 ? *ret_headers : 0;
}

/* The same for a PPP frame: address and control may be left out (RFC 1661 6.6). */
static uint32_t behind_ppp(const uint8_t *data, uint32_t captured, uint32_t *ret_headers)
{
    uint32_t at = captured >= 2 && data[0] == 0xFF && data[1] == 0x03 ? 2 : 0;
    uint16_t protocol = captured >= at + 2 ? bytes_u16(data + at) : 0;

    *ret_headers = smaller(at + 2, captured);
    return protocol == PPP_IPV4 || protocol == PPP_IPV6 ? at + 2 : 0;
}

void layers_find(int encap, const uint8_t *data, uint32_t captured, uint32_t length,
                 struct layers *ret)
{
    uint32_t headers = 0;
    uint32_t ip = 0;
    bool raw = false;

    switch (encap) {
    case WTAP_ENCAP_ETHERNET:
        ip = behind_ethertype(data, ETHERNET_HEADER - 2, captured, &headers);
        break;
    case WTAP_ENCAP_SLL:
        ip = behind_ethertype(data, SLL_HEADER - 2, captured, &headers);
        break;
    case WTAP_ENCAP_SLL2: /* the protocol comes first */
        headers = smaller(SLL2_HEADER, captured);
        if (captured >= SLL2_HEADER &&
            (bytes_u16(data) == ETHERTYPE_IPV4 || bytes_u16(data) == ETHERTYPE_IPV6))
            ip = SLL2_HEADER;
        break;
    case WTAP_ENCAP_PPP:
        ip = behind_ppp(data, captured, &headers);
        break;
    case WTAP_ENCAP_NULL:
    case WTAP_ENCAP_LOOP:
        ip = headers = smaller(LOOPBACK_HEADER, captured);
        break;
    case WTAP_ENCAP_RAW_IP:
    case WTAP_ENCAP_RAW_IP4:
    case WTAP_ENCAP_RAW_IP6:
        raw = true;
        break;
    default:
        break;
    }
    memset(ret, 0, sizeof *ret);
    ret->headers = headers;
    if (ip != 0 || raw)
        layers_find_ip(data, ip, captured, smaller(length, UINT32_MAX - 1), ret);
}
