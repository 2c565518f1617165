/* What the files of the IPsec linker share. Nobody else includes it.
 *
 * ipsec_linker.c       facts that the trackers do not keep, while packets are read
 * ipsec_link.c         the door: life and look-ups
 * ipsec_link_points.c  what each point shows
 * ipsec_link_packets.c the packets of each ESP SA
 * ipsec_link_group.c   which SAs of several points are one
 * ipsec_link_roles.c   whether the points agree on who is the initiator
 * ipsec_link_path.c    in which order the points lie; points and NATs
 * ipsec_link_count.c   what passed each hop
 * ipsec_nat_*.c        what that says of the NAT
 * ipsec_cause.c        which finding is the consequence of which
 * ipsec_judge.c        texts and statuses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_LINK_INTERNAL_H
#define PPTPNAT_IPSEC_LINK_INTERNAL_H

#include "core/link/crossing.h"
#include "core/outcome/at_end.h"
#include "ipsec_finding.h"
#include "ipsec_link.h"

#define IKE_PARTS_LIMIT 16 /* payloads of a message that are told apart */

/* One payload in clear. */
struct ike_part {
    uint8_t type;
    uint32_t content;
};

/* What the tracker does not keep of a message. */
struct message_fact {
    const struct ipsec_conversation *conversation; /* NULL: nothing is known, a copy */
    struct ike_part *parts;                        /* owned; NULL: nothing is in clear */
    uint8_t part_count;
    uint8_t way; /* the end of the conversation that sent it */
    bool fragmented;
};

struct ipsec_linker {
    const struct ipsec_tracker *tracker;
    GArray *messages; /* struct message_fact, by ike_record.index */
    GArray *esp_ttl;  /* uint8_t, by index of the ESP SA: of its first packet; 0: not known */
    uint32_t last_frame;
};

/* Packets of one direction across one hop. `down`: from position 0 outwards. */
struct ipsec_crossing {
    bool down;
    bool is_cut; /* one side did not capture all octets: they are not compared */
    uint32_t hop;
    uint32_t far_seen; /* packets behind the hop */
    /* Of ESP it has the packets without another half, and of the others only the first and the last
     * before the hop; its counts are those of all. */
    struct crossing crossing;
    GArray *own[2]; /* struct crossing_packet, near and far: what crossing borrows */
};

/* A link as it is made. */
struct made_link {
    struct ipsec_link view;
    uint32_t at[LINK_POINTS_LIMIT];        /* by position: the tracker's point */
    GPtrArray *members[LINK_POINTS_LIMIT]; /* by position: const struct ike_sa *, or esp_sa * */
    GArray *crossings;                     /* struct ipsec_crossing */
    bool down;                             /* ESP: its packets go outwards */
    bool down_known;
    bool roles_differ;              /* its points do not agree on which end is the initiator */
    uint32_t first_frame;           /* of any packet of it */
    bool by_exchange;               /* ESP: an exchange that was seen tells its IKE SA */
    bool moved;                     /* an outside port changed in mid-life */
    bool altered;                   /* its packets came changed */
    bool swapped;                   /* it is on a port that another tunnel changed to */
    const struct made_link *sharer; /* one of another client on its outside port; or NULL */
};

struct at_link {
    uint32_t link; /* IPSEC_NONE: none */
    uint32_t position;
    bool strays; /* some packets of its SPI are on a side that nobody knows: it is not judged */
};

/* Seen at one point only, and all of it there. */
static inline bool at_one_point(const struct at_link *at)
{
    return at->link == IPSEC_NONE && !at->strays;
}

/* What a point shows. */
struct shown {
    uint32_t point;
    uint32_t position; /* of several at one interface, from 1; 0: it is the only one */
    bool esp[2];       /* by enum esp_encapsulation */
    struct point_span span;
};

struct ipsec_links {
    const struct ipsec_linker *facts;
    const struct ipsec_tracker *tracker;
    struct linker *linker;   /* gets points and NATs */
    struct finding_log *log; /* gets findings */
    GPtrArray *links;        /* struct made_link *, owned */
    uint32_t ike_count;      /* SAs when it was made: more may have come since */
    uint32_t esp_count;
    GArray *shown;              /* struct shown: the points that show anything, in order */
    GHashTable *shown_by_point; /* the tracker's point -> index, + 1 */
    struct at_link *ikes;       /* by index of the SA */
    struct at_link *esps;
    uint32_t last_frame;
    uint32_t *peers; /* by frame (ipsec_link_packets.c); NULL: there is one point only */
    uint32_t
        *first; /* by index of the ESP SA: its first packet, until they were counted; or NULL */
    uint32_t *passed;     /* likewise: how many of its packets were seen before the hop, too */
    int64_t *esp_last_ns; /* by link of an IKE SA: of the last ESP packet that belongs to it */
    GHashTable *clocks;   /* pair of points -> struct clock_bounds *: of the higher number */
};

static inline const struct message_fact *message_fact_of(const struct ipsec_links *links,
                                                         const struct ike_record *record)
{
    return &g_array_index(links->facts->messages, struct message_fact, record->index);
}

static inline const struct endpoint *message_destination(const struct message_fact *fact)
{
    return &fact->conversation->end[1 - fact->way];
}

