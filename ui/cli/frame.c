/* The link layer: from the frame to the IP packet in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_parts.h"

#include "core/base/bytes.h"

#define ETHERNET_HEADER    14
#define ETHERNET_TYPE      12
#define LENGTHS_TO         1500 /* of IEEE 802.3; larger is an EtherType */
#define ETHERTYPES_FROM    1536 /* what lies between is neither */
#define ETHERTYPE_VLAN     0x8100
#define ETHERTYPE_PROVIDER 0x88A8
#define ETHERTYPE_OLD_QINQ 0x9100
#define ETHERTYPE_MPLS     0x8847
#define ETHERTYPE_MPLS_UP  0x8848 /* upstream-assigned labels, once multicast (RFC 5332) */
#define ETHERTYPE_PPPOE    0x8864
#define VLAN_TAG           4
#define VLAN_TAGS_LIMIT    20 /* Wireshark opens no more */
#define MPLS_LABEL         4
#define MPLS_BOTTOM        0x01 /* in the third octet of a label */
#define PPPOE_HEADER       6
#define PPP_PROTOCOL       2
#define PPP_IPV4           0x0021
#define PPP_IPV6           0x0057
#define SLL_HEADER         16
#define SLL2_HEADER        20
#define SLL_INTERNAL_TO    1536 /* protocols up to here are the kernel's own, no EtherTypes */
#define SLL_LLC            4    /* one of them: IEEE 802.2 */
#define LOOPBACK_HEADER    4
#define HARDWARE_NETLINK   824
#define HARDWARE_GRE       778

static void read_ethertype(uint16_t type, const struct frame_octets *octets, struct frame *ret);

/* SAPs of LLC that surely carry no IP: spanning tree, IPX, NetBIOS, the null SAP. */
static bool is_harmless_sap(uint8_t sap)
{
    return sap == 0x42 || sap == 0xE0 || sap == 0xF0 || sap == 0x00;
}

/* PIDs of Cisco's OUI that surely carry none: CDP, VTP, DTP, PVST+, UDLD, PAgP. */
static bool is_harmless_of_cisco(uint16_t pid)
{
    return pid == 0x2000 || pid == 0x2003 || pid == 0x2004 || pid == 0x010B || pid == 0x0111 ||
           pid == 0x0104;
}

/* IEEE 802.2. OSI's network layer is harmless as CLNP, ES-IS or IS-IS (ISO 9577). */
static void read_llc(const struct frame_octets *octets, struct frame *ret)
{
    const uint8_t *llc = octets->data;
    uint32_t oui;
    uint16_t pid;

    if (octets->captured < 4 || is_harmless_sap(llc[0]))
        return;
    if (llc[0] == 0xFE && llc[2] == 0x03 && llc[3] >= 0x81 && llc[3] <= 0x83)
        return;
    if (llc[0] != 0xAA || llc[1] != 0xAA || llc[2] != 0x03) {
        frame_not_known(ret, "an LLC frame of a rare kind");
        return;
    }
    if (octets->captured < 8)
        return;
    oui = bytes_u32(llc + 2) & 0xFFFFFF;
    pid = bytes_u16(llc + 6);
    if (oui == 0x00000C && is_harmless_of_cisco(pid))
        return;
    if (oui == 0 && pid >= ETHERTYPES_FROM && pid != FRAME_ETHERTYPE_IP4 &&
        pid != FRAME_ETHERTYPE_IP6 && pid != ETHERTYPE_VLAN && pid != ETHERTYPE_PROVIDER &&
        pid != ETHERTYPE_OLD_QINQ && pid != ETHERTYPE_MPLS && pid != ETHERTYPE_MPLS_UP &&
        pid != ETHERTYPE_PPPOE && !frame_ethertype_carries(pid))
        return;
    frame_not_known(ret, "a SNAP frame that can carry IP");
}

/* IEEE 802.3: `length` octets of LLC, or IPX without it. */
static void read_802_3(uint16_t length, struct frame_octets octets, struct frame *ret)
{
    frame_cut(&octets, length);
    if (octets.captured < 2 || bytes_u16(octets.data) == 0xFFFF)
        return;
    read_llc(&octets, ret);
}

/* Tags, one behind the other, the first of `type`; then an EtherType or an IEEE 802.3 length, which
 * Wireshark does not expect behind a provider's tag. */
