/* The linker's bounds, and that reaching one is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_LIMIT_H
#define PPTPNAT_LINK_LIMIT_H

#include "linker.h"

/* Messages of one hop and direction that wait for their other half. Files may come one after the
 * other: then a whole connection waits. */
#define LINK_MESSAGES_WAITING_LIMIT 65536
/* Data packets that wait, in all; 32 octets each. */
#define LINK_DATA_WAITING_LIMIT (1u << 21)
/* Sightings kept per fingerprint; more of one fingerprint prove nothing anyway. */
#define LINK_FINGERPRINT_LIMIT 16
/* Connections without equal sequence numbers that the end of the file compares, each with each. */
#define LINK_ALONE_LIMIT 512
/* Messages compared one by one, in all: two long connections that share nothing take the square.
 * Besides, so many for each frame. */
#define LINK_COMPARISONS           (1u << 24)
#define LINK_COMPARISONS_PER_FRAME 256
/* Sessions of one host that a packet of no known session is compared with, and how often in all;
 * besides, so often for each frame. */
#define LINK_STRAY_CANDIDATES            4096
#define LINK_STRAY_COMPARISONS           (1u << 20)
#define LINK_STRAY_COMPARISONS_PER_FRAME 64
/* IP fragments of data packets, and packets reassembled from them, that are remembered in all. */
#define LINK_FRAGMENT_LIMIT 65536
/* Pairs that two sessions without control traffic must share before they are one. */
#define LINK_DATA_HITS 3

/* What of the above can be reached; each is said once (FINDING_LIMIT_REACHED). */
enum link_limit {
    LINK_LIMIT_DATA_WAITING,
    LINK_LIMIT_MESSAGES_WAITING,
    LINK_LIMIT_FINGERPRINT,
    LINK_LIMIT_ALONE,
    LINK_LIMIT_COMPARISONS,
    LINK_LIMIT_POINTS,
    LINK_LIMIT_FRAGMENTS,
    LINK_LIMIT_STRAYS,
    LINK_LIMIT_COUNT
};
/* Behind these, as many of the protocol's own as there is room for. */
#define LINK_LIMIT_ALL 16

struct link_limit_text {
    uint32_t bound;
    const char *text; /* with a %u for the bound, and after it perhaps a %s for the packets' name */
    bool of_one_point; /* what one point shows reaches it; others are reached in search of the other
                          half */
    bool is_harmless;  /* what is left out is made up for at the end of the file, or is only what a
                          fault is called */
};

/* Says, once, that a bound was reached. */
/* `limit`: enum link_limit, or one of the protocol's. */
void link_limit_reached(struct linker *linker, unsigned limit, uint32_t frame);
/* The end of the file: what was reached before the second point's first packet. */
void link_limits_end(struct linker *linker);
/* What was not analysed so that "nothing is wrong" cannot be said; NULL: nothing. */
const char *link_limit_touches(const struct linker *linker);
/* Counts one step against a bound on work in all; false once it is used up. */
bool link_spend(struct linker *linker, unsigned limit);

#endif
