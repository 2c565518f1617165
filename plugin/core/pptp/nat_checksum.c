/* TCP checksums that a translation left as they were (F16).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

/* One's complement difference (RFC 1624): what the sum is short of equals what the edit changed. */
static bool differs_by(const struct bad_checksum *bad, const struct message_pair *pair)
{
    uint32_t change = 0;
    change += record_of(pair->near)->call_id + (0xFFFFu - record_of(pair->far)->call_id);
    change += record_of(pair->near)->peer_call_id + (0xFFFFu - record_of(pair->far)->peer_call_id);
    uint32_t missing = (uint32_t)bad->right + (0xFFFFu - bad->seen);
    return change % 0xFFFF == missing % 0xFFFF && change % 0xFFFF != 0;
}

static bool judge(struct linker *linker, struct link *link, const struct message_pair *pair,
                  const struct bad_checksum *bad)
{
    if (bad->frame != pair->far->frame || !differs_by(bad, pair))
        return false;
    struct finding finding = link_finding(linker, FINDING_CHECKSUM_NOT_UPDATED, link, pair->hop,
                                          pair->far_position, pair->far->frame);
    finding.interface = pair->far->connection->point;
    finding.connection = pair->far->connection->index;
    finding.peer_frame = pair->near->frame;
    finding.text = g_strdup_printf("TCP checksum is 0x%04x, should be 0x%04x: off by exactly the "
                                   "change of the Call ID",
                                   bad->seen, bad->right);
    link_say(linker, &finding);
    return true;
}

/* They were added as their segments came: frames ascend. */
static int compare_frame(const void *frame, const void *item)
{
    uint32_t wanted = *(const uint32_t *)frame, found = ((const struct bad_checksum *)item)->frame;
    return wanted < found ? -1 : wanted > found;
}

bool link_checksum_pair(struct linker *linker, struct link *link, const struct message_pair *pair)
{
    const struct segment_notes *notes = nat_segments(linker, pair->far->connection);
    const GArray *all = notes ? notes->bad_checksums : NULL;
    const struct bad_checksum *bad =
        all ? bsearch(&pair->far->frame, all->data, all->len, sizeof *bad, compare_frame) : NULL;
    return bad && judge(linker, link, pair, bad);
}

/* The segment is told after its messages: where the other half was there first, they are judged. */
void link_checksum_segment(struct linker *linker, const struct connection *connection,
                           const struct bad_checksum *bad)
{
    const struct sighting *sighting = sighting_of(linker, connection);
    struct link_path *path = sighting ? sighting->path : NULL;
    for (struct message *far = as_message(tracker_messages_on(tracker_of(linker), bad->frame));
         far && path; far = far->next_on_frame) {
        bool downward = link_path_downward(path, far->sender);
        uint32_t peer_frame = link_pairing_of(linker, far).peer_frame;
        if (!peer_frame ||
            (downward ? sighting->position == 0 : sighting->position + 1 == path->count))
            continue;
        struct message *near = as_message(tracker_messages_on(tracker_of(linker), peer_frame));
        while (near && (near->type != far->type || near->sender != far->sender))
            near = near->next_on_frame;
        struct message_pair pair = {
            .path = path,
            .hop = downward ? sighting->position - 1 : sighting->position,
            .near_position = downward ? sighting->position - 1 : sighting->position + 1,
            .far_position = sighting->position,
            .near = near,
            .far = far,
        };
        struct link *link = near ? link_pair_link(linker, &pair) : NULL;
        if (link)
            judge(linker, link, &pair, bad);
    }
}
