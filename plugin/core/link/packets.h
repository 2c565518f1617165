/* The data packets of links as the end of the file finds them: which frames are of a direction at a
 * position, and which of them passed a hop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_PACKETS_H
#define PPTPNAT_LINK_PACKETS_H

#include "internal.h"

/* Frames by flow: a counting sort of all packet records. What the passes in capture order ask of
 * each packet stands beside it: records of one flow lie far apart, and its session and link still
 * farther.
 */
struct packet_index {
    uint32_t *start; /* per flow, into `frames`; one more at the end */
    uint32_t *frames;
    bool *unmatched; /* per flow: a packet of it had no other half when the index was built */
    /* By flow that strayed into several links: its frames (GArray) by the link of their other half,
     * so that a flow is gone through once, not for each link. Made when asked for. */
    GHashTable *misaddressed;
};

/* Without the second copies from a mirror port: they are counted once. */
void link_packets_index(const struct linker *linker, struct packet_index *ret_index);
void link_packets_index_clear(struct packet_index *index);
/* To be called when packets have been matched that are of no link's lists. */
void link_packets_forget_misaddressed(const struct packet_index *index);

/* Where a flow's packets lie in their link's row. */
struct flow_at {
    uint32_t link; /* index; LINK_NONE: of none */
    uint32_t position;
};
#define LINK_NONE UINT32_MAX

struct flow_at link_packets_flow_at(const struct linker *linker, const struct flow *flow);

/* All packets of a direction at a position, in capture order: uint32_t, to be freed. */
GArray *link_packets_at(const struct linker *linker, const struct packet_index *index,
                        const struct link *link, enum direction direction, uint32_t position);

/* When a packet was captured, since the first packet of all. Records keep it in microseconds modulo
 * 2^32, 71 minutes; their flow knows when it began. `before_ns` is that of an earlier packet of the
 * flow, or -1. A flow that is silent for longer reads as less. */
int64_t link_data_time_ns(const struct linker *linker, uint32_t frame, int64_t before_ns);

/* link/hop_sides.c */

#define NOWHERE UINT32_MAX

/* One direction at both sides of a hop. */
struct hop_sides {
    GArray *near;      /* uint32_t: frames before the hop, in capture order */
    GArray *far;       /* the same after it */
    uint32_t *arrived; /* by position in `near`: the frame it arrived as, or 0 */
    uint32_t *origin;  /* by position in `far`: where in `near` the packet is, or NOWHERE */
};

/* Both sides, after what was left unmatched was matched. To be cleared. */
struct hop_sides link_late_hop(struct linker *linker, const struct packet_index *index,
                               const struct passage *passage);
void hop_sides_clear(struct hop_sides *sides);

/* link/late_matching.c */
/* Matches what reading left: each link's own packets first, then misaddressed flows. */
void link_late_matching(struct linker *linker, const struct packet_index *index);

/* link/third_point.c: the same for data that took another way than its control connection, past a
 * point that is not in the row or between other hosts. `matched`: by frame, LINK_MATCHED_... */
void link_third(struct linker *linker, const struct packet_index *index, const uint8_t *matched);

/* link/hosts.c: for a session that was linked by data alone, whether that data comes to another
 * host than its control connection. */
void link_hosts_alone(struct linker *linker, const struct packet_index *index, struct link *link);

#endif
