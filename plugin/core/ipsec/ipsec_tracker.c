/* The door of the tracker: its life, its look-ups, and which packet goes where.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

#include "l2tp_wire.h"

#define L2TP_DATA_CERTAIN 3 /* data packets that are enough without a control message */

struct ipsec_tracker *ipsec_tracker_new(struct finding_log *log)
{
    struct ipsec_tracker *tracker = g_new0(struct ipsec_tracker, 1);
    tracker->ikes = g_ptr_array_new_with_free_func(ike_sa_free);
    tracker->esps = g_ptr_array_new();
    tracker->messages = g_ptr_array_new_with_free_func(g_free);
    tracker->conversations = g_ptr_array_new_with_free_func(ipsec_conversation_free);
    tracker->log = log;
    block_pool_init(&tracker->esp_pool, sizeof(struct esp_sa));
    index_table_init(&tracker->ikes_by_hosts);
    index_table_init(&tracker->ikes_by_both);
    index_table_init(&tracker->ikes_by_spis);
    index_table_init(&tracker->ikes_by_first);
    index_table_init(&tracker->esps_by_spi);
    index_table_init(&tracker->by_endpoints);
    tracker->records = frame_store_new(sizeof(struct ipsec_record));
    return tracker;
}

void ipsec_tracker_free(struct ipsec_tracker *tracker)
{
    if (tracker == NULL)
        return;
    for (uint32_t i = 0; i < tracker->esps->len; i++) {
        struct esp_sa *sa = tracker->esps->pdata[i];
        ipsec_places_clear(&sa->source);
        ipsec_places_clear(&sa->target);
    }
    g_ptr_array_free(tracker->ikes, TRUE);
    g_ptr_array_free(tracker->esps, TRUE);
    g_ptr_array_free(tracker->messages, TRUE);
    g_ptr_array_free(tracker->conversations, TRUE);
    block_pool_clear(&tracker->esp_pool);
    index_table_clear(&tracker->ikes_by_hosts);
    index_table_clear(&tracker->ikes_by_both);
    index_table_clear(&tracker->ikes_by_spis);
    index_table_clear(&tracker->ikes_by_first);
    index_table_clear(&tracker->esps_by_spi);
    index_table_clear(&tracker->by_endpoints);
    if (tracker->sides != NULL) {
        g_hash_table_destroy(tracker->sides);
        g_hash_table_destroy(tracker->split);
    }
    frame_store_free(tracker->records);
    g_free(tracker);
}

void ipsec_tracker_observe(struct ipsec_tracker *tracker, const struct ipsec_observer *observer)
{
    tracker->observer = *observer;
}

static void say_in_clear(struct ipsec_tracker *tracker, const struct ipsec_conversation *hosts,
                         uint32_t frame, const char *what)
{
    struct finding finding =
        ipsec_finding(IPSEC_L2TP_IN_CLEAR, hosts->l2tp_first_frame, hosts->point, NULL, NULL);
    finding.deciding_frame = frame;
    finding.text = g_strdup_printf("%s on UDP port 1701", what);
    ipsec_find(tracker, &finding);
}

static struct ipsec_record *feed_l2tp(struct ipsec_tracker *tracker,
                                      const struct ipsec_packet *packet)
{
    struct l2tp_header header;
    unsigned way;
    bool is_control =
        l2tp_parse(packet->payload, packet->captured, packet->length, &header) == L2TP_CONTROL;
    struct ipsec_conversation *conversation = ipsec_conversation_of(tracker, packet, &way);
    if (conversation == NULL)
        return NULL;
    struct ipsec_conversation *hosts = conversation->hosts;
    uint32_t frame = packet->packet.frame;
    struct ipsec_record *record =
        ipsec_put_record(tracker, IPSEC_L2TP, frame, packet->packet.time_ns, conversation->index);
    bool was_certain = hosts->l2tp_control > 0 || hosts->l2tp_data >= L2TP_DATA_CERTAIN;
    if (hosts->l2tp_first_frame == 0)
        hosts->l2tp_first_frame = frame;
    if (is_control)
        hosts->l2tp_control++;
    else
        hosts->l2tp_data++;
    ipsec_conversation_count(conversation, way);
    if (!was_certain && (is_control || hosts->l2tp_data >= L2TP_DATA_CERTAIN))
        say_in_clear(tracker, hosts, frame,
                     is_control ? l2tp_message_name(header.message_type) : "data");
    return record;
}

