/* GRE packets -> records and flows: order, loss and acknowledgments of each direction, and the
 * findings that a direction of a call shows. This is the fast path: one look-up (none while packets
 * of one flow follow each other), no allocation but for a page of records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"
#include "tracker_internal.h"

#define RECENT_LIMIT 1024

/* A direction without answer is one-way after so much (look-alike: slow authentication). */
#define ONE_WAY_PACKETS 3
#define ONE_WAY_NS      (5 * SECOND_NS)

static void grow_recent(struct gre_flow *flow)
{
    uint32_t *old = flow->recent;
    uint32_t old_size = flow->recent_size;
    flow->recent = g_new0(uint32_t, old_size * 2);
    flow->recent_size = old_size * 2;
    for (uint32_t i = 0; i < old_size; i++) {
        uint32_t seq = flow->window.highest - i;
        flow->recent[seq & (flow->recent_size - 1)] = old[seq & (old_size - 1)];
    }
    if (old != tracked_flow(flow)->first_recent)
        g_free(old);
}

/* The frame that carried number `seq`, if it is one of the latest. */
static uint32_t recent_frame(const struct gre_flow *flow, uint32_t seq)
{
    if (flow->window.highest - seq >= flow->recent_size)
        return 0;
    return flow->recent[seq & (flow->recent_size - 1)];
}

static void remember_frame(struct gre_flow *flow, uint32_t seq, uint32_t frame,
                           const struct sequence_order_verdict *verdict)
{
    uint32_t mask = flow->recent_size - 1;
    if (verdict->order == SEQUENCE_DUPLICATE || flow->window.highest - seq >= flow->recent_size)
        return;
    if (verdict->order == SEQUENCE_RESTART)
        memset(flow->recent, 0, flow->recent_size * sizeof *flow->recent);
    for (uint32_t i = 1; i <= MIN(verdict->lost, flow->recent_size); i++)
        flow->recent[(seq - i) & mask] = 0;
    flow->recent[seq & mask] = frame;
}

static void note_data(struct tracker *tracker, struct gre_flow *flow,
                      const struct gre_packet *packet, struct packet_record *record)
{
    uint32_t seq = packet->header.seq;
    if (flow->recent_size < RECENT_LIMIT &&
        sequence_window_outstanding(&flow->window) >= flow->recent_size)
        grow_recent(flow);
    struct sequence_order_verdict verdict = sequence_window_send(&flow->window, seq);
    remember_frame(flow, seq, packet->packet.frame, &verdict);
    if (verdict.order == SEQUENCE_DUPLICATE)
        record->flags |= PACKET_DUPLICATE;
    if (verdict.order == SEQUENCE_OUT_OF_ORDER || verdict.order == SEQUENCE_TOO_OLD)
        record->flags |= PACKET_LATE;
    if (verdict.order == SEQUENCE_GAP) {
        record->flags |= PACKET_GAP;
        packet_store_put_detail(tracker->packets, packet->packet.frame)->lost =
            (uint16_t)MIN(verdict.lost, UINT16_MAX);
    }
    if (!flow->has_seq)
        flow->first_seq = seq;
    flow->has_seq = true;
    flow->last_seq = seq;
    flow->data_packets++;
}

static void note_ack(struct tracker *tracker, const struct gre_flow *flow,
                     const struct gre_packet *packet)
{
    struct gre_flow *opposite = gre_of(flow->session->flow[other_direction(flow->direction)]);
    if (opposite == NULL)
        return;
    struct packet_detail *detail = packet_store_put_detail(tracker->packets, packet->packet.frame);
    if (sequence_window_ack(&opposite->window, packet->header.ack))
        detail->acks_frame = recent_frame(opposite, packet->header.ack);
    detail->outstanding = (uint16_t)MIN(sequence_window_outstanding(&opposite->window), UINT16_MAX);
}

/* The first packet of a flow: from now on the model shows it. */
static void begin_flow(struct tracker *tracker, struct gre_flow *flow, const struct packet *packet)
{
    flow->index = tracker->flows->len;
    flow->interface = packet->interface;
    flow->first_frame = packet->frame;
    flow->first_time_ns = packet->time_ns;
    flow->last_time_ns = packet->time_ns;
    flow->session->flow[flow->direction] = as_flow(flow);
    g_ptr_array_add(tracker->flows, flow);
}

