/* What can carry IP packets: tables, and nothing else. Whatever is not in them is not opened by
 * Wireshark to find an IP packet there.
 *
 * They were made from the sources of Wireshark 4.0: each dissector that can reach those of IP,
 * Ethernet, PPP, IEEE 802.11 or LLC through the handles and tables that it looks up, and where it
 * is registered as shipped (`tshark -G decodes`); then those of newer versions, and ports in wide
 * use for such protocols. A row too many costs time, one too few an answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_parts.h"

#include <stddef.h>

#include "core/base/bytes.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PORT_L2TP        1701
#define PORT_PPTP        1723
#define L2TP_CONTROL     0x80 /* in the first octet (RFC 2661 3.1) */

/* In order, as all tables here. */
static const uint16_t ethertypes[] = {
    0x0641, 0x0643, 0x0644, 0x0645, /* Roofnet */
    0x08FF,                         /* BPQ: AX.25 */
    0x22E5,                         /* Gigamon's header */
    0x22F0, 0x22F1, 0x22F3,         /* AVTP, ROHC, TRILL */
    0x2452,                         /* IEEE 802.11, of a driver */
    0x4305,                         /* B.A.T.M.A.N. Advanced */
    0x6000,                         /* X.25 (LAPB) */
    0x6558, 0x6559,                 /* Ethernet bridged, frame relay */
    0x8057,                         /* PPP's, in places */
    0x80D5, 0x80FF,                 /* SNA, Wellfleet compression */
    0x872D,                         /* WLCCP */
    0x8783,                         /* MiNT */
    0x880B,                         /* PPP */
    0x886C,                         /* HomePNA */
    0x8870, 0x8874, 0x8892,         /* jumbo LLC, Broadcom's tag, PROFINET */
    0x8899, 0x889B, 0x88A1,         /* Realtek, Mindspeed, Telkonet */
    0x88B7, 0x88BB,                 /* IEEE 802a, LWAPP */
    0x88C9, 0x88CA,                 /* Extreme's mesh, TIPC */
    0x88D9, 0x88DC, 0x88DE,         /* LLTD, WSMP, VMware */
    0x88E5, 0x88E7,                 /* MACsec, provider backbone bridges */
    0x88F8,                         /* NCSI */
    0x8903, 0x8906, 0x8909, 0x890D, /* FabricPath, FCoE, Cisco's metadata, IEEE 802.11 */
    0x8915, 0x891D, 0x8926, 0x892F, /* RoCE, TTEthernet, VN-Tag, HSR */
    0x893F, 0x8947, 0x894F,         /* E-Tag, GeoNetworking, NSH */
    0x8988, 0x8A96,                 /* Palo Alto's heartbeat, RSPAN */
    0x9021, 0x9022,                 /* RTnet */
    0x99FE, 0xA0ED,                 /* TECMP, 6LoWPAN */
    0xBBBB, 0xD28B, 0xDADA,         /* LWAPP, Arista's, DSA */
    0xE555, 0xF1C1,                 /* Extreme's header, IEEE 802.1CB */
    0xFCFC, 0xFFF2                  /* fibre channel, Cisco's ACI */
};

static const uint16_t udp_ports[] = {
    213,                                      /* IPX */
    434,   699,                               /* Mobile IP, HCP */
    925,                                      /* AudioCodes */
    2055,  2123,                              /* NetFlow, GTP */
    2152,  2268,  2887,                       /* GTP, AMT, WLCCP */
    3343,  3386,  3544,                       /* MSRCP, GTP', Teredo */
    4305,  4306,  4307,                       /* B.A.T.M.A.N. */
    4341,  4342,                              /* LISP */
    4729,  4739,  4754,  4755,                /* GSMTAP, IPFIX, GRE in UDP */
    4789,  4790,  4791,                       /* VXLAN, VXLAN-GPE, RoCE */
    5000,  5072,                              /* TaPa or PEEKREMOTE, AYIYA */
    5246,  5247,  5436,  5555,                /* CAPWAP, Mobile IPv6, Aruba */
    6081,  6118,  6343,  6635,  6636,         /* GENEVE, TIPC, sFlow, MPLS in UDP */
    8472,  9996,                              /* VXLAN of Linux, NetFlow */
    11105, 12000, 12001, 12002, 12003, 12004, /* NSH, LLC of APPN */
    12220, 12222, 12223,                      /* LWAPP */
    13907, 13910,                             /* WASSP */
    17220, 17754, 17755, 17756,               /* AVTP, ZEP, SCoP */
    22222,                                    /* RTPproxy, TZSP */
    24576, 24577,                             /* MiNT */
    30030, 34962,                             /* JMirror, PROFINET */
    37008,                                    /* TZSP */
    47000,                                    /* HCrt */
    48879                                     /* VXLAN-GPE, of some */
};

