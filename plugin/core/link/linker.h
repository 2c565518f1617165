/* Links across NATs: which sightings are the same session, in which order the points lie along the
 * path, what each hop between two neighbouring points does to the ids, and the findings that
 * follow. Knows no protocol (supplier.h); evidence never includes an id.
 *
 * The structs are the model that the adapter and the taps read. They live until linker_free.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_H
#define PPTPNAT_LINK_H

#include "core/finding/finding.h"
#include "facts.h"

#define LINK_POINTS_LIMIT 8 /* points along one path */

struct linker;
struct supplier;

/* A user's word on where the inside is: an interface name or a subnet, see linker_options. */
struct link_subnet {
    struct net_address address;
    uint8_t prefix; /* bits */
};

struct linker_options {
    double window_s; /* seconds a packet waits for its other half; <= 0: the default */
    const uint32_t *inside_interfaces;
    uint32_t inside_interface_count;
    const struct link_subnet *inside_subnets;
    uint32_t inside_subnet_count;
};
#define LINKER_DEFAULT_WINDOW_S 600.0

/* Why we believe that sightings belong together: a set of these bits. */
#define EVIDENCE_ISN      0x0001 /* both initial sequence numbers */
#define EVIDENCE_SEQ      0x0002 /* raw sequence numbers of payload segments */
#define EVIDENCE_MESSAGES 0x0004 /* the same messages, ids masked, in the same order */
#define EVIDENCE_UNIQUE   0x0008 /* a random number in a message */
#define EVIDENCE_DATA     0x0040 /* data packets: direction, seq, ack, length, payload */
#define EVIDENCE_IP_ID    0x0080
#define EVIDENCE_TIME     0x0100
/* Others are the protocol's own. */

enum verdict_status { VERDICT_OK, VERDICT_FAULT, VERDICT_UNKNOWN };
const char *verdict_status_name(enum verdict_status status); /* "ok", "fault", "unknown" */

/* A packet count of one direction of a linked session. */
struct link_hop_count {
    uint32_t passed;     /* seen before the hop and after it */
    uint32_t lost;       /* seen before the hop, not after it, while both points captured */
    uint32_t elsewhere;  /* seen before the hop and after it, where they came to another host */
    uint32_t duplicated; /* seen once before, more often after */
    uint32_t reordered;  /* arrive after one that was sent later */
    bool has_delay;      /* something passed, and the clocks' difference is known */
    double delay_s;      /* mean over the packets that passed; as exact as the clock offset */
};

/* What an outcome knows of a link at one position, */
struct link_place {
    uint32_t seen[2]; /* by enum direction: packets */
    uint16_t id[2];   /* by enum id_owner: what the owner's id is there */
    bool has_id[2];
};

/* and between two neighbours. */
struct link_hop {
    struct link_hop_count count[2]; /* by enum direction */
    double clock_offset_s;          /* clock of point i+1 minus that of i */
    double clock_uncertainty_s;     /* never negative */
    double clock_drift_ppm;
    bool has_clock;
    bool has_drift; /* the connection lasted long enough to tell */
};

/* A session seen at several points, in path order, inside first. */
struct link_view {
    uint32_t index;
    uint32_t count; /* points, 1 while the session is seen at one of the connection's points only */
    unsigned evidence;
    enum verdict_status status : 8;
    bool roles_known;            /* direction 0 really is A to B; of an outcome, with these: */
    struct session **session;    /* by position; NULL: not seen there */
    uint32_t *point;             /* by position: index into linker_point */
    struct link_place *places;   /* by position; all 0 but of an outcome, */
    struct link_hop *hops;       /* as is what lies behind each position but the last */
    const struct finding *worst; /* the cause of the verdict on it, of an outcome; NULL: none */
};

/* True if a session was seen at more than one point, or its connection was and the session at one.
 * A link exists before its first session does, and then says nothing. */
static inline bool link_view_is_shown(const struct link_view *link)
{
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->session[i])
            return link->count > 1;
    }
    return false;
}

/* True if data was lost at some hop. */
static inline bool link_view_lost(const struct link_view *link)
{
    uint32_t lost = 0;
    for (uint32_t i = 0; i + 1 < link->count; i++)
        lost += link->hops[i].count[0].lost + link->hops[i].count[1].lost;
    return lost > 0;
}

/* What a control message is at the nearest other point, and what a field of it had to read. */
struct message_pairing {
    uint32_t peer_frame;    /* 0: not seen there */
    uint8_t mistranslation; /* enum mistranslation: how it is wrong */
};

/* A position in the row of points. Several for one interface where a capture lost its interfaces.
 */
struct link_point {
    uint32_t index;
    uint32_t point;    /* the tracker's, i.e. an interface */
    uint32_t position; /* 0: inside-most */
    uint32_t frames;   /* messages and packets seen there */
    const char *role;  /* "inside", "outside", "middle", or "unknown" */
};

struct unlinked_session {
    struct session *session;
    const char *reason; /* "seen at one point only", "several candidates fit", ... */
    GArray *candidates; /* uint32_t session indices; may be NULL */
};

enum editor { EDITOR_UNKNOWN, EDITOR_YES, EDITOR_NO };

