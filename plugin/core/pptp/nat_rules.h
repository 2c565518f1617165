/* PPTP's rules about links: which id must stand where, what a pair of messages says, whose GRE it
 * is, and what the end of the file says of all that. The linker knows them as a struct supplier
 * (pptp_supplier.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_NAT_RULES_H
#define PPTPNAT_NAT_RULES_H

#include "core/outcome/at_end.h"
#include "evidence.h"
#include "tracker.h"

/* Calls that are compared with a new one of the same key. */
#define NAT_SAME_KEY_LIMIT 64
/* Collisions of keys that wait for a sign of life, in all. */
#define NAT_WATCH_LIMIT 4096
/* Connections with the same addresses and ports whose calls may be the owners of a wrong Call ID.
 */
#define NAT_EARLIER_CONNECTIONS 64
/* Segments of one end that are remembered as sent again. */
#define NAT_REPEATED_LIMIT 1024

/* What of the above can be reached, after the linker's own. */
enum nat_limit {
    NAT_LIMIT_SAME_KEY = LINK_LIMIT_COUNT,
    NAT_LIMIT_WATCHES,
    NAT_LIMIT_EARLIER_CONNECTIONS,
    NAT_LIMIT_REPEATED,
    NAT_LIMIT_END
};
G_STATIC_ASSERT(NAT_LIMIT_END <= (int)LINK_LIMIT_ALL);

struct repeated_segment {
    uint32_t seq;
    uint32_t length;
    int64_t time_ns;
};

/* Segments of a connection that the end of the file asks for. */
struct segment_notes {
    GArray *repeated[2]; /* struct repeated_segment, by end; NULL: none */
};

/* What the linker keeps for PPTP: linker->own. */
struct nat_own {
    struct tunnels *tunnels; /* nat_tunnel.c; a copy's: borrowed */
    GPtrArray *segments; /* struct segment_notes *, by connection; NULL: none; a copy's: borrowed */
    struct candidates *owners; /* hash of (point, address, id) -> indices of linked sessions; NULL:
                                  nobody asked yet */
    GHashTable *editors; /* set of int64_t: hops (by the points beside them) where a request was
                            translated */
    GHashTable *owned;   /* set of (session, owner) in it; the same */
};

static inline struct nat_own *nat_own(const struct linker *linker)
{
    return linker->own;
}

static inline struct tracker *tracker_of(const struct linker *linker)
{
    return (struct tracker *)(uintptr_t)linker->facts;
}

/* NULL: nothing is noted of the connection. */
static inline const struct segment_notes *nat_segments(const struct linker *linker,
                                                       const struct connection *connection)
{
    const GPtrArray *segments = nat_own(linker)->segments;
    return connection->index < segments->len ? segments->pdata[connection->index] : NULL;
}

/* pptp_feed.c: supplier.own_new and supplier.own_free. */
void *pptp_own_new(struct linker *linker, const struct linker *copy_of);
void pptp_own_free(struct linker *linker);

/* nat_map.c: pure, but for the bound on what is looked through */
enum mistranslation link_map_kind(struct linker *linker, const struct link *link, uint32_t far,
                                  enum id_owner owner, uint16_t expected, uint16_t meant,
                                  uint16_t seen);
/* What the field must read at position `far` if it read `meant` at `near`; false: cannot be told.
 * *owner is whose id the field is by the layout, and becomes whose it is where the sender put the
 * other's. */
bool link_map_expected(const struct link *link, uint32_t near, uint32_t far, uint16_t meant,
                       enum id_owner *owner, uint16_t *ret_expected);

/* nat_judge.c: the link may be NULL. */
void link_judge_pair(struct linker *linker, struct link *link, const struct message_pair *pair);
/* nat_disputed.c */
/* At the end: fields that disagree about an id whose set-up is not in both captures are judged by
 * what the call's GRE carries. */
void link_judge_disputed(struct linker *linker);
/* nat_owner.c */
/* Adds the ids of a linked call that are known by now, once somebody asked for owners. */
void link_owner_add(struct linker *linker, struct session *call);
/* The kind of a wrong id that a call of another link owns at that position, with the same server;
 * MISTRANSLATION_NONE: none does. */
enum mistranslation link_owner_kind(struct linker *linker, const struct link *link, uint32_t far,
                                    uint16_t seen);
/* nat_setup.c */
void link_setup_request(struct linker *linker, struct link *link, const struct message_pair *pair);
void link_setup_judge(struct linker *linker, struct link *link, uint32_t hop);
/* nat_checksum.c: true if the checksum after the hop is short by just what the Call IDs changed. */
bool link_checksum_pair(struct linker *linker, struct link *link, const struct message_pair *pair);

/* nat_source.c: at the end, what calls their GRE comes to nothing for, and why. */
void link_source(struct linker *linker);
/* The index of the finding that says why GRE of this call (index) comes to nothing, or
 * FINDING_NONE. */
uint32_t link_source_cause(const struct linker *linker, uint32_t call);

/* nat_tunnel.c */
struct tunnels;
struct tunnels *tunnels_new(void);
void tunnels_free(struct tunnels *tunnels); /* NULL is fine */
/* Pairs of calls that are watched. */
uint32_t tunnels_watched(const struct tunnels *tunnels);
void link_tunnel_call(struct linker *linker, struct session *call);
/* A packet that only `call` can have sent; `owner` is whose id it carries (its receiver's). */
void link_tunnel_alive(struct linker *linker, const struct session *call, enum id_owner owner,
                       int64_t time_ns);
/* A control message on the call's connection, which only its own client or server can have sent. */
void link_tunnel_message(struct linker *linker, const struct message_record *message);
/* At the end: marks the links of tunnels that were found ambiguous. */
void link_tunnel_mark(struct linker *linker);
void link_tunnel_finish(struct linker *linker);
struct link_shared link_tunnel_shared(const struct linker *linker, const struct session *call,
                                      enum direction direction);

/* nat_before_call.c */
void link_before_call(struct linker *linker);
/* nat_editor.c: which NATs translate Call IDs, once it is known which NATs there are. */
void link_judge_editors(struct linker *linker);

/* nat_ppp.c: whether every GRE packet of the call passes every hop, both ways. */
bool link_all_gre_passes(const struct link *link);
/* One end's GRE passes every hop and the other end sends none that any point shows: the direction
 * of the silent one's packets; DIRECTION_NONE: not so. */
enum direction link_gre_silent(const struct linker *linker, const struct link *link);
/* Whether some of it was lost, or ends, at a hop. */
bool link_loses_gre(const struct link *link);
/* All of it passes and one end answers, which shows that it receives, while the other one asks and
 * never answers: the direction of that one's packets; DIRECTION_NONE: not so. */
enum direction link_ppp_ignored_by(const struct link *link, const struct call *call);
/* Whether the refusal that the finding says may come from answers that were lost. */
bool link_ppp_unanswered(const struct link *link, const struct finding *finding);
/* Adds to what the tracker said of stalls what both points show. */
void link_ppp_end(struct linker *linker);
/* Whether PPP of the call came up at one of the link's points: a capture that ends early shows less
 * than another one. */
bool link_call_opened(const struct linker *linker, const struct call *call);

#endif
