/* What one capture point shows: control connections, calls, GRE flows, and the findings that need
 * no second point. Fed packet by packet in capture order; a pure function of what it is fed.
 *
 * A point is a capture interface, or the two interfaces of a tap of which each shows one direction:
 * the tracker makes them one point when a connection's two directions come from two interfaces and
 * neither shows both.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TRACKER_H
#define PPTPNAT_TRACKER_H

#include "tracker_model.h"

/* Bounds (DESIGN section 4). Reaching one is FINDING_LIMIT_REACHED, never silent. */
#define TRACKER_CONNECTION_LIMIT           1048576
#define TRACKER_CALL_LIMIT                 1048576
#define TRACKER_CALLS_PER_CONNECTION_LIMIT 65536
#define TRACKER_FLOW_LIMIT                 2097152
#define TRACKER_MESSAGE_LIMIT              16777216

/* Told to the linker as things become known, in capture order. Any may be NULL. */
struct tracker_observer {
    void *user;
    /* A new connection, or an ISN of it became known. */
    void (*connection)(void *user, struct pptp_connection *connection);
    /* Every TCP segment of a connection, after its messages were told; not the second copies that a
     * mirror port makes. */
    void (*segment)(void *user, struct pptp_connection *connection,
                    const struct tcp_segment *segment, uint8_t sender,
                    const struct control_segment_verdict *verdict);
    void (*message)(void *user, struct message_record *message);
    /* A call came to exist, learned an id, was answered, or ended. */
    void (*call)(void *user, struct call *call);
    /* Every GRE packet but such copies; `record` is stored under packet->packet.frame already.
     * True: another point shows that two calls, half-seen ones of GRE alone, are the two directions
     * of one tunnel, */
    bool (*gre)(void *user, struct gre_flow *flow, struct packet_record *record,
                const struct gre_packet *packet);
    /* and these are they. */
    void (*halves)(void *user, struct call **ret_call, struct call **ret_other);
    /* An ICMP error about a call (NULL: about no known one, or it refuses nothing). */
    void (*icmp)(void *user, struct call *call, const struct icmp_error *error);
};

/* Borrows `log`, which must outlive the tracker. */
struct tracker *tracker_new(struct finding_log *log);
/* Which TCP ports are PPTP's, asked for each new connection; only 1723 unless this is called. */
void tracker_set_ports(struct tracker *tracker, bool (*is_pptp_port)(uint16_t port));
void tracker_free(struct tracker *tracker); /* NULL is fine */
void tracker_observe(struct tracker *tracker, const struct tracker_observer *observer);

/* True if the tracker wants segments between these ports: a connection on them is known. The caller
 * feeds every segment for which it is true, whose port is a PPTP port, or whose payload
 * pptp_looks_like_message. */
bool tracker_knows_ports(const struct tracker *tracker, uint16_t a, uint16_t b);

/* Returns the connection of the segment; NULL: a reset of none, or a bound was reached. */
const struct pptp_connection *tracker_feed_tcp(struct tracker *tracker,
                                               const struct tcp_segment *segment);
/* Returns the record of the packet, NULL where a bound was reached. */
struct packet_record *tracker_feed_gre(struct tracker *tracker, const struct gre_packet *packet);
void tracker_feed_icmp(struct tracker *tracker, const struct icmp_error *error);

/* What the tracker asks when it concludes. */
struct tracker_asked {
    struct finding_log *log; /* where to the findings go that only the end of the file decides */
    bool alone; /* no other point decides who was at fault where an attempt to connect failed */
    /* Whether another point shows that PPP of this call came up; NULL: there is none. */
    bool (*opened)(void *user, const struct call *call);
    /* Whether somebody knows why GRE of this flow has no call; NULL: nobody does. */
    bool (*explained)(void *user, const struct gre_flow *flow);
    void *user;
};
/* Says what follows if no more is fed. Changes nothing in the tracker. */
void tracker_conclude(const struct tracker *tracker, const struct tracker_asked *asked);
/* The same for GRE without a call. */
void tracker_conclude_flows(const struct tracker *tracker, const struct tracker_asked *asked);

