/* What a captured frame is for the analysis: a table of (link type, octets, kind).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "frame.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Ethernet up to the type; a tag; cooked headers up to the protocol. */
#define ETH  "020000000001 020000000002 "
#define SLL  "0000 0001 0006 020000000001 0000 "
#define IP4  "4500 TTTT 1234 0000 40 PP 0000 C0A80B14 C0A80B1E "
#define IP6  "60000000 LLLL PP 40 " A6 A6
#define A6   "20010DB8 00000000 00000000 00000001 "
#define TCP  "04D2 06BB 00000001 00000002 5010 FFFF 0000 0000 "
#define GRE  "3081 880B 0004 1000 00000007 00000003 FF03C021 "
#define UDP  "1194 1194 0009 0000 FF "
#define ESP  "C0FFEE01 00000001 0102030405060708 "
#define UNR  "0301 0000 00000000 " /* host unreachable */
#define BARE "0B00 0000 00000000 " /* time exceeded */

/* An octet string that a sanitizer sees the end of. TTTT is the total length of the IPv4 header it
 * stands in, LLLL the payload length of an IPv6 header: both up to the end of the frame. */
struct octets {
    uint8_t *data;
    uint32_t length;
};

static uint32_t count_octets(const char *hex)
{
    uint32_t digits = 0;

    for (; *hex != '\0'; hex++)
        digits += *hex != ' ';
    return digits / 2;
}

/* `protocol` replaces the first PP, "," separates further ones. */
static struct octets octets_of(const char *hex, const char *protocols)
{
    GByteArray *bytes = g_byte_array_new();
    struct octets ret;

    for (const char *at = hex; *at != '\0'; at++) {
        uint8_t octet;
        uint8_t pair[2];

        if (*at == ' ')
            continue;
        if (*at == 'T' || *at == 'L') {
            /* Behind LLLL, 36 octets of the header are left. */
            uint32_t rest = *at == 'T' ? count_octets(at) + 2 : count_octets(at) - 36;

            pair[0] = (uint8_t)(rest >> 8);
            pair[1] = (uint8_t)rest;
            g_byte_array_append(bytes, pair, 2);
            at += 3;
            continue;
        }
        if (*at == 'P') {
            octet = (uint8_t)g_ascii_strtoull(protocols, (char **)&protocols, 10);
            protocols += *protocols == ',';
        } else {
            octet = (uint8_t)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
        }
        g_byte_array_append(bytes, &octet, 1);
        at++;
    }
    ret.length = bytes->len;
    ret.data = g_memdup2(bytes->data, bytes->len);
    g_byte_array_free(bytes, TRUE);
    return ret;
}

static void read(enum frame_link link, const struct octets *octets, uint32_t captured,
                 struct frame *ret)
{
    uint8_t *exact = g_memdup2(octets->data, captured);
    struct frame_octets whole = {exact, captured, octets->length};

    memset(ret, 0xA5, sizeof *ret);
    frame_read(link, &whole, ret);
    g_free(exact);
}

