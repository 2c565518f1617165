/* IP header checksums that a translation left as they were: the receiver drops such packets. What
 * looks the same is the capturing NAT's network adapter that fills them in later; then the receiver
 * acknowledges them. Decided at the end of the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

/* One direction across a hop, of a connection or of a session's data. */
struct crossing {
    struct link *link;
    uint32_t hop;
    uint32_t far_position;
    bool downward;
    const struct ip_checksums *far;
    struct net_address near_ends[2];
    struct net_address far_ends[2];
    uint8_t near_ttl;
    enum direction direction; /* DIRECTION_NONE: TCP */
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
    uint32_t point = link_position_point(crossing->link, crossing->far_position);
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
    const struct packet_record *record = facts_packet(linker->facts, far->frame);
    const struct message *message = linker->supplier->messages_on(linker->facts, far->frame);
    if (!(far->answered || far->again) || !far->has_wrong || !is_stale(crossing) ||
        g_hash_table_contains(accepting, adapter_of(crossing)))
        return;
    struct finding finding =
        link_finding(linker, linker->supplier->finding[LINK_FACT_IP_CHECKSUM], crossing->link,
                     crossing->hop, crossing->far_position, far->frame);
    finding.direction = crossing->direction;
    finding.peer_frame = record    ? link_peer_of(linker, far->frame, record)
                         : message ? link_pairing_of(linker, message).peer_frame
                                   : 0;
    finding.has_expected = finding.has_seen = true;
    finding.expected = far->right;
    finding.seen = far->seen;
    finding.text = g_strdup_printf("IP header checksum of a %s packet is 0x%04x, should be 0x%04x: "
                                   "off by exactly the change of the addresses",
                                   record ? linker->supplier->data : "TCP", far->seen, far->right);
    struct finding *reported = link_say(linker, &finding);
    if (reported && crossing->link->cause == FINDING_NONE)
        crossing->link->cause = reported->index;
}

static void cross_tcp(struct linker *linker, struct link_path *path, uint32_t hop, crossing_fn each,
                      GHashTable *accepting)
{
    for (uint32_t sender = 0; sender < 2 && path->first_link; sender++) {
        bool downward = link_path_downward(path, sender);
        uint32_t far_position = downward ? hop + 1 : hop;
        const struct connection *near = path->row[downward ? hop : hop + 1]->connection;
        const struct connection *far = path->row[far_position]->connection;
        struct crossing crossing = {
            .link = path->first_link,
            .hop = hop,
            .far_position = far_position,
            .downward = downward,
            .far = far->ip_checksums ? &far->ip_checksums[sender] : NULL,
            .near_ends = {near->end[0].address, near->end[1].address},
            .far_ends = {far->end[0].address, far->end[1].address},
            .near_ttl = near->ttl[sender],
            .direction = DIRECTION_NONE,
        };
        if (crossing.far && crossing.far->frame != 0)
            each(linker, &crossing, accepting);
    }
}

static void cross_data(struct linker *linker, struct link *link, uint32_t hop, crossing_fn each,
                       GHashTable *accepting)
{
    for (int direction = 0; direction < 2; direction++) {
        struct passage passage = link_passage(link, (enum direction)direction, hop);
        const struct session *before = link->view.session[passage.near];
        const struct session *after = link->view.session[passage.far];
        if (!before || !after)
            continue;
        const struct flow *near = link_data_flow(linker, before, direction);
        const struct flow *far = link_data_flow(linker, after, direction);
        if (!near || !far || !far->has_wrong_ip)
            continue;
        struct crossing crossing = {
            .link = link,
            .hop = hop,
            .far_position = passage.far,
            .downward = passage.far > passage.near,
            .far = linker->supplier->ip_checksums(linker->facts, far),
            .near_ends = {near->source, near->destination},
            .far_ends = {far->source, far->destination},
            .near_ttl = near->ttl,
            .direction = (enum direction)direction,
        };
        each(linker, &crossing, accepting);
    }
}

static void cross_all(struct linker *linker, crossing_fn each, GHashTable *accepting)
{
    for (guint i = 0; i < linker->paths->len; i++) {
        struct link_path *path = linker->paths->pdata[i];
        for (uint32_t hop = 0; hop + 1 < path->count; hop++)
            cross_tcp(linker, path, hop, each, accepting);
    }
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++)
            cross_data(linker, link, hop, each, accepting);
    }
}

void link_ip_checksums(struct linker *linker)
{
    GHashTable *accepting = g_hash_table_new(NULL, NULL);
    cross_all(linker, note_accepting, accepting);
    cross_all(linker, say, accepting);
    g_hash_table_destroy(accepting);
}
