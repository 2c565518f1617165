/* The model of what one capture point shows, which the linker, the adapter and the taps read; only
 * the tracker (and, where said, the linker) writes it. It lives until tracker_free. Times are
 * nanoseconds since the epoch, frames count from 1 and 0 is "none". Call ID 0 is a value (RFC 2637
 * 3.2.2), so presence is always a bool of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TRACKER_MODEL_H
#define PPTPNAT_TRACKER_MODEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "call_state.h"
#include "control_stream.h"
#include "core/finding/finding.h"
#include "core/flow/packet_store.h"
#include "core/flow/sequence_window.h"
#include "core/base/ip_checksum.h"
#include "pptp_packet.h"
#include "ppp_stage.h"
#include "pptp_wire.h"

#define TRACKER_NONE UINT32_MAX

struct tracker;
struct connection;
struct call;
struct gre_flow;

/* One control message as one point saw it. */
struct message_record {
    struct connection *connection;
    struct call *call;                    /* NULL: belongs to none that is known */
    struct message_record *next_on_frame; /* further messages completed by the same frame */
    int64_t time_ns;
    int64_t response_time_ns; /* on a reply: since its request; valid if response_to != 0 */
    uint32_t index;           /* in tracker order */
    uint32_t frame;           /* that completed it */
    uint32_t first_frame;     /* that carried its first octet */
    uint32_t seq;             /* raw TCP sequence number of its first octet */
    uint32_t masked_hash;     /* pptp_masked_hash */
    uint32_t identifier;      /* Echo-Request and -Reply */
    uint32_t response_to;     /* frame of the request this answers */
    uint32_t response_in;     /* frame of the reply to this request */
    uint32_t id_now[2];       /* by enum id_owner: the call's ids as known after this message;
                                 TRACKER_NONE: not known */
    uint16_t length;
    uint16_t call_id;      /* valid if the layout of `type` has the field */
    uint16_t peer_call_id; /* likewise */
    uint16_t call_serial_number;
    uint16_t window;
    uint8_t type;   /* control message type; 0: management, unknown, or no message */
    uint8_t status; /* enum pptp_status */
    uint8_t sender; /* index into connection->end */
    uint8_t result; /* of a reply, or of a CDN */
    uint8_t error;
    uint8_t call_state; /* enum call_state after it; CALL_UNKNOWN without a call */
    uint8_t stage;      /* enum ppp_stage of the call at this time */
    bool split : 1;
    bool not_first : 1;
    bool resynchronised : 1;
    bool truncated : 1;
    bool has_call_id : 1; /* the field is there and was captured */
    bool has_peer_call_id : 1;
    bool is_late : 1; /* with a later packet than `frame`, see tracker_late_messages */
    bool unsure : 1;  /* may be damaged (control_piece): nothing it says is held against anybody */
    bool correlation_id : 1; /* an OCRQ with Microsoft's Correlation ID */
};

/* A frame and its time; frame 0: none. */
struct frame_time {
    uint32_t frame;
    int64_t time_ns;
};

/* What TCP itself says in the segments of one end of a control connection. */
struct tcp_facts {
    struct frame_time syn; /* the first copy of its SYN or SYN-ACK, */
    int64_t syn_again_ns;  /* the second, valid if there are at least 2, */
    uint32_t syns;         /* and how many there are */
    uint32_t syn_form; /* hash of the SYN's window and options, but values that change on the way
                          or from copy to copy (MSS, timestamps); 0: not known */
    uint32_t acked;    /* the highest number that it acknowledged, resets apart; */
    bool has_acked;    /* is valid */
    struct frame_time fin; /* its first */
    struct frame_time rst; /* its first */
};

/* Who turned a connection attempt down by ICMP. */
struct attempt_refusal {
    struct frame_time at; /* frame 0: nobody */
    struct net_address source;
    uint8_t type;
    uint8_t code;
};

/* One control connection as one point saw it. end[0] opened TCP (unknown: the one whose port is not
 * 1723), end[1] listened. */
