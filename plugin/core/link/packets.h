/* The data packets of links as the end of the file finds them: which frames are of a direction at a
 * position, and which of them passed a hop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_PACKETS_H
#define PPTPNAT_LINK_PACKETS_H

#include "internal.h"

/* Frames by flow: a counting sort of all packet records. Each frame is kept as its distance from
 * the one before it in the flow: records of one flow lie far apart, but not that far.
 */
struct packet_index {
    uint32_t *start; /* per flow, into `steps`; one more at the end */
    uint16_t *steps; /* 0: the next two are the halves of a longer one, the lower first */
    bool *unmatched; /* per flow: a packet of it had no other half when the index was built */
    /* By flow that strayed into several links: its frames (GArray) by the link of their other half,
     * so that a flow is gone through once, not for each link. Made when asked for. */
    GHashTable *misaddressed;
};

/* Without the second copies from a mirror port: they are counted once. */
void link_packets_index(const struct linker *linker, struct packet_index *ret_index);
void link_packets_index_clear(struct packet_index *index);

/* A flow's packets in capture order. */
struct packet_walk {
    const uint16_t *at;
    const uint16_t *end;
    uint32_t frame;
};

static inline struct packet_walk link_packets_walk(const struct packet_index *index, uint32_t flow)
{
    return (struct packet_walk){index->steps + index->start[flow],
                                index->steps + index->start[flow + 1], 0};
}

/* The next packet's frame; 0: there is none. */
static inline uint32_t link_packets_next(struct packet_walk *walk)
{
    if (walk->at == walk->end)
        return 0;
    uint32_t step = *walk->at++;
    if (step == 0) {
        step = walk->at[0] | (uint32_t)walk->at[1] << 16;
        walk->at += 2;
    }
    return walk->frame += step;
}

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

/* By frame, two bits each: across which hops its other half is known (LINK_MATCHED_...). */
static inline unsigned link_matched(const uint8_t *matched, uint32_t frame)
{
    return (unsigned)matched[frame / 4] >> frame % 4 * 2 & 3;
}

/* link/third_point.c: the same for data that took another way than its control connection, past a
 * point that is not in the row or between other hosts. `matched`: see link_matched. */
void link_third(struct linker *linker, const struct packet_index *index, const uint8_t *matched);

/* link/hosts.c: for a session that was linked by data alone, whether that data comes to another
 * host than its control connection. */
void link_hosts_alone(struct linker *linker, const struct packet_index *index, struct link *link);

#endif
