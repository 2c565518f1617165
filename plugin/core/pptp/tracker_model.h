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
#include "core/link/facts.h"
#include "core/flow/packet_store.h"
#include "core/flow/sequence_window.h"
#include "core/base/ip_checksum.h"
#include "pptp_packet.h"
#include "ppp_stage.h"
#include "pptp_wire.h"

#define TRACKER_NONE UINT32_MAX

struct tracker;
struct pptp_connection;
struct call;
struct gre_flow;

/* One control message as one point saw it. */
struct message_record {
    struct message;
    const struct message_record *request; /* that this answers; NULL: none is known */
    uint32_t response_in;                 /* frame of the reply to this request; 0: none */
    uint32_t first_frame;                 /* that carried its first octet */
    uint32_t identifier;                  /* Echo-Request and -Reply */
    uint16_t id_now[2]; /* by enum id_owner: the call's ids as known after this message, knows_id */
    uint16_t call_id;   /* valid if the layout of `type` has the field */
    uint16_t peer_call_id; /* likewise */
    uint16_t call_serial_number;
    uint16_t checksum_seen;  /* TCP's of the segment on `frame`; valid if has_wrong_checksum, */
    uint16_t checksum_right; /* as is what it had to be */
    uint8_t status;          /* enum pptp_status */
    uint8_t result;          /* of a reply, or of a CDN */
    uint8_t error;
    uint8_t call_state : 4; /* enum call_state after it; CALL_UNKNOWN without a call */
    uint8_t stage : 4;      /* enum ppp_stage of the call at this time */
    bool split : 1;
    bool not_first : 1;
    bool resynchronised : 1;
    bool truncated : 1;
    bool has_call_id : 1; /* the field is there and was captured */
    bool has_peer_call_id : 1;
    uint8_t knows_id : 2; /* bits by enum id_owner: id_now is valid */
    bool is_late : 1;     /* with a later packet than `frame`, see tracker_late_messages */
    bool unsure : 1; /* may be damaged (control_piece): nothing it says is held against anybody */
    bool has_wrong_checksum : 1; /* and no network adapter fills it in later */
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
    uint32_t syns : 31;    /* and how many there are */
    bool has_acked : 1;    /* `acked` is valid: */
    uint32_t acked;        /* the highest number that it acknowledged, resets apart */
};

/* The first FIN and RST of one end. */
struct tcp_closing {
    struct frame_time fin;
    struct frame_time rst;
};

/* Who turned a connection attempt down by ICMP. */
struct attempt_refusal {
    struct frame_time at; /* frame 0: nobody */
    struct net_address source;
    uint8_t type;
    uint8_t code;
};

/* One control connection as one point saw it. */
struct pptp_connection {
    struct connection;
    struct tcp_facts tcp[2];
    struct tcp_closing *closing;  /* [2]; NULL: neither end closed or reset */
    struct attempt_refusal *icmp; /* about its first SYN; NULL: none */
    struct control_stream *stream[2];
    struct pointers calls; /* struct call *, in order of set-up */
    GQueue unanswered;     /* struct message_record *: requests without reply, oldest first */
    /* The first set-up request without reply when the first end closed or stopped; NULL: none. */
    struct message_record *left_unanswered;
    struct pptp_connection *previous; /* the latest earlier one with the same addresses and ports
                                         that has calls */
    int64_t closed_time_ns;
    uint32_t closed_frame; /* first FIN or RST */
    uint32_t interface[2]; /* on which packets sent by end[i] are seen; TRACKER_NONE: none yet */
    uint32_t duplicates;   /* segments captured twice (same IP ID, same octets): a mirror port */
    uint32_t messages_missing; /* holes in the streams that were resynchronised over */
    enum control_state state;
    /* It is PPTP (is_ours) if either holds. */
    bool to_pptp_port; /* end[1] listens on a port that is PPTP's */
    bool has_spoken;   /* a right message was seen, in either direction */
    bool stopped;      /* a Stop-Control-Connection-Request was seen */
    bool was_refused;  /* a reply had a failing result */
    bool fin[2];       /* end[i] closed */
    bool reset;
    uint8_t closed_by; /* index of the end that closed or reset first; valid if closed_frame */
};

/* frame 0: none. */
static inline struct frame_time connection_fin(const struct pptp_connection *connection, int end)
{
    return connection->closing ? connection->closing[end].fin : (struct frame_time){0};
}

static inline struct frame_time connection_rst(const struct pptp_connection *connection, int end)
{
    return connection->closing ? connection->closing[end].rst : (struct frame_time){0};
}

/* Segments of end `end` that are no SYN. */
static inline uint32_t connection_other_segments(const struct pptp_connection *connection, int end)
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

struct call {
    struct session;
    int64_t next_check_ns; /* the tracker's: when to look at the requests again */
    enum call_state state;
    enum ppp_stage stage; /* highest reached */
    uint16_t window[2];   /* packets that each owner buffers (RFC 2637 4.2); 0: not known */
    enum call_kind kind;
    bool has_serial;
    uint16_t call_serial_number;
    enum call_end ended_by; /* the first sign of the end */
    uint32_t icmp_errors;   /* that quote GRE of this call */
    uint32_t icmp_frame;    /* the first of them */
    void *ppp;              /* the tracker's: progress of the stages */
};

/* One direction of a call. */
struct gre_flow {
    struct flow;
    struct gre_flow *sharing; /* next flow with the same key that is alive, in a ring; NULL: alone.
                                 One that no packet was seen of yet has the index TRACKER_NONE */
    struct sequence_window window;
    uint64_t bytes; /* payload octets by the header's Payload Length */
    uint32_t last_frame;
    uint32_t last_seq;       /* of the last data packet in capture order */
    int64_t longest_idle_ns; /* longest pause between two packets */
    uint16_t last_ip_id;
    bool has_ip_id;
    bool has_seq;
    bool has_magic;
    uint32_t magic; /* the sender's LCP Magic-Number */
};

/* From what the linker knows of them to what PPTP does. NULL stays NULL. */
static inline struct pptp_connection *connection_of(const struct connection *connection)
{
    return (struct pptp_connection *)(uintptr_t)connection;
}

static inline struct call *call_of(const struct session *session)
{
    return (struct call *)(uintptr_t)session;
}

static inline struct gre_flow *gre_of(const struct flow *flow)
{
    return (struct gre_flow *)(uintptr_t)flow;
}

static inline struct message_record *record_of(const struct message *message)
{
    return (struct message_record *)(uintptr_t)message;
}

/* The frame of the request that a reply answers; 0: none is known. */
static inline uint32_t message_response_to(const struct message_record *reply)
{
    return reply->request ? reply->request->frame : 0;
}

/* How long after its request a reply came; 0 without one. */
static inline int64_t message_response_time_ns(const struct message_record *reply)
{
    return reply->request ? reply->time_ns - reply->request->time_ns : 0;
}

/* And back. */
static inline struct connection *as_connection(const struct pptp_connection *connection)
{
    return (struct connection *)(uintptr_t)connection;
}

static inline struct session *as_session(const struct call *call)
{
    return (struct session *)(uintptr_t)call;
}

static inline struct flow *as_flow(const struct gre_flow *flow)
{
    return (struct flow *)(uintptr_t)flow;
}

static inline struct message *as_message(const struct message_record *message)
{
    return (struct message *)(uintptr_t)message;
}

/* The call that `call` turned out to be. NULL stays NULL. */
static inline struct call *call_final(const struct call *call)
{
    return call_of(session_final(as_session(call)));
}

#endif
