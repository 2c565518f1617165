/* What the parts of the linker share. Each part has one question: which sightings are the same
 * (link_evidence), in which order they lie (link_path), which id must stand where (link_map), what
 * a message pair says (link_judge), which GRE packets are the same (link_gre), what the end of the
 * file matches (link_rest), counts (link_account) and decides (link_end), and how to say it
 * (verdict).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_INTERNAL_H
#define PPTPNAT_LINK_INTERNAL_H

#include "block_pool.h"
#include "bucket.h"
#include "gre_waiting.h"
#include "link.h"

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

/* In link_path_place: the place of a point that is part of no link, for who asks before the end. */
#define LINK_RANK_ASKED UINT32_MAX

/* An id at each place of a link. Firm once its owner's own call request or reply gave it, or a
 * second field agreed; a map that only one other field gave blames nobody, and is dropped when a
 * second field disagrees: one of the two is wrong, and nothing tells which. */
struct id_map {
    bool firm;
    bool dropped;
    bool by_gre; /* dropped, and at the end learned from GRE */
    bool known[LINK_POINTS_LIMIT];
    uint16_t id[LINK_POINTS_LIMIT];
};

struct bad_checksum {
    uint32_t frame;
    uint16_t seen;
    uint16_t right;
};

struct repeated_segment {
    uint32_t seq;
    uint32_t length;
    int64_t time_ns;
};

/* A control connection as one point saw it (connection->nat). */
struct sighting {
    struct connection *connection;
    struct chain *chain; /* NULL: alone */
    uint32_t place;      /* in chain->row */
    bool in_isn_table;
    bool contested;          /* several candidates fitted at some time */
    GArray *bad_checksums;   /* struct bad_checksum; NULL: none */
    GArray *repeated[2];     /* struct repeated_segment, by end; NULL: none */
    uint16_t first_ip_id[2]; /* of the first segment each end sent; */
    bool has_first_ip_id[2]; /* tells equal ISNs of made-up captures apart */
    int64_t start_ns[2];     /* when the SYN of each end was first seen; 0: not */
};

/* Sightings of one control connection, along the path. */
struct chain {
    uint32_t index;
    uint32_t count;
    bool client_first;                       /* row runs from end[0] to end[1] of the connection */
    struct sighting *row[LINK_POINTS_LIMIT]; /* inside first */
    bool order_known; /* something tells the order; else judging goes by a guess nobody sees */
    bool judged;      /* a message pair was judged: the order stands */
    bool disputed;    /* at the end: an id was learned from GRE, all is to be judged once more */
    unsigned evidence;
    /* By hop, sender, side: messages whose other half has not come; raw sequence number -> struct
     * message_record *. NULL: none yet. */
    GHashTable *waiting[LINK_POINTS_LIMIT - 1][2][2];
    bool has_offset[LINK_POINTS_LIMIT - 1][2];
    uint32_t offset[LINK_POINTS_LIMIT - 1]
                   [2]; /* raw seq of row[i+1] minus that of row[i], by sender */
    /* By sender: messages of both sides were compared; how much later (by the clocks) the first of
     * them was behind the hop; whether one has the earlier time there. */
    bool compared[LINK_POINTS_LIMIT - 1][2];
    int64_t took_ns[LINK_POINTS_LIMIT - 1][2];
    bool far_first[LINK_POINTS_LIMIT - 1][2];
    GPtrArray *links; /* struct link *; the first exists from the start, before its call does */
    bool first_link_free;
};

/* A message as both sides of one hop saw it: `near` on its sender's side. */
struct message_pair {
    struct chain *chain;
    uint32_t hop;
    uint32_t near_place;
    uint32_t far_place;
    struct message_record *near;
    struct message_record *far;
};

/* How a run of GRE packets of one direction reads at one hop (a sub-state of judging). */
struct gre_run {
    uint32_t right;       /* packets with the expected id so far, few of many */
    uint32_t wrong;       /* of the run of wrong ones that is going on */
    uint32_t first_wrong; /* its first frame at the receiving side */
    uint32_t first_peer;
    uint16_t seen;
    bool told;
};