struct connection {
    uint32_t index; /* pptp.stream */
    uint32_t point;
    uint32_t interface[2]; /* on which packets sent by end[i] are seen; TRACKER_NONE: none yet */
    struct endpoint end[2];
    bool has_isn[2]; /* the SYN, or SYN-ACK, of end[i] was seen */
    uint32_t isn[2];
    struct tcp_facts tcp[2];
    struct attempt_refusal *icmp;        /* about its first SYN; NULL: none */
    struct ip_checksums ip_checksums[2]; /* of packets sent by end[i] */
    /* of packets sent by end[i], resets apart, which others send in its name: the latest that is
     * not 0; 0: not known */
    uint8_t ttl[2];
    struct control_stream *stream[2];
    GPtrArray *messages; /* struct message_record *, in order of completion */
    GPtrArray *calls;    /* struct call *, in order of set-up */
    GQueue unanswered;   /* struct message_record *: requests without reply, oldest first */
    enum control_state state;
    bool to_pptp_port; /* end[1] listens on a port that is PPTP's */
    bool has_spoken;   /* a right message was seen, in either direction */
    bool stopped;      /* a Stop-Control-Connection-Request was seen */
    /* The first set-up request without reply when the first end closed or stopped; NULL: none. */
    struct message_record *left_unanswered;
    bool was_refused; /* a reply had a failing result */
    bool fin[2];      /* end[i] closed */
    bool reset;
    uint8_t closed_by;     /* index of the end that closed or reset first; valid if closed_frame */
    uint32_t closed_frame; /* first FIN or RST */
    int64_t closed_time_ns;
    uint32_t first_frame;
    uint32_t last_frame;
    int64_t first_time_ns;
    int64_t last_time_ns;
    uint32_t segments[2]; /* TCP segments sent by end[i], retransmissions included */
    uint32_t duplicates;  /* segments captured twice (same IP ID, same octets): a mirror port */
    uint32_t messages_missing;   /* holes in the streams that were resynchronised over */
    struct connection *previous; /* the latest earlier one with the same addresses and ports that
                                    has calls */
};

/* A connection of another port than PPTP's is none of ours until it shows a message. */
static inline bool connection_is_pptp(const struct connection *connection)
{
    return connection->to_pptp_port || connection->has_spoken;
}

/* Segments of end `end` that are no SYN. */
static inline uint32_t connection_other_segments(const struct connection *connection, int end)
{
    return connection->segments[end] - connection->tcp[end].syns;
}

enum call_kind { CALL_KIND_UNKNOWN, CALL_KIND_OUTGOING, CALL_KIND_INCOMING };

enum call_end {
    CALL_END_NONE,       /* still up */
    CALL_END_REFUSED,    /* a failing reply */
    CALL_END_CLEAR,      /* Call-Clear-Request */
    CALL_END_DISCONNECT, /* Call-Disconnect-Notify */
    CALL_END_STOP,       /* Stop-Control-Connection-Request (RFC 2637 2.3) */
    CALL_END_TCP_CLOSE,
    CALL_END_TCP_RESET
};
/* "tcp-close", "call-clear", "call-disconnect", "stop", "tcp-reset", "refused", "" */
const char *call_end_name(enum call_end end);

/* How an end refused PPP, in the order of their rows in FINDING_PPP_REFUSED. */
enum ppp_refusal_kind {
    PPP_REFUSAL_LOGIN,          /* CHAP or EAP Failure, PAP Authenticate-Nak */
    PPP_REFUSAL_AUTHENTICATION, /* Protocol-Reject of the authentication's protocol */
    PPP_REFUSAL_NETWORK,        /* Protocol-Reject of IPCP */
    PPP_REFUSAL_IPCP,           /* Terminate-Ack for a Configure-Request */
    PPP_REFUSAL_CCP,
    PPP_REFUSAL_LINK, /* LCP Terminate-Request */
    PPP_REFUSAL_COUNT
};

struct ppp_refusal {
    int64_t time_ns;
    uint32_t frame;
    enum ppp_refusal_kind kind;
    enum direction direction; /* of that frame */
    uint32_t error;           /* CHAP Failure "E="; valid if has_error */
    bool has_error;
    bool unanswered;   /* its sender had no answers, or answered none: GRE may be lost */
    bool mppe;         /* MPPE, or CCP which it needs, was turned down before */
    uint16_t protocol; /* that is refused; of PPP_REFUSAL_LINK what was turned down before, or 0 */
    enum direction turned_down; /* who did; valid if `protocol` of PPP_REFUSAL_LINK is not 0 */
};

