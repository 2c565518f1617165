/* TCP checksums that a translation left as they were (F16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

/* One's complement difference (RFC 1624): what the sum is short of equals what the edit changed. */
static bool differs_by_ids(const struct message_record *near, const struct message_record *far)
{
    uint32_t change = 0;
    change += near->call_id + (0xFFFFu - far->call_id);
    change += near->peer_call_id + (0xFFFFu - far->peer_call_id);
    uint32_t missing = (uint32_t)far->checksum_right + (0xFFFFu - far->checksum_seen);
    return change % 0xFFFF == missing % 0xFFFF && change % 0xFFFF != 0;
}

bool link_checksum_pair(struct linker *linker, struct link *link, const struct message_pair *pair)
{
    const struct message_record *far = record_of(pair->far);
    if (!far->has_wrong_checksum || !differs_by_ids(record_of(pair->near), far))
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