/* A direction of which nothing passed any more, though earlier packets did. */
struct gre_ceased {
    uint32_t frame; /* the first lost packet; 0: none */
    uint32_t point; /* the tracker point that showed it */
    uint32_t said;  /* index of the finding that says so, + 1; 0: too few packets to say it */
    double idle_s;  /* the direction's pause before it */
};

struct link {
    struct chain *chain;          /* NULL: linked by GRE alone */
    enum call_direction downward; /* packets of this direction go from place 0 on */
    uint32_t steady;              /* runs (link_gre.c) that one more right packet does not change */
    struct call_link face;        /* what others read */
    struct id_map pns;
    struct id_map pac;
    bool request_same[LINK_POINTS_LIMIT - 1]; /* the request's own id passed hop i unchanged */
    bool contradicted[LINK_POINTS_LIMIT - 1]; /* and a later field shows that it should not have */
    bool setup_told[LINK_POINTS_LIMIT - 1];
    bool id_changed[LINK_POINTS_LIMIT - 1];     /* some Call ID field differs across the hop */
    uint32_t blocked[2][LINK_POINTS_LIMIT - 1]; /* finding that says a direction ends there, + 1 */
    struct gre_ceased ceased;                   /* the earliest such */
    struct message_record *request[LINK_POINTS_LIMIT];
    struct gre_run run[2][LINK_POINTS_LIMIT - 1];
    GPtrArray *strays[2][LINK_POINTS_LIMIT]; /* struct gre_flow *: its packets on wrong keys */
    uint32_t misdelivered;                   /* finding that says so, + 1; 0: none */
    uint32_t other_address;                  /* the same */
    /* At the end, linked by GRE alone: the packets of a direction come to another host there. */
    bool other_host[2][LINK_POINTS_LIMIT - 1];
    uint32_t clash[LINK_POINTS_LIMIT]; /* tunnel_ambiguous about its call at that place, + 1 */
    uint32_t cause; /* index of the finding that explains the others, or FINDING_NOBODY */
};

/* The latest ICMP destination unreachable about a direction of a call. Not those that name a host
 * (it is gone, the NAT is fine), and not fragmentation needed. */
struct icmp_refusal {
    uint32_t frame; /* 0: none */
    int64_t time_ns;
    uint8_t ttl;
    uint8_t type;
    uint8_t code;
};

/* What the linker keeps of a call (call->nat) and no packet needs. */
struct call_notes {
    struct {
        const struct call *call;
        uint32_t hits;
    } candidate[2]; /* GRE-only evidence: calls that share packets, in a row one on each side */
    bool contested;
    struct tunnel_watch *watches; /* those of which this is the first call, oldest first */
    struct tunnel_watch *last_watch;
    struct tunnel_watch *watches_of_second;
    struct tunnel_watch *ready; /* of `watches`, those that a sign of life of this call decides */
    struct tunnel_watch *last_ready;
    int64_t alive_ns[3]; /* the latest sign of life, by whose id it carries; if watched */
    bool watched[3];     /* in the table of live calls, by enum pptp_owner; */
    bool owned[3];       /* in the table of owners of ids */
    uint32_t icmp[2];    /* ICMP errors that quote a packet of this direction */
    struct icmp_refusal refusal[2];
    uint32_t host_error[2]; /* the first refusal by the host that the packet came to; 0: none */
};

/* A flow that belongs to no linked call, or to another one than its packets (flow->nat). */
struct flow_place {
    struct link *link; /* whose packets it really carries; NULL: not known */
    enum call_direction direction;
    uint32_t place;
    uint32_t tried; /* packets compared without success */
};

struct linker {
    struct tracker *tracker;
    struct finding_log *log;
    int64_t window_ns;
    uint32_t *inside_interfaces;
    uint32_t inside_interface_count;
    struct link_subnet *inside_subnets;
    uint32_t inside_subnet_count;