static void read_vlan(uint16_t type, struct frame_octets octets, struct frame *ret)
{
    uint16_t tag;

    for (unsigned tags = 0; tags < VLAN_TAGS_LIMIT; tags++) {
        if (octets.captured < VLAN_TAG)
            return;
        tag = type;
        type = bytes_u16(octets.data + 2);
        frame_behind(&octets, VLAN_TAG, &octets);
        if (type <= LENGTHS_TO) {
            if (tag == ETHERTYPE_PROVIDER)
                frame_not_known(ret, "IEEE 802.3 behind a provider's tag");
            else
                read_802_3(type, octets, ret);
            return;
        }
        if (type != ETHERTYPE_VLAN && type != ETHERTYPE_PROVIDER && type != ETHERTYPE_OLD_QINQ) {
            read_ethertype(type, &octets, ret);
            return;
        }
    }
    frame_not_known(ret, "many VLAN tags");
}

/* Some labels have a meaning of their own: OAM (14), the generic channel (13), and TDM. */
static bool is_special_label(uint32_t label)
{
    return label == 13 || label == 14 || label == 0x99887;
}

static void read_mpls(struct frame_octets octets, struct frame *ret)
{
    const uint8_t *label;
    uint8_t version;

    do {
        if (octets.captured < MPLS_LABEL)
            return;
        label = octets.data;
        frame_behind(&octets, MPLS_LABEL, &octets);
    } while ((label[2] & MPLS_BOTTOM) == 0);
    if (octets.captured == 0)
        return;
    version = octets.data[0] >> 4;
    if (is_special_label(bytes_u32(label) >> 12) || (version != 4 && version != 6))
        frame_not_known(ret, "MPLS that does not carry IP itself");
    else if (version == 4)
        frame_read_ip(&octets, ret);
    else
        frame_read_ipv6(&octets, ret);
}

/* Protocols of PPP that surely carry no IP: LCP, PAP, CHAP, link quality, IPCP, IPv6CP, CCP. */
static bool is_harmless_ppp(uint16_t protocol)
{
    return protocol == 0xC021 || protocol == 0xC023 || protocol == 0xC223 || protocol == 0xC025 ||
           protocol == 0x8021 || protocol == 0x8057 || protocol == 0x80FD;
}

static void read_ppp(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets payload;
    uint16_t protocol;

    if (octets->captured < PPP_PROTOCOL)
        return;
    protocol = bytes_u16(octets->data);
    frame_behind(octets, PPP_PROTOCOL, &payload);
    if (protocol == PPP_IPV4)
        frame_read_ip(&payload, ret);
    else if (protocol == PPP_IPV6)
        frame_read_ipv6(&payload, ret);
    else if (!is_harmless_ppp(protocol))
        frame_not_known(ret, "a PPP protocol that can carry IP");
}

/* PPP in HDLC-like framing; address and control may be left out (RFC 1662 3.1, RFC 1661 6.6). */
static void read_ppp_hdlc(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets ppp = *octets;

    if (octets->captured == 0)
        return;
    if (octets->data[0] == 0x0F || octets->data[0] == 0x8F)
        frame_not_known(ret, "Cisco's HDLC");
    else if (octets->data[0] != 0xFF || frame_behind(octets, 2, &ppp))
        read_ppp(&ppp, ret);
}

static void read_pppoe(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets ppp;

    if (octets->captured < PPPOE_HEADER)
        return;
    frame_behind(octets, PPPOE_HEADER, &ppp);
    frame_cut(&ppp, bytes_u16(octets->data + 4));
    read_ppp(&ppp, ret);
}

/* What lies behind an EtherType. */
static void read_ethertype(uint16_t type, const struct frame_octets *octets, struct frame *ret)
{
    switch (type) {
    case FRAME_ETHERTYPE_IP4:
        frame_read_ip(octets, ret);
        break;
    case FRAME_ETHERTYPE_IP6:
        frame_read_ipv6(octets, ret);
        break;
    case ETHERTYPE_VLAN:
    case ETHERTYPE_PROVIDER:
    case ETHERTYPE_OLD_QINQ:
        read_vlan(type, *octets, ret);
        break;
    case ETHERTYPE_PPPOE:
        read_pppoe(octets, ret);
        break;
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UP:
        read_mpls(*octets, ret);
        break;
    default:
        if (frame_ethertype_carries(type))
            frame_not_known(ret, "an EtherType that can carry IP");
        break;
    }
}

/* Cisco's ISL begins with its own address, and has a length where Ethernet has a type. */
static bool is_isl(const uint8_t *data)
{
    return (data[0] == 0x01 || data[0] == 0x0C) && data[1] == 0x00 && data[2] == 0x0C &&
           data[3] == 0x00 && data[4] == 0x00;
}

