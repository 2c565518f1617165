/* TCP checksums that a translation left as they were (F16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

/* One's complement (RFC 1624). */
static uint32_t change_of_ids(const struct message *near, const struct message *far)
{
    const struct message_record *a = record_of(near), *b = record_of(far);
    uint32_t change = a->call_id + (0xFFFFu - b->call_id);

    return (change + a->peer_call_id + (0xFFFFu - b->peer_call_id)) % 0xFFFF;
}

/* That of all messages that end in the segment. A NAT leaves them together. */
static uint32_t change_of_segment(const struct tracker *tracker, const struct message_pair *pair)
{
    const struct message *near = as_message(tracker_messages_on(tracker, pair->near->frame));
    const struct message *far = as_message(tracker_messages_on(tracker, pair->far->frame));
    uint32_t change = 0;

    for (; near != NULL && far != NULL && near->type == far->type;
         near = near->next_on_frame, far = far->next_on_frame)
        change = (change + change_of_ids(near, far)) % 0xFFFF;
    return change;
}

/* What the sum is short of equals what an edit changed, or all edits of the segment. */
static bool differs_by_ids(const struct tracker *tracker, const struct message_pair *pair)
{
    const struct message_record *far = record_of(pair->far);
    uint32_t missing = (far->checksum_right + (0xFFFFu - far->checksum_seen)) % 0xFFFF;

    return missing != 0 && (missing == change_of_ids(pair->near, pair->far) ||
                            missing == change_of_segment(tracker, pair));
}

bool link_checksum_pair(struct linker *linker, struct link *link, const struct message_pair *pair)
{
    const struct message_record *far = record_of(pair->far);
    if (!far->has_wrong_checksum || !differs_by_ids(tracker_of(linker), pair))
        return false;
    struct finding finding = link_finding(linker, FINDING_CHECKSUM_NOT_UPDATED, link, pair->hop,
                                          pair->far_position, pair->far->frame);
    finding.interface = pair->far->connection->point;
    finding.connection = pair->far->connection->index;
    finding.peer_frame = pair->near->frame;
    finding.text = g_strdup_printf("TCP checksum is 0x%04x, should be 0x%04x: off by exactly the "
                                   "change of the Call ID",
                                   far->checksum_seen, far->checksum_right);
    link_say(linker, &finding);
    return true;
}