    GHashTable *by_isn;     /* hash of both ISNs -> struct bucket of struct sighting * */
    GHashTable *by_message; /* hash of (seq, type, masked octets) -> the same */
    GHashTable *by_host;    /* hash of (point, address) -> struct bucket of struct link * */
    GHashTable *owners;     /* hash of (point, address, id) -> struct bucket of struct call *, of
                               linked ones; NULL: nobody asked yet */
    GHashTable *live_calls; /* hash of a tunnel's key -> struct bucket of struct call * */
    GPtrArray *sightings;
    GPtrArray *chains;
    GPtrArray *links;
    struct block_pool link_pool;  /* theirs: struct link */
    struct block_pool notes_pool; /* struct call_notes */
    GHashTable *said;             /* hash of a finding of the linker's -> its index + 1 */
    GHashTable *stray_members;    /* set of hashes of (a list of strays, a flow of it) */
    GPtrArray *flow_places;
    GPtrArray *points;           /* struct link_point *: places of links; at the end all places */
    uint32_t linked_points;      /* so many of them are of links */
    GPtrArray *asked_points;     /* those of no link that readers asked for before the end */
    GPtrArray *watches;          /* struct tunnel_watch *: collisions awaiting a sign of life */
    struct gre_waiting *waiting; /* packets of linked calls, by (link, direction, hop, content) */
    struct gre_waiting *samples; /* packets of unlinked calls, by content */
    GHashTable *fragments;       /* set of struct seen_fragment, up to LINK_FRAGMENT_LIMIT */
    GHashTable *fragmented;      /* frame of a reassembled GRE packet -> its IP ID + 1 */
    int64_t *clock;              /* latest time per tracker point */
    int64_t *clock_start;        /* first time per tracker point */
    uint32_t clock_size;
    bool *gre_seen;              /* per tracker point: GRE was captured there; at the end */
    uint32_t now_frame;          /* the frame being fed; 0 while finishing */
    uint32_t limits_told;        /* bits by enum link_limit; */
    uint32_t limits_told_at_end; /* those of them that only the end of the file reached */
    uint32_t limit_alone_frame[LINK_LIMIT_COUNT]; /* reached while there was one point; 0: not */
    uint32_t spent[LINK_LIMIT_COUNT];
    GHashTable *editors;  /* set of int64_t: hops (link_hop_key) where a request was translated */
    GHashTable *places;   /* int64_t: tracker point and rank -> struct link_point * of `points` */
    GHashTable *hosts_at; /* hosts at places that share a tracker point; see link_path.c */

    GPtrArray *nats;    /* after finish; */
    GHashTable *nat_at; /* int64_t: places inside and outside -> struct nat_device * */
    GPtrArray *unlinked;
    enum verdict_status status;
    char *text;
    char *cause;
    /* After finish: call index -> index of the finding that says why its GRE comes to nothing. */
    GHashTable *astray;
};

/* link_evidence.c */
struct sighting *link_sighting(struct linker *linker, struct connection *connection);
void link_evidence_connection(struct linker *linker, struct connection *connection);
/* True if the message made its connection part of a chain: its messages, this one too, were judged.
 */
bool link_evidence_message(struct linker *linker, struct message_record *message);
void link_evidence_finish(struct linker *linker);
/* Judges all messages of the chain once more. */
void link_evidence_again(struct linker *linker, struct chain *chain);
/* Makes one chain of two connections' sightings, and whatever chains they are in. */
void link_evidence_join(struct linker *linker, struct sighting *a, struct sighting *b,
                        unsigned evidence);

GHashTable *link_bucket_table(void); /* empty */
/* A list in one of the hash tables above; made if `make`, else NULL when there is none. */
struct bucket *link_bucket(GHashTable *table, uint64_t key, bool make);
GHashTable *link_bucket_table(void); /* empty */
uint64_t link_host_key(uint32_t point, const struct net_address *address);

/* Whether `sighting` can be one more place of what `other` is part of. */
bool link_evidence_fits(struct linker *linker, const struct sighting *sighting,
                        const struct sighting *other);
/* The first segments of both have the same IP IDs, as far as they are known. */
bool link_evidence_same_ip_ids(const struct sighting *a, const struct sighting *b);
/* link_syn.c */
void link_syn_finish(struct linker *linker, bool several_points);

/* link_path.c */
void link_path_order(struct linker *linker, struct chain *chain);
void link_path_order_calls(struct linker *linker, struct link *link);
/* Puts at each of `count` places what the link kept of place from[place], the newest having been
 * the last one, and forgets what it knew of its hops: they are others now. `same_way`: packets
 * still go from place 0 on in the same direction. */
void link_path_move(struct link *link, const uint32_t *from, uint32_t count, bool same_way);
/* Sets which direction of a link with a chain goes from place 0 on, when its row or a call of it
 * became known. */
