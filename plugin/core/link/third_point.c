/* Data that takes another way than its control connection: past a point that is not in the row
 * (another uplink, another network), or between other hosts than reading could try. Packets of
 * flows that nothing explains are compared, by content, with those that end at a hop or come from
 * nowhere behind it. One link must fit better than all others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packets.h"

/* Packets of such a flow that are compared. */
#define THIRD_PACKETS 32
/* Directions at hops that a flow is counted for; more prove nothing. */
#define THIRD_SIDES 8

/* A direction of a link at a hop that the flow's packets may be of. */
struct third_side {
    struct passage passage;
    bool before; /* the flow shows them before the hop, the row behind it */
    bool fits;
    uint32_t hits;
};

struct third_flow {
    struct flow *flow;
    uint32_t count;
    bool too_many;
    struct third_side side[THIRD_SIDES];
};

static bool is_candidate(const struct linker *linker, const struct flow *flow,
                         const struct packet_index *index)
{
    return !flow->session->connection && !flow->session->absorbed_by &&
           !link_of_session(linker, flow->session) && index->unmatched[flow->index] &&
           !flow_position_of(linker, flow);
}

static bool is_told_by_content(const struct linker *linker, uint32_t frame)
{
    const struct packet_record *record = facts_packet(linker->facts, frame);
    return (record->flags & PACKET_DATA) && record->length > 0 &&
           !link_peer_of(linker, frame, record);
}

static uint64_t content_key(const struct packet_record *record)
{
    return waiting_key(record->content, record->seq, record->length);
}

static bool never_old(const struct waiting_entry *entry, void *user)
{
    (void)entry;
    (void)user;
    return false;
}

static void put_packets(const struct linker *linker, const struct packet_index *index,
                        struct waiting_packets *packets, const struct flow *flow, uint32_t side)
{
    uint32_t kept = 0;
    struct packet_walk walk = link_packets_walk(index, flow->index);
    for (uint32_t frame; kept < THIRD_PACKETS && (frame = link_packets_next(&walk)) != 0;) {
        const struct packet_record *record = facts_packet(linker->facts, frame);
        if (is_told_by_content(linker, frame))
            kept += waiting_put(packets, content_key(record), side, frame, 0);
    }
}

static GArray *third_flows(struct linker *linker, const struct packet_index *index,
                           struct waiting_packets *packets)
{
    GArray *flows = g_array_new(FALSE, TRUE, sizeof(struct third_flow));
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        struct third_flow third = {.flow = facts_flow(linker->facts, i)};
        if (!is_candidate(linker, third.flow, index))
            continue;
        put_packets(linker, index, packets, third.flow, flows->len);
        g_array_append_val(flows, third);
    }
    return flows;
}

/* The flow lies between the ends of the control connection, but for one of them at most, as many
 * hops from the row's packets as the control connection crosses there: a point behind the row does
 * not. */
static bool fits(const struct linker *linker, const struct flow *flow,
                 const struct third_side *side)
{
    const struct link *link = side->passage.link;
    enum direction direction = side->passage.direction;
    uint32_t near = side->passage.near, far = side->passage.far;
    const struct session *session =
        link->view.session[near] ? link->view.session[near] : link->view.session[far];
    const struct connection *before = link->path->row[near]->connection;
    const struct connection *after = link->path->row[far]->connection;
    const struct connection *there = side->before ? before : after;
    uint32_t from = session_sender(session, direction);
    const struct session *shown = link->view.session[side->before ? far : near];
    const struct flow *other = shown ? link_data_flow(linker, shown, (int)direction) : NULL;
    if (!other || (!net_address_equal(&flow->source, &there->end[from].address) &&
                   !net_address_equal(&flow->destination, &there->end[1 - from].address)))
        return false;
    int crossed = (int)before->ttl[from] - (int)after->ttl[from];
    int seen = side->before ? (int)flow->ttl - (int)other->ttl : (int)other->ttl - (int)flow->ttl;
    return before->ttl[from] && after->ttl[from] && flow->ttl && other->ttl && crossed == seen;
}

static bool is_same(const struct third_side *a, const struct third_side *b)
{
    return a->passage.link == b->passage.link && a->passage.hop == b->passage.hop &&
           a->passage.direction == b->passage.direction && a->before == b->before;
}

