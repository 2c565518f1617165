/* What the tracker keeps: the model's structs with what only the tracker needs behind them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TRACKER_STATE_H
#define PPTPNAT_TRACKER_STATE_H

#include "core/base/block_pool.h"
#include "core/flow/packet_store.h"
#include "gre_content.h"
#include "core/base/index_table.h"
#include "tracker.h"

#define SECOND_NS ((int64_t)1000000000)
#define REPLY_NS  (60 * SECOND_NS) /* RFC 2637 3, 3.1.4: a reply is awaited 60 s */
#define NEVER_NS  INT64_MAX
/* A call of which nothing at all was seen for so long is taken for dead when its ids turn up in a
 * new call: three missed Echo-Requests (RFC 2637 3.1.4). */
#define SILENT_NS (180 * SECOND_NS)
/* Requests of one connection that are waited for; a PAC rarely has more than a few. */
#define UNANSWERED_LIMIT 256
/* Living calls of one key, each of which a packet of that key is compared with. */
#define SHARED_KEY_LIMIT 64

/* Which bound was reached; each is said once. */
enum tracker_limit {
    LIMIT_CONNECTIONS,
    LIMIT_CALLS,
    LIMIT_CALLS_PER_CONNECTION,
    LIMIT_FLOWS,
    LIMIT_MESSAGES,
    LIMIT_REQUESTS,
    LIMIT_SHARED_KEY,
    LIMIT_STREAM
};

struct tracked_connection;
struct tracked_call;

/* An interface, and the point that has its number. */
struct interface_info {
    uint32_t point;
    bool both_ways; /* shows both directions of a connection: no half of a tap */
    bool apart;     /* was taken for half of a tap, and is none */
    bool has_time;
    int64_t end_ns;  /* the latest packet, on this interface's clock */
    GArray *members; /* uint32_t: interfaces that are this point; NULL: it alone, if any. Those that
                        are another point by now are still listed. */
    uint32_t size;   /* what joining the point to another one has to change */
    struct tracked_connection *connections; /* of the point, chained; their calls are theirs */
    struct tracked_call *calls;             /* of the point, without control traffic, chained */
    struct tracked_connection *latest;      /* of the latest segment: its streams do not rest */
};

/* What is remembered of a TCP segment to know a second copy of it. */
struct segment_trace {
    uint32_t seq;
    uint32_t content;
    uint16_t ip_id;
    bool used;
};
#define TRACES 2 /* copies from a mirror port come at most this many segments later */

/* What one end sent that is no PPTP. */
struct odd_octets {
    struct frame_time start;        /* where its stream begins with octets that are no header */
    struct message_record *message; /* its first piece that is no message, not spoken of so far, */
    uint32_t cookie;                /* and what stands there for the cookie */
};

struct tracked_connection {
    struct pptp_connection
        base; /* first: a struct pptp_connection * of the model is one of these */
    struct tracked_connection *next_at_point;
    struct tracked_call *live; /* calls that are alive, chained, */
    uint32_t live_count;       /* and how many */
    uint32_t overdue;          /* so many of `unanswered`, from the head, were waited for in vain */
    int64_t deadline_ns;       /* when the next one will be */
    struct odd_octets *odd;    /* [2], by end; NULL: there are none */
    int64_t read_ns[2];        /* when the latest octets of end[i] came, */
    uint32_t read[2];          /* and what they acknowledge */
    uint32_t hole[2];          /* octets of end[i] right before this number were not captured */
    uint32_t next[2];          /* the sequence number after the highest octet of end[i] */
    uint32_t damaged_reported[2];
    struct segment_trace trace[2][TRACES];
    uint8_t trace_next[2];
    bool has_read[2];
    bool has_hole[2];
    bool has_next[2];
    bool sent[2];           /* octets of end[i] were seen */
    bool missed[2];         /* octets of end[i] were acknowledged that are not in the capture */
    bool right_checksum[2]; /* a segment of end[i] had one, */
    bool right_octets[2];   /* and one with octets */
    bool whole;             /* seen from its start and without a hole: no call set-up was missed */
    bool superseded;        /* another connection uses its addresses and ports now */
    bool retired;           /* closed for so long that its streams were freed */
    bool ids_in_table;      /* in by_call_id; else its first call alone has ids */
};

