/* Links sessions by their data packets alone: captures joined in mid-session, or a path that
 * changes the sequence numbers. Only some packets are sampled, by a rule that both points share, so
 * that an unlinked capture pays next to nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* The first packets of a flow, and each one whose sequence number is a multiple of this. */
#define SAMPLE_FIRST 16
#define SAMPLE_EACH  32

/* Between two points of one interface a hop must show in the TTL (see link/evidence.c). */
static bool plausible(const struct flow *a, const struct flow *b)
{
    if (a == b || a->session == b->session)
        return false;
    if (a->point != b->point)
        return true;
    return a->ttl && b->ttl && a->ttl != b->ttl;
}

/* Two positions of one row at one interface: in some direction both were seen, a hop apart. */
static bool are_two_positions(const struct linker *linker, const struct session *a,
                              const struct session *b)
{
    for (int d = 0; d < 2; d++) {
        const struct flow *x = link_data_flow(linker, a, d), *y = link_data_flow(linker, b, d);
        if (x && y && plausible(x, y))
            return true;
    }
    return false;
}

/* Of each one direction was seen, and not the same: they may be halves of one session. */
static bool may_be_halves(const struct session *a, const struct session *b)
{
    const struct flow *x = a->flow[0], *y = b->flow[0];
    return !a->connection && !b->connection && !a->absorbed_by && !b->absorbed_by && x && y &&
           !a->flow[1] && !b->flow[1] && net_address_equal(&x->source, &y->destination) &&
           net_address_equal(&x->destination, &y->source);
}

/* The session of the row that is at the point of `added`, and no position of its own; NULL: none.
 */
static struct session *at_its_point(const struct linker *linker, const struct link *link,
                                    const struct session *added)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        struct session *there = link->view.session[position];
        if (there->point == added->point && !are_two_positions(linker, there, added))
            return there;
    }
    return NULL;
}

static struct link *link_sessions(struct linker *linker, struct session *a, struct session *b,
                                  bool swapped)
{
    struct link *link =
        link_of_session(linker, a) ? link_of_session(linker, a) : link_of_session(linker, b);
    if (link && (link->path || link->view.count >= LINK_POINTS_LIMIT))
        return NULL;
    if (!link) {
        link = link_new(linker, NULL);
        session_mark_for(linker, a)->link = link;
        link->view.session[link->view.count++] = a;
    }
    struct session *added =
        link_of_session(linker, a) == link && !link_of_session(linker, b) ? b : a;
    if (link_of_session(linker, added))
        return link;
    session_mark_for(linker, added)->swapped =
        swapped != link_is_swapped(linker, added == b ? a : b);
    struct session *there = at_its_point(linker, link, added);
    if (there && may_be_halves(there, added)) {
        linker->halves[0] = there;
        linker->halves[1] = added;
        return NULL;
    }
    if (there) { /* two different tunnels, or nothing tells */
        link_notes(linker, added)->ambiguous = true;
        return NULL;
    }
    session_mark_for(linker, added)->link = link;
    link_make_room(linker, link, link->view.count + 1);
    link->view.session[link->view.count++] = added;
    return link;
}

static void learn_ids(const struct linker *linker, struct link *link)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        for (int d = 0; d < 2; d++) {
            const struct flow *flow = link_data_flow(linker, link->view.session[position], d);
            if (flow)
                link_put_id(link, direction_id_owner((enum direction)d), position, flow->id);
        }
    }
}

/* What follows from the row of a link by data alone, after it has got more members. */
static void row_changed(struct linker *linker, struct link *link)
{
    link->view.evidence |= EVIDENCE_DATA;
    link_path_order_sessions(linker, link);
    learn_ids(linker, link);
    link_path_points(linker, link);
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct session *session = link->view.session[position];
        const struct flow *any = session->flow[0] ? session->flow[0] : session->flow[1];
        if (!any)
            continue; /* its flow is another session's by now, which has a position elsewhere */
        link_remember_host(linker, link, session->point, &any->source);
        link_remember_host(linker, link, session->point, &any->destination);
    }
}

/* A connection of this path at the point of `session`, between the same hosts: the session's set-up
 * is not in that capture, but its control connection is. */
static bool put_into_path(struct linker *linker, struct session *known, struct session *session,
                          const struct flow *flow, bool swapped)
{
    struct link *link = link_of_session(linker, known);
    for (uint32_t position = 0; link && link->path && position < link->path->count; position++) {
        const struct connection *connection = link->path->row[position]->connection;
        const struct net_address *ends[2] = {&connection->end[0].address,
                                             &connection->end[1].address};
        bool hosts = (net_address_equal(ends[0], &flow->source) &&
                      net_address_equal(ends[1], &flow->destination)) ||
                     (net_address_equal(ends[1], &flow->source) &&
                      net_address_equal(ends[0], &flow->destination));
        if (connection->point != session->point || !hosts || link->view.session[position])
            continue;
        session_mark_for(linker, session)->swapped = swapped;
        link_put_session(linker, link, position, session);
        return true;
    }
    return false;
}

