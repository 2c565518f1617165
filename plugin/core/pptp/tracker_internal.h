/* What the files of the tracker share and nobody else sees: their verbs, and what they keep
 * (tracker_state.h).
 *
 *   pptp/tracker.c             the door: life, interfaces, look-ups of the model
 *   pptp/tracker_say.c         how a finding is said, limits
 *   pptp/tracker_point.c       what lies at a point
 *   pptp/tracker_tuple.c       control connections by addresses and ports
 *   pptp/tracker_connection.c  which control connection a TCP segment is of
 *   pptp/tracker_tap.c         two interfaces that are the halves of a tap, and so one point
 *   pptp/tracker_segment.c     TCP segments: numbers, copies, the stream, the end
 *   pptp/tracker_close.c       attempts that fail, connections that close before a call
 *   pptp/tracker_service.c     another service on the port
 *   pptp/tracker_message.c     messages -> records
 *   pptp/tracker_request.c     requests and replies
 *   pptp/tracker_call.c        the life of calls
 *   pptp/tracker_call_end.c    how they end
 *   pptp/tracker_call_message.c  messages -> calls
 *   pptp/tracker_gre.c         GRE packets -> records, per-flow findings
 *   pptp/tracker_flow.c        which flow and which call a GRE packet is of
 *   pptp/tracker_share.c       the same where two calls have one key
 *   pptp/tracker_ppp.c         how far PPP got
 *   pptp/tracker_ppp_refusal.c which end refused it
 *   pptp/tracker_icmp.c        ICMP errors
 *   pptp/tracker_finish.c      what only the end of the file decides
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TRACKER_INTERNAL_H
#define PPTPNAT_TRACKER_INTERNAL_H

#include "tracker_state.h"

/* One control message on its way through the tracker. */
struct message_event {
    struct tracker *tracker;
    struct tracked_connection *connection;
    struct message_record *record;
    uint32_t interface;
    bool has_call_id; /* the field was captured */
    bool has_peer_call_id;
    bool has_window;
    uint16_t window; /* valid if has_window */
    bool has_serial;
    bool success;
    bool ended;   /* after FIN, RST or Stop nothing changes a state any more */
    bool excused; /* and nothing is unexpected; nor where messages are missing in the capture */
    bool carried; /* the connection was in a state that carries call messages */
    bool late;    /* a call request that lies in the file behind its reply */
};

/* What deliver functions of control_stream get as `user`. */
struct delivery {
    struct tracker *tracker;
    struct tracked_connection *connection;
    const struct packet *packet;
    uint8_t sender;
};

/* pptp/tracker.c */
struct interface_info *tracker_interface(struct tracker *tracker, uint32_t interface);
void tracker_note_packet(struct tracker *tracker, const struct packet *packet);
/* The latest time on the clock of the interfaces that show this connection. */
int64_t tracker_clock(const struct tracker *tracker, const struct pptp_connection *connection);

/* pptp/tracker_say.c */
/* A finding about `call` or `connection` (either may be NULL). */
struct finding tracker_finding(enum finding_id id, uint32_t judged, uint32_t deciding,
                               uint32_t interface, const struct pptp_connection *connection,
                               const struct call *call);
void tracker_say_limit(struct tracker *tracker, enum tracker_limit limit, uint32_t frame,
                       uint32_t interface);
/* A finding about the message itself; NULL where a fault would be put down to octets that may be
 * damaged. */
struct finding *tracker_say_of_message(const struct message_event *event, enum finding_id id,
                                       const char *format, ...) G_GNUC_PRINTF(3, 4);

/* pptp/tracker_point.c */
/* What is new is listed under its point. */
void tracker_list_connection(struct tracker *tracker, struct tracked_connection *connection);
void tracker_list_call(struct tracker *tracker, struct tracked_call *call);

/* pptp/tracker_tuple.c */
struct tuple_key {
    uint32_t point;
    const struct net_address *source;
    const struct net_address *destination;
    uint16_t source_port;
    uint16_t destination_port;
};
/* The index of the end that a packet of this key was sent by, or -1 if it is not of `connection`.
 */
int tracker_sender_of(const struct pptp_connection *connection, const struct tuple_key *key);
/* Where the index has the latest connection of either direction of the key; NULL: none. */
void **tracker_find_tuple(const struct tracker *tracker, const struct tuple_key *key);
void tracker_index_tuple(struct tracker *tracker, const struct tuple_key *key,
                         struct tracked_connection *tracked);
struct pptp_connection *tracker_find_connection(const struct tracker *tracker, uint32_t point,
                                                const struct net_address *source,
                                                uint16_t source_port,
                                                const struct net_address *destination,
                                                uint16_t destination_port);
/* The connection, and its calls, are at another point from now on. */
void tracker_move_connection(struct tracker *tracker, struct tracked_connection *connection,
                             uint32_t to);

/* pptp/tracker_connection.c */
/* The connection of a segment, made if it is new, and which end sent it; NULL for the reset of an
 * unknown one and when a bound was reached. */
struct tracked_connection *tracker_connection_of(struct tracker *tracker,
                                                 const struct tcp_segment *segment,
                                                 uint8_t *ret_sender);

/* pptp/tracker_tap.c */
/* Of the connection only what end `sender` sends was seen so far, at this interface. */
void tracker_offer_half(struct tracker *tracker, struct tracked_connection *connection,
                        uint32_t interface, int sender);
/* The oldest connection, at whatever point, that lacks what `source` sends to `destination`, and
 * the other direction of which an interface showed that shows one only; NULL: none. */
struct tracked_connection *tracker_find_half(struct tracker *tracker, const struct endpoint *source,
                                             const struct endpoint *destination);
