/* ESP in UDP has no shape: a DNS answer to port 4500 passes for it. What may be ESP is taken where
 * its SPI is known at this address, where IKE behind a non-ESP marker or a keepalive was seen
 * between the same endpoints, or where a second packet has the SPI of one that waits and a sequence
 * number shortly after. The latest few of a conversation wait, without their octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

#define WAITING_LIMIT 4
#define SEQ_AHEAD     256 /* how many numbers further two packets still prove each other */

struct waiting_packet {
    struct ipsec_packet packet; /* without octets */
    struct esp_header header;
    uint32_t content;
};

struct esp_waiting {
    struct waiting_packet packets[WAITING_LIMIT]; /* oldest first */
    unsigned count;
};

static void drop(struct esp_waiting *waiting, unsigned index)
{
    waiting->count--;
    for (unsigned i = index; i < waiting->count; i++)
        waiting->packets[i] = waiting->packets[i + 1];
}

static void feed_waiting(struct ipsec_tracker *tracker, struct esp_waiting *waiting, unsigned index)
{
    struct waiting_packet taken = waiting->packets[index];
    drop(waiting, index);
    esp_feed(tracker, &taken.packet, esp_find(tracker, &taken.packet, taken.header.spi),
             &taken.header, taken.content);
}

static void keep(struct ipsec_conversation *conversation, const struct ipsec_packet *packet,
                 const struct esp_header *header, uint32_t content)
{
    if (conversation->waiting == NULL)
        conversation->waiting = g_new0(struct esp_waiting, 1);
    struct esp_waiting *waiting = conversation->waiting;
    if (waiting->count == WAITING_LIMIT)
        drop(waiting, 0);
    struct waiting_packet *kept = &waiting->packets[waiting->count++];
    *kept = (struct waiting_packet){*packet, *header, content};
    kept->packet.payload = NULL;
}

/* The one that waits and proves this packet, or -1. */
static int find_proof(const struct esp_waiting *waiting, const struct ipsec_packet *packet,
                      const struct esp_header *header)
{
    for (unsigned i = 0; waiting != NULL && i < waiting->count; i++) {
        const struct waiting_packet *other = &waiting->packets[i];
        uint32_t ahead = header->seq - other->header.seq;
        if (other->header.spi == header->spi && ahead > 0 && ahead <= SEQ_AHEAD &&
            net_address_equal(&other->packet.packet.destination, &packet->packet.destination))
            return (int)i;
    }
    return -1;
}

struct ipsec_record *esp_feed_unproven(struct ipsec_tracker *tracker,
                                       const struct ipsec_packet *packet)
{
    struct esp_header header;
    if (!esp_parse(packet->payload, packet->captured, &header))
        return NULL;
    uint32_t content = esp_content(packet->payload, packet->captured, packet->length);
    struct esp_sa *sa = esp_find(tracker, packet, header.spi);
    if (sa != NULL)
        return esp_feed(tracker, packet, sa, &header, content);
    unsigned way;
    struct ipsec_conversation *conversation = ipsec_conversation_of(tracker, packet, &way);
    if (conversation == NULL)
        return NULL;
    if (!conversation->floated) {
        int proof = find_proof(conversation->waiting, packet, &header);
        if (proof < 0) {
            keep(conversation, packet, &header, content);
            return NULL;
        }
        feed_waiting(tracker, conversation->waiting, (unsigned)proof);
    }
    return esp_feed(tracker, packet, esp_find(tracker, packet, header.spi), &header, content);
}

static void note_port(struct ipsec_tracker *tracker, uint16_t port)
{
    tracker->natt_ports[port / 32] |= 1u << port % 32;
}

void esp_prove(struct ipsec_tracker *tracker, struct ipsec_conversation *conversation)
{
    if (conversation->floated)
        return;
    conversation->floated = true;
    const struct endpoint *end = conversation->end;
    if (end[0].port != IKE_FLOAT_PORT && end[1].port != IKE_FLOAT_PORT) {
        note_port(tracker, end[0].port);
        note_port(tracker, end[1].port);
    }
    while (conversation->waiting != NULL && conversation->waiting->count > 0)
        feed_waiting(tracker, conversation->waiting, 0);
    g_free(conversation->waiting);
    conversation->waiting = NULL;
}

struct ipsec_record *esp_feed_keepalive(struct ipsec_tracker *tracker,
                                        const struct ipsec_packet *packet)
{
    unsigned end;
    const struct packet *outer = &packet->packet;
    struct ipsec_conversation *conversation = ipsec_conversation_of(tracker, packet, &end);
    if (conversation == NULL)
        return NULL;
    struct ipsec_way *way = &conversation->way[end];
    struct ipsec_record *record = ipsec_put_record(tracker, IPSEC_KEEPALIVE, outer->frame,
                                                   outer->time_ns, conversation->index);
    if (way->keepalives > 0) {
        int64_t interval = MAX(outer->time_ns - way->keepalive_last_ns, 0);
        bool is_first = way->keepalives == 1;
        way->keepalive_shortest_ns =
            is_first ? interval : MIN(way->keepalive_shortest_ns, interval);
        way->keepalive_longest_ns = MAX(way->keepalive_longest_ns, interval);
    } else {
        way->keepalive_first_frame = outer->frame;
    }
    way->keepalives++;
    way->keepalive_last_frame = outer->frame;
    way->keepalive_last_ns = outer->time_ns;
    ipsec_conversation_count(conversation, end);
    esp_prove(tracker, conversation);
    return record;
}
