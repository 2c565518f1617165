/* What the files of the IPsec tracker share. Nobody else includes it.
 *
 * ipsec_tracker.c       the door: life, look-ups, which packet goes where
 * ipsec_record.c        what is noted of any packet: record, findings, limits, copies
 * ipsec_side.c          which side of a NAT a packet was captured on
 * ipsec_conversation.c  endpoints: conversations, and places over time
 * ike_tracker.c         a message: its record, repetitions, progress, findings
 * ike_lookup.c          of which IKE SA a message is, and who sent it
 * esp_tracker.c         an ESP packet: its SA, order, copies
 * esp_proof.c           packets that may be ESP, until something proves it; keepalives
 * esp_tunnel.c          which two ESP SAs and which IKE SA are one tunnel
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_INTERNAL_H
#define PPTPNAT_IPSEC_INTERNAL_H

#include <glib.h>

#include "core/base/block_pool.h"
#include "core/flow/frame_store.h"
#include "core/base/index_table.h"
#include "esp_wire.h"
#include "ipsec_tracker.h"
#include "udp_shape.h"

#define IPSEC_PORTS 65536

struct ipsec_tracker {
    struct ipsec_observer observer;
    GPtrArray *ikes;     /* struct ike_sa *, owned */
    GPtrArray *esps;     /* struct esp_sa *, owned by esp_pool */
    GPtrArray *messages; /* struct ike_record *, owned */
    GPtrArray *conversations;
    struct finding_log *log;
    struct block_pool esp_pool;
    struct index_table ikes_by_hosts; /* hosts, initiator SPI: the latest that has them */
    struct index_table ikes_by_both;  /* point, both SPIs */
    struct index_table ikes_by_spis;  /* both SPIs: the first of any point that has them */
    struct index_table
        ikes_by_first;               /* interface, initiator SPI: the first from its beginning on */
    struct index_table esps_by_spi;  /* point, SPI, destination */
    struct index_table by_endpoints; /* conversations */
    GHashTable *sides;               /* set of struct side; NULL: no interface has several */
    GHashTable *split;               /* set of the interfaces that have; NULL with it */
    struct frame_store *records;
    int64_t start_ns;
    bool has_time;
    uint32_t limit_frame[IPSEC_LIMIT_COUNT]; /* 0: not reached */
    uint32_t natt_ports[IPSEC_PORTS / 32];   /* bit set: NAT traversal was seen on this port */
};

/* The two ends of a packet. */
static inline struct endpoint ipsec_source(const struct ipsec_packet *packet)
{
    return (struct endpoint){packet->packet.source, packet->source_port};
}

static inline struct endpoint ipsec_destination(const struct ipsec_packet *packet)
{
    return (struct endpoint){packet->packet.destination, packet->destination_port};
}

/* ipsec_record.c */
void ipsec_reach_limit(struct ipsec_tracker *tracker, enum ipsec_limit limit, uint32_t frame);
struct ipsec_record *ipsec_put_record(struct ipsec_tracker *tracker, enum ipsec_kind kind,
                                      uint32_t frame, int64_t time_ns, uint32_t index);
/* Takes ownership of finding->text, and marks the records of its frames. */
void ipsec_find(struct ipsec_tracker *tracker, struct finding *finding);

/* Whether a packet is the second copy of the one before it with the same octets: mirror ports show
 * one packet twice. Without IP IDs that differ from 0 only the time tells: nobody repeats within a
 * millisecond. */
struct ipsec_seen {
    uint16_t ip_id;
    bool has_ip_id;
    int64_t time_ns;
};
bool ipsec_is_copy(const struct packet *packet, const struct ipsec_seen *before);

/* ipsec_side.c */
/* A new SA, with the message that begins it. */
void ipsec_side_remember(struct ipsec_tracker *tracker, struct ike_sa *sa);
#define IPSEC_NO_IKE UINT32_MAX
/* The packet at its point: itself, or `room`. It has an IKE message behind `ike_at` octets, or
 * none; if its hosts are new, that may show another side. */
const struct ipsec_packet *ipsec_side_place(struct ipsec_tracker *tracker,
                                            const struct ipsec_packet *packet, uint32_t ike_at,
                                            struct ipsec_packet *room);

/* ipsec_conversation.c */
/* The conversation of the packet, made if it is new; NULL at the limit. `way` is which end sent. */
struct ipsec_conversation *ipsec_conversation_of(struct ipsec_tracker *tracker,
                                                 const struct ipsec_packet *packet, unsigned *way);
void ipsec_conversation_free(void *conversation);
/* An IKE SA was seen here: it becomes the latest of the conversation, and of the two hosts. */
void ipsec_conversation_add_ike(struct ipsec_conversation *conversation, struct ike_sa *sa);
/* A packet went this way: counted for the endpoints, and for their hosts. */
void ipsec_conversation_count(struct ipsec_conversation *conversation, unsigned way);

void ipsec_place_note(struct ipsec_tracker *tracker, struct ipsec_places *places,
                      const struct endpoint *endpoint, const struct packet *packet);
bool ipsec_places_have(const struct ipsec_places *places, const struct endpoint *endpoint);
void ipsec_places_clear(struct ipsec_places *places);

/* ike_lookup.c */
/* The SA of the message, made if it is new; NULL at the limit. */
struct ike_sa *ike_sa_of(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                         const struct ike_message *message, struct ipsec_conversation *conversation,
                         enum ike_family family);
void ike_sa_free(void *sa);
/* The end of the SA that sent the packet. */
unsigned ike_sender(const struct ike_sa *sa, const struct ipsec_packet *packet,
                    const struct ike_message *message, enum ike_family family);

/* ike_tracker.c */
/* A fingerprint of the octets of a message. */
static inline uint32_t ike_content(const uint8_t *data, uint32_t captured)
{
    return (uint32_t)hash_octets(hash_secret.start, data, captured);
}
struct ipsec_record *ike_feed(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                              enum ike_family family);

/* esp_tracker.c */
/* The SA of this SPI to the packet's destination, or NULL. */
struct esp_sa *esp_find(const struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                        uint32_t spi);
/* A packet of this SA, NULL: of a new one. `header` is its own, and `content` its esp_content: the
 * octets may be gone. */
struct ipsec_record *esp_feed(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                              struct esp_sa *sa, const struct esp_header *header, uint32_t content);

/* esp_proof.c */
/* A UDP packet that may be ESP: feeds it if it is proven, and then what waited with it. */
struct ipsec_record *esp_feed_unproven(struct ipsec_tracker *tracker,
                                       const struct ipsec_packet *packet);
/* NAT traversal was seen in this conversation: what waits in it is ESP. */
void esp_prove(struct ipsec_tracker *tracker, struct ipsec_conversation *conversation);
struct ipsec_record *esp_feed_keepalive(struct ipsec_tracker *tracker,
                                        const struct ipsec_packet *packet);

/* esp_tunnel.c */
/* A new ESP SA, whose first packet went this way: finds its IKE SA and its reverse. */
void esp_tunnel_join(struct esp_sa *sa, struct ipsec_conversation *conversation, unsigned way);

#endif