static void read_ethernet(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets payload;
    uint16_t type;

    if (octets->captured < ETHERNET_HEADER)
        return;
    type = bytes_u16(octets->data + ETHERNET_TYPE);
    frame_behind(octets, ETHERNET_HEADER, &payload);
    if (type > LENGTHS_TO && type < ETHERTYPES_FROM)
        return;
    if (type >= ETHERTYPES_FROM)
        read_ethertype(type, &payload, ret);
    else if (type == 0 || is_isl(octets->data))
        frame_not_known(ret, "an Ethernet frame of a rare kind");
    else
        read_802_3(type, payload, ret);
}

/* Linux cooked: the hardware, a protocol that is the kernel's or an EtherType, and a payload. */
static void read_cooked(uint16_t hardware, uint16_t protocol, const struct frame_octets *payload,
                        struct frame *ret)
{
    if (hardware == HARDWARE_NETLINK || hardware == HARDWARE_GRE)
        frame_not_known(ret, "a cooked frame of a rare kind");
    else if (protocol > SLL_INTERNAL_TO)
        read_ethertype(protocol, payload, ret);
    else if (protocol == SLL_LLC && hardware == 1)
        read_llc(payload, ret);
    else
        frame_not_known(ret, "a cooked frame of a rare kind");
}

static void read_sll(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets payload;

    if (octets->captured >= SLL_HEADER && frame_behind(octets, SLL_HEADER, &payload))
        read_cooked(bytes_u16(octets->data + 2), bytes_u16(octets->data + 14), &payload, ret);
}

static void read_sll2(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets payload;

    if (octets->captured >= SLL2_HEADER && frame_behind(octets, SLL2_HEADER, &payload))
        read_cooked(bytes_u16(octets->data + 8), bytes_u16(octets->data), &payload, ret);
}

/* The address families of the BSDs; ISO's can carry IP. */
static void read_family(uint32_t family, const struct frame_octets *octets, struct frame *ret)
{
    if (family == 2)
        frame_read_ip(octets, ret);
    else if (family == 24 || family == 28 || family == 30)
        frame_read_ipv6(octets, ret);
    else if (family == 7 || family > LENGTHS_TO)
        frame_not_known(ret, "a loopback frame of a rare kind");
}

/* In the byte order of the host that captured: a family is small, so the order shows. */
static void read_null(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets payload;
    uint32_t family;

    if (octets->captured < LOOPBACK_HEADER)
        return;
    family = bytes_u32(octets->data);
    frame_behind(octets, LOOPBACK_HEADER, &payload);
    if ((family & 0x00FFFFFF) == 0)
        family >>= 24;
    if (family > 0xFF)
        frame_not_known(ret, "a loopback frame of a rare kind");
    else
        read_family(family, &payload, ret);
}

static void read_loop(const struct frame_octets *octets, struct frame *ret)
{
    struct frame_octets payload;

    if (octets->captured >= LOOPBACK_HEADER && frame_behind(octets, LOOPBACK_HEADER, &payload))
        read_family(bytes_u32(octets->data), &payload, ret);
}

/* Some systems write a PPP header at one of several places, or zeros, in place of raw IP. */
static void read_raw(const struct frame_octets *octets, struct frame *ret)
{
    const uint8_t *data = octets->data;

    if (octets->captured < 10)
        return;
    if (bytes_u16(data) == 0xFF03 || bytes_u16(data + 6) == 0xFF03 ||
        bytes_u16(data + 1) == 0xFF03 || (bytes_u32(data) | bytes_u32(data + 4)) == 0)
        frame_not_known(ret, "a raw frame of a rare kind");
    else if (data[0] >> 4 == 4)
        frame_read_ip(octets, ret);
    else if (data[0] >> 4 == 6)
        frame_read_ipv6(octets, ret);
}

void frame_read(enum frame_link link, const struct frame_octets *octets, struct frame *ret)
{
    ret->kind = FRAME_NOT_OURS;
    ret->reason = NULL;
    switch (link) {
    case FRAME_LINK_ETHERNET:
        read_ethernet(octets, ret);
        break;
    case FRAME_LINK_SLL:
        read_sll(octets, ret);
        break;
    case FRAME_LINK_SLL2:
        read_sll2(octets, ret);
        break;
    case FRAME_LINK_RAW:
        read_raw(octets, ret);
        break;
    case FRAME_LINK_IPV4:
        frame_read_ip(octets, ret);
        break;
    case FRAME_LINK_IPV6:
        frame_read_ipv6(octets, ret);
        break;
    case FRAME_LINK_NULL:
        read_null(octets, ret);
        break;
    case FRAME_LINK_LOOP:
        read_loop(octets, ret);
        break;
    case FRAME_LINK_PPP:
        read_ppp_hdlc(octets, ret);
        break;
    case FRAME_LINK_OTHER:
        frame_not_known(ret, "a link type that only tshark opens");
        break;
    }
}
