/* What one capture point shows of IPsec: conversations (who talks to whom by UDP, or by ESP without
 * it), IKE SAs with their messages and endpoints over time, and ESP SAs with their sequence
 * numbers. The trackers write it; everybody else reads. All structs are owned by the tracker, live
 * until it is freed and never move. Ends of an IKE SA: 0 is the initiator, 1 the responder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_MODEL_H
#define PPTPNAT_IPSEC_MODEL_H

#include "core/flow/sequence_window.h"
#include "core/base/packet.h"
#include "ike_progress.h"
#include "ike_wire.h"
#include "natd.h"

#define IPSEC_NONE UINT32_MAX /* no index */

/* A point is an interface. Where a capture lost its interfaces one is several (ipsec_side.c): by
 * how many hops each lies further from the initiator than the first that was seen. That one is 0,
 * the interface's own number. */
#define IPSEC_INTERFACE_MAX 0xffffffu
#define IPSEC_DEPTH_UNKNOWN 127 /* nothing tells on which side: nothing there is linked */

static inline uint32_t ipsec_point_of(uint32_t interface, int depth)
{
    return interface | (uint32_t)(uint8_t)depth << 24;
}

static inline uint32_t ipsec_interface_of(uint32_t point)
{
    return point & IPSEC_INTERFACE_MAX;
}

static inline int ipsec_depth_of(uint32_t point)
{
    return (int8_t)(point >> 24);
}

/* Endpoints of one end in the order of their first use. A NAT that changes a mapping, and a client
 * that moves, add one. */
#define IPSEC_PLACE_LIMIT 16 /* further ones replace the last */

struct ipsec_place {
    struct endpoint endpoint; /* port 0: native ESP */
    uint32_t packets;
    uint32_t first_frame;
    uint32_t last_frame;
    int64_t first_ns;
    int64_t last_ns;
    struct ipsec_place *next;
};

struct ipsec_places {
    struct ipsec_place *first;  /* NULL: none seen */
    struct ipsec_place *latest; /* the one used last, not always the last of the list */
    uint32_t count;
    uint32_t moves; /* packets that came from another endpoint than the one before */
};

/* One direction of a conversation: what its end[i] sends. */
struct ipsec_way {
    uint32_t packets; /* IKE, ESP and keepalives */
    uint32_t esp_packets;
    uint32_t esp_first_frame;
    int64_t esp_first_ns;
    int64_t esp_last_ns;
    struct esp_sa *esp; /* of the latest ESP packet; NULL: none */
    /* ESP since the other direction's last packet of ESP: nobody answers. */
    uint32_t alone_packets;
    uint32_t alone_frame; /* the first of them */
    int64_t alone_first_ns;
    int64_t alone_last_ns;
    uint32_t keepalives;
    uint32_t keepalive_first_frame;
    uint32_t keepalive_last_frame;
    int64_t keepalive_last_ns;
    int64_t keepalive_shortest_ns; /* interval between two; 0: fewer than two */
    int64_t keepalive_longest_ns;
};

#define IPSEC_RECENT 4 /* how many latest ones are kept where any number could come */

/* Two endpoints at one point. Those of the same addresses with ports 0 are their `hosts`: it has
 * native ESP, and what is known of the two hosts on any port. */
struct ipsec_conversation {
    struct endpoint end[2]; /* in the order of their octets */
    uint32_t point;
    uint32_t index;
    struct ipsec_conversation *hosts; /* itself, if it is that of two hosts */
    struct ipsec_way way[2];
    struct ike_sa *ike[IPSEC_RECENT]; /* latest first; NULL behind the last */
    bool floated;                     /* IKE behind a non-ESP marker, or a keepalive, was seen */
    uint32_t l2tp_control;            /* L2TP in clear, both ways; counted on `hosts` */
    uint32_t l2tp_data;
    uint32_t l2tp_first_frame;
    struct esp_waiting *waiting; /* the tracker's: packets that may be ESP */
};

