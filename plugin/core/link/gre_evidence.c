/* Links calls by their GRE packets alone: captures joined in mid-call, or a path that changes the
 * TCP sequence numbers. Only some packets are sampled, by a rule that both points share, so that an
 * unlinked capture pays next to nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* The first packets of a flow, and each one whose sequence number is a multiple of this. */
#define SAMPLE_FIRST 16
#define SAMPLE_EACH  32

/* Between two points of one interface a hop must show in the TTL (see link/evidence.c). */
static bool plausible(const struct gre_flow *a, const struct gre_flow *b)
{
    if (a == b || a->call == b->call)
        return false;
    if (a->point != b->point)
        return true;
    return a->ttl && b->ttl && a->ttl != b->ttl;
}

/* Two positions of one row at one interface: in some direction both were seen, a hop apart. */
static bool are_two_positions(const struct linker *linker, const struct call *a,
                              const struct call *b)
{
    for (int d = 0; d < 2; d++) {
        const struct gre_flow *x = link_gre_flow(linker, a, d), *y = link_gre_flow(linker, b, d);
        if (x && y && plausible(x, y))
            return true;
    }
    return false;
}

/* Makes room for a call at a point that the row has already: as its other half, or as a position of
 * its own. False: the two are different tunnels, or nothing tells. */
static bool fits_in_row(struct linker *linker, const struct link *link, struct call *added)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        struct call *there = link->view.call[position];
        if (there->point == added->point && !are_two_positions(linker, there, added))
            return tracker_join_halves(linker->tracker, there, added);
    }
    return true;
}

static struct link *link_calls(struct linker *linker, struct call *a, struct call *b, bool swapped)
{
    struct link *link = link_of_call(linker, a) ? link_of_call(linker, a) : link_of_call(linker, b);
    if (link && (link->path || link->view.count >= LINK_POINTS_LIMIT))
        return NULL;
    if (!link) {
        link = link_new(linker, NULL);
        call_mark_for(linker, a)->link = link;
        link->view.call[link->view.count++] = a;
    }
    struct call *added = link_of_call(linker, a) == link && !link_of_call(linker, b) ? b : a;
    if (link_of_call(linker, added))
        return link;
    call_mark_for(linker, added)->swapped = swapped != link_is_swapped(linker, added == b ? a : b);
    if (!fits_in_row(linker, link, added)) {
        link_notes(linker, added)->ambiguous = true;
        return NULL;
    }
    if (added->absorbed_by) /* into a call of the row, which may be the only one */
        return link->view.count > 1 ? link : NULL;
    call_mark_for(linker, added)->link = link;
    link->view.call[link->view.count++] = added;
    return link;
}

static void learn_ids(const struct linker *linker, struct link *link)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (int d = 0; d < 2; d++) {
            const struct gre_flow *flow = link_gre_flow(linker, link->view.call[position], d);
            struct id_map *map = &link->map[direction_id_owner((enum direction)d)];
            if (flow) {
                map->known[position] = true;
                map->id[position] = flow->call_id;
            }
        }
    }
}

/* A connection of this path at the point of `call`, between the same hosts: the call's set-up is
 * not in that capture, but its control connection is. */
static bool put_into_path(struct linker *linker, struct call *known, struct call *call,
                          const struct gre_flow *flow, bool swapped)
{
    struct link *link = link_of_call(linker, known);
    for (uint32_t position = 0; link && link->path && position < link->path->count; position++) {
        const struct connection *connection = link->path->row[position]->connection;
        const struct net_address *ends[2] = {&connection->end[0].address,
                                             &connection->end[1].address};
        bool hosts = (net_address_equal(ends[0], &flow->source) &&
                      net_address_equal(ends[1], &flow->destination)) ||
                     (net_address_equal(ends[1], &flow->source) &&
                      net_address_equal(ends[0], &flow->destination));
        if (connection->point != call->point || !hosts || link->view.call[position])
            continue;
        call_mark_for(linker, call)->swapped = swapped;
        link_put_call(linker, link, position, call);
        return true;
    }
    return false;
}

void link_gre_absorbed(struct linker *linker, struct call *unknown)
{
    struct call *call = unknown->absorbed_by;
    struct link *link = link_of_call(linker, unknown);
    const struct sighting *sighting =
        call->connection ? sighting_of(linker, call->connection) : NULL;
    /* A path's messages give the call its link and its position. */
    if (!link || link->path || link_of_call(linker, call) || (sighting && sighting->path))
        return;
    call_mark_for(linker, unknown)->link = NULL;
    link->view.call[link_position_of(linker, unknown)] = NULL;
    call_mark_for(linker, call)->swapped = link_is_swapped(linker, unknown) != unknown->turned;
    link_put_call(linker, link, link_position_of(linker, unknown), call);
}

