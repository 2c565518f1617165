/* The door of the tracker: its life, its look-ups, the clock and point of each interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"
#include "tracker_internal.h"

const char *call_end_name(enum call_end end)
{
    switch (end) {
    case CALL_END_NONE:
        return "";
    case CALL_END_REFUSED:
        return "refused";
    case CALL_END_CLEAR:
        return "call-clear";
    case CALL_END_DISCONNECT:
        return "call-disconnect";
    case CALL_END_STOP:
        return "stop";
    case CALL_END_TCP_CLOSE:
        return "tcp-close";
    case CALL_END_TCP_RESET:
        return "tcp-reset";
    }
    return "";
}

/* What the connection owns; it lies in the pool itself. */
static void free_connection(void *data)
{
    struct pptp_connection *connection = data;
    control_stream_free(connection->stream[0]);
    control_stream_free(connection->stream[1]);
    pointers_clear(&connection->messages);
    pointers_clear(&connection->calls);
    g_queue_clear(&connection->unanswered);
    g_free(connection->icmp);
    g_free(connection->ip_checksums);
    g_free(connection->closing);
    g_free(tracked_connection(connection)->odd);
}

/* What the call owns; it lies in the pool itself. */
static void free_call(void *data)
{
    struct tracked_call *tracked = data;
    for (int i = 0; i < 2; i++) {
        if (tracked->flows[i].base.recent != tracked->flows[i].first_recent)
            g_free(tracked->flows[i].base.recent);
    }
    g_free(tracked->base.ppp);
}

static bool is_the_well_known_port(uint16_t port)
{
    return port == PPTP_PORT;
}

static void free_queue(void *data)
{
    g_queue_free(data);
}

struct tracker *tracker_new(struct finding_log *log)
{
    struct tracker *tracker = g_new0(struct tracker, 1);
    tracker->log = log;
    tracker->is_pptp_port = is_the_well_known_port;
    tracker->interfaces = g_array_new(FALSE, TRUE, sizeof(struct interface_info));
    tracker->connections = g_ptr_array_new_with_free_func(free_connection);
    tracker->sessions = g_ptr_array_new_with_free_func(free_call);
    block_pool_init(&tracker->connection_pool, sizeof(struct tracked_connection));
    block_pool_init(&tracker->message_pool, sizeof(struct message_record));
    block_pool_init(&tracker->call_pool, sizeof(struct tracked_call));
    tracker->flows = g_ptr_array_new();
    tracker->all_flows = g_ptr_array_new();
    tracker->pairs = g_ptr_array_new_with_free_func(g_free);
    tracker->heads = g_ptr_array_new();
    tracker->late_heads = g_hash_table_new(NULL, NULL);
    tracker->late = g_ptr_array_new();
    tracker->ports = g_hash_table_new(hash_of_pointer, NULL);
    index_table_init(&tracker->by_tuple);
    index_table_init(&tracker->by_call_id);
    index_table_init(&tracker->by_key);
    index_table_init(&tracker->by_pair);
    tracker->halves = g_hash_table_new_full(hash_of_pointer, NULL, NULL, free_queue);
    tracker->packets = packet_store_new();
    tracker->ip_checksums = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    g_queue_init(&tracker->closed);
    return tracker;
}

void tracker_free(struct tracker *tracker)
{
    if (tracker == NULL)
        return;
    for (guint i = 0; i < tracker->interfaces->len; i++) {
        GArray *members = g_array_index(tracker->interfaces, struct interface_info, i).members;
        if (members != NULL)
            g_array_free(members, TRUE);
    }
    g_array_free(tracker->interfaces, TRUE);
    g_hash_table_destroy(tracker->halves);
    g_ptr_array_free(tracker->connections, TRUE);
    g_ptr_array_free(tracker->sessions, TRUE);
    block_pool_clear(&tracker->call_pool);
    block_pool_clear(&tracker->connection_pool);
    block_pool_clear(&tracker->message_pool);
    g_ptr_array_free(tracker->flows, TRUE);
    g_ptr_array_free(tracker->all_flows, TRUE);
    g_ptr_array_free(tracker->pairs, TRUE);
    g_ptr_array_free(tracker->heads, TRUE);
    g_hash_table_destroy(tracker->late_heads);
    g_ptr_array_free(tracker->late, TRUE);
    g_hash_table_destroy(tracker->ports);
    index_table_clear(&tracker->by_tuple);
    index_table_clear(&tracker->by_call_id);
    index_table_clear(&tracker->by_key);
    index_table_clear(&tracker->by_pair);
    packet_store_free(tracker->packets);
    g_hash_table_destroy(tracker->ip_checksums);
    g_queue_clear(&tracker->closed);
    g_free(tracker);
}

