/* IP header checksums that a translation left as they were: the receiver drops such packets. What
 * looks the same is the capturing NAT's network adapter that fills them in later; then the receiver
 * acknowledges them. Decided at the end of the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"

/* One direction across a hop, of a control connection or of a call's GRE. */
struct crossing {
    struct link *link;
    uint32_t hop;
    uint32_t far_place;
    bool downward;
    const struct ip_checksums *far;
    struct net_address near_ends[2];
    struct net_address far_ends[2];
    uint8_t near_ttl;
    enum call_direction direction; /* DIRECTION_NONE: TCP */
};

typedef void (*crossing_fn)(struct linker *linker, const struct crossing *crossing,
                            GHashTable *accepting);

static bool is_stale(const struct crossing *crossing)
{
    return ip_checksums_are_stale(crossing->far, crossing->near_ends, crossing->far_ends,
                                  crossing->near_ttl);
}

/* The tracker point and the way: whose network adapter it is. */
static gpointer adapter_of(const struct crossing *crossing)
{
    uint32_t point = link_place_point(crossing->link, crossing->far_place);
    return GUINT_TO_POINTER(point * 2 + crossing->downward);
}

static void note_accepting(struct linker *linker, const struct crossing *crossing,
                           GHashTable *accepting)
{
    (void)linker;
    if (crossing->far->accepted && is_stale(crossing))
        g_hash_table_add(accepting, adapter_of(crossing));
}

static void say(struct linker *linker, const struct crossing *crossing, GHashTable *accepting)
{
    const struct ip_checksums *far = crossing->far;
    const struct gre_record *record = tracker_gre_on(linker->tracker, far->frame);
    const struct message_record *message = tracker_messages_on(linker->tracker, far->frame);
    if (!(far->answered || far->again) || !far->has_wrong || !is_stale(crossing) ||
        g_hash_table_contains(accepting, adapter_of(crossing)))
        return;
    struct finding finding = link_finding(linker, FINDING_IP_CHECKSUM_WRONG, crossing->link,
                                          crossing->hop, crossing->far_place, far->frame);
    finding.direction = crossing->direction;
    finding.peer_frame = record ? record->peer_frame : message ? message->peer_frame : 0;
    finding.has_expected = finding.has_seen = true;
    finding.expected = far->right;
    finding.seen = far->seen;
    finding.text = g_strdup_printf("IP header checksum of a %s packet is 0x%04x, should be 0x%04x: "
                                   "off by exactly the change of the addresses",
                                   record ? "GRE" : "TCP", far->seen, far->right);
    struct finding *said = link_say(linker, &finding);
    if (said && crossing->link->cause == FINDING_NOBODY)
        crossing->link->cause = said->index;
}

static void cross_tcp(struct linker *linker, struct chain *chain, uint32_t hop, crossing_fn each,
                      GHashTable *accepting)
{
    for (uint32_t sender = 0; sender < 2 && chain->links->len > 0; sender++) {
        bool downward = link_path_downward(chain, sender);
        uint32_t far_place = downward ? hop + 1 : hop;
        const struct connection *near = chain->row[downward ? hop : hop + 1]->connection;
        const struct connection *far = chain->row[far_place]->connection;
        struct crossing crossing = {
            .link = chain->links->pdata[0],
            .hop = hop,
            .far_place = far_place,
            .downward = downward,
            .far = &far->ip_checksums[sender],
            .near_ends = {near->end[0].address, near->end[1].address},
            .far_ends = {far->end[0].address, far->end[1].address},
            .near_ttl = near->ttl[sender],
            .direction = DIRECTION_NONE,
        };
        if (crossing.far->frame != 0)
            each(linker, &crossing, accepting);
    }
}

static void cross_gre(struct linker *linker, struct link *link, uint32_t hop, crossing_fn each,
                      GHashTable *accepting)
{
    for (int direction = 0; direction < 2; direction++) {
        uint32_t near_place, far_place;
        link_gre_ends(link, (enum call_direction)direction, hop, &near_place, &far_place);
        if (!link->face.call[near_place] || !link->face.call[far_place])
            continue;
        const struct gre_flow *near = link_gre_flow(link->face.call[near_place], direction);
        const struct gre_flow *far = link_gre_flow(link->face.call[far_place], direction);
        if (!near || !far || !far->has_wrong_ip)
            continue;
        struct crossing crossing = {
            .link = link,
            .hop = hop,
            .far_place = far_place,
            .downward = far_place > near_place,
            .far = tracker_ip_checksums(linker->tracker, far),
            .near_ends = {near->source, near->destination},
            .far_ends = {far->source, far->destination},
            .near_ttl = near->ttl,
            .direction = (enum call_direction)direction,
        };
        each(linker, &crossing, accepting);
    }
}

static void cross_all(struct linker *linker, crossing_fn each, GHashTable *accepting)
{
    for (guint i = 0; i < linker->chains->len; i++) {
        struct chain *chain = linker->chains->pdata[i];
        for (uint32_t hop = 0; hop + 1 < chain->count; hop++)
            cross_tcp(linker, chain, hop, each, accepting);
    }
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->face.count; hop++)
            cross_gre(linker, link, hop, each, accepting);
    }
}

void link_ip_checksums(struct linker *linker)
{
    GHashTable *accepting = g_hash_table_new(NULL, NULL);
    cross_all(linker, note_accepting, accepting);
    cross_all(linker, say, accepting);
    g_hash_table_destroy(accepting);
}