void link_path_direct(struct link *link);
GHashTable *link_path_hosts_table(void); /* empty */
/* The linker_point indices of the chain's places (and of a link without chain). */
void link_path_points(struct linker *linker, struct link *link);
/* The place of these hosts at a tracker point; NULL: no place is known there yet. */
struct link_point *link_path_find_point(const struct linker *linker, uint32_t point,
                                        const struct net_address *a, const struct net_address *b);
/* The place of that rank at a tracker point; NULL: none yet. */
struct link_point *link_path_place(const struct linker *linker, uint32_t point, uint32_t rank);
/* A new one, at the end of `list`, which owns it. */
struct link_point *link_path_new_place(const struct linker *linker, GPtrArray *list, uint32_t point,
                                       uint32_t rank);
/* Forgets the places of linker->points from index `count` on. */
void link_path_drop_places(struct linker *linker, uint32_t count);
/* The tracker point of a place. */
uint32_t link_place_point(const struct link *link, uint32_t place);
/* True if the upstream side of hop `hop` for packets that end `sender` sends is row[hop]. */
bool link_path_downward(const struct chain *chain, uint32_t sender);

/* link_map.c: pure, but for the bound on what is looked through */
enum mistranslation link_map_kind(struct linker *linker, const struct link *link, uint32_t far,
                                  enum pptp_owner owner, uint16_t expected, uint16_t meant,
                                  uint16_t seen);
/* What the field must read at place `far` if it read `meant` at `near`; false: cannot be told.
 * *owner is whose id the field is by the layout, and becomes whose it is where the sender put the
 * other's. */
bool link_map_expected(const struct link *link, uint32_t near, uint32_t far, uint16_t meant,
                       enum pptp_owner *owner, uint16_t *ret_expected);
const struct id_map *link_map_of(const struct link *link, enum pptp_owner owner);

/* link_limit.c: says, once, that a bound was reached. */
void link_limit_reached(struct linker *linker, enum link_limit limit, uint32_t frame);
/* The end of the file: what was reached before the second point's first packet. */
void link_limits_end(struct linker *linker);
/* What was not analysed so that "nothing is wrong" cannot be said; NULL: nothing. */
const char *link_limit_touches(const struct linker *linker);
/* Counts one step against a bound on work in all; false once it is used up. */
bool link_spend(struct linker *linker, enum link_limit limit);

/* link_pair.c */
struct link *link_new(struct linker *linker, struct chain *chain);
void link_put_call(struct linker *linker, struct link *link, uint32_t place, struct call *call);
/* The link of the call that a pair is about, made by its request; NULL: it is of no call. */
struct link *link_pair_link(struct linker *linker, const struct message_pair *pair);
/* Judges the message together with its other halves, or lets it wait for them. */
void link_pair_message(struct linker *linker, struct message_record *message);
/* The same for all messages of a chain that has got a new place. */
void link_pair_catch_up(struct linker *linker, struct chain *chain);
/* Makes the link a candidate for stray packets of this host. */
void link_remember_host(struct linker *linker, struct link *link, uint32_t point,
                        const struct net_address *address);

/* link_judge.c: the link may be NULL. */
void link_judge_pair(struct linker *linker, struct link *link, const struct message_pair *pair);
/* At the end: fields that disagree about an id whose set-up is not in both captures are judged by
 * what the call's GRE carries. */
void link_judge_disputed(struct linker *linker);
/* link_owner.c */
/* Adds the ids of a linked call that are known by now, once somebody asked for owners. */
void link_owner_add(struct linker *linker, struct call *call);
/* The kind of a wrong id that a call of another link owns at that place, with the same server;
 * MISTRANSLATION_NONE: none does. */
enum mistranslation link_owner_kind(struct linker *linker, const struct link *link, uint32_t far,
                                    uint16_t seen);
/* link_setup.c */
void link_setup_request(struct linker *linker, struct link *link, const struct message_pair *pair);
void link_setup_judge(struct linker *linker, struct link *link, uint32_t hop);
/* link_checksum.c: true if the checksum after the hop is short by just what the Call IDs changed.
 */
bool link_checksum_pair(struct linker *linker, struct link *link, const struct message_pair *pair);
/* A segment with a wrong checksum at `sighting`: whether a message in it explains the difference.
 */