static const struct {
    const char *what;
    enum frame_link link;
    enum frame_kind kind;
    const char *hex;
    const char *protocols;
} rows[] = {
    /* What is ours, by each way that is opened. */
    {"TCP", FRAME_LINK_ETHERNET, FRAME_TCP, ETH "0800" IP4 TCP, "6"},
    {"Enhanced GRE", FRAME_LINK_ETHERNET, FRAME_GRE, ETH "0800" IP4 GRE, "47"},
    {"ICMP", FRAME_LINK_ETHERNET, FRAME_ICMP, ETH "0800" IP4 "0800 0000 00010001", "1"},
    {"UDP", FRAME_LINK_ETHERNET, FRAME_UDP, ETH "0800" IP4 UDP, "17"},
    {"ESP", FRAME_LINK_ETHERNET, FRAME_ESP, ETH "0800" IP4 ESP, "50"},
    {"IPv6", FRAME_LINK_ETHERNET, FRAME_TCP, ETH "86DD" IP6 TCP, "6"},
    {"IPv6 where IPv4 is said", FRAME_LINK_ETHERNET, FRAME_TCP, ETH "0800" IP6 TCP, "6"},
    {"a tag", FRAME_LINK_ETHERNET, FRAME_GRE, ETH "8100 0064 0800" IP4 GRE, "47"},
    {"two tags", FRAME_LINK_ETHERNET, FRAME_GRE, ETH "88A8 0064 8100 0001 0800" IP4 GRE, "47"},
    {"PPPoE", FRAME_LINK_ETHERNET, FRAME_GRE, ETH "8864 1100 0001 0038 0021" IP4 GRE, "47"},
    {"MPLS", FRAME_LINK_ETHERNET, FRAME_GRE, ETH "8847 00010040 00010140" IP4 GRE, "47"},
    {"cooked", FRAME_LINK_SLL, FRAME_GRE, SLL "0800" IP4 GRE, "47"},
    {"cooked, with a tag", FRAME_LINK_SLL, FRAME_GRE, SLL "8100 0064 0800" IP4 GRE, "47"},
    {"cooked 2", FRAME_LINK_SLL2, FRAME_GRE,
     "0800 0000 00000003 0001 00 06 020000000001 0000" IP4 GRE, "47"},
    {"raw", FRAME_LINK_RAW, FRAME_GRE, IP4 GRE, "47"},
    {"raw IPv6", FRAME_LINK_RAW, FRAME_TCP, IP6 TCP, "6"},
    {"IPv4", FRAME_LINK_IPV4, FRAME_GRE, IP4 GRE, "47"},
    {"only IPv6", FRAME_LINK_IPV6, FRAME_TCP, IP6 TCP, "6"},
    {"loopback", FRAME_LINK_NULL, FRAME_GRE, "02000000" IP4 GRE, "47"},
    {"loopback, other order", FRAME_LINK_NULL, FRAME_TCP, "0000001E" IP6 TCP, "6"},
    {"OpenBSD's", FRAME_LINK_LOOP, FRAME_GRE, "00000002" IP4 GRE, "47"},
    {"PPP", FRAME_LINK_PPP, FRAME_GRE, "FF03 0021" IP4 GRE, "47"},
    {"PPP, short", FRAME_LINK_PPP, FRAME_TCP, "0057" IP6 TCP, "6"},
    {"IP in IP", FRAME_LINK_RAW, FRAME_GRE, IP4 IP4 GRE, "4,47"},
    {"IPv6 in IPv4", FRAME_LINK_RAW, FRAME_TCP, IP4 IP6 TCP, "41,6"},
    {"no operation", FRAME_LINK_RAW, FRAME_TCP,
     "4600 TTTT 1234 0000 40 06 0000 C0A80B14 C0A80B1E 01010100" TCP, ""},
    {"padding options", FRAME_LINK_RAW, FRAME_TCP, IP6 "06 00 0104 00000000" TCP, "60"},
    {"a fragment of its own", FRAME_LINK_RAW, FRAME_TCP, IP6 "0600 0000 00000007" TCP, "44"},

    /* What is surely not. */
    {"ARP", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "0806 0001 0800 06 04 0001", ""},
    {"LLDP", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "88CC 0207 04", ""},
    {"spanning tree", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "0026 4242 03 0000", ""},
    {"CDP", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "0010 AAAA 03 00000C 2000 02B4", ""},
    {"ARP by SNAP", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "0010 AAAA 03 000000 0806 0001", ""},
    {"IS-IS", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "0010 FEFE 03 83 1B01", ""},
    {"IPX", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "0010 FFFF 0022", ""},
    {"no type and no length", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "05F0" IP4 GRE, "47"},
    {"IGMP with an alert", FRAME_LINK_RAW, FRAME_NOT_OURS,
     "4600 TTTT 1234 0000 01 02 0000 C0A80B14 E0000001 94040000 1600 0000", ""},
    {"OSPF", FRAME_LINK_RAW, FRAME_NOT_OURS, IP4 "0201 0030", "89"},
    {"a fragment of OSPF", FRAME_LINK_RAW, FRAME_NOT_OURS,
     "4500 TTTT 1234 2000 40 59 0000 C0A80B14 C0A80B1E 0201 0030", ""},
    {"LCP", FRAME_LINK_PPP, FRAME_NOT_OURS, "FF03 C021 0101 0004", ""},
    {"a family without IP", FRAME_LINK_NULL, FRAME_NOT_OURS, "11000000 4500", ""},
    {"a TCP header too short", FRAME_LINK_RAW, FRAME_NOT_OURS,
     IP4 "04D2 06BB 00000001 00000002 4010 FFFF 0000 0000", "6"},
    {"an IP length too short", FRAME_LINK_RAW, FRAME_NOT_OURS,
     "4500 0013 1234 0000 40 06 0000 C0A80B14 C0A80B1E" TCP, ""},
    {"an IP header too short", FRAME_LINK_RAW, FRAME_NOT_OURS,
     "4400 TTTT 1234 0000 40 06 0000 C0A80B14 C0A80B1E" TCP, ""},
    {"IPv4 where IPv6 is said", FRAME_LINK_ETHERNET, FRAME_NOT_OURS, ETH "86DD" IP4 GRE, "47"},
    {"an empty IPv6 packet", FRAME_LINK_RAW, FRAME_NOT_OURS, "60000000 0000 06 40" A6 A6 TCP, ""},
    {"nothing in IPv6", FRAME_LINK_RAW, FRAME_NOT_OURS, IP6 "00", "59"},
    {"L2TP's control", FRAME_LINK_RAW, FRAME_UDP, IP4 "06A5 06A5 0010 0000 C802 000C", "17"},

    {"a port of OpenFlow at a client", FRAME_LINK_RAW, FRAME_TCP,
     IP4 "19FD 06BB 00000001 00000002 5010 FFFF 0000 0000 00", "6"},
    {"OpenFlow without data", FRAME_LINK_RAW, FRAME_TCP,
     IP4 "C001 19FD 00000001 00000002 5010 FFFF 0000 0000", "6"},
    {"a port of VXLAN at a client", FRAME_LINK_RAW, FRAME_UDP, IP4 "12B5 0035 0010 0000 01", "17"},

    /* What only tshark opens. */
    {"another link type", FRAME_LINK_OTHER, FRAME_NOT_KNOWN, ETH "0800" IP4 TCP, "6"},
    {"MACsec", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, ETH "88E5 0000", ""},
    {"Ethernet in Ethernet", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, ETH "88E7 00000001" ETH, ""},
    {"IP by SNAP", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, ETH "0040 AAAA 03 000000 0800" IP4, "6"},
    {"Ethernet by SNAP", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, ETH "0040 AAAA 03 0080C2 0007", ""},
    {"IP by LLC", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, ETH "0040 0606 03 4500", ""},
    {"ISL", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, "01000C000000 020000000002 0026 AAAA03", ""},
    {"a length behind a provider's tag", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN,
     ETH "88A8 0001 0026 4242 03", ""},
    {"Ethernet in MPLS", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, ETH "8847 00010140 00000000", ""},
    {"MPLS's own channel", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN, ETH "8847 0000D140" IP4, "6"},
    {"compressed PPP", FRAME_LINK_PPP, FRAME_NOT_KNOWN, "21" IP4 TCP, "6"},
    {"bridged PPP", FRAME_LINK_PPP, FRAME_NOT_KNOWN, "FF03 0031 0001", ""},
    {"Cisco's HDLC", FRAME_LINK_PPP, FRAME_NOT_KNOWN, "0F00 0800" IP4 TCP, "6"},
    {"PPP in raw IP", FRAME_LINK_RAW, FRAME_NOT_KNOWN, "FF03 0021" IP4 TCP, "6"},
    {"netlink", FRAME_LINK_SLL, FRAME_NOT_KNOWN, "0000 0338 0006 020000000001 0000 0010", ""},
    {"a GRE device", FRAME_LINK_SLL, FRAME_NOT_KNOWN,
     "0000 030A 0006 020000000001 0000 0800" IP4 TCP, "6"},
    {"GRE of version 0", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 "0000 0800" IP4 TCP, "47,6"},
    {"VXLAN", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 "C000 12B5 0010 0000 0800 0000", "17"},
    {"GTP", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 "0868 0868 0010 0000 30FF 0000", "17"},
    {"L2TP's data", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 "06A5 06A5 0010 0000 0002 0001", "17"},
    {"OpenFlow", FRAME_LINK_RAW, FRAME_NOT_KNOWN,
     IP4 "C001 19FD 00000001 00000002 5010 FFFF 0000 0000 04", "6"},
    {"AH", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 "0604 0000", "51"},
    {"PIM", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 "2100 0000", "103"},
    {"IPv6 options in IPv4", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 "0600 0000", "60"},
    {"a fragment of TCP", FRAME_LINK_RAW, FRAME_NOT_KNOWN,
     "4500 TTTT 1234 2000 40 06 0000 C0A80B14 C0A80B1E" TCP, ""},
    {"a later fragment of GRE", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN,
     ETH "0800 4500 TTTT 1234 00B9 40 2F 0000 C0A80B14 C0A80B1E" TCP, ""},
    {"a fragment of GRE that claims nothing", FRAME_LINK_ETHERNET, FRAME_NOT_KNOWN,
     ETH "0800 4500 0014 1234 2000 40 2F 0000 C0A80B14 C0A80B1E", ""},
    {"a fragment of UDP", FRAME_LINK_RAW, FRAME_NOT_KNOWN,
     "4500 TTTT 1234 2000 40 11 0000 C0A80B14 C0A80B1E" UDP, ""},
    {"a fragment of IPv6", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP6 "0600 0001 00000007" TCP, "44"},
    {"a route", FRAME_LINK_RAW, FRAME_NOT_KNOWN,
     "4700 TTTT 1234 0000 40 06 0000 C0A80B14 C0A80B1E 83070401020304 00" TCP, ""},
    {"a route of IPv6", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP6 "0600 0000 00000000" TCP, "43"},
    {"a home address", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP6 "0600 C910 00000000" TCP, "60"},
    {"a jumbogram", FRAME_LINK_RAW, FRAME_NOT_KNOWN, "60000000 0000 00 40" A6 A6 "0600 C204", ""},
    {"IP in IP five deep", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP4 IP4 IP4 IP4 IP4 IP4 TCP,
     "4,4,4,4,4,6"},
    {"an ICMPv6 redirect", FRAME_LINK_RAW, FRAME_NOT_KNOWN, IP6 "8900 0000 00000000", "58"},
    {"GRE of version 0 in an error", FRAME_LINK_RAW, FRAME_NOT_KNOWN,
     IP4 UNR IP4 "0000 0800 4500 0000", "1,47"},
    {"a fragment in an error", FRAME_LINK_RAW, FRAME_NOT_KNOWN,
     IP4 UNR "4500 0040 1234 2000 40 06 0000 C0A80B14 C0A80B1E" TCP, "1"},
};

