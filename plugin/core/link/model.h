/* The facts that the linker keeps: sightings, paths, links, and what else it knows of sessions and
 * flows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_MODEL_H
#define PPTPNAT_LINK_MODEL_H

#include "core/base/block_pool.h"
#include "core/base/candidates.h"
#include "core/flow/fragments.h"
#include "core/flow/frame_store.h"
#include "core/flow/point_times.h"
#include "core/flow/waiting.h"
#include "linker.h"
#include "limit.h"
#include "supplier.h"

/* An owner's id at each position of a link (link_position.id). Firm once its owner's own session
 * request or reply gave it, or a second field agreed; a map that only one other field gave blames
 * nobody, and is dropped when a second field disagrees: one of the two is wrong, and nothing tells
 * which. */
struct id_map {
    uint8_t known; /* bits by position */
    bool firm : 1;
    bool dropped : 1;
};

/* What the linker knows of a connection as one point saw it. */
struct sighting {
    struct connection *connection;
    struct link_path *path;  /* NULL: alone */
    int64_t start_ns[2];     /* when the first SYN, or message that two points saw, of each end was
                                seen; 0: not */
    uint16_t first_ip_id[2]; /* of the first segment each end sent; */
    bool has_first_ip_id[2]; /* tells equal ISNs of made-up captures apart */
    bool in_isn_table : 1;
    bool ambiguous : 1; /* several candidates fitted at some time */
    uint8_t position;   /* in path->row */
};

/* What is kept of two neighbours on a path, by sender. */
struct path_hop {
    /* By side, upper first: messages whose other half has not come; raw sequence number -> struct
     * message *. NULL: none. */
    GHashTable *waiting[2][2];
    /* Messages of both sides were compared; how much later (by the clocks) the first of them was
     * behind the hop; whether one has the earlier time there. */
    int64_t took_ns[2];
    uint32_t offset[2]; /* raw seq of row[i+1] minus that of row[i] */
    bool has_offset[2];
    bool compared[2];
    bool far_first[2];
};

/* Sightings of one control connection, along the path. Has memory for `room` points (room.h). */
struct link_path {
    struct sighting **row; /* inside first */
    struct path_hop *hop;  /* behind each but the last */
    uint32_t index;
    unsigned evidence;
    uint8_t count;
    uint8_t room;
    bool client_first; /* row runs from end[0] to end[1] of the connection */
    bool order_known;  /* something tells the order; else no hop is judged (link_say) */
    bool judged;       /* a message pair was judged: the order stands */
    bool disputed;     /* at the end: an id was learned from data, all is to be judged once more */
    bool waiting_is_borrowed; /* a copy's: they are the facts', to be read only */
    bool first_link_free;
    struct link *first_link; /* exists from the start, before its session does */
    GPtrArray *more_links;   /* struct link *; NULL: none */
};

static inline uint32_t path_link_count(const struct link_path *path)
{
    return (path->first_link != NULL) + (path->more_links ? path->more_links->len : 0);
}

static inline struct link *path_link(const struct link_path *path, uint32_t index)
{
    return index == 0 ? path->first_link : path->more_links->pdata[index - 1];
}

static inline void path_add_link(struct link_path *path, struct link *link)
{
    if (!path->first_link) {
        path->first_link = link;
        return;
    }
    if (!path->more_links)
        path->more_links = g_ptr_array_new();
    g_ptr_array_add(path->more_links, link);
}

/* How a run of packets of one direction reads at one hop (a sub-state of judging). */
struct id_run {
    uint32_t right;       /* packets with the expected id so far, few of many */
    uint32_t wrong;       /* of the run of wrong ones that is going on */
    uint32_t first_wrong; /* its first frame at the receiving side */
    uint32_t first_peer;
    uint16_t seen;
    bool reported;
};

