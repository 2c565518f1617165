/* What data packets tell: which are the same, of which link, between which hosts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_GRE_H
#define PPTPNAT_LINK_GRE_H

#include "passage.h"

/* link/data_match.c */
void link_data_packet(struct linker *linker, struct flow *flow, struct packet_record *record,
                      const struct packet *packet);
/* An empty table of packets that wait, up to `limit` of them; to be freed. */
struct waiting_packets *link_data_table(struct linker *linker, uint32_t limit);
/* Empties the table of waiting packets; lets one that has found no other half wait. */
void link_data_forget(struct linker *linker);
#define LINK_MATCHED_INWARDS  1u /* its other half across the hop towards position 0 is known */
#define LINK_MATCHED_OUTWARDS 2u /* the same for the hop away from it */
void link_data_wait(struct linker *linker, struct link *link, const struct flow *flow,
                    uint32_t position, uint32_t frame, unsigned matched);

/* link/data_judge.c */
/* The packet before the hop is the one after it. */
void link_data_matched(struct linker *linker, const struct passage *passage, uint32_t near_frame,
                       uint32_t far_frame);
/* At the end: says what a run still has to say. */
void link_data_runs_finish(struct linker *linker, struct link *link);

/* link/misaddressed.c */
/* Compares a packet that nothing explains with what waits upstream for links (other than `own`)
 * with a host in common; true if it turned out to be one of theirs. */
bool link_misaddressed_find(struct linker *linker, struct flow *flow, struct packet_record *record,
                            uint32_t frame, const struct link *own);
/* The same while reading: only so often for a flow that nothing explains. */
void link_misaddressed_try(struct linker *linker, struct flow *flow, struct packet_record *record,
                           const struct packet *packet, const struct link *own);
/* Whether the point before the hop has shown by now what a packet is after it; if not, the end of
 * the file compares the packet. */
bool link_misaddressed_other_half_was_read(const struct passage *passage);

/* Puts the flow on the link's list of that position, once. */
void link_misaddressed_add(struct linker *linker, struct link *link, enum direction direction,
                           uint32_t position, struct flow *flow);
/* At the end: the flow, which has no session with a set-up, carries the link's packets of
 * `direction` at this position, or beside it. */
void link_misaddressed_put(struct linker *linker, struct flow *flow, struct link *link,
                           enum direction direction, uint32_t position);

/* link/hosts.c */
/* Judges the hosts of a packet that came in a flow which is not the link's own; true if it came to
 * another host than it should. */
bool link_hosts_judge(struct linker *linker, const struct passage *passage, const struct flow *flow,
                      uint32_t near_frame, uint32_t far_frame);
/* Adds to the text of the finding how many packets went astray, once they are counted. */
void link_hosts_count(struct linker *linker, const struct passage *passage);

/* link/data_evidence.c */
void link_data_sample(struct linker *linker, struct flow *flow, const struct packet_record *record,
                      const struct packet *packet);

/* link/refusal.c */
/* An ICMP destination unreachable about a session, but for fragmentation needed. */
struct link_refusal {
    const struct packet *packet; /* that carries it */
    uint8_t type;
    uint8_t code;
    const struct net_address *destination; /* of the packet that it quotes */
};
/* Remembers one about `direction` of a session. */
void link_refusal_note(struct linker *linker, const struct session *session,
                       enum direction direction, const struct link_refusal *error);

#endif
