/* One ESP packet: of which SA, in which order, and whether the other direction answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

struct esp_key {
    uint32_t point;
    uint32_t spi;
    const struct net_address *destination;
};

static bool equal(const void *item, const void *key)
{
    const struct esp_sa *sa = item;
    const struct esp_key *wanted = key;
    return sa->spi == wanted->spi && sa->point == wanted->point &&
           net_address_equal(&sa->destination, wanted->destination);
}

static uint32_t hash_of(const struct esp_key *key)
{
    uint64_t words[3] = {(uint64_t)key->point << 32 | key->spi};
    memcpy(words + 1, key->destination->octets, sizeof key->destination->octets);
    return index_table_hash(words, G_N_ELEMENTS(words));
}

static struct esp_sa *find(const struct ipsec_tracker *tracker, const struct esp_key *key)
{
    void **found = index_table_find(&tracker->esps_by_spi, hash_of(key), equal, key);
    return found != NULL ? *found : NULL;
}

struct esp_sa *esp_find(const struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                        uint32_t spi)
{
    struct esp_key key = {packet->packet.interface, spi, &packet->packet.destination};
    return find(tracker, &key);
}

static struct esp_sa *add(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                          const struct esp_header *header)
{
    if (tracker->esps->len >= IPSEC_ESP_SA_LIMIT) {
        ipsec_reach_limit(tracker, IPSEC_LIMIT_ESP_SAS, packet->packet.frame);
        return NULL;
    }
    struct esp_sa *sa = block_pool_add(&tracker->esp_pool);
    sa->spi = header->spi;
    sa->point = packet->packet.interface;
    sa->destination = packet->packet.destination;
    sa->index = tracker->esps->len;
    sa->encapsulation = packet->source_port == 0 ? ESP_NATIVE : ESP_IN_UDP;
    sa->first_seq = header->seq;
    sa->first_frame = packet->packet.frame;
    sa->first_ns = packet->packet.time_ns;
    struct esp_key key = {sa->point, sa->spi, &sa->destination};
    g_ptr_array_add(tracker->esps, sa);
    index_table_add(&tracker->esps_by_spi, hash_of(&key), sa);
    return sa;
}

/* ESP of one direction since the other's last. */
static void note_way(struct ipsec_conversation *conversation, unsigned way, struct esp_sa *sa,
                     const struct packet *packet)
{
    struct ipsec_way *this = &conversation->way[way];
    struct ipsec_way *other = &conversation->way[1 - way];
    if (this->esp_packets == 0) {
        this->esp_first_frame = packet->frame;
        this->esp_first_ns = packet->time_ns;
    }
    if (this->alone_packets == 0) {
        this->alone_frame = packet->frame;
        this->alone_first_ns = packet->time_ns;
    }
    this->esp_packets++;
    this->alone_packets++;
    this->esp_last_ns = packet->time_ns;
    this->alone_last_ns = packet->time_ns;
    this->esp = sa;
    other->alone_packets = 0;
}

static void note_order(struct esp_sa *sa, struct ipsec_record *record)
{
    struct sequence_order_verdict verdict = sequence_window_send(&sa->window, record->seq);
    switch (verdict.order) {
    case SEQUENCE_GAP:
        record->flags |= IPSEC_RECORD_GAP;
        record->lost = (uint16_t)MIN(verdict.lost, UINT16_MAX);
        break;
    case SEQUENCE_OUT_OF_ORDER:
    case SEQUENCE_TOO_OLD:
        record->flags |= IPSEC_RECORD_LATE;
        break;
    case SEQUENCE_DUPLICATE:
        record->flags |= IPSEC_RECORD_DUPLICATE;
        break;
    case SEQUENCE_RESTART:
    case SEQUENCE_FIRST:
    case SEQUENCE_IN_ORDER:
        break;
    }
}

static bool is_copy(const struct esp_sa *sa, const struct packet *packet, uint32_t seq,
                    uint32_t content)
{
    struct ipsec_seen before = {sa->last_ip_id, sa->has_ip_id, sa->last_ns};
    return sa->packets > 0 && seq == sa->last_seq && content == sa->last_content &&
           ipsec_is_copy(packet, &before);
}

static void note_last(struct esp_sa *sa, const struct packet *packet,
                      const struct ipsec_record *record)
{
    sa->latest_ns[sa->packets++ % IPSEC_LATEST] = packet->time_ns;
    sa->last_seq = record->seq;
    sa->last_content = record->content;
    sa->last_frame = packet->frame;
    sa->last_ns = packet->time_ns;
    sa->last_ip_id = packet->ip_id;
    sa->has_ip_id = packet->has_ip_id;
}

/* Nearly every packet goes between the same endpoints as the one before: no look-up then. */
static struct ipsec_conversation *conversation_of(struct ipsec_tracker *tracker,
                                                  const struct ipsec_packet *packet,
                                                  const struct esp_sa *sa, unsigned *way)
{
    if (sa != NULL) {
        const struct endpoint *source = &sa->conversation->end[sa->way];
        const struct endpoint *target = &sa->conversation->end[1 - sa->way];
        if (source->port == packet->source_port && target->port == packet->destination_port &&
            net_address_equal(&source->address, &packet->packet.source)) {
            *way = sa->way;
            return sa->conversation;
        }
    }
    return ipsec_conversation_of(tracker, packet, way);
}

struct ipsec_record *esp_feed(struct ipsec_tracker *tracker, const struct ipsec_packet *packet,
                              struct esp_sa *sa, const struct esp_header *header, uint32_t content)
{
    unsigned way;
    bool is_new = sa == NULL;
    struct ipsec_conversation *conversation = conversation_of(tracker, packet, sa, &way);
    if (conversation == NULL)
        return NULL;
    if (is_new)
        sa = add(tracker, packet, header);
    if (sa == NULL)
        return NULL;

    struct ipsec_record *record = ipsec_put_record(tracker, IPSEC_ESP, packet->packet.frame,
                                                   packet->packet.time_ns, sa->index);
    record->seq = header->seq;
    record->content = content;
    if (is_copy(sa, &packet->packet, header->seq, content)) {
        record->flags |= IPSEC_RECORD_COPY;
        sa->copies++;
        return record;
    }
    struct endpoint source = ipsec_source(packet);
    struct endpoint target = ipsec_destination(packet);
    ipsec_place_note(tracker, &sa->source, &source, &packet->packet);
    ipsec_place_note(tracker, &sa->target, &target, &packet->packet);
    note_order(sa, record);
    note_last(sa, &packet->packet, record);
    sa->conversation = conversation;
    sa->way = (uint8_t)way;
    if (is_new)
        esp_tunnel_join(sa, conversation, way);
    note_way(conversation, way, sa, &packet->packet);
    ipsec_conversation_count(conversation, way);
    if (tracker->observer.esp != NULL)
        tracker->observer.esp(tracker->observer.user, sa, record, packet);
    return record;
}