/* How one point shows that an attempt to connect failed, at the end of the file. */
enum refusal {
    REFUSAL_NONE,
    REFUSAL_RESET,
    REFUSAL_ICMP,
    REFUSAL_SILENCE /* 3 SYNs over 3 s, or 60 s of capture after one, and nothing else */
};
enum refusal tracker_refusal(const struct tracker *tracker,
                             const struct pptp_connection *connection);
/* How many requests there were and what became of them, in words; to be freed with g_free. */
char *tracker_refusal_text(const struct pptp_connection *connection, enum refusal refusal);
/* True if the connection was closed before a call, as far as this point shows: *ret_end is who
 * closed. */
bool tracker_closed_early(const struct pptp_connection *connection, int *ret_end);
/* The first FIN or RST of an end; frame 0: none. */
struct frame_time tracker_close_of(const struct pptp_connection *connection, int end);
char *tracker_closed_early_text(const struct pptp_connection *connection, int end);
/* True if what was seen so far is another service's: nothing more is said of the connection. */
bool tracker_is_other_service(const struct pptp_connection *connection);

/* What the linker reads of it (core/link/facts.h). */
struct facts *tracker_facts(struct tracker *tracker);

/* The model. Indices run from 0 to count - 1; out of range is NULL. */
uint32_t tracker_connection_count(const struct tracker *tracker);
struct pptp_connection *tracker_connection(const struct tracker *tracker, uint32_t index);
uint32_t tracker_call_count(const struct tracker *tracker);
struct call *tracker_call(const struct tracker *tracker, uint32_t index);
uint32_t tracker_flow_count(const struct tracker *tracker);
struct gre_flow *tracker_flow(const struct tracker *tracker, uint32_t index);
/* The call of this connection whose `owner` has this id: a live one, else the newest; NULL: none.
 */
struct call *tracker_call_with_id(const struct tracker *tracker,
                                  const struct pptp_connection *connection, enum id_owner owner,
                                  uint16_t call_id);
/* The refusal that FINDING_PPP_REFUSED says of the call; false: none. */
bool tracker_ppp_refusal(const struct call *call, struct ppp_refusal *ret_refusal);
/* Whether PPP answers of the sender of `direction` were seen, so that it receives; only while PPP
 * has not come up. */
bool tracker_ppp_answers(const struct call *call, enum direction direction);
/* "client" or "server", who sends packets of this direction; "sender" where nothing tells. */
const char *tracker_sender_name(const struct call *call, enum direction direction);
/* The other end: "client", "server", or "receiver". */
const char *tracker_receiver_name(const struct call *call, enum direction direction);
/* A packet of this call and direction is likely to come soon; nothing changes if it does not. */
void tracker_expect(const struct call *call, enum direction direction);

/* The messages completed by `frame` (chained by next_on_frame), or NULL. */
struct message_record *tracker_messages_on(const struct tracker *tracker, uint32_t frame);
/* The time of the message that its connection completed before this one; of its first segment if
 * there is none. */
int64_t tracker_time_before(const struct message_record *message);
/* struct message_record *: those that are of an earlier frame but were completed by the segment fed
 * last (pptp/control_stream.h). */
const GPtrArray *tracker_late_messages(const struct tracker *tracker);
/* NULL: no packet of the flow had a wrong IP header checksum. */
const struct ip_checksums *tracker_ip_checksums(const struct tracker *tracker,
                                                const struct gre_flow *flow);
/* The record of GRE frame `frame`, or NULL. Valid until the next feed. */
struct packet_record *tracker_gre_on(const struct tracker *tracker, uint32_t frame);
/* The flow of the packet on `frame`, of which this is the record. */
struct gre_flow *tracker_gre_flow(const struct tracker *tracker, uint32_t frame,
                                  const struct packet_record *record);
/* The details of GRE frame `frame`; all 0 where it has none. */
struct packet_detail tracker_gre_detail_on(const struct tracker *tracker, uint32_t frame);

/* Frame and time of the latest packet fed, and time of the first. */
int64_t tracker_start_ns(const struct tracker *tracker);
int64_t tracker_end_ns(const struct tracker *tracker);
uint32_t tracker_last_frame(const struct tracker *tracker); /* highest frame number fed */

/* The point an interface belongs to (itself, unless joined as one half of a tap). */
uint32_t tracker_point(const struct tracker *tracker, uint32_t interface);

#endif