/* A direction of which nothing passed any more, though earlier packets did. */
struct ceased {
    uint32_t frame;    /* the first lost packet; 0: none */
    uint32_t point;    /* the tracker point that showed it */
    uint32_t reported; /* index of the finding that says so, + 1; 0: too few packets to say it */
    float idle_s;      /* the direction's pause before it */
};

/* What is kept of a link at one position, */
struct link_position {
    struct message *request;
    GPtrArray *misaddressed[2]; /* by enum direction: struct flow *: its packets on wrong keys */
    uint32_t clash;             /* tunnel_ambiguous about its session there, + 1 */
    uint16_t id[2];             /* by enum id_owner, where its map says that it is known */
};

/* and between two neighbours. */
struct link_crossing {
    struct id_run run[2];
    uint32_t blocked[2]; /* finding that says a direction ends there, + 1 */
    bool other_host[2];  /* at the end, linked by data alone: the packets of a direction come to
                            another host there */
    bool request_same;   /* the request's own id passed the hop unchanged, */
    bool contradicted;   /* and a later field shows that it should not have */
    bool setup_reported;
    bool id_changed; /* some id field differs across the hop */
};

/* Has memory for `room` points (room.h). Two lines of the cache: there is one for every session. */
struct link {
    _Alignas(BLOCK_POOL_LINE) struct link_path *path; /* NULL: linked by data alone */
    struct link_crossing *cross;                      /* behind each position but the last */
    struct link_position *at;                         /* by position */
    uint32_t steady; /* runs (link/data_judge.c) that one more right packet does not change */
    enum direction downward : 8; /* packets of this direction go from position 0 on */
    bool order_guessed;          /* by data alone, and nothing tells which position is position 0 */
    uint8_t room;
    struct link_view view;  /* what others read */
    struct id_map map[2];   /* by enum id_owner */
    struct ceased ceased;   /* the earliest such */
    uint32_t misdelivered;  /* finding that says so, + 1; 0: none */
    uint32_t other_address; /* the same */
    uint32_t cause;         /* index of the finding that explains the others, or FINDING_NONE */
};

/* The id of an owner at a position of the link; false: not known. */
static inline bool link_id_at(const struct link *link, enum id_owner owner, uint32_t position,
                              uint16_t *ret_id)
{
    *ret_id = link->at[position].id[owner];
    return (link->map[owner].known & 1u << position) != 0;
}

static inline bool link_id_is(const struct link *link, enum id_owner owner, uint32_t position,
                              uint16_t id)
{
    uint16_t known;
    return link_id_at(link, owner, position, &known) && known == id;
}

static inline void link_put_id(struct link *link, enum id_owner owner, uint32_t position,
                               uint16_t id)
{
    link->at[position].id[owner] = id;
    link->map[owner].known |= (uint8_t)(1u << position);
}

/* The latest ICMP destination unreachable about a direction of a session. Not those that name a
 * host (it is gone, the NAT is fine), and not fragmentation needed. */
struct icmp_refusal {
    uint32_t frame; /* 0: none */
    int64_t time_ns;
    uint8_t ttl;
    uint8_t type;
    uint8_t code;
};

/* The other half of a packet that only the end of the file found. */
struct late_peer {
    uint32_t used; /* not 0 */
    uint32_t frame;
};

/* What a conclusion made of a message's pairing. */
struct changed_pairing {
    uint32_t used; /* not 0 */
    struct message_pairing pairing;
};

/* Where a session lies, and what else is kept of it. */
struct session_mark {
    struct link *link;           /* of which it is a sighting; NULL: none */
    struct session_notes *notes; /* NULL: nothing */
    uint8_t position;            /* in the row of its link */
    bool swapped;                /* direction 0 of its flows is the link's other one */
};

/* What the linker keeps of a session and no packet needs. */
struct session_notes {
    struct {
        const struct session *session;
        uint32_t hits;
    } candidate[2]; /* data alone as evidence: sessions that share packets, in a row one on each
                       side */
    bool ambiguous;
    uint32_t icmp[2]; /* ICMP errors that quote a packet of this direction */
    struct icmp_refusal refusal[2];
    uint32_t host_error[2]; /* the first refusal by the host that the packet came to; 0: none */
};