static const uint16_t tcp_ports[] = {
    639,   925,  /* MSDP, AudioCodes */
    1998,  2002, /* X.25, remote capture */
    2123,  2152, /* GTP */
    2502,  3386, /* Kismet, GTP' */
    4739,        /* IPFIX */
    6633,  6653, /* OpenFlow */
    17755, 17756 /* SCoP */
};

/* Besides IP in IP, which is opened. */
static bool is_carrier(uint8_t protocol)
{
    switch (protocol) {
    case 0:   /* IPv6 options that IPv4 carries */
    case 43:  /* routing header, where it is no extension */
    case 44:  /* an IPv6 fragment that IPv4 carries */
    case 48:  /* DSR */
    case 51:  /* AH */
    case 53:  /* SwIPe */
    case 54:  /* NARP */
    case 55:  /* mobility */
    case 60:  /* IPv6 options, likewise */
    case 62:  /* Mobile IPv6, once */
    case 80:  /* ISO's */
    case 93:  /* AX.25 */
    case 94:  /* IP in IP, once */
    case 97:  /* EtherIP */
    case 98:  /* encapsulation header */
    case 103: /* PIM: registers */
    case 108: /* compressed */
    case 115: /* L2TPv3 */
    case 132: /* SCTP: what telephony carries in it */
    case 135: /* Mobile IPv6 */
    case 136: /* UDP-Lite */
    case 137: /* MPLS */
    case 140: /* Shim6 */
    case 143: /* Ethernet */
    case 147: /* BIT-EMU and tunnels of newer versions */
        return true;
    default:
        return false;
    }
}

static bool has_port(const uint16_t *ports, size_t count, uint16_t port)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (ports[middle] == port)
            return true;
        if (ports[middle] < port)
            low = middle + 1;
        else
            count = middle;
    }
    return false;
}

bool frame_ethertype_carries(uint16_t ethertype)
{
    return has_port(ethertypes, LENGTH_OF(ethertypes), ethertype);
}

bool frame_protocol_carries(uint8_t protocol)
{
    return is_carrier(protocol);
}

bool frame_protocol_reassembles(uint8_t protocol)
{
    return protocol == FRAME_OF_TCP || protocol == FRAME_OF_UDP || protocol == FRAME_OF_GRE ||
           protocol == FRAME_OF_ESP || protocol == FRAME_OF_ICMP || protocol == FRAME_OF_ICMPV6 ||
           protocol == 4 || protocol == 41 || is_carrier(protocol);
}

/* UDP ports whose protocols take whatever comes, and carry no IP. Wireshark asks the lower port
 * first: of a DNS query from port 4789 it makes no VXLAN. */
static bool takes_all_udp(uint16_t port)
{
    static const uint16_t takers[] = {53, 67, 68, 123, 137, 138, 500, 4500, 5353, 5355};

    return has_port(takers, LENGTH_OF(takers), port);
}

/* Control messages of L2TP carry no frames. */
bool frame_udp_carries(const struct frame_octets *udp)
{
    uint16_t source = bytes_u16(udp->data);
    uint16_t destination = bytes_u16(udp->data + 2);
    uint16_t low = source < destination ? source : destination;
    uint16_t high = source < destination ? destination : source;

    if (udp->captured <= FRAME_UDP_HEADER)
        return false;
    if (source == PORT_L2TP || destination == PORT_L2TP)
        return (udp->data[FRAME_UDP_HEADER] & L2TP_CONTROL) == 0;
    return has_port(udp_ports, LENGTH_OF(udp_ports), low) ||
           (!takes_all_udp(low) && has_port(udp_ports, LENGTH_OF(udp_ports), high));
}

bool frame_tcp_carries(uint16_t port_a, uint16_t port_b)
{
    uint16_t low = port_a < port_b ? port_a : port_b;
    uint16_t high = port_a < port_b ? port_b : port_a;

    return has_port(tcp_ports, LENGTH_OF(tcp_ports), low) ||
           (low != PORT_PPTP && has_port(tcp_ports, LENGTH_OF(tcp_ports), high));
}