void link_checksum_segment(struct linker *linker, struct sighting *sighting,
                           const struct bad_checksum *bad);

/* link_gre.c */
/* The link's direction of a flow of one of its calls. */
enum call_direction link_gre_direction(const struct gre_flow *flow);
/* The call's flow of that direction of its link; NULL: no packet seen. */
const struct gre_flow *link_gre_flow(const struct call *call, int direction);
void link_gre_packet(struct linker *linker, struct gre_flow *flow, struct gre_record *record,
                     const struct packet *packet);
void link_gre_matched(struct linker *linker, struct link *link, enum call_direction direction,
                      uint32_t hop, uint32_t near_frame, uint32_t far_frame);
/* Empties the table of waiting packets; lets one that has found no other half wait. */
void link_gre_forget(struct linker *linker);
#define LINK_MATCHED_INWARDS  1u /* its other half across the hop towards place 0 is known */
#define LINK_MATCHED_OUTWARDS 2u /* the same for the hop away from it */
void link_gre_wait(struct linker *linker, const struct link *link, const struct gre_flow *flow,
                   uint32_t place, uint32_t frame, unsigned matched);
void link_gre_runs_finish(struct linker *linker, struct link *link);
/* The hop's upstream and downstream places for packets of `direction`. */
void link_gre_ends(const struct link *link, enum call_direction direction, uint32_t hop,
                   uint32_t *ret_near, uint32_t *ret_far);

/* link_words.c: "client" or "server"; "sender" or "receiver" where nothing tells. */
const char *link_sender_name(const struct call_link *face, enum call_direction direction);
const char *link_receiver_name(const struct call_link *face, enum call_direction direction);
#define LINK_TIMES_SIZE 24
/* "once", "3 times"; returns `text`. */
const char *link_times(uint32_t count, char text[LINK_TIMES_SIZE]);
/* What comes before the id that `sender` meant, as seen at `near_place`: "the server sent". */
const char *link_meant_words(const struct link *link, uint32_t near_place, const char *sender);

/* What a packet and its other half across `hop` have in common. */
uint64_t link_gre_key(const struct link *link, enum call_direction direction, uint32_t hop,
                      const struct gre_record *record);

/* link_stray.c */
/* Where the flow's packets belong whose key is not the one that their link expects; NULL: they are
 * their own call's, as far as is known. */
const struct flow_place *link_stray_place(const struct gre_flow *flow);
/* Compares a packet that nothing explains with what waits upstream for links (other than `own`)
 * with a host in common; true if it turned out to be one of theirs. */
bool link_stray_find(struct linker *linker, struct gre_flow *flow, struct gre_record *record,
                     uint32_t frame, const struct link *own);
/* The same while reading: only so often for a flow that nothing explains. */
void link_stray_try(struct linker *linker, struct gre_flow *flow, struct gre_record *record,
                    const struct packet *packet, const struct link *own);
/* Whether the point before the hop has shown by now what a packet of `direction` is after it; if
 * not, the end of the file compares the packet. */
bool link_stray_other_half_was_read(const struct link *link, enum call_direction direction,
                                    uint32_t hop, uint32_t near_place);

/* At the end: the flow, which has no call with a set-up, carries the link's packets of `direction`
 * at this place, or beside it. */
void link_stray_put(struct linker *linker, struct gre_flow *flow, struct link *link,
                    enum call_direction direction, uint32_t place);

/* link_hosts.c */
/* Judges the hosts of a packet that came in a flow which is not the link's own; true if it came to
 * another host than it should. */
bool link_hosts_judge(struct linker *linker, struct link *link, enum call_direction direction,
                      uint32_t hop, const struct gre_flow *flow, uint32_t near_frame,
                      uint32_t far_frame);
/* Adds to the text of the finding how many packets went astray, once they are counted. */
void link_hosts_count(struct linker *linker, const struct link *link, enum call_direction direction,
                      uint32_t hop);

/* link_source.c: at the end, what calls their GRE comes to nothing for, and why. */
void link_source(struct linker *linker);
/* The index of the finding that says why GRE of this call (index) comes to nothing, or
 * FINDING_NOBODY. */
uint32_t link_source_cause(const struct linker *linker, uint32_t call);

