/* Which sightings of control connections are one connection. Evidence is what no NAT changes: both
 * initial sequence numbers, raw sequence numbers with masked payload, the order of masked messages.
 * A candidate is taken only if it is the only one; the rest stays apart and is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

static bool same_tuple(const struct connection *a, const struct connection *b)
{
    return endpoint_equal(&a->end[0], &b->end[0]) && endpoint_equal(&a->end[1], &b->end[1]);
}

/* Forwarding costs a hop (RFC 791): at one interface two sightings of one connection must differ in
 * the TTL of at least one end, or they are two connections that look alike. */
static bool ttl_differs(const struct connection *a, const struct connection *b)
{
    bool known = false;
    for (int end = 0; end < 2; end++) {
        if (a->ttl[end] && b->ttl[end]) {
            known = true;
            if (a->ttl[end] != b->ttl[end])
                return true;
        }
    }
    return !known;
}

static bool plausible(const struct sighting *a, const struct sighting *b)
{
    const struct connection *x = a->connection, *y = b->connection;
    if (x == y)
        return false;
    if (x->point != y->point)
        return true;
    return !same_tuple(x, y) && ttl_differs(x, y);
}

bool link_evidence_fits(struct linker *linker, const struct sighting *sighting,
                        const struct sighting *other)
{
    const struct link_path *path = other->path;
    if (!path)
        return plausible(sighting, other);
    if (sighting->path == path)
        return false;
    for (uint32_t i = 0; i < path->count; i++) {
        if (!plausible(sighting, path->row[i]))
            return false;
    }
    if (path->count < LINK_POINTS_LIMIT)
        return true;
    link_limit_reached(linker, LINK_LIMIT_POINTS, sighting->connection->first_frame);
    return false;
}

bool link_evidence_same_ip_ids(const struct sighting *a, const struct sighting *b)
{
    bool compared = false;
    for (int end = 0; end < 2; end++) {
        if (!a->has_first_ip_id[end] || !b->has_first_ip_id[end])
            continue;
        if (a->first_ip_id[end] != b->first_ip_id[end])
            return false;
        compared = compared || a->first_ip_id[end] != 0;
    }
    return compared;
}

static void path_forget_waiting(struct link_path *path)
{
    for (uint32_t hop = 0; hop + 1 < path->room; hop++) {
        if (path->waiting_is_borrowed)
            memset(path->hop[hop].waiting, 0, sizeof path->hop[hop].waiting);
        for (int i = 0; i < 4; i++) {
            GHashTable *waiting = path->hop[hop].waiting[i / 2][i % 2];
            if (waiting)
                g_hash_table_remove_all(waiting);
            path->hop[hop].has_offset[i / 2] = false;
            path->hop[hop].compared[i / 2] = path->hop[hop].far_first[i / 2] = false;
        }
    }
    path->waiting_is_borrowed = false;
}

void link_evidence_rejudge(struct linker *linker, struct link_path *path)
{
    path_forget_waiting(path);
    link_pair_catch_up(linker, path);
}

static struct link_path *path_of(struct linker *linker, struct sighting *sighting)
{
    if (sighting->path)
        return sighting->path;
    struct link_path *path = g_new0(struct link_path, 1);
    path->index = linker->paths->len;
    path_make_room(path, 1);
    path->row[0] = sighting;
    path->count = 1;
    sighting->path = path;
    g_ptr_array_add(linker->paths, path);
    return path;
}

/* A new position can lie between two old ones: what is kept by position moves along. */
static void move_positions(struct linker *linker, struct link_path *path,
                           struct sighting *const *old_row, bool same_way)
{
    uint32_t from[LINK_POINTS_LIMIT];
    for (uint32_t position = 0; position < path->count; position++) {
        from[position] = 0;
        while (from[position] < path->count && old_row[from[position]] != path->row[position])
            from[position]++;
    }
    for (uint32_t i = 0; i < path_link_count(path); i++)
        link_path_move(linker, path_link(path, i), from, path->count, same_way);
}

/* Puts the row in order; what is kept by position moves along. True if it was in another one. */
static bool put_in_order(struct linker *linker, struct link_path *path)
{
    struct sighting *old_row[LINK_POINTS_LIMIT];
    bool client_first = path->client_first;
    memcpy(old_row, path->row, path->count * sizeof *old_row);
    link_path_order(linker, path);
    move_positions(linker, path, old_row, client_first == path->client_first);
    return memcmp(old_row, path->row, path->count * sizeof *old_row) != 0;
}

void link_evidence_order(struct linker *linker, struct link_path *path)
{
    bool known = path->order_known;
    if (put_in_order(linker, path) || path->order_known != known)
        link_evidence_rejudge(linker, path);
}