/* Makes two points one, which has the number of `b` unless `a` is much larger. */
void tracker_join_points(struct tracker *tracker, uint32_t a, uint32_t b);
/* Two interfaces that were taken for the halves of a tap show the same direction of `connection`:
 * they are two points after all. The connection stays with the one that was there first. */
void tracker_split_points(struct tracker *tracker, struct tracked_connection *connection,
                          int sender, uint32_t interface);

/* pptp/tracker_close.c */
/* What the segment says of TCP's own state. True if it brought an initial sequence number. */
bool tracker_note_facts(struct pptp_connection *connection, const struct tcp_segment *segment,
                        uint8_t sender);
/* The connection is about to close or stop for the first time. */
void tracker_note_left_unanswered(struct pptp_connection *connection);

/* pptp/tracker_service.c */
/* The first octets that an end sends: are they a header's? */
void tracker_service_segment(struct tracked_connection *tracked, const struct tcp_segment *segment,
                             uint8_t sender);
/* A right message of the connection; octets that are no message. */
void tracker_service_spoke(struct tracker *tracker, struct tracked_connection *tracked,
                           uint32_t frame);
void tracker_service_odd(struct tracker *tracker, struct tracked_connection *tracked,
                         struct message_record *record, uint32_t cookie);
void tracker_service_conclude(const struct tracked_connection *tracked, struct finding_log *log);

/* pptp/tracker_message.c */
void tracker_deliver(const struct control_piece *piece, void *user);

/* pptp/tracker_request.c */
/* Finds the request that the message answers, if any. */
void tracker_match_reply(struct message_event *event);
/* Queues the message if it is a request. */
void tracker_await_reply(struct message_event *event);
/* Says what was waited for in vain until `now_ns`, but for a Call-Clear-Request: a close may follow
 * it yet. */
void tracker_check_overdue(struct tracker *tracker, struct tracked_connection *connection,
                           int64_t now_ns, uint32_t frame);
/* Says it of one request; deciding frame 0: at the end of the file. */
void tracker_say_overdue(struct finding_log *log, const struct tracked_connection *connection,
                         const struct message_record *request, int64_t waited_ns, uint32_t frame);
/* The one request of `type` by `sender` that waits for a reply; NULL if there are none or several.
 */
struct message_record *tracker_only_pending(const struct tracked_connection *connection,
                                            uint8_t type, uint8_t sender);
/* The set-up of `call` (NULL: of all, and every other request than a Stop) waits no longer. */
void tracker_drop_requests(struct tracked_connection *connection, const struct call *call);

/* pptp/tracker_call_id.c; see also tracker_call_with_id. */
/* The ids that a set-up message tells: each one its sender's, replies also the receiver's. A
 * refusing reply assigns none. */
void tracker_learn_ids(struct message_event *event);

/* pptp/tracker_call.c */
/* Sets record->call: the one a message is about, made if the message makes it. */
void tracker_call_identify(struct message_event *event);
/* What the message does to its call. */
void tracker_call_apply(struct message_event *event);
struct call *tracker_call_new(struct tracker *tracker, struct pptp_connection *connection,
                              uint32_t point, uint32_t frame, int64_t time_ns);
bool tracker_call_alive(const struct call *call);
void tracker_tell_call(struct tracker *tracker, struct call *call);

/* pptp/tracker_call_end.c */
/* Only the first sign of the end counts. */
void tracker_call_end(struct tracker *tracker, struct call *call, enum call_end how, uint32_t frame,
                      int64_t time_ns);
/* The connection is closed or stopped, and with it every call. */
void tracker_end_calls(struct tracker *tracker, struct tracked_connection *connection,
                       enum call_end how, uint32_t frame, int64_t time_ns);

/* pptp/tracker_flow.c */
/* The id that the receiver of `direction` assigned became known: packets that carry it are awaited,
 * and those that came before are adopted. */
void tracker_expect_flow(struct tracker *tracker, struct call *call, enum direction direction,
                         int64_t now_ns);
/* The flow of a packet, or NULL when a bound was reached. */
struct gre_flow *tracker_flow_of(struct tracker *tracker, const struct gre_packet *packet,
                                 uint32_t point);
/* The flow with this key, or NULL; of several that share it, the oldest. */
struct gre_flow *tracker_find_flow(const struct tracker *tracker, uint32_t point,
                                   const struct net_address *source,
                                   const struct net_address *destination, uint16_t call_id);
/* Two half-seen calls are one: `other` is absorbed. Nothing changes if they cannot be. */
void tracker_join_halves(struct tracker *tracker, struct call *call, struct call *other);
/* The call, and its flows, are at another point from now on. */
void tracker_move_call(struct tracker *tracker, struct call *call, uint32_t to);

/* pptp/tracker_gre.c */
/* Says it if the call has GRE in one direction only and will have no other; false: it is not so.
 * Deciding frame 0: at the end of the file. */
bool tracker_say_one_way(struct finding_log *log, const struct call *call, uint32_t frame);
/* The same while reading, once for each call. */
void tracker_judge_one_way(struct tracker *tracker, struct call *call, uint32_t frame);

/* pptp/tracker_share.c */
/* The one of the flows with this key that the packet is of, by evidence. `first` is the oldest. */
struct gre_flow *tracker_share_pick(const struct tracker *tracker, struct gre_flow *first,
                                    const struct gre_packet *packet);

/* pptp/tracker_ppp.c */
void tracker_ppp(struct gre_flow *flow, const struct gre_packet *packet);
/* Says where the call's PPP stalled, or which end refused it; `opened` elsewhere: none did. */
void tracker_ppp_conclude(const struct tracker *tracker, const struct call *call, bool opened,
                          struct finding_log *log);

#endif
