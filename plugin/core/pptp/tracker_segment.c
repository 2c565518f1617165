/* TCP segments of a control connection: initial sequence numbers, second copies from a mirror port,
 * octets that were not captured, the stream of messages, and the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

#include "core/base/hash.h"

/* A closed connection's streams are kept so long for late retransmissions to be compared. */
#define RETIRE_NS (120 * SECOND_NS)
/* A run of packets of one half of a tap is shorter. */
#define RUN_NS SECOND_NS

static void note_segment(struct tracker *tracker, struct tracked_connection *tracked,
                         const struct tcp_segment *segment, uint8_t sender)
{
    struct pptp_connection *connection = &tracked->base;
    const struct packet *packet = &segment->packet;
    connection->interface[sender] = packet->interface;
    if (connection->interface[0] == connection->interface[1])
        tracker_interface(tracker, packet->interface)->both_ways = true;
    if (packet->ttl != 0 && (segment->flags & TCP_FLAG_RST) == 0)
        connection->ttl[sender] = packet->ttl;
    uint32_t span = segment->length + ((segment->flags & (TCP_FLAG_SYN | TCP_FLAG_FIN)) != 0);
    if (packet->ip_checksum_wrong && connection->ip_checksums == NULL)
        connection->ip_checksums = g_new0(struct ip_checksums, 2);
    if (connection->ip_checksums != NULL) {
        ip_checksums_sent(&connection->ip_checksums[sender], packet, span > 0, segment->seq + span);
        ip_checksums_answered(&connection->ip_checksums[1 - sender],
                              (segment->flags & TCP_FLAG_ACK) != 0, segment->ack);
    }
    connection->last_frame = packet->frame;
    connection->last_time_ns = packet->time_ns;
}

/* True if this is a second copy of a segment just seen: a retransmission has another IP ID. Hosts
 * that always send 0 cannot be told. */
static bool is_copy(struct tracked_connection *tracked, const struct tcp_segment *segment,
                    uint8_t sender)
{
    uint64_t head =
        hash_step(hash_secret.start, (uint64_t)segment->ack << 16 |
                                         (uint64_t)(uint8_t)segment->length << 8 | segment->flags);
    struct segment_trace seen = {
        .seq = segment->seq,
        .content = (uint32_t)hash_octets(head, segment->payload, segment->captured),
        .ip_id = segment->packet.ip_id,
        .used = true,
    };
    if (!segment->packet.has_ip_id || seen.ip_id == 0)
        return false;
    for (int i = 0; i < TRACES; i++) {
        const struct segment_trace *old = &tracked->trace[sender][i];
        if (old->used && old->seq == seen.seq && old->content == seen.content &&
            old->ip_id == seen.ip_id)
            return true;
    }
    tracked->trace[sender][tracked->trace_next[sender]] = seen;
    tracked->trace_next[sender] = (uint8_t)((tracked->trace_next[sender] + 1) % TRACES);
    return false;
}

static void note_copy(struct tracker *tracker, struct pptp_connection *connection,
                      const struct packet *packet)
{
    if (++connection->duplicates != 2)
        return;
    struct finding finding = tracker_finding(FINDING_DUPLICATE_CAPTURE, packet->frame,
                                             packet->frame, packet->interface, connection, NULL);
    finding_say(tracker->log, &finding,
                "%u segments of this connection were captured twice with the same IP ID",
                connection->duplicates);
}

/* Follows the sequence numbers far enough to know that octets are missing in the capture: beyond
 * what was seen, or before the latest segment that left some out. */
static void note_numbers(struct tracked_connection *tracked, const struct tcp_segment *segment,
                         uint8_t sender, bool doubted)
{
    uint32_t span = segment->length + ((segment->flags & (TCP_FLAG_SYN | TCP_FLAG_FIN)) != 0);
    uint32_t after = segment->seq + span;
    uint8_t other = (uint8_t)(1 - sender);
    if (tracked->has_next[sender] && serial_diff(segment->seq, tracked->next[sender]) > 0) {
        tracked->has_hole[sender] = true;
        tracked->hole[sender] = segment->seq;
    } else if (tracked->has_hole[sender] && span > 0 && after == tracked->hole[sender]) {
        tracked->has_hole[sender] = false;
    }
    if (!tracked->has_next[sender] || serial_diff(after, tracked->next[sender]) > 0)
        tracked->next[sender] = after;
    tracked->has_next[sender] = true;
    if ((segment->flags & TCP_FLAG_ACK) == 0 || (segment->flags & TCP_FLAG_RST) != 0 || doubted)
        return;
    if (!tracked->has_next[other]) {
        tracked->has_next[other] = true;
        tracked->next[other] = segment->ack;
    } else if (serial_diff(segment->ack, tracked->next[other]) > 0 ||
               (tracked->has_hole[other] && serial_diff(segment->ack, tracked->hole[other]) >= 0)) {
        tracked->missed[other] = true;
        tracked->whole = false;
    }
}