void link_evidence_join(struct linker *linker, struct sighting *a, struct sighting *b,
                        unsigned evidence)
{
    struct link_path *path = path_of(linker, a->path ? a : b);
    struct sighting *added = path == a->path ? b : a;
    if (added->path == path || added->path || path->count >= LINK_POINTS_LIMIT)
        return;
    path_make_room(path, path->count + 1);
    for (uint32_t i = 0; i < path_link_count(path); i++)
        link_make_room(linker, path_link(path, i), path->count + 1);
    path->row[path->count++] = added;
    added->path = path;
    path->evidence |= evidence;
    if (link_evidence_same_ip_ids(a, b))
        path->evidence |= EVIDENCE_IP_ID;
    put_in_order(linker, path);
    if (!path->first_link) {
        link_new(linker, path);
        path->first_link_free = true;
    }
    link_evidence_rejudge(linker, path);
}

/* Joins `sighting` with the only one under `key` that fits; remembers that several did. */
static void join_only_candidate(struct linker *linker, struct sighting *sighting,
                                const struct candidates *candidates, uint64_t key,
                                unsigned evidence)
{
    struct sighting *only = NULL, *by_ip_id = NULL;
    uint32_t fitting = 0, by_ip_ids = 0;
    for (uint32_t at = candidates_first(candidates, key); at;
         at = candidates_next(candidates, at)) {
        struct sighting *other = sighting_at(linker, candidates_item(candidates, at));
        if (!link_evidence_fits(linker, sighting, other) ||
            (only && only->path && only->path == other->path))
            continue;
        only = other;
        fitting++;
        if (link_evidence_same_ip_ids(sighting, other)) {
            by_ip_id = other;
            by_ip_ids++;
        }
    }
    if (fitting == 1)
        link_evidence_join(linker, sighting, only, evidence);
    else if (by_ip_ids == 1)
        link_evidence_join(linker, sighting, by_ip_id, evidence | EVIDENCE_IP_ID);
    else if (fitting > 1)
        sighting->ambiguous = true;
}

static void remember(struct linker *linker, struct candidates *candidates, uint64_t key,
                     struct sighting *sighting, uint32_t frame)
{
    uint32_t index = sighting->connection->index;
    if (candidates_has(candidates, key, index))
        return;
    if (candidates_count(candidates, key) < LINK_FINGERPRINT_LIMIT)
        candidates_add(candidates, key, index);
    else if (!sighting->path)
        link_limit_reached(linker, LINK_LIMIT_FINGERPRINT, frame);
}

void link_evidence_connection(struct linker *linker, struct connection *connection)
{
    struct sighting *sighting = link_sighting(linker, connection);
    if (sighting->in_isn_table || !connection->has_isn[0] || !connection->has_isn[1] ||
        !connection->is_ours)
        return;
    sighting->in_isn_table = true;
    struct candidates *by_isn = linker->by_isn;
    uint64_t key = waiting_key(connection->isn[0], connection->isn[1], 0);
    for (uint32_t at = candidates_first(by_isn, key); at; at = candidates_next(by_isn, at)) {
        const struct connection *other =
            facts_connection(linker->facts, candidates_item(by_isn, at));
        if (other->isn[0] != connection->isn[0] || other->isn[1] != connection->isn[1])
            return; /* a hash collision: this fingerprint is of no use */
    }
    if (!sighting->path)
        join_only_candidate(linker, sighting, by_isn, key, EVIDENCE_ISN);
    remember(linker, by_isn, key, sighting, connection->first_frame);
}

static bool join_by(struct linker *linker, struct sighting *sighting, uint64_t key,
                    unsigned evidence, uint32_t frame)
{
    bool alone = !sighting->path;
    if (alone)
        join_only_candidate(linker, sighting, linker->by_message, key, evidence);
    remember(linker, linker->by_message, key, sighting, frame);
    return alone && sighting->path;
}

bool link_evidence_message(struct linker *linker, struct message *message)
{
    if (!message->is_whole)
        return false;
    struct sighting *sighting = link_sighting(linker, message->connection);
    bool joined =
        join_by(linker, sighting, waiting_key(message->seq, message->masked_hash, message->type),
                EVIDENCE_SEQ | EVIDENCE_MESSAGES, message->frame);
    /* A random id of the session, wherever TCP's numbers were changed on the way. */
    if (message->is_unique)
        joined = join_by(linker, sighting, waiting_key(message->masked_hash, ~0u, message->type),
                         EVIDENCE_UNIQUE | EVIDENCE_MESSAGES, message->frame) ||
                 joined;
    return joined;
}