/* link_gre_evidence.c */
void link_gre_sample(struct linker *linker, struct gre_flow *flow, const struct gre_record *record,
                     const struct packet *packet);

/* Gives the place of a call that was linked by GRE alone to the one that has absorbed it, unless
 * the messages of a chain will place that one. */
void link_gre_absorbed(struct linker *linker, struct call *unknown);

/* link_tunnel.c */
void link_tunnel_call(struct linker *linker, struct call *call);
/* A packet that only `call` can have sent; `owner` is whose id it carries (its receiver's). */
void link_tunnel_alive(struct linker *linker, const struct call *call, enum pptp_owner owner,
                       int64_t time_ns);
/* A control message on the call's connection, which only its own client or server can have sent. */
void link_tunnel_message(struct linker *linker, const struct message_record *message);
/* At the end: marks the links of tunnels that were found ambiguous. */
void link_tunnel_mark(struct linker *linker);
void link_tunnel_finish(struct linker *linker);
/* Whether another call has had the same key for packets of `direction`, so that which of them a
 * packet, or an ICMP error, belongs to is not sure; returns the errors put down to the others. */
uint32_t link_tunnel_errors(const struct call *call, enum call_direction direction,
                            bool *ret_shares);

/* One direction of a link at one hop, packet by packet, as the end of the file shows it. */
struct hop_packets {
    enum call_direction direction;
    uint32_t hop;
    uint32_t near_place;
    uint32_t far_place;
    uint32_t count;          /* packets before the hop, in order */
    const uint32_t *frames;  /* theirs */
    const int64_t *times_ns; /* theirs, since the first packet of all, on the near point's clock */
    const uint32_t *arrived; /* the frame after the hop, or 0 */
    uint32_t arrived_count;
    const GArray *far; /* uint32_t: all frames after the hop, in order */
    uint32_t certain;  /* of `count`, those sent while the far point was certainly capturing */
};

/* link_settle.c: at the end, links by GRE alone lie as the control connections between the same
 * points do. */
void link_settle(struct linker *linker);
/* link_account.c: matches what is left (link_rest.c), counts, and gives each hop and direction to
 * link_hop_end. */
void link_account(struct linker *linker);
/* link_cover.c: since the first packet of all. Records keep it in microseconds modulo 2^32, 71
 * minutes; their flow knows when it began. `before_ns` is that of an earlier packet of the flow, or
 * -1. A flow that is silent for longer reads as less. */
int64_t link_gre_time_ns(const struct linker *linker, uint32_t frame, int64_t before_ns);
/* Leaves out, at both ends, what the far point cannot have seen: what came before its first packet,
 * or more than `slack_ns` after its last one, and did not arrive. */
void link_cover(const struct linker *linker, const struct link *link, int64_t slack_ns,
                struct hop_packets *packets);
/* Whether what `sender` sent at `time_ns` by the clock before `hop` would have come to the point
 * behind it while that one captured, wherever in its time on the way. False if nothing tells how
 * far the clocks are apart. */
bool link_covers_time(const struct linker *linker, const struct chain *chain, uint32_t hop,
                      uint32_t sender, int64_t time_ns);
/* The same backwards: whether what `sender` sent and the point behind `hop` shows at `time_ns`
 * would have been seen before the hop, by a point that captured then and later. */
bool link_covered_before(const struct linker *linker, const struct chain *chain, uint32_t hop,
                         uint32_t sender, int64_t time_ns);
/* link_way.c: the next point on the way to a server. */
struct link_way {
    uint32_t point;
    struct net_address server; /* as it is called at `point` */
    uint32_t next;
    bool several;              /* there are several: none is known */
    const struct chain *chain; /* that shows it, at this hop */
    uint32_t hop;
};
/* All that are known: a set of struct link_way. */
GHashTable *link_ways(const struct linker *linker);
/* NULL: none is known. */
const struct link_way *link_way_find(GHashTable *ways, uint32_t point,
                                     const struct net_address *server);
/* link_before_call.c */
void link_before_call(struct linker *linker);
/* link_before_cause.c */
/* What ends at a hop, or a reset made there, by what it is of; and the index of the one that
 * `finding` is a consequence of, or FINDING_NOBODY. */