/* An address hash as one message had it, judged for the addresses of that packet. */
struct ike_natd_view {
    uint8_t kind; /* enum natd_kind */
    uint8_t fit;  /* enum natd_fit */
};

enum ike_family { IKE_ON_500, IKE_ON_4500 }; /* without and with a non-ESP marker */

/* One IKE message as one point saw it. */
struct ike_record {
    struct ike_sa *sa;
    struct ike_record *next; /* of this SA */
    const struct ipsec_conversation *hosts;
    int64_t time_ns;
    uint32_t index; /* in tracker order */
    uint32_t frame;
    uint32_t message_id;
    uint32_t length;        /* octets of the IKE message on the wire */
    uint32_t content;       /* fingerprint of those captured */
    uint32_t repeats_frame; /* the first message with these octets from this end; 0: it is it */
    uint32_t repeats;       /* on that first one: how often it came again the same way */
    uint16_t ip_id;
    bool has_ip_id;
    uint8_t ttl; /* 0: not known */
    bool copy;   /* a second copy of one packet, as mirror ports make; no repetition */
    bool encrypted;
    bool has_fragment; /* IKE's own fragmentation */
    uint16_t error;    /* error notify in clear; 0: none */
    uint16_t fragment;
    uint16_t fragments;
    uint8_t exchange;
    uint8_t flags;
    uint8_t status;   /* enum ike_status */
    uint8_t sender;   /* 0: the initiator of the SA */
    uint8_t family;   /* enum ike_family */
    uint8_t number;   /* of the message in its exchange, from 1; 0: cannot be told */
    uint8_t progress; /* enum ike_progress, of the SA after it */
    uint8_t natd_count;
    struct ike_natd_view natd[IKE_NATD_LIMIT];
};

/* An exchange that is known by its message ID. */
struct ike_exchange_view {
    uint32_t message_id;
    uint32_t first_frame;
    uint8_t exchange;
    uint8_t messages; /* different ones */
};

/* A pair of ESP SAs that an exchange agreed on; the SPIs are encrypted. */
struct ike_child {
    uint32_t message_id;
    uint32_t frame;        /* the message by which both ends know it; 0: not yet */
    int64_t time_ns;       /* of that */
    struct esp_sa *esp[2]; /* sent by end i; NULL: not seen yet */
};

enum ike_natt { IKE_NATT_UNKNOWN, IKE_NATT_MISSING, IKE_NATT_ANNOUNCED };

enum ike_origin {
    IKE_ORIGIN_NEW,    /* its first message was seen, and no SA before on its endpoints */
    IKE_ORIGIN_MIDDLE, /* its beginning was not seen */
    IKE_ORIGIN_REKEY,  /* in place of `previous`: IKEv1 on 4500, IKEv2 without IKE_SA_INIT */
    IKE_ORIGIN_RESTART /* anew on the endpoints of `previous`: a restart, or another client where a
                          NAT does not tell clients apart */
};
const char *ike_origin_name(enum ike_origin origin);

/* What the address hashes of one end said last. */
struct ike_natd_result {
    bool seen; /* at least one could be computed */
    bool destination_fits;
    bool source_fits;
};

/* The latest different messages of one end, by which a repetition is known. */
struct ike_sent {
    struct ike_record *recent[IPSEC_RECENT]; /* latest first */
    const struct ike_record *last;           /* also a repetition; NULL: nothing seen of this end */
};