static void test_each_frame_is_of_its_kind(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct octets octets = octets_of(rows[i].hex, rows[i].protocols);
        struct frame frame;

        g_test_message("%s", rows[i].what);
        read(rows[i].link, &octets, octets.length, &frame);
        if (frame.kind != rows[i].kind)
            g_error("%s: kind %d (%s), not %d", rows[i].what, frame.kind,
                    frame.kind == FRAME_NOT_KNOWN ? frame.reason : "-", rows[i].kind);
        g_assert_true((frame.kind == FRAME_NOT_KNOWN) == (frame.reason != NULL));
        g_free(octets.data);
    }
}

/* A capture may cut a frame anywhere: nothing is read behind its end, and what was ours stays so
 * or is given up on, as in Wireshark. */
static void test_a_frame_may_be_cut_anywhere(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct octets octets = octets_of(rows[i].hex, rows[i].protocols);

        for (uint32_t captured = 0; captured < octets.length; captured++) {
            struct frame frame;

            read(rows[i].link, &octets, captured, &frame);
            if (frame.kind == FRAME_NOT_OURS || frame.kind == FRAME_NOT_KNOWN)
                continue;
            g_assert_cmpuint(frame.payload.captured, <=, captured);
            if (rows[i].kind != FRAME_NOT_KNOWN) /* else the cause may be what was cut */
                g_assert_cmpint(frame.kind, ==, rows[i].kind);
        }
        g_free(octets.data);
    }
}

