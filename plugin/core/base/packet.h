/* Addresses, times, and the outer IP packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PACKET_H
#define PPTPNAT_PACKET_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* An IPv4 (length 4) or IPv6 (length 16) address in network order; unused octets are 0 so that two
 * addresses are equal if and only if their memory is. */
struct net_address {
    uint8_t length;
    uint8_t octets[16];
};

static inline bool net_address_equal(const struct net_address *a, const struct net_address *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

struct endpoint {
    struct net_address address;
    uint16_t port;
};

static inline bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && net_address_equal(&a->address, &b->address);
}

/* The latest time told apart, in 2096: the sum of two differences of times still fits. */
#define PACKET_TIME_LIMIT_NS INT64_C(4000000000000000000)

/* Nanoseconds since the epoch of what a file claims, which may be anything: what lies outside of
 * 1970 to 2096 becomes the limit that it lies beyond. */
static inline int64_t packet_time_ns(int64_t seconds, int64_t nanoseconds)
{
    if (seconds < 0)
        return 0;
    if (seconds >= PACKET_TIME_LIMIT_NS / 1000000000)
        return PACKET_TIME_LIMIT_NS;
    bool is_fraction = nanoseconds >= 0 && nanoseconds < 1000000000;
    return seconds * 1000000000 + (is_fraction ? nanoseconds : 0);
}

/* The outer IP packet. */
struct packet {
    uint32_t frame;     /* Wireshark's frame number, from 1 */
    int64_t time_ns;    /* packet_time_ns, on the clock of that capture point */
    uint32_t interface; /* dense index of the capture interface (section, id, ifindex), from 0 */
    struct net_address source;
    struct net_address destination;
    uint8_t ttl;            /* hop limit; 0: not known */
    bool has_ip_id;         /* IPv4 only */
    uint16_t ip_id;         /* valid if has_ip_id */
    bool ip_checksum_wrong; /* the header's, whose sum was computed; 0 is none: offload */
    uint16_t ip_checksum_seen;
    uint16_t ip_checksum_right;
    bool fragmented; /* reassembled from IP fragments; ttl and ip_id are the last one's */
};

/* Records keep times in microseconds since the first packet of all, modulo 2^32: 71 minutes. The
 * time since that packet, if another one of the same stream came at `before_ns` (since it, too);
 * packets may be a minute out of order, and a longer silence reads as less. */
static inline int64_t packet_record_time_ns(uint32_t time_us, int64_t before_ns)
{
    int64_t before_us = before_ns / 1000;
    int64_t ahead_us = (uint32_t)(time_us - (uint32_t)before_us);
    if (ahead_us > UINT32_MAX - INT64_C(60000000))
        ahead_us -= INT64_C(1) << 32;
    return (before_us + ahead_us) * 1000;
}

#endif