void linker_take_halves(struct linker *linker, struct session **ret_first,
                        struct session **ret_second)
{
    *ret_first = linker->halves[0];
    *ret_second = linker->halves[1]; /* linker_absorbed is told of this one */
    linker->halves[0] = NULL;
}

void linker_absorbed(struct linker *linker, struct session *unknown)
{
    struct session *session = unknown->absorbed_by;
    struct link *link = link_of_session(linker, unknown), *of = link_of_session(linker, session);
    const struct sighting *sighting =
        session->connection ? sighting_of(linker, session->connection) : NULL;
    if (unknown == linker->halves[1] && of && !of->path && of->view.count > 1)
        row_changed(linker, of);
    /* A path's messages give the session its link and its position. */
    if (!link || link->path || of || (sighting && sighting->path))
        return;
    session_mark_for(linker, unknown)->link = NULL;
    link->view.session[link_position_of(linker, unknown)] = NULL;
    session_mark_for(linker, session)->swapped =
        link_is_swapped(linker, unknown) != unknown->turned;
    link_put_session(linker, link, link_position_of(linker, unknown), session);
}

static void link_by_data(struct linker *linker, struct flow *flow, struct flow *other)
{
    struct session *a = other->session, *b = flow->session;
    bool swapped = flow->direction != other->direction;
    if (a->connection && b->connection) {
        link_evidence_join(linker, link_sighting(linker, a->connection),
                           link_sighting(linker, b->connection), EVIDENCE_DATA);
        return;
    }
    if ((a->connection && put_into_path(linker, a, b, flow, swapped)) ||
        (b->connection && put_into_path(linker, b, a, other, swapped)))
        return;
    struct link *link = b->roles_known ? link_sessions(linker, b, a, swapped)
                                       : link_sessions(linker, a, b, swapped);
    if (link)
        row_changed(linker, link);
}

/* The flow that showed the packet elsewhere; NULL: none, or several that are not one row. */
static struct flow *shown_by(const struct linker *linker, const struct flow *flow,
                             const struct waiting_entry *entries, uint32_t count)
{
    struct flow *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        struct flow *other = facts_flow(linker->facts, entries[i].side);
        if (!other ||
            (link_of_session(linker, flow->session) &&
             link_of_session(linker, other->session) == link_of_session(linker, flow->session)))
            continue;
        if (!plausible(flow, other) || (first && (!link_of_session(linker, first->session) ||
                                                  link_of_session(linker, first->session) !=
                                                      link_of_session(linker, other->session))))
            return NULL;
        first = other;
    }
    return first;
}

/* Counts a packet that the session has in common with another; false: not often enough yet. Two
 * sessions can be its neighbours, at different points; more than one at one point refutes both. */
static bool has_shared(const struct linker *linker, struct session_notes *notes,
                       const struct session *other)
{
    for (int i = 0; i < 2; i++) {
        const struct session *known = notes->candidate[i].session;
        if (!known)
            notes->candidate[i].session = other;
        else if (known != other &&
                 (!link_of_session(linker, known) ||
                  link_of_session(linker, known) != link_of_session(linker, other))) {
            notes->ambiguous =
                notes->ambiguous || (known->point == other->point && !may_be_halves(known, other));
            continue;
        }
        return ++notes->candidate[i].hits >= LINK_DATA_HITS;
    }
    return false;
}

/* Of a session that was seen without its set-up the two directions may have been put together
 * wrongly: then each shares packets with another session, and neither is its own. */
static bool is_proved(struct linker *linker, struct session *session, struct session *other)
{
    struct session_notes *notes = link_notes(linker, session), *theirs = link_notes(linker, other);
    bool is_shared = has_shared(linker, notes, other),
         is_seen_so = has_shared(linker, theirs, session);
    return (is_shared || is_seen_so) && !notes->ambiguous && !theirs->ambiguous;
}

void link_data_sample(struct linker *linker, struct flow *flow, const struct packet_record *record,
                      const struct packet *packet)
{
    if (!(record->flags & PACKET_DATA) || record->length == 0 ||
        (flow->data_packets > SAMPLE_FIRST && record->seq % SAMPLE_EACH != 0))
        return;
    uint64_t key = waiting_key(record->content, record->seq, record->length);
    struct waiting_entry entries[LINK_POINTS_LIMIT];
    uint32_t count = waiting_find(linker->samples, key, flow->index, entries, LINK_POINTS_LIMIT);
    waiting_put(linker->samples, key, flow->index, packet->frame, packet->time_ns);
    struct flow *other = count <= LINK_POINTS_LIMIT ? shown_by(linker, flow, entries, count) : NULL;
    if (other && is_proved(linker, flow->session, other->session))
        link_by_data(linker, flow, other);
}