#define RECENT_START 8 /* frames that a flow remembers at first; a power of two */

struct tracked_flow {
    _Alignas(BLOCK_POOL_LINE) struct gre_flow base;
    uint16_t reserved_reported; /* header bits */
    bool window_reported;
    uint32_t first_recent[RECENT_START];
};

/* Four lines of the cache, none of them shared. */
G_STATIC_ASSERT(sizeof(struct tracked_flow) == 4 * BLOCK_POOL_LINE);

/* A call and its flows lie together: with many calls, reaching them is what a packet costs. */
struct tracked_call {
    struct call base;
    /* Neighbours: in the connection's path of live calls; without a connection, in its
     * address_pair while only one direction was seen. */
    struct tracked_call *next;
    struct tracked_call *before;
    struct tracked_call *next_at_point; /* without a connection */
    bool in_live;
    bool request_seen;
    bool one_way_reported;
    struct tracked_flow flows[2]; /* by direction, until the call adopts others */
};

/* GRE without control traffic: calls between two addresses of which one direction was seen. */
struct address_pair {
    uint32_t point;
    struct net_address source; /* of the direction that was seen */
    struct net_address destination;
    struct tracked_call *unpaired;
};

struct tracker {
    struct facts;
    struct finding_log *log; /* borrowed */
    struct tracker_observer observer;
    bool (*is_pptp_port)(uint16_t port);
    bool has_time;
    int64_t end_ns;
    GArray *interfaces;                /* struct interface_info */
    struct block_pool connection_pool; /* struct tracked_connection */
    struct block_pool message_pool;    /* struct message_record */
    struct block_pool call_pool;       /* struct tracked_call */
    GPtrArray *all_flows;              /* owned; also those that are still awaited */
    GPtrArray *pairs;                  /* struct address_pair *; owned */
    GPtrArray *heads;            /* first struct message_record * of a frame, frames ascending */
    GHashTable *late_heads;      /* the same of frames all of whose messages were told late */
    GPtrArray *late;             /* messages of earlier frames that the latest segment completed */
    struct message_record *tail; /* of the frame being fed; NULL: it completed nothing yet */
    uint32_t message_count;
    GHashTable *ports; /* set of port pairs */
    struct index_table by_tuple;
    GHashTable *halves; /* hash of a tuple and a direction -> GQueue of struct tracked_connection *
                           that lack it, oldest first; see pptp/tracker_connection.c */
    struct index_table by_call_id; /* of connections with several calls */
    struct index_table by_key;     /* GRE flows */
    struct index_table by_pair;
    GHashTable *ip_checksums;   /* struct gre_flow * -> struct ip_checksums * */
    struct gre_flow *last_flow; /* of the latest packet, if it shares its key with none */
    GQueue closed;              /* connections whose streams can go soon, oldest first */
    unsigned limits_reported;   /* bits by enum tracker_limit */
};

/* Asks for the line of the cache at `address`, which may be anything: with many calls, waiting for
 * their state is what a packet costs, and the time it takes to read the packet is enough to fetch
 * it. */
static inline void tracker_prefetch(const void *address)
{
#ifdef __GNUC__
    __builtin_prefetch(address);
#else
    (void)address;
#endif
}

static inline struct tracked_connection *tracked_connection(struct pptp_connection *connection)
{
    return (struct tracked_connection *)connection;
}

static inline struct tracked_call *tracked_call(struct call *call)
{
    return (struct tracked_call *)call;
}

static inline struct tracked_flow *tracked_flow(struct gre_flow *flow)
{
    return (struct tracked_flow *)flow;
}

#endif