static bool is_natt_port(const struct ipsec_tracker *tracker, uint16_t port)
{
    return (tracker->natt_ports[port / 32] >> port % 32 & 1) != 0;
}

bool ipsec_tracker_wants(const struct ipsec_tracker *tracker, struct udp_ports ports,
                         const uint8_t *data, uint32_t captured)
{
    return udp_shape_is_possible(ports, data, captured) || is_natt_port(tracker, ports.source) ||
           is_natt_port(tracker, ports.destination);
}

struct ipsec_record *ipsec_tracker_feed_udp(struct ipsec_tracker *tracker,
                                            const struct ipsec_packet *given)
{
    struct udp_ports ports = {given->source_port, given->destination_port};
    struct ipsec_packet room;
    bool expects_esp =
        is_natt_port(tracker, ports.source) || is_natt_port(tracker, ports.destination);
    enum udp_shape shape =
        udp_shape(ports, given->payload, given->captured, given->length, expects_esp);
    uint32_t ike_at = shape == UDP_IKE           ? 0
                      : shape == UDP_IKE_FLOATED ? ESP_MARKER_LENGTH
                                                 : IPSEC_NO_IKE;
    const struct ipsec_packet *packet = ipsec_side_place(tracker, given, ike_at, &room);
    switch (shape) {
    case UDP_OTHER:
        return NULL;
    case UDP_IKE:
        return ike_feed(tracker, packet, IKE_ON_500);
    case UDP_IKE_FLOATED:
        return ike_feed(tracker, packet, IKE_ON_4500);
    case UDP_KEEPALIVE:
        return esp_feed_keepalive(tracker, packet);
    case UDP_MAYBE_ESP:
        return esp_feed_unproven(tracker, packet);
    case UDP_L2TP:
        return feed_l2tp(tracker, packet);
    }
    return NULL;
}

struct ipsec_record *ipsec_tracker_feed_esp(struct ipsec_tracker *tracker,
                                            const struct ipsec_packet *given)
{
    struct esp_header header;
    struct ipsec_packet room;
    const struct ipsec_packet *packet = ipsec_side_place(tracker, given, IPSEC_NO_IKE, &room);
    if (!esp_parse(packet->payload, packet->captured, &header))
        return NULL;
    return esp_feed(tracker, packet, esp_find(tracker, packet, header.spi), &header,
                    esp_content(packet->payload, packet->captured, packet->length));
}

struct ipsec_record *ipsec_tracker_on(const struct ipsec_tracker *tracker, uint32_t frame)
{
    return frame_store_get(tracker->records, frame);
}

static void *item(const GPtrArray *array, uint32_t index)
{
    return index < array->len ? array->pdata[index] : NULL;
}

uint32_t ipsec_tracker_ike_count(const struct ipsec_tracker *tracker)
{
    return tracker->ikes->len;
}

struct ike_sa *ipsec_tracker_ike(const struct ipsec_tracker *tracker, uint32_t index)
{
    return item(tracker->ikes, index);
}

uint32_t ipsec_tracker_message_count(const struct ipsec_tracker *tracker)
{
    return tracker->messages->len;
}

struct ike_record *ipsec_tracker_message(const struct ipsec_tracker *tracker, uint32_t index)
{
    return item(tracker->messages, index);
}

uint32_t ipsec_tracker_esp_count(const struct ipsec_tracker *tracker)
{
    return tracker->esps->len;
}

struct esp_sa *ipsec_tracker_esp(const struct ipsec_tracker *tracker, uint32_t index)
{
    return item(tracker->esps, index);
}

uint32_t ipsec_tracker_conversation_count(const struct ipsec_tracker *tracker)
{
    return tracker->conversations->len;
}

struct ipsec_conversation *ipsec_tracker_conversation(const struct ipsec_tracker *tracker,
                                                      uint32_t index)
{
    return item(tracker->conversations, index);
}

int64_t ipsec_tracker_start_ns(const struct ipsec_tracker *tracker)
{
    return tracker->start_ns;
}
