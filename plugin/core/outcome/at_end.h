/* What only the end of the file decides: what passed each hop, what did not, who failed, and what
 * is the cause of what.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_AT_END_H
#define PPTPNAT_LINK_AT_END_H

#include "core/link/internal.h"

/* One direction of a link at one hop, packet by packet, as the end of the file shows it. */
struct hop_packets {
    struct passage passage;
    uint32_t count;          /* packets before the hop, in order */
    const uint32_t *frames;  /* theirs */
    const int64_t *times_ns; /* theirs, since the first packet of all, on the near point's clock */
    const uint32_t *arrived; /* the frame after the hop, or 0 */
    uint32_t arrived_count;
    const GArray *far; /* uint32_t: all frames after the hop, in order */
    uint32_t certain;  /* of `count`, those sent while the far point was certainly capturing */
};

/* outcome/settle.c: at the end, links by data alone lie as the control connections between the same
 * points do. */
void link_settle(struct linker *linker);
/* Pairs of the tracker's points of which an order is known: int64_t *, of link_pair_key. */
GHashTable *link_known_pairs(const struct linker *linker);
/* Adds those of points in a row, inside first. */
void link_remember_pairs(GHashTable *pairs, const uint32_t *points, uint32_t count);
/* The order of these points, different ones, as the pairs have it: position i is that of
 * points[ret_from[i]]. False if they do not tell. */
bool link_order_as_others(GHashTable *pairs, const uint32_t *points, uint32_t count,
                          uint32_t *ret_from);
static inline int64_t link_pair_key(uint32_t inner, uint32_t outer)
{
    return (int64_t)((uint64_t)inner << 32 | outer);
}
/* outcome/account.c: matches what is left (link/late_matching.c), counts, and gives each hop and
 * direction to link_loss. */
void link_account(struct linker *linker);
/* outcome/cover.c */
/* Leaves out, at both ends, what the far point cannot have seen: what came before its first packet,
 * or more than `slack_ns` after its last one, and did not arrive. */
void link_cover(const struct linker *linker, int64_t slack_ns, struct hop_packets *packets);
/* Whether what `sender` sent at `time_ns` by the clock before `hop` would have come to the point
 * behind it while that one captured, wherever in its time on the way. False if nothing tells how
 * far the clocks are apart. */
bool link_covers_time(const struct linker *linker, const struct link_path *path, uint32_t hop,
                      uint32_t sender, int64_t time_ns);
/* The same backwards: whether what `sender` sent and the point behind `hop` shows at `time_ns`
 * would have been seen before the hop, by a point that captured then and later. */
bool link_covered_before(const struct linker *linker, const struct link_path *path, uint32_t hop,
                         uint32_t sender, int64_t time_ns);
/* outcome/way.c: the next point on the way to a server. */
struct link_way {
    uint32_t point;
    struct net_address server; /* as it is called at `point` */
    uint32_t next;
    bool several;                 /* there are several: none is known */
    const struct link_path *path; /* that shows it, at this hop */
    uint32_t hop;
};
/* All that are known: a set of struct link_way. */
GHashTable *link_ways(const struct linker *linker);
/* NULL: none is known. */
const struct link_way *link_way_find(GHashTable *ways, uint32_t point,
                                     const struct net_address *server);
/* outcome/clock.c */
/* What is known of how far one clock is ahead of another one. All 0: nothing. */
struct clock_bounds {
    int64_t down_ns; /* its time minus the other's, of the packet that came to it fastest */
    int64_t up_ns;   /* the other's time minus its, of the fastest the other way */
    bool has_down;
    bool has_up;
};
void clock_bounds_add(struct clock_bounds *bounds, bool downward, int64_t difference_ns);
/* Seconds. False: it takes packets both ways. */
bool clock_bounds_offset(const struct clock_bounds *bounds, double *ret_offset,
                         double *ret_uncertainty);
void link_clock(struct linker *linker, struct link *link);
/* The outer clock minus the inner one at a hop: the verdict says the first that would mislead. */
void link_clock_say(struct linker *linker, double offset_s);
/* outcome/fragment.c: says which lost packets came through in part, and returns how many. */
uint32_t link_fragment_end(struct linker *linker, const struct hop_packets *packets);
/* outcome/refusal.c */
/* The error with which the hop itself refused the last packets of the direction; NULL: none is
 * known to be the hop's own, or something passed after it. */
const struct icmp_refusal *link_refusal_by_hop(const struct linker *linker,
                                               const struct hop_packets *packets);
/* outcome/loss.c: what became of a direction at a hop. */
void link_loss(struct linker *linker, const struct hop_packets *all);
/* Whether the far point shows this direction of the session's control traffic, and data at all, or
 * the hop itself refused some: else nothing can be said to be lost there. */
bool link_hop_is_watched(const struct linker *linker, const struct hop_packets *packets);
/* outcome/ip_checksums.c */
void link_ip_checksums(struct linker *linker);
/* outcome/end.c: what else only the end of the file decides. */
void link_end(struct linker *linker);
/* outcome/nat.c */
/* The NAT between two positions, made if there is none. */
struct nat_device *link_nat_between(struct linker *linker, uint32_t inside, uint32_t outside);
/* The NAT at a hop of the link; NULL: none is known there. After link_end. */
struct nat_device *link_nat_at(const struct linker *linker, const struct link *link, uint32_t hop);
/* The same by the indices of its points. */
struct nat_device *link_nat_of_points(const struct linker *linker, uint32_t inside,
                                      uint32_t outside);
/* outcome/about.c */
/* The link a finding is about: its own, or that of its session; NULL: none. */
const struct link *link_of_finding(const struct linker *linker, const struct finding *finding);
/* Whether the finding shows what a NAT does that has lost the session: data ceased to pass before.
 */
bool link_has_lost_state(const struct linker *linker, const struct link *link,
                         const struct finding *finding);
/* outcome/verdict.c */
void link_verdict(struct linker *linker);

#endif
