/* What linking needs of packets and the trackers do not keep: the octets of IKE messages payload by
 * payload, and TTLs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

static void clear_message(void *data)
{
    g_free(((struct message_fact *)data)->parts);
}

struct ipsec_linker *ipsec_linker_new(const struct ipsec_tracker *tracker)
{
    struct ipsec_linker *linker = g_new0(struct ipsec_linker, 1);
    linker->tracker = tracker;
    linker->messages = g_array_new(FALSE, TRUE, sizeof(struct message_fact));
    g_array_set_clear_func(linker->messages, clear_message);
    linker->esp_ttl = g_array_new(FALSE, TRUE, sizeof(uint8_t));
    return linker;
}

void ipsec_linker_free(struct ipsec_linker *linker)
{
    if (linker == NULL)
        return;
    g_array_free(linker->messages, TRUE);
    g_array_free(linker->esp_ttl, TRUE);
    g_free(linker);
}

static void *fact_at(GArray *facts, uint32_t index)
{
    if (index >= facts->len)
        g_array_set_size(facts, index + 1);
    return facts->data + (size_t)index * g_array_get_element_size(facts);
}

static void note_parts(struct message_fact *fact, const uint8_t *data, uint32_t captured,
                       uint32_t length)
{
    struct ike_part parts[IKE_PARTS_LIMIT + 1];
    struct ike_header header;
    struct ike_payload payload;
    uint8_t count = 0;
    if (!ike_read(IKE_LAYOUT_HEADER, data, captured, &header))
        return;
    struct ike_cursor cursor =
        ike_cursor_at(data, captured, MIN(header.length, length), header.next_payload);
    cursor.offset = IKE_HEADER_LENGTH;
    while (count < IKE_PARTS_LIMIT && ike_next_payload(&cursor, &payload)) {
        uint32_t content =
            (uint32_t)hash_octets(hash_secret.start, data + payload.offset, payload.captured);
        parts[count++] = (struct ike_part){payload.type, content};
    }
    fact->parts = g_memdup2(parts, count * sizeof *parts);
    fact->part_count = count;
}

static void on_ike(void *user, struct ike_record *record, const struct ipsec_packet *packet)
{
    struct ipsec_linker *linker = user;
    struct message_fact *fact = fact_at(linker->messages, record->index);
    struct endpoint source = {packet->packet.source, packet->source_port};
    struct endpoint destination = {packet->packet.destination, packet->destination_port};
    uint32_t skip = record->family == IKE_ON_4500 ? 4 : 0;
    linker->last_frame = MAX(linker->last_frame, packet->packet.frame);
    fact->conversation = ipsec_tracker_find_conversation(linker->tracker, packet->packet.interface,
                                                         &source, &destination);
    fact->way = endpoint_equal(&fact->conversation->end[0], &source) ? 0 : 1;
    fact->fragmented = packet->packet.fragmented;
    if (!record->encrypted)
        note_parts(fact, packet->payload + skip, packet->captured - skip, packet->length - skip);
}

static void on_esp(void *user, struct esp_sa *sa, struct ipsec_record *record,
                   const struct ipsec_packet *packet)
{
    struct ipsec_linker *linker = user;
    uint8_t *ttl = fact_at(linker->esp_ttl, sa->index);
    (void)record;
    if (*ttl == 0)
        *ttl = packet->packet.ttl;
    linker->last_frame = MAX(linker->last_frame, packet->packet.frame);
}

struct ipsec_observer ipsec_linker_observer(struct ipsec_linker *linker)
{
    return (struct ipsec_observer){.user = linker, .ike = on_ike, .esp = on_esp};
}