/* One NAT: the hop between two neighbouring points. */
struct nat_device {
    uint32_t inside; /* index into linker_point */
    uint32_t outside;
    enum editor editor; /* whether it translates ids */
    bool makes_clash;   /* tunnels that differ before it cannot be told apart behind it */
    uint32_t sessions;
    uint32_t faults;
    uint32_t attempt; /* index of a finding about an attempt to connect that ended there, + 1 */
    uint32_t others;  /* links of another protocol that cross it */
    const struct finding *worst; /* the weightiest of its own; NULL: none */
    char *text;
};

/* Borrows all but the options. */
struct linker *linker_new(struct facts *facts, const struct supplier *supplier,
                          struct finding_log *log, const struct linker_options *options);
void linker_free(struct linker *linker); /* NULL is fine */

/* What the supplier tells as things become known, in capture order. */
/* A new connection, or an initial sequence number of it became known. */
void linker_connection(struct linker *linker, struct connection *connection);
/* Every packet of a connection, after its messages were told; `opens`: its sender's first. */
void linker_segment(struct linker *linker, struct connection *connection,
                    const struct packet *packet, uint8_t sender, bool opens);
void linker_message(struct linker *linker, struct message *message);
/* An unknown session turned out to be another one (absorbed_by). */
void linker_absorbed(struct linker *linker, struct session *session);
/* Every data packet; `record` is stored under packet->frame already. True: it showed two sessions
 * to be the two directions of one, which is the supplier's to make of them (and to tell as
 * absorbed): */
bool linker_data(struct linker *linker, struct flow *flow, struct packet_record *record,
                 const struct packet *packet);
/* these. Only once. */
void linker_take_halves(struct linker *linker, struct session **ret_first,
                        struct session **ret_second);
/* Any other packet that came to a point, of whatever protocol: it captured then. */
void linker_seen(struct linker *linker, uint32_t point, int64_t time_ns);
/* A fragment of a data packet, of whole sets and others alike. */
void linker_fragment(struct linker *linker, const struct packet *packet);

/* A linker with the same facts that is fed nothing and shares the facts with this one, to be
 * concluded upon. Makes of its own what conclusions change, and borrows the rest: `linker` must
 * outlive it. */
struct linker *linker_copy(const struct linker *linker, struct finding_log *log);

uint32_t linker_link_count(const struct linker *linker);
const struct link_view *linker_link(const struct linker *linker, uint32_t index);
uint32_t linker_point_count(const struct linker *linker);
const struct link_point *linker_point(const struct linker *linker, uint32_t index);
uint32_t linker_nat_count(const struct linker *linker); /* of an outcome */
const struct nat_device *linker_nat(const struct linker *linker, uint32_t index);
uint32_t linker_unlinked_count(const struct linker *linker); /* of an outcome */
const struct unlinked_session *linker_unlinked(const struct linker *linker, uint32_t index);

/* The link of a session, and which of its points the session is; NULL if it is seen at one point
 * only. */
const struct link_view *linker_link_of(const struct linker *linker, const struct session *session,
                                       uint32_t *ret_position);
/* The link of a connection: that of its sessions, or the one its first session will have. */
const struct link_view *linker_link_of_connection(const struct linker *linker,
                                                  const struct connection *connection,
                                                  uint32_t *ret_position);
/* The point a session or connection was seen at. Never NULL. */
const struct link_point *linker_point_of_session(const struct linker *linker,
                                                 const struct session *session);
const struct link_point *linker_point_of_connection(const struct linker *linker,
                                                    const struct connection *connection);

/* Whether it is known why data of the flow has no session; only of an outcome, else false. */
bool linker_explains(const struct linker *linker, const struct flow *flow);
/* All 0 if `linker` is NULL. */
struct message_pairing linker_pairing(const struct linker *linker, const struct message *message);
/* The frame of the same packet at the nearest other point; 0: none, or `linker` is NULL. */
uint32_t linker_peer(const struct linker *linker, uint32_t frame);

/* The whole capture's verdict, of an outcome. They live as long as the outcome. */
enum verdict_status linker_verdict(const struct linker *linker, const char **ret_text,
                                   const char **ret_cause);

/* What the text of the verdict is made of. Sentences, never NULL; "" where there is nothing to say.
 */
struct verdict_parts {
    char *headline; /* what is wrong, or that nothing is */
    char *detail; /* at which packet, what followed from it; what was lost, how far clocks differ */
    char *known;  /* what it is a sign of, and where it was seen before */
    char *symptom; /* what people notice */
    char *advice;  /* steps, each on a line of its own */
};
/* Lives as long as the outcome. */
const struct verdict_parts *linker_verdict_parts(const struct linker *linker);
/* The same of one finding of the outcome. To be cleared. */
struct verdict_parts linker_parts_of(const struct linker *linker, const struct finding *finding);
void verdict_parts_clear(struct verdict_parts *parts);
/* What a finding of the outcome says is wrong, in one sentence without its full stop, as the
 * verdict's headline does; to be freed with g_free. */
char *linker_headline(const struct linker *linker, const struct finding *finding);
/* The finding that the verdict names as the cause; NULL: there is none. */
const struct finding *linker_verdict_finding(const struct linker *linker);

#endif
