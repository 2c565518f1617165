/* What GRE packets tell: which are the same, of which link, between which hosts, of which tunnel.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_GRE_H
#define PPTPNAT_LINK_GRE_H

#include "passage.h"

/* link/gre.c */
void link_gre_packet(struct linker *linker, struct gre_flow *flow, struct packet_record *record,
                     const struct packet *packet);
/* An empty table of packets that wait, up to `limit` of them; to be freed. */
struct waiting_packets *link_gre_waiting(struct linker *linker, uint32_t limit);
/* Empties the table of waiting packets; lets one that has found no other half wait. */
void link_gre_forget(struct linker *linker);
#define LINK_MATCHED_INWARDS  1u /* its other half across the hop towards position 0 is known */
#define LINK_MATCHED_OUTWARDS 2u /* the same for the hop away from it */
void link_gre_wait(struct linker *linker, struct link *link, const struct gre_flow *flow,
                   uint32_t position, uint32_t frame, unsigned matched);

/* link/gre_judge.c */
/* The packet before the hop is the one after it. */
void link_gre_matched(struct linker *linker, const struct passage *passage, uint32_t near_frame,
                      uint32_t far_frame);
/* At the end: says what a run still has to say. */
void link_gre_runs_finish(struct linker *linker, struct link *link);

/* link/misaddressed.c */
/* Compares a packet that nothing explains with what waits upstream for links (other than `own`)
 * with a host in common; true if it turned out to be one of theirs. */
bool link_misaddressed_find(struct linker *linker, struct gre_flow *flow,
                            struct packet_record *record, uint32_t frame, const struct link *own);
/* The same while reading: only so often for a flow that nothing explains. */
void link_misaddressed_try(struct linker *linker, struct gre_flow *flow,
                           struct packet_record *record, const struct packet *packet,
                           const struct link *own);
/* Whether the point before the hop has shown by now what a packet is after it; if not, the end of
 * the file compares the packet. */
bool link_misaddressed_other_half_was_read(const struct passage *passage);

/* Puts the flow on the link's list of that position, once. */
void link_misaddressed_add(struct linker *linker, struct link *link, enum direction direction,
                           uint32_t position, struct gre_flow *flow);
/* At the end: the flow, which has no call with a set-up, carries the link's packets of `direction`
 * at this position, or beside it. */
void link_misaddressed_put(struct linker *linker, struct gre_flow *flow, struct link *link,
                           enum direction direction, uint32_t position);

/* link/hosts.c */
/* Judges the hosts of a packet that came in a flow which is not the link's own; true if it came to
 * another host than it should. */
bool link_hosts_judge(struct linker *linker, const struct passage *passage,
                      const struct gre_flow *flow, uint32_t near_frame, uint32_t far_frame);
/* Adds to the text of the finding how many packets went astray, once they are counted. */
void link_hosts_count(struct linker *linker, const struct passage *passage);

/* pptp/nat_source.c: at the end, what calls their GRE comes to nothing for, and why. */
void link_source(struct linker *linker);
/* Whether it knows why GRE of the flow has no call; `user` is the linker. After link_source. */
bool link_explains_flow(void *user, const struct gre_flow *flow);
/* The index of the finding that says why GRE of this call (index) comes to nothing, or
 * FINDING_NONE. */
uint32_t link_source_cause(const struct linker *linker, uint32_t call);

/* link/gre_evidence.c */
void link_gre_sample(struct linker *linker, struct gre_flow *flow,
                     const struct packet_record *record, const struct packet *packet);

/* Gives the position of a call that was linked by GRE alone to the one that has absorbed it, unless
 * the messages of a path will position that one. */
void link_gre_absorbed(struct linker *linker, struct call *unknown);

/* pptp/nat_tunnel.c */
void link_tunnel_call(struct linker *linker, struct call *call);
/* A packet that only `call` can have sent; `owner` is whose id it carries (its receiver's). */
void link_tunnel_alive(struct linker *linker, const struct call *call, enum id_owner owner,
                       int64_t time_ns);
/* A control message on the call's connection, which only its own client or server can have sent. */
void link_tunnel_message(struct linker *linker, const struct message_record *message);
/* At the end: marks the links of tunnels that were found ambiguous. */
void link_tunnel_mark(struct linker *linker);
void link_tunnel_finish(struct linker *linker);
/* Whether another call has had the same key for packets of `direction`, so that which of them a
 * packet, or an ICMP error, belongs to is not sure; returns the errors put down to the others. */
uint32_t link_tunnel_errors(const struct linker *linker, const struct call *call,
                            enum direction direction, bool *ret_shares);

#endif