static struct control_stream *stream_of(struct tracked_connection *tracked, uint8_t sender,
                                        struct delivery *delivery)
{
    struct pptp_connection *connection = &tracked->base;
    if (connection->stream[sender] == NULL) {
        connection->stream[sender] = control_stream_new();
        if (connection->has_isn[sender]) {
            struct control_segment syn = {
                .frame = connection->first_frame, .seq = connection->isn[sender] + 1, .syn = true};
            control_stream_feed(connection->stream[sender], &syn, tracker_deliver, delivery);
        }
    }
    return connection->stream[sender];
}

/* Octets sent after the program read the other side's prove that those will not come any more. A
 * bare acknowledgment proves less: captures put it before what it acknowledges now and then. The
 * halves of a tap come in runs: there what was read by the segment before counts. */
static void note_read(struct tracker *tracker, struct tracked_connection *tracked,
                      const struct tcp_segment *segment, uint8_t sender)
{
    struct pptp_connection *connection = &tracked->base;
    uint8_t other = (uint8_t)(1 - sender);
    struct delivery answered = {tracker, tracked, &segment->packet, other};
    bool is_tap = connection->interface[0] != connection->interface[1];
    uint32_t read = is_tap ? tracked->read[sender] : segment->ack;
    if (!is_tap ||
        (tracked->has_read[sender] && segment->packet.time_ns - tracked->read_ns[sender] >= RUN_NS))
        control_stream_acked(connection->stream[other], read, segment->packet.frame,
                             segment->packet.time_ns, tracker_deliver, &answered);
    tracked->has_read[sender] = true;
    tracked->read[sender] = segment->ack;
    tracked->read_ns[sender] = segment->packet.time_ns;
}

/* A wrong checksum of an end whose checksums here were right before. An end whose checksums its
 * network adapter fills in has none that is right, or its segments with octets have none. */
static bool is_doubted(struct tracked_connection *tracked, const struct tcp_segment *segment,
                       uint8_t sender)
{
    const struct control_stream *stream = tracked->base.stream[sender];
    bool has_habit =
        stream != NULL && control_stream_has_believed(stream) && !tracked->right_octets[sender];
    if (!tcp_segment_is_wrong(segment)) {
        bool right = segment->has_checksum && !segment->checksum_offloaded;
        tracked->right_checksum[sender] = tracked->right_checksum[sender] || right;
        tracked->right_octets[sender] =
            tracked->right_octets[sender] || (right && segment->length > 0);
        return false;
    }
    return tracked->right_checksum[sender] && !has_habit;
}

static struct control_segment_verdict feed_stream(struct tracker *tracker,
                                                  struct tracked_connection *tracked,
                                                  const struct tcp_segment *segment, uint8_t sender,
                                                  bool doubted)
{
    struct pptp_connection *connection = &tracked->base;
    uint8_t other = (uint8_t)(1 - sender);
    struct control_segment_verdict verdict = {0};
    if (segment->length == 0 || (segment->flags & TCP_FLAG_SYN) != 0 || tracked->retired)
        return verdict;
    if ((segment->flags & TCP_FLAG_ACK) != 0 && connection->stream[other] != NULL && !doubted)
        note_read(tracker, tracked, segment, sender);
    struct delivery delivery = {tracker, tracked, &segment->packet, sender};
    struct control_segment octets = {.frame = segment->packet.frame,
                                     .time_ns = segment->packet.time_ns,
                                     .checksum = {tcp_segment_is_wrong(segment),
                                                  segment->checksum_seen, segment->checksum_right},
                                     .doubted = doubted,
                                     .seq = segment->seq,
                                     .payload = segment->payload,
                                     .captured = segment->captured,
                                     .length = segment->length};
    return control_stream_feed(stream_of(tracked, sender, &delivery), &octets, tracker_deliver,
                               &delivery);
}

static void say_damaged(struct tracker *tracker, struct tracked_connection *tracked,
                        const struct packet *packet, uint8_t sender,
                        const struct control_damage *damage)
{
    if (tracked->damaged_reported[sender] == damage->frame)
        return;
    tracked->damaged_reported[sender] = damage->frame;
    struct finding finding = tracker_finding(FINDING_DAMAGED_SEGMENT, damage->frame, packet->frame,
                                             packet->interface, &tracked->base, NULL);
    finding_say(tracker->log, &finding,
                "the receiver drops it, so it is not read; frame %u is an intact copy",
                damage->right_frame);
}

