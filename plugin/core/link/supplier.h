/* A protocol as the linker and the outcome see it: its facts (facts.h) and this table. The linker
 * asks it for what the facts do not say by themselves, for the rules of its messages, and for its
 * words; it never asks which protocol it is. The model is the kernel's nf_conntrack_l4proto.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_LINK_SUPPLIER_H
#define PPTPNAT_LINK_SUPPLIER_H

#include "core/finding/finding.h"
#include "facts.h"

struct cause_row;
struct link;
struct link_path;
struct linker;
struct message_pair;

/* What the linker and the outcome find out by themselves. Each is said as a finding of the
 * protocol's. */
enum link_fact {
    LINK_FACT_WRONG_ID,            /* a data packet carries another id than it must */
    LINK_FACT_MAP_CHANGED,         /* from some packet on they do */
    LINK_FACT_MISDELIVERED,        /* data comes to another host */
    LINK_FACT_OTHER_ADDRESS,       /* data leaves with another address */
    LINK_FACT_AMBIGUOUS,           /* several connections fit equally */
    LINK_FACT_NOT_FORWARDED,       /* data ends at a hop, */
    LINK_FACT_MAYBE_NOT_FORWARDED, /* so far as a single packet tells */
    LINK_FACT_NOT_CAPTURED,        /* or the far point captured none of it */
    LINK_FACT_LARGE_LOST,
    LINK_FACT_LOSS,
    LINK_FACT_FRAGMENT_LOST,
    LINK_FACT_IP_CHECKSUM,
    LINK_FACT_COUNT
};

/* More of what data packets are lost with than those of a session itself (supplier.shared). */
struct link_shared {
    bool
        shares; /* another session has had the same key: which of them a packet is of is not sure */
    uint32_t errors; /* ICMP errors put down to the others */
};

struct supplier {
    /* Words. `data`: what its data packets are called, without "packets"; `id`: what tells whose
     * one is. */
    const char *data;
    const char *id;
    enum finding_id finding[LINK_FACT_COUNT];
    const struct link_limit_text *limits; /* of its own, from LINK_LIMIT_COUNT on */
    /* "client", "server"; "sender", "receiver" where nothing tells. */
    const char *(*sender_name)(const struct session *session, enum direction direction);
    const char *(*receiver_name)(const struct session *session, enum direction direction);

    /* What else it knows of the packets. `facts` are its own. */
    /* The point an interface belongs to. */
    uint32_t (*point_of)(const struct facts *facts, uint32_t interface);
    /* The messages completed by a frame, or NULL. */
    struct message *(*messages_on)(const struct facts *facts, uint32_t frame);
    /* Of a flow that has_wrong_ip. */
    const struct ip_checksums *(*ip_checksums)(const struct facts *facts, const struct flow *flow);
    /* Octets of the packet's own header in front of record->length octets. */
    uint32_t (*header_length)(const struct packet_record *record);
    /* A packet of this session and direction is likely to come soon; NULL: it does not care. */
    void (*expect)(const struct session *session, enum direction direction);

    /* Its own share of what is known of links: linker->own. A copy's may borrow from the
     * original's. */
    void *(*own_new)(struct linker *linker, const struct linker *copy_of);
    void (*own_free)(struct linker *linker);

    /* Rules, while packets are read. */
    /* A pair of messages across a hop; the link may be NULL. */
    void (*judge_pair)(struct linker *linker, struct link *link, const struct message_pair *pair);
    /* The session was given a position in a link. */
    void (*linked)(struct linker *linker, struct session *session);
    /* How an id is wrong that `owner`'s data packets carry at position `far`. */
    enum mistranslation (*kind_of)(struct linker *linker, const struct link *link, uint32_t far,
                                   enum id_owner owner, uint16_t expected, uint16_t meant,
                                   uint16_t seen);
    struct link_shared (*shared)(const struct linker *linker, const struct session *session,
                                 enum direction direction);

    /* Rules of the end, in this order. `begin` and `conclude` take the log of a copy, or where
     * links are off that of the outcome and no linker. */
    void (*begin)(struct facts *facts, struct linker *linker, struct finding_log *log);
    /* After packets were matched and counted. */
    void (*conclude)(struct facts *facts, struct linker *linker, struct finding_log *log);
    /* After it is known which NATs there are. */
    void (*judge_nats)(struct linker *linker);
    /* Why nothing comes of a session's data, as the index of a finding; FINDING_NONE. */
    uint32_t (*astray)(const struct linker *linker, uint32_t session);
    /* The hop whose NAT a finding is held against; FINDING_NONE: that of none. */
    uint32_t (*hop_of)(const struct finding *finding);
    /* Whether a finding shows what a NAT does that has lost the session. */
    bool (*is_of_lost_state)(const struct finding *finding);
    /* Which finding is the consequence of which (outcome/cause.h). */
    const struct cause_row *(*causes)(uint32_t *ret_count);
};

#endif
