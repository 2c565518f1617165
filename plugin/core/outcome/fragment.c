/* Data packets of which only some IP fragments passed a hop (F17).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

/* The frame the finding is about: the next one of the session at the far point, which does see it;
 * the lost packet itself if none follows. */
static uint32_t next_frame(const struct hop_packets *packets, uint32_t from)
{
    for (uint32_t i = from + 1; i < packets->count; i++) {
        if (packets->arrived[i])
            return packets->arrived[i];
    }
    return packets->frames[from];
}

uint32_t link_fragment_end(struct linker *linker, const struct hop_packets *packets)
{
    const struct link *link = packets->passage.link;
    const struct net_address *from, *to;
    uint32_t lost = 0, first = 0, fragment = 0;
    if (!fragments_have_whole(linker->fragments) ||
        !link_data_hosts(link, packets->passage.direction, packets->passage.far, &from, &to))
        return 0;
    uint32_t point = link_position_point(link, packets->passage.far);
    for (uint32_t i = 0; i < packets->count; i++) {
        uint16_t ip_id;
        if (packets->arrived[i] || !fragments_ip_id(linker->fragments, packets->frames[i], &ip_id))
            continue;
        uint32_t seen = fragments_seen_at(linker->fragments, point, ip_id, from, to);
        if (seen == 0)
            continue;
        if (lost++ == 0) {
            first = i;
            fragment = seen;
        }
    }
    if (lost == 0)
        return 0;
    struct finding finding =
        link_finding(linker, linker->supplier->finding[LINK_FACT_FRAGMENT_LOST], link,
                     packets->passage.hop, packets->passage.far, next_frame(packets, first));
    finding.direction = packets->passage.direction;
    finding.peer_frame = packets->frames[first];
    finding.text =
        g_strdup_printf("only some fragments of %u packet%s passed; of the first packet, frame %u, "
                        "a fragment arrives in frame %u",
                        lost, lost == 1 ? "" : "s", packets->frames[first], fragment);
    link_say(linker, &finding);
    return lost;
}
