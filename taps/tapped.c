/* See tapped.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tap_events.h"
#include "tapped.h"

static struct flow_count count_of_gre(const struct pptp_tap_event *event)
{
    const struct packet_record *record = &event->gre;
    bool data = (record->flags & PACKET_DATA) != 0;
    struct flow_count count = {.packets = 1, .data_packets = data, .has_seq = data};
    if (data) {
        count.first_seq = record->seq;
        count.last_seq = record->seq;
    }
    if ((record->flags & PACKET_GAP) != 0)
        count.skipped = event->detail.lost;
    count.late = (record->flags & PACKET_LATE) != 0 && !packet_record_is_copy(record);
    count.duplicates = (record->flags & PACKET_DUPLICATE) != 0;
    return count;
}

static struct flow_count count_of_esp(const struct ipsec_record *record)
{
    return (struct flow_count){
        .packets = 1,
        .skipped = (record->flags & IPSEC_RECORD_GAP) != 0 ? record->lost : 0,
        .late = (record->flags & IPSEC_RECORD_LATE) != 0,
        .duplicates = (record->flags & IPSEC_RECORD_DUPLICATE) != 0,
        .has_seq = true,
        .first_seq = record->seq,
        .last_seq = record->seq,
    };
}

static struct tapped tapped_of_pptp(const struct pptp_tap_event *event)
{
    struct tapped tapped = {.subject = {.call = event->call, .flow = event->flow},
                            .has_count = event->flow != NULL};
    if (event->flow != NULL)
        tapped.count = count_of_gre(event);
    return tapped;
}

/* False: a second copy of a packet, or what is of no SA. */
static bool tapped_of_ipsec(const struct ipsec_tap_event *event, struct tapped *ret)
{
    if (event->record.kind == 0) {
        *ret = (struct tapped){.waiting = event->frame};
        return true;
    }
    bool is_message = event->record.kind == IPSEC_IKE;
    if ((!is_message && event->esp == NULL) || (event->record.flags & IPSEC_RECORD_COPY) != 0)
        return false;
    *ret = (struct tapped){.subject = {.ike = event->ike, .esp = event->esp}, .has_count = true};
    if (is_message)
        ret->count.packets = 1;
    else
        ret->count = count_of_esp(&event->record);
    return true;
}

bool tapped_read(bool of_ipsec, const void *event, struct tapped *ret)
{
    if (of_ipsec)
        return tapped_of_ipsec(event, ret);
    *ret = tapped_of_pptp(event);
    return true;
}

bool tapped_settle(const struct ipsec_tracker *tracker, uint32_t frame, struct tapped *ret)
{
    const struct ipsec_record *record = ipsec_tracker_on(tracker, frame);
    if (record == NULL || record->kind != IPSEC_ESP)
        return false;
    const struct esp_sa *sa = ipsec_tracker_esp(tracker, record->index);
    const struct ipsec_tap_event event = {
        .frame = frame, .record = *record, .ike = sa->ike, .esp = sa};
    return tapped_of_ipsec(&event, ret);
}