static void test_the_inner_packet_counts(void)
{
    struct octets octets =
        octets_of(IP4 "4500 TTTT 4321 0000 11 2F 0000 0A000001 0A000002" GRE "0000", "4");
    struct frame frame;

    /* Two octets behind the outer packet are a trailer. */
    octets.data[3] = (uint8_t)(octets.length - 2);
    read(FRAME_LINK_RAW, &octets, octets.length, &frame);
    g_assert_cmpint(frame.kind, ==, FRAME_GRE);
    g_assert_cmphex(frame.packet.ip_id, ==, 0x4321);
    g_assert_cmpuint(frame.packet.ttl, ==, 0x11);
    g_assert_cmpuint(frame.packet.source.octets[0], ==, 10);
    g_assert_cmpuint(frame.packet.destination.octets[3], ==, 2);
    g_assert_cmpuint(frame.payload.length, ==, 20);
    g_assert_cmpuint(frame.payload.captured, ==, 20);
    g_free(octets.data);
}

/* The sum that is right for IP4 with 40 octets and TCP is written by hand. */
static void test_the_header_checksum_is_looked_at(void)
{
    static const struct {
        const char *sum;
        bool wrong;
    } sums[] = {{"0000", false}, {"D119", false}, {"D11A", true}};

    for (unsigned i = 0; i < LENGTH_OF(sums); i++) {
        char *hex =
            g_strconcat("4500 0028 1234 0000 40 06 ", sums[i].sum, " C0A80B14 C0A80B1E" TCP, NULL);
        struct octets octets = octets_of(hex, "");
        struct frame frame;

        read(FRAME_LINK_RAW, &octets, octets.length, &frame);
        g_assert_cmpint(frame.kind, ==, FRAME_TCP);
        g_assert_true(frame.packet.ip_checksum_wrong == sums[i].wrong);
        g_free(octets.data);
        g_free(hex);
    }
}