/* A flow that belongs to no linked session, or to another one than its packets. */
struct flow_position {
    struct link *link; /* whose packets it really carries; NULL: not known */
    enum direction direction;
    uint32_t position;
    uint32_t tried; /* packets compared without success */
};

/* What only the end of the file decides, besides what stands in the links themselves. */
struct linker_end {
    bool *data_seen;       /* per tracker point: data was captured there */
    GByteArray *explained; /* by flow, after link_source: 1 if why it has no session is known */
    GHashTable
        *astray;     /* session -> index of the finding that says why its data comes to nothing */
    GPtrArray *nats; /* struct nat_device * */
    GHashTable *nat_at;          /* int64_t: positions inside and outside -> the same */
    GPtrArray *unlinked;         /* struct unlinked_session * */
    bool clocks_differ;          /* by so much that the verdict says it, */
    double clock_offset_s;       /* the outer one minus the inner one */
    const struct finding *worst; /* the cause of what the verdict says; NULL: none */
    enum verdict_status status;
    char *text;
    char *cause;
    struct verdict_parts parts;           /* of the text */
    const struct outcome_member *members; /* the protocols of the capture */
    uint32_t member_count;
};

struct linker {
    const struct linker *copy_of; /* NULL: it is fed; else it borrows what it does not change */
    struct facts *facts;
    const struct supplier *supplier;
    void *own; /* what the supplier knows of links (supplier.own_new) */
    struct finding_log *log;
    int64_t window_ns;
    uint32_t *inside_interfaces;
    uint32_t inside_interface_count;
    struct link_subnet *inside_subnets;
    uint32_t inside_subnet_count;

    struct candidates *by_isn;     /* hash of both ISNs -> indices of connections */
    struct candidates *by_message; /* hash of (seq, type, masked octets) -> the same */
    GHashTable *by_host; /* hash of (point, address) -> GArray of uint32_t: link_hosts_links; a copy
                            has what it changes of them */
    GPtrArray *sightings; /* struct sighting *, by connection */
    GPtrArray *paths;
    GPtrArray *links;
    struct block_pool sighting_pool;
    struct block_pool link_pool;  /* struct link */
    struct block_pool notes_pool; /* struct session_notes */
    GHashTable *reported;         /* hash of a finding of the linker's -> its index + 1 */
    GHashTable
        *misaddressed_members; /* set of hashes of (a list of misaddressed flows, a flow of it) */
    GArray *pairings;          /* struct message_pairing, by message; grows when written */
    struct frame_store *changed_pairings; /* a copy's, in place of that: by message + 1 */
    struct frame_store
        *late;             /* struct late_peer; NULL: matches are facts and stand in the records */
    GArray *session_marks; /* struct session_mark, by session; grows when asked for */
    GPtrArray *flow_marks; /* struct flow_position *, by flow, owned; NULL: none */
    struct points *points; /* link/point.h */
    struct waiting_packets
        *waiting; /* packets of linked sessions, by (link, direction, hop, content) */
    struct waiting_packets *samples; /* packets of unlinked sessions, by content */
    struct session *halves[2];   /* linker_take_halves; [0] NULL: none; [1] until it is absorbed */
    struct fragments *fragments; /* of data packets */
    struct point_times *times;   /* by tracker point */
    uint32_t now_frame;          /* the frame being fed; 0 while finishing */
    uint32_t limits_reported;    /* bits by limit */
    uint32_t limit_alone_frame[LINK_LIMIT_ALL]; /* reached while there was one point; 0: not */
    uint32_t spent[LINK_LIMIT_ALL];
    struct linker_end *end; /* of a copy; NULL: facts only */
};

#endif
