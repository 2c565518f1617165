/* What a protocol keeps of the packets of each point, as far as the linker reads it. Its tracker
 * writes these, and only it; its own structs begin with them, and hold what it alone knows behind.
 * Times are nanoseconds since the epoch, frames count from 1 and 0 is "none". 0 is an id like any
 * other, so presence is always a bool of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_FACTS_H
#define PPTPNAT_LINK_FACTS_H

#include <glib.h>

#include "core/base/direction.h"
#include "core/base/ip_checksum.h"
#include "core/base/packet.h"
#include "core/base/pointers.h"
#include "core/flow/packet_store.h"

struct connection;
struct session;
struct flow;

/* One control message as one point saw it. */
struct message {
    struct connection *connection;
    struct session *session;       /* NULL: belongs to none that is known */
    struct message *next_on_frame; /* further messages completed by the same frame */
    int64_t time_ns;
    uint32_t index;       /* in the order of capture */
    uint32_t frame;       /* that completed it */
    uint32_t seq;         /* raw sequence number of its first octet */
    uint32_t masked_hash; /* of its octets, but for the ids that a NAT may translate */
    uint16_t length;      /* octets that it has on the wire */
    uint8_t type;         /* the protocol's; 0: no message */
    uint8_t sender;       /* index into connection->end */
    bool is_whole : 1;    /* right, and captured to its end: other sightings are known by it */
    bool sets_up : 1;     /* asks for a session, or answers such a message */
    bool is_unique : 1;   /* masked_hash covers a random number: no other connection has it */
};

/* What the two ends of a session talk on about it, as one point saw it. end[0] opened it (unknown:
 * the one whose port is not the service's), end[1] listened. */
struct connection {
    uint32_t index;
    uint32_t point;
    struct endpoint end[2];
    uint32_t isn[2];      /* the initial sequence number of end[i], random; valid if has_isn */
    uint32_t syn_form[2]; /* hash of what else it says and no NAT changes; 0: not known */
    bool has_isn[2];      /* the first packet of end[i] was seen */
    /* of packets sent by end[i], but for those that others send in its name: the latest that is not
     * 0; 0: not known */
    uint8_t ttl[2];
    bool is_ours; /* it is of this protocol, as far as is known; else nothing is said of it */
    uint32_t segments[2];              /* sent by end[i], retransmissions included */
    struct ip_checksums *ip_checksums; /* [2], of packets sent by end[i]; NULL: none was wrong */
    struct pointers messages;          /* struct message *, in order of completion */
    int64_t first_time_ns;
    int64_t last_time_ns;
    uint32_t first_frame;
    uint32_t last_frame;
};

/* Data that goes between two ends in two flows. Ordered by who reads it: the first line of the
 * cache is what every packet needs. */
struct session {
    struct connection *connection; /* NULL: data without its control traffic */
    struct flow *flow[2];          /* by enum direction; NULL: no packet seen */
    struct session *absorbed_by;   /* an unknown one that turned out to be this one; else NULL */
    uint8_t end_a;    /* index of end A in connection->end; meaningless without a connection */
    bool roles_known; /* direction 0 of `flow` really is A to B */
    bool turned;      /* absorbed, and what was its direction 0 is the other one there */
    bool established; /* its set-up was accepted, at some time */
    bool has_id[2];   /* by enum id_owner */
    uint16_t id[2];   /* that each end chose */
    uint32_t index;
    uint32_t point;
    uint32_t setup_frame; /* the request, or the first packet without control traffic */
    uint32_t reply_frame; /* 0: none */
    int64_t setup_time_ns;
    int64_t reply_time_ns;
    uint32_t ended_frame; /* 0: it is still up */
    int64_t ended_time_ns;
};

/* One direction of a session: packets from `source` to `destination` that carry the receiver's id.
 * Two sessions can own flows of equal key at one time: that is N:1 ambiguity. Ordered as struct
 * session is. */
struct flow {
    struct net_address source;
    struct net_address destination;
    uint16_t id;
    uint32_t point;
    struct session *session; /* never NULL */
    enum direction direction;
    uint32_t index;
    uint32_t packets; /* duplicates and those without data counted */
    uint32_t data_packets;
    int64_t last_time_ns;
    uint8_t ttl;       /* latest; 0: not known */
    bool is_cut;       /* the snap length took octets that tell packets apart */
    bool has_wrong_ip; /* supplier.ip_checksums has something */
    uint32_t recent_size;
    uint32_t *recent; /* frames of the latest packets, by sequence number modulo recent_size */
    uint32_t interface;
    uint32_t first_seq; /* of the first data packet in capture order */
    uint32_t first_frame;
    int64_t first_time_ns;
};

/* All of it. A protocol's tracker begins with this. Arrays by index. */
struct facts {
    GPtrArray *connections;
    GPtrArray *sessions;
    GPtrArray *flows; /* those that carried a packet */
    struct packet_store *packets;
    uint32_t latest_frame; /* highest number fed */
    int64_t start_ns;      /* of the first packet of all; 0 before */
};

/* Out of range: NULL. */
static inline struct session *facts_session(const struct facts *facts, uint32_t index)
{
    return index < facts->sessions->len ? facts->sessions->pdata[index] : NULL;
}

static inline struct connection *facts_connection(const struct facts *facts, uint32_t index)
{
    return index < facts->connections->len ? facts->connections->pdata[index] : NULL;
}

static inline struct flow *facts_flow(const struct facts *facts, uint32_t index)
{
    return index < facts->flows->len ? facts->flows->pdata[index] : NULL;
}

/* The record of the packet on `frame`, or NULL. Valid until more is fed. */
static inline struct packet_record *facts_packet(const struct facts *facts, uint32_t frame)
{
    return packet_store_get(facts->packets, frame);
}

/* The flow of the packet on `frame`, of which this is the record. */
static inline struct flow *facts_flow_of(const struct facts *facts, uint32_t frame,
                                         const struct packet_record *record)
{
    return facts_flow(facts, packet_store_flow(facts->packets, frame, record));
}

/* The session that `session` turned out to be (absorbed_by). NULL stays NULL. */
static inline struct session *session_final(struct session *session)
{
    while (session != NULL && session->absorbed_by != NULL)
        session = session->absorbed_by;
    return session;
}

/* The end of the connection that is `owner`: an index into connection->end. */
static inline uint8_t session_end_of(const struct session *session, enum id_owner owner)
{
    return owner == OWNER_A ? session->end_a : (uint8_t)(1 - session->end_a);
}

/* Which of the two an end of the connection is. */
static inline enum id_owner session_owner_at(const struct session *session, uint32_t end)
{
    return end == session->end_a ? OWNER_A : OWNER_B;
}

/* The end that sends the packets of a direction, and the one that they are for. */
static inline uint8_t session_sender(const struct session *session, enum direction direction)
{
    return session_end_of(session, direction_sender(direction));
}

static inline uint8_t session_receiver(const struct session *session, enum direction direction)
{
    return session_end_of(session, direction_id_owner(direction));
}

static inline bool session_has_ended(const struct session *session)
{
    return session->ended_frame != 0;
}

static inline bool session_has_id(const struct session *session, enum id_owner owner, uint16_t id)
{
    return session->has_id[owner] && session->id[owner] == id;
}

#endif