static void test_an_error_quotes_what_is_ours(void)
{
    static const struct {
        const char *hex;
        const char *protocols;
        uint8_t protocol;
        uint32_t captured;
    } quotes[] = {
        {IP4 UNR IP4 GRE, "1,47", 47, 20},
        {IP4 UNR IP4 "04D2 06BB 00000001", "1,6", 6, 8},
        {IP4 UNR IP4 "04D2 06", "1,6", 0, 0},
        {IP4 UNR IP4 UDP, "1,17", 0, 0},
        {IP4 "0800 0000 00000000" IP4 GRE, "1,47", 0, 0},
        {IP4 "0501 0000 C0A80B01" IP4 GRE, "1,47", 47, 8}, /* a redirect: 64 bits */
        {IP4 "0301 0000 00060000" IP4 GRE, "1,47", 47, 20},
        {IP6 "0100 0000 00000000" IP6 GRE, "58,47", 47, 20},
        {IP6 "0100 0000 00000000" IP4 GRE, "58,47", 0, 0},
    };

    for (unsigned i = 0; i < LENGTH_OF(quotes); i++) {
        struct octets octets = octets_of(quotes[i].hex, quotes[i].protocols);
        struct frame frame;

        read(FRAME_LINK_RAW, &octets, octets.length, &frame);
        g_assert_cmpint(frame.kind, ==, FRAME_ICMP);
        g_assert_cmpuint(frame.quote.protocol, ==, quotes[i].protocol);
        if (quotes[i].protocol != 0)
            g_assert_cmpuint(frame.quote.payload.captured, ==, quotes[i].captured);
        g_free(octets.data);
    }
}

void test_frame(void)
{
    g_test_add_func("/frame/kinds", test_each_frame_is_of_its_kind);
    g_test_add_func("/frame/cut", test_a_frame_may_be_cut_anywhere);
    g_test_add_func("/frame/inner packet", test_the_inner_packet_counts);
    g_test_add_func("/frame/header checksum", test_the_header_checksum_is_looked_at);
    g_test_add_func("/frame/quoted", test_an_error_quotes_what_is_ours);
}
