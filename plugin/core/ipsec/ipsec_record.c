/* What is noted of a packet whatever protocol it is of: its record, findings, a limit that it
 * reached; and whether it is a copy.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_internal.h"

#define COPY_WITHIN_NS 1000000

G_STATIC_ASSERT(sizeof(struct ipsec_record) == 18);
G_STATIC_ASSERT(IPSEC_MESSAGE_LIMIT <= 1 << 24 && IPSEC_ESP_SA_LIMIT <= 1 << 24 &&
                IPSEC_CONVERSATION_LIMIT <= 1 << 24); /* record->index */

void ipsec_reach_limit(struct ipsec_tracker *tracker, enum ipsec_limit limit, uint32_t frame)
{
    if (tracker->limit_frame[limit] == 0)
        tracker->limit_frame[limit] = frame;
}

struct ipsec_limit_note ipsec_tracker_limit(const struct ipsec_tracker *tracker,
                                            enum ipsec_limit limit)
{
    static const struct ipsec_limit_note notes[IPSEC_LIMIT_COUNT] = {
        [IPSEC_LIMIT_IKE_SAS] = {IPSEC_IKE_SA_LIMIT, "IKE SAs", 0},
        [IPSEC_LIMIT_ESP_SAS] = {IPSEC_ESP_SA_LIMIT, "ESP SAs", 0},
        [IPSEC_LIMIT_CONVERSATIONS] = {IPSEC_CONVERSATION_LIMIT, "pairs of IPsec endpoints", 0},
        [IPSEC_LIMIT_MESSAGES] = {IPSEC_MESSAGE_LIMIT, "IKE messages", 0},
        [IPSEC_LIMIT_PLACES] = {IPSEC_PLACE_LIMIT, "endpoints of one end of an SA", 0},
    };
    struct ipsec_limit_note note = notes[limit];
    note.frame = tracker->limit_frame[limit];
    return note;
}

bool ipsec_is_copy(const struct packet *packet, const struct ipsec_seen *before)
{
    if (packet->has_ip_id && before->has_ip_id && (packet->ip_id != 0 || before->ip_id != 0))
        return packet->ip_id == before->ip_id;
    int64_t passed = packet->time_ns - before->time_ns;
    return passed >= 0 && passed < COPY_WITHIN_NS;
}

struct ipsec_record *ipsec_put_record(struct ipsec_tracker *tracker, enum ipsec_kind kind,
                                      uint32_t frame, int64_t time_ns, uint32_t index)
{
    struct ipsec_record *record = frame_store_put(tracker->records, frame);
    if (!tracker->has_time) {
        tracker->has_time = true;
        tracker->start_ns = time_ns;
    }
    record->kind = kind & 0x07;
    record->index = index & 0xFFFFFF;
    record->time_us = (uint32_t)((time_ns - tracker->start_ns) / 1000);
    return record;
}

static void mark(struct ipsec_tracker *tracker, uint32_t frame)
{
    struct ipsec_record *record = frame_store_get(tracker->records, frame);
    if (record != NULL)
        record->flags |= IPSEC_RECORD_FINDING;
}

void ipsec_find(struct ipsec_tracker *tracker, struct finding *finding)
{
    mark(tracker, finding->judged_frame);
    mark(tracker, finding->deciding_frame);
    finding_log_add(tracker->log, finding);
}