/* Ordered by who reads it: the first line of the cache is what every GRE packet needs. */
struct call {
    struct connection *connection; /* NULL: GRE without control traffic */
    struct gre_flow *flow[2];      /* by enum direction; NULL: no packet seen */
    struct call *absorbed_by;      /* an unknown call that turned out to be this one; else NULL */
    int64_t next_check_ns;         /* the tracker's: when to look at the requests again */
    enum call_state state;
    enum ppp_stage stage; /* highest reached */
    uint16_t window[2];   /* packets that each owner buffers (RFC 2637 4.2); 0: not known */
    uint8_t pns;      /* index of the PNS in connection->end; meaningless without a connection */
    bool roles_known; /* direction 0 of `flow` really is PNS to PAC */
    bool turned;      /* absorbed, and what was its direction 0 is the other one there */

    uint32_t index; /* pptp.call */
    uint32_t point;
    enum call_kind kind;
    bool has_id[2]; /* by enum id_owner */
    bool has_serial;
    bool established; /* OCRP accepted, or ICCN seen, at some time */
    uint16_t id[2];   /* the Call ID that each owner assigned */
    uint16_t call_serial_number;
    enum call_end ended_by; /* the first sign of the end */
    uint32_t ended_frame;
    int64_t ended_time_ns;
    uint32_t setup_frame; /* OCRQ or ICRQ, or the first GRE packet of an unknown call */
    uint32_t reply_frame; /* OCRP or ICRP; 0: none */
    int64_t setup_time_ns;
    int64_t reply_time_ns;
    uint32_t icmp_errors; /* that quote GRE of this call */
    uint32_t icmp_frame;  /* the first of them */
    void *ppp;            /* the tracker's: progress of the stages */
};

/* The call that `call` turned out to be (absorbed_by). NULL stays NULL. */
static inline const struct call *call_final(const struct call *call)
{
    while (call != NULL && call->absorbed_by != NULL)
        call = call->absorbed_by;
    return call;
}

/* The end of the connection that is `owner`: an index into connection->end. */
static inline uint8_t call_end_of(const struct call *call, enum id_owner owner)
{
    return owner == PPTP_OWNER_PNS ? call->pns : (uint8_t)(1 - call->pns);
}

/* Which of the two an end of the connection is. */
static inline enum id_owner call_owner_at(const struct call *call, uint32_t end)
{
    return end == call->pns ? PPTP_OWNER_PNS : PPTP_OWNER_PAC;
}

/* The end that sends the packets of a direction, and the one that they are for. */
static inline uint8_t call_sender(const struct call *call, enum direction direction)
{
    return call_end_of(call, direction_sender(direction));
}

static inline uint8_t call_receiver(const struct call *call, enum direction direction)
{
    return call_end_of(call, direction_id_owner(direction));
}

static inline bool call_has_id(const struct call *call, enum id_owner owner, uint16_t id)
{
    return call->has_id[owner] && call->id[owner] == id;
}

/* One direction of a call: packets from `source` to `destination` whose header carries the
 * receiver's id. Two calls can own flows of equal key at one time: that is N:1 ambiguity. */
/* Ordered as struct call is: the key and whose it is first, then what every packet changes. */
struct gre_flow {
    struct net_address source;
    struct net_address destination;
    uint16_t call_id;
    uint32_t point;
    struct call *call;        /* never NULL */
    struct gre_flow *sharing; /* next flow with the same key that is alive, in a ring; NULL: alone.
                                 One that no packet was seen of yet has the index TRACKER_NONE */
    enum direction direction;
    uint32_t index;

    struct sequence_window window;
    uint32_t packets; /* duplicates and ack-only counted, ICMP quotes not */
    uint32_t data_packets;
    uint64_t bytes; /* payload octets by the header's Payload Length */
    uint32_t last_frame;
    uint32_t last_seq; /* of the last data packet in capture order */
    int64_t last_time_ns;
    int64_t longest_idle_ns; /* longest pause between two packets */
    uint16_t last_ip_id;
    bool has_ip_id;
    bool has_seq;
    uint8_t ttl; /* latest; 0: not known */
    bool has_magic;
    bool is_cut;       /* the snap length took octets that tell packets apart */
    bool has_wrong_ip; /* tracker_ip_checksums has something */
    uint32_t recent_size;
    uint32_t *recent; /* the tracker's: frames of the latest packets by sequence number */

    uint32_t interface;
    uint32_t magic;     /* the sender's LCP Magic-Number */
    uint32_t first_seq; /* of the first data packet in capture order */
    uint32_t first_frame;
    int64_t first_time_ns;
};

#endif