static void judge_verdict(struct tracker *tracker, struct tracked_connection *tracked,
                          const struct packet *packet, uint8_t sender,
                          const struct control_segment_verdict *verdict)
{
    const struct pptp_connection *connection = &tracked->base;
    for (unsigned i = 0; i < verdict->damaged_count; i++)
        say_damaged(tracker, tracked, packet, sender, &verdict->damaged[i]);
    if (verdict->limit)
        tracker_say_limit(tracker, LIMIT_STREAM, packet->frame, packet->interface);
    if (!verdict->differs || tracker_is_other_service(connection))
        return;
    struct finding finding = tracker_finding(FINDING_RETRANSMISSION_DIFFERS, packet->frame,
                                             packet->frame, packet->interface, connection, NULL);
    if (verdict->differs_frame != 0)
        finding_say(tracker->log, &finding, "bytes differ from the copy in frame %u",
                    verdict->differs_frame);
    else
        finding_say(tracker->log, &finding, "bytes differ from an earlier copy");
}

static void note_close(struct tracker *tracker, struct tracked_connection *tracked,
                       const struct tcp_segment *segment, uint8_t sender)
{
    struct pptp_connection *connection = &tracked->base;
    bool reset = (segment->flags & TCP_FLAG_RST) != 0;
    bool had_ended = connection->reset || (connection->fin[0] && connection->fin[1]);
    if (!reset && (segment->flags & TCP_FLAG_FIN) == 0)
        return;
    if (reset)
        connection->reset = true;
    else
        connection->fin[sender] = true;
    if (connection->closed_frame == 0) {
        tracker_note_left_unanswered(connection);
        connection->closed_frame = segment->packet.frame;
        connection->closed_time_ns = segment->packet.time_ns;
        connection->closed_by = sender;
        connection->state = CONTROL_CLOSED;
        tracked->deadline_ns = NEVER_NS;
        tracker_end_calls(tracker, tracked, reset ? CALL_END_TCP_RESET : CALL_END_TCP_CLOSE,
                          segment->packet.frame, segment->packet.time_ns);
    }
    if (!had_ended && (reset || (connection->fin[0] && connection->fin[1])))
        g_queue_push_tail(&tracker->closed, tracked);
}

/* Segments of one connection come in runs: between two runs its streams rest. */
static void rest_others(struct tracker *tracker, struct tracked_connection *tracked)
{
    struct tracked_connection **latest = &tracker_interface(tracker, tracked->base.point)->latest;
    if (*latest != NULL && *latest != tracked) {
        control_stream_rest((*latest)->base.stream[0]);
        control_stream_rest((*latest)->base.stream[1]);
    }
    *latest = tracked;
}

/* Frees the streams of connections that were closed long ago. */
static void retire(struct tracker *tracker)
{
    struct tracked_connection *oldest;
    while ((oldest = g_queue_peek_head(&tracker->closed)) != NULL &&
           tracker->end_ns - oldest->base.closed_time_ns > RETIRE_NS) {
        g_queue_pop_head(&tracker->closed);
        oldest->retired = true;
        for (int i = 0; i < 2; i++) {
            control_stream_free(oldest->base.stream[i]);
            oldest->base.stream[i] = NULL;
        }
    }
}

const struct pptp_connection *tracker_feed_tcp(struct tracker *tracker,
                                               const struct tcp_segment *segment)
{
    const struct packet *packet = &segment->packet;
    tracker_note_packet(tracker, packet);
    tracker->tail = NULL;
    g_ptr_array_set_size(tracker->late, 0);
    retire(tracker);
    uint8_t sender;
    struct tracked_connection *tracked = tracker_connection_of(tracker, segment, &sender);
    if (tracked == NULL)
        return NULL;
    rest_others(tracker, tracked);
    struct pptp_connection *connection = &tracked->base;
    bool fresh = connection->last_frame == 0;
    note_segment(tracker, tracked, segment, sender);
    if (is_copy(tracked, segment, sender)) {
        note_copy(tracker, connection, packet);
        return connection;
    }
    connection->segments[sender]++;
    tracker_check_overdue(tracker, tracked, packet->time_ns, packet->frame);
    bool doubted = is_doubted(tracked, segment, sender);
    bool reported = (!doubted && tracker_note_facts(connection, segment, sender)) || fresh;
    if (reported && tracker->observer.connection != NULL)
        tracker->observer.connection(tracker->observer.user, connection);
    note_numbers(tracked, segment, sender, doubted);
    if (!doubted)
        tracker_service_segment(tracked, segment, sender);
    struct control_segment_verdict verdict =
        feed_stream(tracker, tracked, segment, sender, doubted);
    judge_verdict(tracker, tracked, packet, sender, &verdict);
    if (!doubted)
        note_close(tracker, tracked, segment, sender);
    if (tracker->observer.segment != NULL)
        tracker->observer.segment(tracker->observer.user, connection, segment, sender, &verdict);
    return connection;
}
