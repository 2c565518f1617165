/* The packets of each ESP SA, in order of capture. A million of them must not be copied to be asked
 * for: until the link of an SA is counted, peers[frame] is the next packet of the same SA, and then
 * the packet at the other point. That is all an outcome keeps for each frame: 4 octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_link_internal.h"

static bool is_counted(const struct ipsec_record *record)
{
    return record != NULL && record->kind == IPSEC_ESP && (record->flags & IPSEC_RECORD_COPY) == 0;
}

void ipsec_link_packets(struct ipsec_links *links)
{
    if (links->shown->len < 2)
        return;
    links->peers = g_new0(uint32_t, links->last_frame + 1);
    links->first = g_new0(uint32_t, links->esp_count + 1);
    for (uint32_t frame = links->last_frame; frame > 0; frame--) {
        const struct ipsec_record *record = ipsec_tracker_on(links->tracker, frame);
        if (!is_counted(record))
            continue;
        links->peers[frame] = links->first[record->index];
        links->first[record->index] = frame;
    }
}

struct esp_walk ipsec_walk(const struct ipsec_links *links, const struct esp_sa *sa)
{
    uint32_t first = links->first != NULL ? links->first[sa->index] : 0;
    return (struct esp_walk){links, first, sa->first_ns};
}

bool ipsec_walk_next(struct esp_walk *walk, struct crossing_packet *ret)
{
    const struct ipsec_links *links = walk->links;
    uint32_t frame = walk->frame;
    if (frame == 0)
        return false;
    const struct ipsec_record *record = ipsec_tracker_on(links->tracker, frame);
    int64_t start_ns = ipsec_tracker_start_ns(links->tracker);
    walk->now_ns = packet_record_time_ns(record->time_us, walk->now_ns - start_ns) + start_ns;
    walk->frame = links->peers[frame];
    *ret = (struct crossing_packet){.key = (uint64_t)record->seq << 32 | record->content,
                                    .time_ns = walk->now_ns,
                                    .frame = frame,
                                    .tag = record->index};
    return true;
}

static int compare_frames(const void *a, const void *b)
{
    const struct crossing_packet *one = a, *other = b;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

void ipsec_sort_by_frame(GArray *packets)
{
    g_array_sort(packets, compare_frames);
}

GArray *ipsec_take_packets(struct ipsec_links *links, const GPtrArray *esps)
{
    GArray *packets = g_array_new(FALSE, FALSE, sizeof(struct crossing_packet));
    struct crossing_packet packet;
    for (guint i = 0; i < esps->len; i++) {
        const struct esp_sa *sa = esps->pdata[i];
        struct esp_walk walk = ipsec_walk(links, sa);
        while (ipsec_walk_next(&walk, &packet)) {
            g_array_append_val(packets, packet);
            links->peers[packet.frame] = 0;
        }
        if (links->first != NULL)
            links->first[sa->index] = 0;
    }
    if (esps->len > 1)
        ipsec_sort_by_frame(packets);
    return packets;
}