static inline struct made_link *made_link_at(const struct ipsec_links *links, uint32_t index)
{
    return index < links->links->len ? links->links->pdata[index] : NULL;
}

/* ipsec_link_points.c */
void ipsec_link_points(struct ipsec_links *links);
const struct shown *ipsec_shown_at(const struct ipsec_links *links, uint32_t point);
struct point_span ipsec_point_span(const struct ipsec_links *links, uint32_t point);
/* The point as all protocols share it, made where there is none. */
struct link_point *ipsec_point_at(const struct ipsec_links *links, const struct shown *at);
/* ipsec_link_group.c: makes the links, positions in no order yet. */
void ipsec_link_group(struct ipsec_links *links);
/* ipsec_link_roles.c */
void ipsec_link_roles(struct ipsec_links *links);
/* ipsec_link_path.c */
void ipsec_link_order(struct ipsec_links *links);
/* The endpoint of one end of the link at a position; NULL: not seen there. */
const struct endpoint *ipsec_end_at(const struct made_link *link, uint32_t position, unsigned end);
/* The position of a point in the link, or IPSEC_NONE. */
uint32_t ipsec_position_at(const struct made_link *link, uint32_t point);
/* Whether an end's address differs between the two positions of the hop. */
bool ipsec_hop_changes_address(const struct made_link *link, uint32_t hop);
/* ipsec_link_packets.c */
void ipsec_link_packets(struct ipsec_links *links);
/* Through the packets of an ESP SA in order of capture, copies left out: none once they were taken.
 */
struct esp_walk {
    const struct ipsec_links *links;
    uint32_t frame;
    int64_t now_ns;
};
struct esp_walk ipsec_walk(const struct ipsec_links *links, const struct esp_sa *sa);
bool ipsec_walk_next(struct esp_walk *walk, struct crossing_packet *ret);
/* Takes the packets of these out of the list, as struct crossing_packet in order of capture. */
GArray *ipsec_take_packets(struct ipsec_links *links, const GPtrArray *esps);
void ipsec_sort_by_frame(GArray *packets);
/* ipsec_link_count.c */
void ipsec_link_count(struct ipsec_links *links);
/* How far the clock of the point `far` is ahead of that of `near`; with the time on the way, if
 * packets of one direction alone were seen at both. */
int64_t ipsec_ahead_ns(const struct ipsec_links *links, uint32_t near, uint32_t far);
/* The crossing of a hop; NULL: none of that direction. */
const struct ipsec_crossing *ipsec_crossing_at(const struct made_link *link, uint32_t hop,
                                               bool down);
/* Whether any packet was seen on both sides of the hop. Else one may have been captured after the
 * other: how their clocks stand is not known, and nothing tells what was lost. */
bool ipsec_have_met(const struct ipsec_links *links, const struct made_link *link,
                    const struct ipsec_crossing *crossing);
/* Whether the point behind the hop shows this direction of the link, or of the IKE SA that agreed
 * on it: else it may be half a tap, and nothing can be said to be lost there. */
bool ipsec_far_sees(const struct ipsec_links *links, const struct made_link *link,
                    const struct ipsec_crossing *crossing);

/* ipsec_nat_say.c */
/* Whether the hop translates an address of the tunnel: its IKE SA shows that, too, where ESP ends
 * at the hop. */
bool ipsec_crosses_nat(const struct ipsec_links *links, const struct made_link *link, uint32_t hop);
/* A finding about the link at a hop, judged on `frame` at `position`. */
struct finding ipsec_link_finding(const struct ipsec_links *links, enum finding_id id,
                                  const struct made_link *link, uint32_t hop, uint32_t position,
                                  uint32_t frame);
struct finding *ipsec_link_say(struct ipsec_links *links, struct finding *finding,
                               const char *format, ...) G_GNUC_PRINTF(3, 4);
#define IPSEC_ADDRESS_SIZE 48
/* The address in words; returns `text`. */
const char *ipsec_address_text(const struct net_address *address, char text[IPSEC_ADDRESS_SIZE]);
/* When the last packet of the IKE SA, or of ESP that it agreed on, was seen. */
int64_t ipsec_link_last_ns(const struct ipsec_links *links, const struct made_link *ike);

/* The rules. */
void ipsec_nat_natt(struct ipsec_links *links);
void ipsec_nat_ports(struct ipsec_links *links);
void ipsec_nat_shared(struct ipsec_links *links);
void ipsec_nat_hosts(struct ipsec_links *links);
void ipsec_nat_loss(struct ipsec_links *links);
void ipsec_nat_payload(struct ipsec_links *links);
/* After all findings. */
void ipsec_causes(struct ipsec_links *links);
/* ipsec_judge.c */
/* The link a finding is about, by its SA where it names none; NULL: none. */
struct made_link *ipsec_link_of_finding(const struct ipsec_links *links,
                                        const struct finding *finding);
/* How many packets passed the hop that fewest passed. */
uint32_t ipsec_least_passed(const struct ipsec_link *view);
/* Counts the findings that blame each NAT, and makes a NAT of a hop that has one. */
void ipsec_count_faults(struct ipsec_links *links);
/* Text and status of the link; `worst`: its cause, or NULL. */
void ipsec_link_judge(struct ipsec_links *links, uint32_t index, const struct finding *worst);

#endif