GHashTable *link_before_causes(const struct linker *linker);
uint32_t link_before_cause(const struct linker *linker, GHashTable *causes,
                           const struct finding *finding);
/* link_clock.c */
void link_clock(struct linker *linker, struct link *link);
/* link_fragment.c: remembers a packet that was fragmented; says which lost packets came through in
 * part, and returns how many. */
GHashTable *link_fragment_table(void); /* empty */
void link_fragment_whole(struct linker *linker, const struct packet *packet);
uint32_t link_fragment_end(struct linker *linker, const struct link *link,
                           const struct hop_packets *packets);
/* The hosts between which packets of `direction` go at `place`; false without control traffic. */
bool link_gre_hosts(const struct link *link, enum call_direction direction, uint32_t place,
                    const struct net_address **ret_from, const struct net_address **ret_to);
/* link_refusal.c: remembers an ICMP error about `direction` of a call. */
void link_refusal_note(struct linker *linker, struct call *call, enum call_direction direction,
                       const struct icmp_error *error);
/* The error with which the hop itself refused the last packets of the direction; NULL: none is
 * known to be the hop's own, or something passed after it. */
const struct icmp_refusal *link_refusal(const struct linker *linker, const struct link *link,
                                        const struct hop_packets *packets);
/* link_hop_end.c: what became of a direction at a hop. */
void link_hop_end(struct linker *linker, struct link *link, const struct hop_packets *all);
/* Whether the far point shows this direction of the call's TCP, and GRE at all: else nothing can be
 * said to be lost there. */
bool link_hop_is_watched(const struct linker *linker, const struct link *link,
                         const struct hop_packets *packets);
/* link_ip_checksum.c */
void link_ip_checksums(struct linker *linker);
/* link_end.c: what else only the end of the file decides. */
void link_end(struct linker *linker);
/* The NAT at a hop of the link; NULL: none is known there. After link_end. */
struct nat_device *link_nat_at(const struct linker *linker, const struct link *link, uint32_t hop);
/* Whether ids that clash behind the hop are still told apart before it: its NAT made them equal. */
bool link_clashes_at(const struct link *link, uint32_t hop);
/* The NAT between two places, made if there is none. */
struct nat_device *link_nat_between(struct linker *linker, uint32_t inside, uint32_t outside);
/* link_cause.c: sets the cause of each finding that is a consequence of another one. */
void link_causes(struct linker *linker);
/* link_cause_table.c: whether `effect` can be a consequence of `cause`, both of the link's call. */
bool link_cause_allows(const struct link *link, const struct finding *effect,
                       const struct finding *cause);
/* The link a finding is about: its own, or that of its call; NULL: none. */
const struct link *link_of_finding(const struct linker *linker, const struct finding *finding);
/* Whether the finding shows what a NAT does that has lost the call: GRE ceased to pass before. */
bool link_has_lost_state(const struct link *link, const struct finding *finding);
/* verdict.c */
void link_verdict(struct linker *linker);

/* link_view.c: whether PPP of the call came up at one of the link's points, for the tracker: a
 * capture that ends early shows less than another one. */
bool link_call_opened(void *user, const struct call *call);

/* link_ppp.c: whether every GRE packet of the call passes every hop, both ways. */
bool link_all_gre_passes(const struct link *link);
/* Whether some of it was lost, or ends, at a hop. */
bool link_loses_gre(const struct link *link);
/* All of it passes and one end answers, which shows that it receives, while the other one asks and
 * never answers: the direction of that one's packets; DIRECTION_NONE: not so. */
enum call_direction link_ppp_ignored_by(const struct link *link, const struct call *call);
/* Whether the refusal that the finding says may come from answers that were lost. */
bool link_ppp_unanswered(const struct link *link, const struct finding *finding);
/* Adds to what the tracker said of stalls what both points show. */
void link_ppp_end(struct linker *linker);

/* Adds a finding made by link_finding, unless the same was said before; NULL then. */
struct finding *link_say(struct linker *linker, struct finding *finding);
/* A finding about `link` at hop `hop`, judged at `frame` on the connection or call at `place`. */
struct finding link_finding(const struct linker *linker, enum finding_id id,
                            const struct link *link, uint32_t hop, uint32_t place, uint32_t frame);
struct call_notes *link_notes(struct linker *linker, struct call *call);

#endif
