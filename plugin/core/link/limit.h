/* The linker's bounds, and that reaching one is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_LIMIT_H
#define PPTPNAT_LINK_LIMIT_H

#include "linker.h"

/* Messages of one hop and direction that wait for their other half. Files may come one after the
 * other: then a whole connection waits. */
#define LINK_MESSAGES_WAITING_LIMIT 65536
/* GRE packets that wait, in all; 32 octets each. */
#define LINK_GRE_WAITING_LIMIT (1u << 21)
/* Sightings kept per fingerprint; more of one fingerprint prove nothing anyway. */
#define LINK_FINGERPRINT_LIMIT 16
/* Connections without equal sequence numbers that the end of the file compares, each with each. */
#define LINK_ALONE_LIMIT 512
/* Messages compared one by one, in all: two long connections that share nothing take the square.
 * Besides, so many for each frame. */
#define LINK_COMPARISONS           (1u << 24)
#define LINK_COMPARISONS_PER_FRAME 256
/* Calls that are compared with a new one of the same key. */
#define LINK_SAME_KEY_LIMIT 64
/* Collisions of keys that wait for a sign of life, in all. */
#define LINK_WATCH_LIMIT 4096
/* Calls of one host that a packet of no known call is compared with, and how often in all; besides,
 * so often for each frame. */
#define LINK_STRAY_CANDIDATES            4096
#define LINK_STRAY_COMPARISONS           (1u << 20)
#define LINK_STRAY_COMPARISONS_PER_FRAME 64
/* Connections with the same addresses and ports whose calls may be the owners of a wrong Call ID.
 */
#define LINK_EARLIER_CONNECTIONS 64
/* Segments of one connection that are remembered for their wrong checksum, or as sent again. */
#define LINK_BAD_CHECKSUMS  4096
#define LINK_REPEATED_LIMIT 1024
/* IP fragments of GRE, and GRE packets reassembled from them, that are remembered in all. */
#define LINK_FRAGMENT_LIMIT 65536
/* Pairs that two calls without control traffic must share before they are one. */
#define LINK_GRE_HITS 3

/* What of the above can be reached; each is said once (FINDING_LIMIT_REACHED). */
enum link_limit {
    LINK_LIMIT_GRE_WAITING,
    LINK_LIMIT_MESSAGES_WAITING,
    LINK_LIMIT_FINGERPRINT,
    LINK_LIMIT_ALONE,
    LINK_LIMIT_COMPARISONS,
    LINK_LIMIT_POINTS,
    LINK_LIMIT_SAME_KEY,
    LINK_LIMIT_WATCHES,
    LINK_LIMIT_FRAGMENTS,
    LINK_LIMIT_STRAYS,
    LINK_LIMIT_EARLIER_CONNECTIONS,
    LINK_LIMIT_REPEATED,
    LINK_LIMIT_CHECKSUMS,
    LINK_LIMIT_COUNT
};

/* Says, once, that a bound was reached. */
void link_limit_reached(struct linker *linker, enum link_limit limit, uint32_t frame);
/* The end of the file: what was reached before the second point's first packet. */
void link_limits_end(struct linker *linker);
/* What was not analysed so that "nothing is wrong" cannot be said; NULL: nothing. */
const char *link_limit_touches(const struct linker *linker);
/* Counts one step against a bound on work in all; false once it is used up. */
bool link_spend(struct linker *linker, enum link_limit limit);

#endif