/* Only flows that have had a wrong one cost more than a look at a bit. */
static void note_ip_checksum(struct tracker *tracker, struct gre_flow *flow,
                             const struct gre_packet *packet)
{
    const struct egre_header *header = &packet->header;
    struct gre_flow *opposite = gre_of(flow->session->flow[other_direction(flow->direction)]);
    if (packet->packet.ip_checksum_wrong && !flow->has_wrong_ip) {
        flow->has_wrong_ip = true;
        g_hash_table_insert(tracker->ip_checksums, flow, g_new0(struct ip_checksums, 1));
    }
    if (flow->has_wrong_ip)
        ip_checksums_sent(g_hash_table_lookup(tracker->ip_checksums, flow), &packet->packet,
                          header->has_seq, header->seq);
    if (opposite != NULL && opposite->has_wrong_ip)
        ip_checksums_answered(g_hash_table_lookup(tracker->ip_checksums, opposite), header->has_ack,
                              header->ack);
}

static void note_packet(struct gre_flow *flow, const struct gre_packet *packet)
{
    int64_t idle = packet->packet.time_ns - flow->last_time_ns;
    if (idle > flow->longest_idle_ns) {
        flow->longest_idle_ns = idle;
    }
    flow->packets++;
    flow->bytes += packet->header.payload_length;
    flow->last_frame = packet->packet.frame;
    flow->last_time_ns = packet->packet.time_ns;
    if (packet->packet.ttl != 0)
        flow->ttl = packet->packet.ttl;
    flow->has_ip_id = packet->packet.has_ip_id;
    flow->last_ip_id = packet->packet.ip_id;
}

/* A mirror port shows every packet twice; that it is one is known from the control connection. */
static bool is_copy(const struct tracker *tracker, const struct gre_flow *flow,
                    const struct gre_packet *packet, uint32_t content)
{
    if (!flow->has_ip_id || !packet->packet.has_ip_id || packet->packet.ip_id != flow->last_ip_id ||
        flow->session->connection == NULL ||
        connection_of(flow->session->connection)->duplicates < 2)
        return false;
    const struct packet_record *last = packet_store_get(tracker->packets, flow->last_frame);
    return last != NULL &&
           packet_store_flow(tracker->packets, flow->last_frame, last) == flow->index &&
           last->content == content;
}

/* Decided when there was time for an answer: by the next packet of that direction, or by the end of
 * the call or of the file. */
bool tracker_say_one_way(struct finding_log *log, const struct call *call, uint32_t frame)
{
    const struct pptp_connection *connection = connection_of(call->connection);
    const struct gre_flow *flow = gre_of(call->flow[call->flow[0] != NULL ? 0 : 1]);
    if ((call->flow[0] == NULL) == (call->flow[1] == NULL) || connection == NULL ||
        !call->established || !tracker_call_alive(call))
        return false;
    int64_t span = flow->last_time_ns - flow->first_time_ns;
    if (flow->packets < ONE_WAY_PACKETS || span < ONE_WAY_NS)
        return false;
    /* A capture that shows one direction of everything says nothing about GRE. */
    if (connection->segments[0] == 0 || connection->segments[1] == 0)
        return false;
    struct finding finding =
        tracker_finding(FINDING_GRE_ONE_WAY, flow->first_frame, frame, flow->interface, NULL, call);
    finding.direction = flow->direction;
    finding_say(log, &finding, "%u packets from the %s in %.1f s, none from the %s", flow->packets,
                tracker_sender_name(call, flow->direction), (double)span / (double)SECOND_NS,
                tracker_receiver_name(call, flow->direction));
    return true;
}

void tracker_judge_one_way(struct tracker *tracker, struct call *call, uint32_t frame)
{
    struct tracked_call *tracked = tracked_call(call);
    if (!tracked->one_way_reported)
        tracked->one_way_reported = tracker_say_one_way(tracker->log, call, frame);
}

/* Once for each bit of a direction: who sets one sets it in every packet. */
static void judge_reserved(struct tracker *tracker, struct gre_flow *flow,
                           const struct gre_packet *packet)
{
    uint16_t wrong = egre_wrong_bits(&packet->header);
    struct tracked_flow *tracked = tracked_flow(flow);
    if ((wrong & ~tracked->reserved_reported) == 0)
        return;
    tracked->reserved_reported |= wrong;
    struct finding finding =
        tracker_finding(FINDING_RESERVED_NOT_ZERO, packet->packet.frame, packet->packet.frame,
                        flow->interface, NULL, call_of(flow->session));
    finding.direction = flow->direction;
    finding_say(tracker->log, &finding, "bits 0x%04x of the GRE header should be 0", wrong);
}