struct ike_sa {
    uint64_t initiator_spi;
    uint64_t responder_spi; /* 0: not known yet */
    uint32_t point;
    uint32_t index;                 /* ipsec.ike */
    uint8_t major;                  /* 1 or 2 */
    bool roles_known;               /* end 0 is the initiator for sure */
    uint8_t progress;               /* enum ike_progress, the furthest */
    uint8_t origin;                 /* enum ike_origin */
    uint16_t hash;                  /* IKEv1: of phase 1, as the responder chose it; 0: not seen */
    uint64_t exchanges;             /* bit e: a message of exchange type e was seen */
    uint32_t vendors[2];            /* bits of the Vendor ID table, by end */
    uint8_t natt[2];                /* enum ike_natt, by end */
    uint32_t natt_frame[2];         /* the message that says so */
    struct ike_natd_result natd[2]; /* of the hashes that end i sent */
    struct ipsec_places places[2][2];           /* [end][enum ike_family] */
    struct ipsec_conversation *conversation[2]; /* latest by enum ike_family; NULL: none */
    const struct ipsec_conversation *hosts;     /* of its first message */
    struct ike_sa *previous;                    /* the one before on the same endpoints, or NULL */
    struct ike_record *first;                   /* messages, in order of capture */
    struct ike_record *last;
    uint32_t messages; /* copies not counted */
    uint32_t messages_from[2];
    struct ike_sent sent[2];
    struct ike_exchange_view exchange[IPSEC_RECENT]; /* latest first; messages 0: none */
    struct ike_child child[IPSEC_RECENT]; /* number n at n % IPSEC_RECENT; later ones replace it */
    uint32_t children;                    /* how many exchanges agreed on ESP SAs */
    struct ike_record *refused;           /* the first with an error notify; NULL: none */
};

#define IPSEC_LATEST 3 /* packets of an ESP SA whose times are kept */

enum esp_encapsulation { ESP_NATIVE, ESP_IN_UDP };

/* One direction of a tunnel: packets with one SPI to one address. */
struct esp_sa {
    uint32_t spi;
    uint32_t point;
    struct net_address destination;
    uint32_t index; /* ipsec.esp */
    uint8_t encapsulation;
    bool ike_ambiguous;            /* several IKE SAs could have made it, so `ike` is NULL */
    uint8_t sender;                /* end of `ike` that sends; valid with it */
    uint8_t way;                   /* end of `conversation` that sends */
    struct sequence_window window; /* `lost`, `out_of_order`, `duplicates` */
    uint32_t packets;              /* copies not counted */
    uint32_t copies;
    uint32_t first_seq; /* of the first and last packet in order of capture */
    uint32_t last_seq;
    uint32_t first_frame;
    uint32_t last_frame;
    int64_t first_ns;
    int64_t last_ns;
    int64_t latest_ns[IPSEC_LATEST]; /* of the latest packets, in no order */
    uint16_t last_ip_id;
    uint32_t last_content;
    bool has_ip_id;
    struct ipsec_places source;
    struct ipsec_places target;              /* endpoints of the receiver: its port may change */
    struct ipsec_conversation *conversation; /* of the latest packet */
    struct ike_sa *ike;                      /* by whose exchange it was agreed; NULL: not known */
    struct ike_child *child;                 /* and by which; NULL: one that was not seen */
    struct esp_sa *reverse; /* the other direction of the same tunnel; NULL: not seen */
};

/* What is kept of every packet, by frame number. */
enum ipsec_kind { IPSEC_IKE = 1, IPSEC_ESP, IPSEC_KEEPALIVE, IPSEC_L2TP };

#define IPSEC_RECORD_DUPLICATE 0x01 /* ESP: a sequence number seen before */
#define IPSEC_RECORD_LATE      0x02 /* ESP: out of order */
#define IPSEC_RECORD_GAP       0x04 /* ESP: numbers are missing right before it */
#define IPSEC_RECORD_COPY      0x08 /* a second copy of one packet, from a mirror port */
#define IPSEC_RECORD_FINDING   0x10 /* a finding is about this packet, or decided on it */

/* 18 octets. */
struct __attribute__((packed, aligned(2))) ipsec_record {
    uint32_t kind : 3; /* enum ipsec_kind; 0: no record */
    uint32_t flags : 5;
    uint32_t index : 24; /* of the ESP SA, the IKE message, or the conversation */
    uint32_t seq;        /* ESP */
    uint32_t content;    /* esp_content, or of an IKE message */
    uint32_t time_us;    /* microseconds since the first packet of all, modulo 2^32 */
    uint16_t lost;       /* ESP: missing right before it; saturates at 65535 */
};

#endif