static void count_hit(const struct linker *linker, struct third_flow *third,
                      const struct third_side *wanted)
{
    uint32_t i = 0;
    while (i < third->count && !is_same(&third->side[i], wanted))
        i++;
    if (i == THIRD_SIDES) {
        third->too_many = true;
        return;
    }
    if (i == third->count) {
        third->side[i] = *wanted;
        third->side[i].fits = fits(linker, third->flow, wanted);
        third->count++;
    }
    third->side[i].hits++;
}

/* Counts what the row's packet, which has no other half across `hop`, has in common with whom. */
static void compare_packet(const struct linker *linker, const struct waiting_packets *packets,
                           GArray *flows, uint32_t frame, const struct third_side *side)
{
    struct waiting_entry entries[THIRD_SIDES];
    const struct packet_record *record = facts_packet(linker->facts, frame);
    uint32_t count = waiting_find(packets, content_key(record), UINT32_MAX, entries, THIRD_SIDES);
    for (uint32_t i = 0; i < MIN(count, THIRD_SIDES); i++)
        count_hit(linker, &g_array_index(flows, struct third_flow, entries[i].side), side);
}

static void compare_flow(const struct linker *linker, const struct packet_index *index,
                         const struct waiting_packets *packets, GArray *flows, struct link *link,
                         const struct flow *flow, const uint8_t *matched)
{
    uint32_t position = link_position_of(linker, flow->session);
    for (uint32_t back = 0; back < 2 && back <= position; back++) {
        unsigned known = back ? LINK_MATCHED_INWARDS : LINK_MATCHED_OUTWARDS;
        if (position - back + 1 >= link->view.count)
            continue;
        struct third_side side = {
            .passage = link_passage(link, link_data_direction(linker, flow), position - back)};
        side.before = side.passage.far == position;
        struct packet_walk walk = link_packets_walk(index, flow->index);
        for (uint32_t frame; (frame = link_packets_next(&walk)) != 0;) {
            if (!(link_matched(matched, frame) & known) && is_told_by_content(linker, frame))
                compare_packet(linker, packets, flows, frame, &side);
        }
    }
}

static void compare_links(struct linker *linker, const struct packet_index *index,
                          const struct waiting_packets *packets, GArray *flows,
                          const uint8_t *matched)
{
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t at = 0; link->path && at < 2 * link->view.count; at++) {
            const struct session *session = link->view.session[at / 2];
            const struct flow *flow = session ? session->flow[at % 2] : NULL;
            if (flow)
                compare_flow(linker, index, packets, flows, link, flow, matched);
        }
    }
}

/* The side that shares most with the flow; NULL: none, or another link's does as well. */
static const struct third_side *best_side(const struct third_flow *third)
{
    const struct third_side *best = NULL;
    bool tie = false;
    for (uint32_t i = 0; i < third->count; i++) {
        const struct third_side *side = &third->side[i];
        if (!side->fits || (best && side->hits < best->hits))
            continue;
        tie = best && side->hits == best->hits;
        best = side;
    }
    bool enough = best && (best->hits > 1 || third->flow->data_packets == 1);
    return enough && !tie && !third->too_many ? best : NULL;
}

void link_third(struct linker *linker, const struct packet_index *index, const uint8_t *matched)
{
    struct waiting_packets *packets = waiting_new(LINK_DATA_WAITING_LIMIT, never_old, NULL);
    GArray *flows = third_flows(linker, index, packets);
    if (flows->len > 0)
        compare_links(linker, index, packets, flows, matched);
    for (guint i = 0; i < flows->len; i++) {
        const struct third_flow *third = &g_array_index(flows, struct third_flow, i);
        const struct third_side *side = best_side(third);
        if (!side)
            continue;
        const struct passage *passage = &side->passage;
        link_misaddressed_put(linker, third->flow, passage->link, passage->direction,
                              side->before ? passage->near : passage->far);
        struct hop_sides sides = link_late_hop(linker, index, passage);
        hop_sides_clear(&sides);
    }
    g_array_free(flows, TRUE);
    waiting_free(packets);
}
