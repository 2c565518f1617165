/* IP fragments of GRE packets (F17). A set of which the far point saw only some never reaches GRE
 * there: it is found by its IP ID among what the IP layer saw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"

/* The first fragment with this IP ID between these hosts at a point. */
struct seen_fragment {
    struct net_address source;
    struct net_address destination;
    uint32_t point;
    uint32_t frame;
    uint16_t ip_id;
};

static guint fragment_hash(gconstpointer item)
{
    const struct seen_fragment *seen = item;
    uint64_t position = (uint64_t)seen->point << 32 | seen->ip_id;
    uint64_t hash = hash_address(hash_step(hash_secret.start, position), &seen->source);
    return (guint)hash_address(hash, &seen->destination);
}

static gboolean fragment_equal(gconstpointer a, gconstpointer b)
{
    const struct seen_fragment *x = a, *y = b;
    return x->point == y->point && x->ip_id == y->ip_id &&
           net_address_equal(&x->source, &y->source) &&
           net_address_equal(&x->destination, &y->destination);
}

GHashTable *link_fragment_table(void)
{
    return g_hash_table_new_full(fragment_hash, fragment_equal, g_free, NULL);
}

void linker_fragment(struct linker *linker, const struct ip_fragment *fragment)
{
    const struct packet *packet = &fragment->packet;
    struct seen_fragment seen = {
        .source = packet->source,
        .destination = packet->destination,
        .point = tracker_point(linker->tracker, packet->interface),
        .frame = packet->frame,
        .ip_id = packet->ip_id,
    };
    linker->now_frame = packet->frame;
    if (g_hash_table_contains(linker->fragments, &seen))
        return;
    if (g_hash_table_size(linker->fragments) < LINK_FRAGMENT_LIMIT)
        g_hash_table_add(linker->fragments, g_memdup2(&seen, sizeof seen));
    else
        link_limit_reached(linker, LINK_LIMIT_FRAGMENTS, packet->frame);
}

void link_fragment_whole(struct linker *linker, const struct packet *packet)
{
    if (!packet->has_ip_id)
        return;
    if (g_hash_table_size(linker->fragmented) < LINK_FRAGMENT_LIMIT)
        g_hash_table_insert(linker->fragmented, GUINT_TO_POINTER(packet->frame),
                            GUINT_TO_POINTER(packet->ip_id + 1u));
    else
        link_limit_reached(linker, LINK_LIMIT_FRAGMENTS, packet->frame);
}

/* The frame of that fragment; 0: none. */
static uint32_t seen_at(const struct linker *linker, uint32_t point, uint16_t ip_id,
                        const struct net_address *from, const struct net_address *to)
{
    struct seen_fragment wanted = {
        .source = *from, .destination = *to, .point = point, .ip_id = ip_id};
    const struct seen_fragment *seen = g_hash_table_lookup(linker->fragments, &wanted);
    return seen ? seen->frame : 0;
}

/* The frame the finding is about: the next one of the call at the far point, which GRE does see;
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
    if (g_hash_table_size(linker->fragmented) == 0 ||
        !link_gre_hosts(link, packets->passage.direction, packets->passage.far, &from, &to))
        return 0;
    uint32_t point = link_position_point(link, packets->passage.far);
    for (uint32_t i = 0; i < packets->count; i++) {
        gpointer ip_id =
            g_hash_table_lookup(linker->fragmented, GUINT_TO_POINTER(packets->frames[i]));
        if (packets->arrived[i] || !ip_id)
            continue;
        uint32_t seen = seen_at(linker, point, (uint16_t)(GPOINTER_TO_UINT(ip_id) - 1), from, to);
        if (seen == 0)
            continue;
        if (lost++ == 0) {
            first = i;
            fragment = seen;
        }
    }
    if (lost == 0)
        return 0;
    struct finding finding = link_finding(linker, FINDING_FRAGMENT_LOST, link, packets->passage.hop,
                                          packets->passage.far, next_frame(packets, first));
    finding.direction = packets->passage.direction;
    finding.peer_frame = packets->frames[first];
    finding.text =
        g_strdup_printf("only some fragments of %u packet%s passed; of the first packet, frame %u, "
                        "a fragment arrives in frame %u",
                        lost, lost == 1 ? "" : "s", packets->frames[first], fragment);
    link_say(linker, &finding);
    return lost;
}