void tracker_set_ports(struct tracker *tracker, bool (*is_pptp_port)(uint16_t port))
{
    tracker->is_pptp_port = is_pptp_port;
}

void tracker_observe(struct tracker *tracker, const struct tracker_observer *observer)
{
    tracker->observer = *observer;
}

bool tracker_knows_ports(const struct tracker *tracker, uint16_t a, uint16_t b)
{
    uint32_t pair = a < b ? (uint32_t)a << 16 | b : (uint32_t)b << 16 | a;
    return g_hash_table_contains(tracker->ports, GUINT_TO_POINTER(pair));
}

struct interface_info *tracker_interface(struct tracker *tracker, uint32_t interface)
{
    while (tracker->interfaces->len <= interface) {
        struct interface_info fresh = {.point = tracker->interfaces->len};
        g_array_append_val(tracker->interfaces, fresh);
    }
    return &g_array_index(tracker->interfaces, struct interface_info, interface);
}

void tracker_note_packet(struct tracker *tracker, const struct packet *packet)
{
    struct interface_info *info = tracker_interface(tracker, packet->interface);
    if (!tracker->has_time) {
        tracker->has_time = true;
        tracker->start_ns = packet->time_ns;
        tracker->end_ns = packet->time_ns;
    }
    tracker->end_ns = MAX(tracker->end_ns, packet->time_ns);
    tracker->latest_frame = MAX(tracker->latest_frame, packet->frame);
    info->end_ns = info->has_time ? MAX(info->end_ns, packet->time_ns) : packet->time_ns;
    info->has_time = true;
}

int64_t tracker_clock(const struct tracker *tracker, const struct pptp_connection *connection)
{
    int64_t latest = connection->last_time_ns;
    for (int end = 0; end < 2; end++) {
        uint32_t interface = connection->interface[end];
        if (interface >= tracker->interfaces->len)
            continue;
        latest = MAX(latest,
                     g_array_index(tracker->interfaces, struct interface_info, interface).end_ns);
    }
    return latest;
}

uint32_t tracker_connection_count(const struct tracker *tracker)
{
    return tracker->connections->len;
}

struct pptp_connection *tracker_connection(const struct tracker *tracker, uint32_t index)
{
    return index < tracker->connections->len ? tracker->connections->pdata[index] : NULL;
}

uint32_t tracker_call_count(const struct tracker *tracker)
{
    return tracker->sessions->len;
}

struct call *tracker_call(const struct tracker *tracker, uint32_t index)
{
    return index < tracker->sessions->len ? tracker->sessions->pdata[index] : NULL;
}

uint32_t tracker_flow_count(const struct tracker *tracker)
{
    return tracker->flows->len;
}

struct gre_flow *tracker_flow(const struct tracker *tracker, uint32_t index)
{
    return index < tracker->flows->len ? tracker->flows->pdata[index] : NULL;
}

struct message_record *tracker_messages_on(const struct tracker *tracker, uint32_t frame)
{
    uint32_t low = 0;
    uint32_t high = tracker->heads->len;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct message_record *head = tracker->heads->pdata[middle];
        if (head->frame == frame)
            return head;
        if (head->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return g_hash_table_lookup(tracker->late_heads, GUINT_TO_POINTER(frame));
}

const GPtrArray *tracker_late_messages(const struct tracker *tracker)
{
    return tracker->late;
}

const struct ip_checksums *tracker_ip_checksums(const struct tracker *tracker,
                                                const struct gre_flow *flow)
{
    return flow->has_wrong_ip ? g_hash_table_lookup(tracker->ip_checksums, flow) : NULL;
}

struct packet_record *tracker_gre_on(const struct tracker *tracker, uint32_t frame)
{
    return packet_store_get(tracker->packets, frame);
}

struct gre_flow *tracker_gre_flow(const struct tracker *tracker, uint32_t frame,
                                  const struct packet_record *record)
{
    return tracker_flow(tracker, packet_store_flow(tracker->packets, frame, record));
}

struct packet_detail tracker_gre_detail_on(const struct tracker *tracker, uint32_t frame)
{
    return packet_store_detail(tracker->packets, frame);
}

int64_t tracker_start_ns(const struct tracker *tracker)
{
    return tracker->start_ns;
}

int64_t tracker_end_ns(const struct tracker *tracker)
{
    return tracker->end_ns;
}

uint32_t tracker_last_frame(const struct tracker *tracker)
{
    return tracker->latest_frame;
}

uint32_t tracker_point(const struct tracker *tracker, uint32_t interface)
{
    if (interface >= tracker->interfaces->len)
        return interface;
    return g_array_index(tracker->interfaces, struct interface_info, interface).point;
}

struct facts *tracker_facts(struct tracker *tracker)
{
    return (struct facts *)tracker;
}
