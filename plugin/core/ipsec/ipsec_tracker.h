/* The tracker of IPsec: fed with the UDP packets that may be ours and every ESP packet, it keeps
 * what belongs to IKE and IPsec as facts (ipsec_model.h). It knows no link, and no other point but
 * for one thing: where a point cannot tell which end of an IKE SA is the initiator, one that saw
 * the SA before does. Whoever feeds it says in packet.interface at which point the packet was
 * captured.
 *
 * Bounded: everything that a capture can make grow has a limit below, or is a list of at most
 * IPSEC_PLACE_LIMIT or IPSEC_RECENT. Reaching a limit is kept as a fact and never silent. Look-ups
 * are by seeded hashes; a packet costs the same however many came before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_TRACKER_H
#define PPTPNAT_IPSEC_TRACKER_H

#include "ipsec_finding.h"
#include "ipsec_model.h"
#include "udp_shape.h"

#define IPSEC_IKE_SA_LIMIT       1048576
#define IPSEC_ESP_SA_LIMIT       2097152
#define IPSEC_CONVERSATION_LIMIT 2097152
#define IPSEC_MESSAGE_LIMIT      16777216

enum ipsec_limit {
    IPSEC_LIMIT_IKE_SAS,
    IPSEC_LIMIT_ESP_SAS,
    IPSEC_LIMIT_CONVERSATIONS,
    IPSEC_LIMIT_MESSAGES,
    IPSEC_LIMIT_PLACES, /* endpoints of one end of an SA */
    IPSEC_LIMIT_COUNT
};

struct ipsec_limit_note {
    uint32_t bound;
    const char *what; /* "IKE SAs" */
    uint32_t frame;   /* the first packet that went beyond; 0: not reached */
};

struct ipsec_packet {
    struct packet packet;      /* `interface` is the point */
    uint16_t source_port;      /* 0: native ESP */
    uint16_t destination_port; /* likewise */
    uint32_t length;           /* octets behind the UDP or IP header, on the wire */
    uint32_t captured;         /* of them, <= length */
    const uint8_t *payload;    /* borrowed for the call */
};

/* Told as things become known, in order of capture. Any may be NULL. Copies are not told. */
struct ipsec_observer {
    void *user;
    void (*ike)(void *user, struct ike_record *record, const struct ipsec_packet *packet);
    /* A packet that waited for proof that it is ESP comes without its octets: payload NULL. */
    void (*esp)(void *user, struct esp_sa *sa, struct ipsec_record *record,
                const struct ipsec_packet *packet);
};

struct ipsec_tracker;

/* Borrows the log, which gets the findings that are certain on a packet; ipsec_conclude has those
 * that only the end decides. */
struct ipsec_tracker *ipsec_tracker_new(struct finding_log *log);
void ipsec_tracker_free(struct ipsec_tracker *tracker); /* NULL is fine */
void ipsec_tracker_observe(struct ipsec_tracker *tracker, const struct ipsec_observer *observer);

/* False for a UDP packet that is certainly nothing of ours, at the cost of some 40 instructions.
 * The caller feeds every packet for which it is true; others may be fed, and give NULL. */
bool ipsec_tracker_wants(const struct ipsec_tracker *tracker, struct udp_ports ports,
                         const uint8_t *data, uint32_t captured);

/* Takes a UDP packet. Returns its record, or NULL where it is nothing of ours, may be ESP but
 * nothing proves it yet, or a limit was reached. The record is valid until ipsec_tracker_free. */
struct ipsec_record *ipsec_tracker_feed_udp(struct ipsec_tracker *tracker,
                                            const struct ipsec_packet *packet);

/* Takes a packet of IP protocol 50. */
struct ipsec_record *ipsec_tracker_feed_esp(struct ipsec_tracker *tracker,
                                            const struct ipsec_packet *packet);

/* The record of `frame`, or NULL. One that waited for proof appears later than its packet. */
struct ipsec_record *ipsec_tracker_on(const struct ipsec_tracker *tracker, uint32_t frame);

/* The model. Indices run from 0 to count - 1; out of range is NULL. */
uint32_t ipsec_tracker_ike_count(const struct ipsec_tracker *tracker);
struct ike_sa *ipsec_tracker_ike(const struct ipsec_tracker *tracker, uint32_t index);
uint32_t ipsec_tracker_message_count(const struct ipsec_tracker *tracker);
struct ike_record *ipsec_tracker_message(const struct ipsec_tracker *tracker, uint32_t index);
uint32_t ipsec_tracker_esp_count(const struct ipsec_tracker *tracker);
struct esp_sa *ipsec_tracker_esp(const struct ipsec_tracker *tracker, uint32_t index);
uint32_t ipsec_tracker_conversation_count(const struct ipsec_tracker *tracker);
struct ipsec_conversation *ipsec_tracker_conversation(const struct ipsec_tracker *tracker,
                                                      uint32_t index);

/* The conversation of two endpoints at a point, in either order, or NULL. */
struct ipsec_conversation *ipsec_tracker_find_conversation(const struct ipsec_tracker *tracker,
                                                           uint32_t point,
                                                           const struct endpoint *one,
                                                           const struct endpoint *other);

/* The time of the first packet of all, from which records count; 0: none yet. */
int64_t ipsec_tracker_start_ns(const struct ipsec_tracker *tracker);

struct ipsec_limit_note ipsec_tracker_limit(const struct ipsec_tracker *tracker,
                                            enum ipsec_limit limit);

#endif