static void link_by_gre(struct linker *linker, struct gre_flow *flow, struct gre_flow *other)
{
    struct call *a = other->call, *b = flow->call;
    bool swapped = flow->direction != other->direction;
    if (a->connection && b->connection) {
        link_evidence_join(linker, link_sighting(linker, a->connection),
                           link_sighting(linker, b->connection), EVIDENCE_GRE);
        return;
    }
    if ((a->connection && put_into_path(linker, a, b, flow, swapped)) ||
        (b->connection && put_into_path(linker, b, a, other, swapped)))
        return;
    struct link *link =
        b->roles_known ? link_calls(linker, b, a, swapped) : link_calls(linker, a, b, swapped);
    if (!link)
        return;
    link->view.evidence |= EVIDENCE_GRE;
    link_path_order_calls(linker, link);
    learn_ids(linker, link);
    link_path_points(linker, link);
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct call *call = link->view.call[position];
        const struct gre_flow *any = call->flow[0] ? call->flow[0] : call->flow[1];
        if (!any)
            continue; /* its flow is another call's by now, which has a position elsewhere */
        link_remember_host(linker, link, call->point, &any->source);
        link_remember_host(linker, link, call->point, &any->destination);
    }
}

/* The flow that showed the packet elsewhere; NULL: none, or several that are not one row. */
static struct gre_flow *shown_by(const struct linker *linker, const struct gre_flow *flow,
                                 const struct waiting_entry *entries, uint32_t count)
{
    struct gre_flow *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        struct gre_flow *other = tracker_flow(linker->tracker, entries[i].side);
        if (!other || (link_of_call(linker, flow->call) &&
                       link_of_call(linker, other->call) == link_of_call(linker, flow->call)))
            continue;
        if (!plausible(flow, other) ||
            (first && (!link_of_call(linker, first->call) ||
                       link_of_call(linker, first->call) != link_of_call(linker, other->call))))
            return NULL;
        first = other;
    }
    return first;
}

/* Of each one direction was seen, and not the same: they may be halves of one call. */
static bool may_be_halves(const struct call *a, const struct call *b)
{
    const struct gre_flow *x = a->flow[0], *y = b->flow[0];
    return !a->connection && !b->connection && x && y && !a->flow[1] && !b->flow[1] &&
           net_address_equal(&x->source, &y->destination) &&
           net_address_equal(&x->destination, &y->source);
}

/* Counts a packet that the call has in common with another; false: not often enough yet. Two calls
 * can be its neighbours, at different points; more than one at one point refutes both. */
static bool has_shared(const struct linker *linker, struct call_notes *notes,
                       const struct call *other)
{
    for (int i = 0; i < 2; i++) {
        const struct call *known = notes->candidate[i].call;
        if (!known)
            notes->candidate[i].call = other;
        else if (known != other && (!link_of_call(linker, known) ||
                                    link_of_call(linker, known) != link_of_call(linker, other))) {
            notes->ambiguous =
                notes->ambiguous || (known->point == other->point && !may_be_halves(known, other));
            continue;
        }
        return ++notes->candidate[i].hits >= LINK_GRE_HITS;
    }
    return false;
}

/* Of a call that was seen without its set-up the two directions may have been put together wrongly:
 * then each shares packets with another call, and neither is its own. */
static bool is_proved(struct linker *linker, struct call *call, struct call *other)
{
    struct call_notes *notes = link_notes(linker, call), *theirs = link_notes(linker, other);
    bool is_shared = has_shared(linker, notes, other),
         is_seen_so = has_shared(linker, theirs, call);
    return (is_shared || is_seen_so) && !notes->ambiguous && !theirs->ambiguous;
}

void link_gre_sample(struct linker *linker, struct gre_flow *flow,
                     const struct packet_record *record, const struct packet *packet)
{
    if (!(record->flags & PACKET_DATA) || record->length == 0 ||
        (flow->data_packets > SAMPLE_FIRST && record->seq % SAMPLE_EACH != 0))
        return;
    uint64_t key = waiting_key(record->content, record->seq, record->length);
    struct waiting_entry entries[LINK_POINTS_LIMIT];
    uint32_t count = waiting_find(linker->samples, key, flow->index, entries, LINK_POINTS_LIMIT);
    waiting_put(linker->samples, key, flow->index, packet->frame, packet->time_ns);
    struct gre_flow *other =
        count <= LINK_POINTS_LIMIT ? shown_by(linker, flow, entries, count) : NULL;
    if (other && is_proved(linker, flow->call, other->call))
        link_by_gre(linker, flow, other);
}