static void judge_window(struct tracker *tracker, struct gre_flow *flow, uint32_t frame)
{
    const struct call *call = call_of(flow->session);
    uint32_t outstanding = sequence_window_outstanding(&flow->window);
    uint16_t window = call->window[direction_id_owner(flow->direction)];
    if (tracked_flow(flow)->window_reported || window == 0 || outstanding <= window)
        return;
    tracked_flow(flow)->window_reported = true;
    struct finding finding =
        tracker_finding(FINDING_WINDOW_EXCEEDED, frame, frame, flow->interface, NULL, call);
    finding.direction = flow->direction;
    finding_say(tracker->log, &finding, "%u packets are unacknowledged, the receiver buffers %u",
                outstanding, window);
}

static struct packet_record *put_record(struct tracker *tracker, const struct gre_flow *flow,
                                        const struct gre_packet *packet, uint32_t content)
{
    const struct egre_header *header = &packet->header;
    struct packet_record *record =
        packet_store_put(tracker->packets, packet->packet.frame, flow->index);
    record->seq = header->has_seq ? header->seq : header->ack;
    record->content = content;
    record->time_us = (uint32_t)((packet->packet.time_ns - tracker->start_ns) / 1000);
    record->length = header->payload_length;
    if (header->has_seq)
        record->flags |= PACKET_DATA;
    if (header->has_ack)
        record->flags |= PACKET_ACK;
    return record;
}

static void note_stage(struct packet_record *record, const struct call *call)
{
    record->state_stage = ((uint32_t)call->state << 4 | (uint32_t)call->stage) & 0x7F;
}

/* Requests of the call's connection that were waited for in vain. One that is sent after this look
 * cannot be overdue earlier than REPLY_NS from now, so the connection need not be touched sooner.
 */
static void look_at_requests(struct tracker *tracker, struct call *call,
                             const struct packet *packet)
{
    int64_t next_ns = packet->time_ns + REPLY_NS;
    if (call->connection != NULL) {
        struct tracked_connection *tracked = tracked_connection(connection_of(call->connection));
        tracker_check_overdue(tracker, tracked, packet->time_ns, packet->frame);
        next_ns = MIN(next_ns, tracked->deadline_ns);
    }
    call->next_check_ns = next_ns;
}

static void judge(struct tracker *tracker, struct gre_flow *flow, const struct gre_packet *packet)
{
    struct call *call = call_of(flow->session);
    uint32_t frame = packet->packet.frame;
    if (packet->packet.time_ns >= call->next_check_ns)
        look_at_requests(tracker, call, &packet->packet);
    if (packet->header.has_seq)
        judge_window(tracker, flow, frame);
    judge_reserved(tracker, flow, packet);
}

struct packet_record *tracker_feed_gre(struct tracker *tracker, const struct gre_packet *packet)
{
    const struct egre_header *header = &packet->header;
    tracker_note_packet(tracker, &packet->packet);
    struct gre_flow *flow =
        tracker_flow_of(tracker, packet, tracker_point(tracker, packet->packet.interface));
    if (flow == NULL)
        return NULL;
    if (packet->captured < MIN(packet->header.payload_length, GRE_CONTENT_LIMIT))
        flow->is_cut = true;
    uint32_t content = gre_content(packet); /* while the call is on its way from memory */
    if (is_copy(tracker, flow, packet, content)) {
        struct packet_record *copy = put_record(tracker, flow, packet, content);
        copy->flags |= PACKET_COPY;
        note_stage(copy, call_of(flow->session));
        return copy;
    }
    if (flow->packets == 0)
        begin_flow(tracker, flow, &packet->packet);
    if (flow->session->flow[other_direction(flow->direction)] == NULL)
        tracker_judge_one_way(tracker, call_of(flow->session), packet->packet.frame);
    note_packet(flow, packet);
    note_ip_checksum(tracker, flow, packet);
    struct packet_record *record = put_record(tracker, flow, packet, content);
    if (header->has_seq)
        note_data(tracker, flow, packet, record);
    if (header->has_ack)
        note_ack(tracker, flow, packet);
    if (packet->captured > 0)
        tracker_ppp(flow, packet);
    judge(tracker, flow, packet);
    note_stage(record, call_of(flow->session));
    struct call *call, *other;
    if (tracker->observer.gre != NULL &&
        tracker->observer.gre(tracker->observer.user, flow, record, packet)) {
        tracker->observer.halves(tracker->observer.user, &call, &other);
        tracker_join_halves(tracker, call, other);
    }
    return record;
}
