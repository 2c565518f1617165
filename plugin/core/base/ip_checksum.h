/* Wrong IP header checksums of one direction at one point, and whether the receiver takes packets
 * that have them: then they are right on the wire, and were filled in after the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IP_CHECKSUM_H
#define PPTPNAT_IP_CHECKSUM_H

#include "packet.h"

/* Zeroed memory: none was wrong so far. */
struct ip_checksums {
    uint32_t frame; /* the first packet with a wrong one, and what it says; 0: none */
    uint16_t seen;
    uint16_t right;
    uint8_t ttl;
    int64_t time_ns; /* of that packet */
    bool again;      /* another one is wrong, at least a second later: no answer came meanwhile */
    bool answered;   /* the receiver sent something later */
    bool accepted;   /* and it acknowledges such a packet */
    bool has_wrong;
    bool has_right;
    uint32_t wrong; /* the number that acknowledges the first wrong packet, */
    uint32_t fine;  /* and the highest that acknowledges a right one since */
};

/* A packet of this direction; `ack` is the number that acknowledges it, if it is `numbered`. */
void ip_checksums_sent(struct ip_checksums *checksums, const struct packet *packet, bool numbered,
                       uint32_t ack);
/* A packet of its receiver. */
void ip_checksums_answered(struct ip_checksums *checksums, bool has_ack, uint32_t ack);

/* True if the first wrong one is short by just what a translation changed: by the addresses, or by
 * them and the TTL (RFC 1624). 0: a TTL is not known. */
bool ip_checksums_are_stale(const struct ip_checksums *checksums, const struct net_address near[2],
                            const struct net_address far[2], uint8_t near_ttl);

#endif
