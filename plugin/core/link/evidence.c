/* Which sightings of control connections are one connection. Evidence is what no NAT changes: both
 * initial sequence numbers, raw sequence numbers with masked payload, the order of masked messages.
 * A candidate is taken only if it is the only one; the rest stays apart and is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* Messages two connections with different sequence numbers must have in common. */
#define SAME_MESSAGES 4

struct bucket *link_bucket(GHashTable *table, uint64_t key, bool make)
{
    gpointer hashed = GSIZE_TO_POINTER((gsize)(key ^ (key >> 32)));
    struct bucket *bucket = g_hash_table_lookup(table, hashed);
    if (!bucket && make) {
        bucket = bucket_new();
        g_hash_table_insert(table, hashed, bucket);
    }
    return bucket;
}

struct sighting *link_sighting(struct linker *linker, struct connection *connection)
{
    if (!connection->nat) {
        struct sighting *sighting = g_new0(struct sighting, 1);
        sighting->connection = connection;
        connection->nat = sighting;
        g_ptr_array_add(linker->sightings, sighting);
    }
    return connection->nat;
}

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
    const struct chain *chain = other->chain;
    if (!chain)
        return plausible(sighting, other);
    if (sighting->chain == chain)
        return false;
    for (uint32_t i = 0; i < chain->count; i++) {
        if (!plausible(sighting, chain->row[i]))
            return false;
    }
    if (chain->count < LINK_POINTS_LIMIT)
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

static void chain_free_waiting(struct chain *chain)
{
    for (uint32_t hop = 0; hop < LINK_POINTS_LIMIT - 1; hop++) {
        for (int i = 0; i < 4; i++) {
            GHashTable *waiting = chain->waiting[hop][i / 2][i % 2];
            if (waiting)
                g_hash_table_remove_all(waiting);
            chain->has_offset[hop][i / 2] = false;
            chain->compared[hop][i / 2] = chain->far_first[hop][i / 2] = false;
        }
    }
}

void link_evidence_again(struct linker *linker, struct chain *chain)
{
    chain_free_waiting(chain);
    link_pair_catch_up(linker, chain);
}

static struct chain *chain_of(struct linker *linker, struct sighting *sighting)
{
    if (sighting->chain)
        return sighting->chain;
    struct chain *chain = g_new0(struct chain, 1);
    chain->index = linker->chains->len;
    chain->links = g_ptr_array_new();
    chain->row[0] = sighting;
    chain->count = 1;
    sighting->chain = chain;
    g_ptr_array_add(linker->chains, chain);
    return chain;
}

/* A new place can lie between two old ones: what is kept by place moves along. */
static void move_places(struct chain *chain, struct sighting *const *old_row, bool same_way)
{
    uint32_t from[LINK_POINTS_LIMIT];
    for (uint32_t place = 0; place < chain->count; place++) {
        from[place] = 0;
        while (from[place] < chain->count && old_row[from[place]] != chain->row[place])
            from[place]++;
    }
    for (guint i = 0; i < chain->links->len; i++)
        link_path_move(chain->links->pdata[i], from, chain->count, same_way);
}

/* Puts the row in order; what is kept by place moves along. True if it was in another one. */
static bool put_in_order(struct linker *linker, struct chain *chain)
{
    struct sighting *old_row[LINK_POINTS_LIMIT];
    bool client_first = chain->client_first;
    memcpy(old_row, chain->row, sizeof old_row);
    link_path_order(linker, chain);
    move_places(chain, old_row, client_first == chain->client_first);
    return memcmp(old_row, chain->row, chain->count * sizeof *old_row) != 0;
}

void link_evidence_order(struct linker *linker, struct chain *chain)
{
    bool known = chain->order_known;
    if (put_in_order(linker, chain) || chain->order_known != known)
        link_evidence_again(linker, chain);
}

void link_evidence_join(struct linker *linker, struct sighting *a, struct sighting *b,
                        unsigned evidence)
{
    struct chain *chain = chain_of(linker, a->chain ? a : b);
    struct sighting *added = chain == a->chain ? b : a;
    if (added->chain == chain || added->chain || chain->count >= LINK_POINTS_LIMIT)
        return;
    chain->row[chain->count++] = added;
    added->chain = chain;
    chain->evidence |= evidence;
    if (link_evidence_same_ip_ids(a, b))
        chain->evidence |= EVIDENCE_IP_ID;
    put_in_order(linker, chain);
    if (chain->links->len == 0) {
        link_new(linker, chain);
        chain->first_link_free = true;
    }
    link_evidence_again(linker, chain);
}

/* Joins `sighting` with the only candidate of `bucket` that fits; remembers that several did. */
static void join_only_candidate(struct linker *linker, struct sighting *sighting,
                                const struct bucket *bucket, unsigned evidence)
{
    struct sighting *only = NULL, *by_ip_id = NULL;
    uint32_t candidates = 0, by_ip_ids = 0;
    for (guint i = 0; i < bucket->len; i++) {
        struct sighting *other = bucket->items[i];
        if (!link_evidence_fits(linker, sighting, other) ||
            (only && only->chain && only->chain == other->chain))
            continue;
        only = other;
        candidates++;
        if (link_evidence_same_ip_ids(sighting, other)) {
            by_ip_id = other;
            by_ip_ids++;
        }
    }
    if (candidates == 1)
        link_evidence_join(linker, sighting, only, evidence);
    else if (by_ip_ids == 1)
        link_evidence_join(linker, sighting, by_ip_id, evidence | EVIDENCE_IP_ID);
    else if (candidates > 1)
        sighting->contested = true;
}

static void remember(struct linker *linker, struct bucket *bucket, struct sighting *sighting,
                     uint32_t frame)
{
    if (bucket_has(bucket, sighting))
        return;
    if (bucket->len < LINK_FINGERPRINT_LIMIT)
        bucket_add(bucket, sighting);
    else if (!sighting->chain)
        link_limit_reached(linker, LINK_LIMIT_FINGERPRINT, frame);
}

void link_evidence_connection(struct linker *linker, struct connection *connection)
{
    struct sighting *sighting = link_sighting(linker, connection);
    if (sighting->in_isn_table || !connection->has_isn[0] || !connection->has_isn[1] ||
        !connection_is_pptp(connection))
        return;
    sighting->in_isn_table = true;
    struct bucket *bucket = link_bucket(
        linker->by_isn, gre_waiting_key(connection->isn[0], connection->isn[1], 0), true);
    for (guint i = 0; i < bucket->len; i++) {
        const struct connection *other = ((struct sighting *)bucket->items[i])->connection;
        if (other->isn[0] != connection->isn[0] || other->isn[1] != connection->isn[1])
            return; /* a hash collision: this fingerprint is of no use */
    }
    if (!sighting->chain)
        join_only_candidate(linker, sighting, bucket, EVIDENCE_ISN);
    remember(linker, bucket, sighting, connection->first_frame);
}

static bool join_by(struct linker *linker, struct sighting *sighting, uint64_t key,
                    unsigned evidence, uint32_t frame)
{
    struct bucket *bucket = link_bucket(linker->by_message, key, true);
    bool alone = !sighting->chain;
    if (alone)
        join_only_candidate(linker, sighting, bucket, evidence);
    remember(linker, bucket, sighting, frame);
    return alone && sighting->chain;
}

bool link_evidence_message(struct linker *linker, struct message_record *message)
{
    if (message->status != PPTP_OK || message->truncated)
        return false;
    struct sighting *sighting = link_sighting(linker, message->connection);
    bool joined = join_by(linker, sighting,
                          gre_waiting_key(message->seq, message->masked_hash, message->type),
                          EVIDENCE_TCP_SEQ | EVIDENCE_MESSAGES, message->frame);
    /* A random id of the session, wherever TCP's numbers were changed on the way. */
    if (message->correlation_id)
        joined =
            join_by(linker, sighting, gre_waiting_key(message->masked_hash, ~0u, message->type),
                    EVIDENCE_CORRELATION | EVIDENCE_MESSAGES, message->frame) ||
            joined;
    return joined;
}

/* How many messages of `a` and `b` agree in order (type, sender, octets but the Call IDs); 0 if the
 * stretch they share has one that does not. */
static uint32_t same_messages(struct linker *linker, const struct connection *a,
                              const struct connection *b)
{
    uint32_t same = 0, j = 0;
    for (guint i = 0; i < a->messages->len; i++) {
        const struct message_record *x = a->messages->pdata[i];
        guint k = j;
        for (; k < b->messages->len; k++) {
            if (!link_spend(linker, LINK_LIMIT_COMPARISONS))
                return 0;
            const struct message_record *y = b->messages->pdata[k];
            if (x->type == y->type && x->sender == y->sender && x->masked_hash == y->masked_hash)
                break;
        }
        if (k == b->messages->len)
            continue;
        if (same && k != j)
            return 0;
        same++;
        j = k + 1;
    }
    return same;
}

/* The connection that shares the most messages with `sighting`; NULL if none or several do. */
static struct sighting *best_by_messages(struct linker *linker, const GPtrArray *alone,
                                         const struct sighting *sighting, GArray *ret_candidates)
{
    struct sighting *best = NULL;
    uint32_t best_score = SAME_MESSAGES - 1, ties = 0;
    for (guint i = 0; i < alone->len; i++) {
        struct sighting *other = alone->pdata[i];
        if (other->chain || !plausible(sighting, other))
            continue;
        uint32_t score = same_messages(linker, sighting->connection, other->connection);
        if (score < best_score || score < SAME_MESSAGES)
            continue;
        if (score > best_score) {
            ties = 0;
            g_array_set_size(ret_candidates, 0);
        }
        best = other;
        best_score = score;
        ties++;
        g_array_append_val(ret_candidates, other->connection->index);
    }
    return ties == 1 ? best : NULL;
}

static void say_ambiguous(struct linker *linker, const struct sighting *sighting,
                          const GArray *candidates)
{
    const struct connection *connection = sighting->connection;
    struct finding finding = finding_init(FINDING_LINK_AMBIGUOUS);
    GString *text = g_string_new("Connections that fit equally:");
    for (guint i = 0; i < candidates->len; i++)
        g_string_append_printf(text, "%s %u", i > 0 ? "," : "",
                               g_array_index(candidates, uint32_t, i));
    finding.judged_frame = connection->first_frame;
    finding.interface = connection->point;
    finding.connection = connection->index;
    finding.text = g_string_free(text, FALSE);
    link_say(linker, &finding);
}

/* At a single point nothing has another half, and a bound on looking for it is of no interest. */
static bool several_points(const struct linker *linker)
{
    for (guint i = 1; i < linker->sightings->len; i++) {
        const struct sighting *a = linker->sightings->pdata[0], *b = linker->sightings->pdata[i];
        if (a->connection->point != b->connection->point)
            return true;
    }
    return false;
}

static void say_limits(struct linker *linker, uint32_t first_left_out)
{
    const struct sighting *first = linker->sightings->pdata[0];
    if (first_left_out)
        link_limit_reached(linker, LINK_LIMIT_ALONE, first_left_out);
    if (!link_spend(linker, LINK_LIMIT_COMPARISONS))
        link_limit_reached(linker, LINK_LIMIT_COMPARISONS, first->connection->first_frame);
}

/* Without equal sequence numbers (a firewall that randomises them) only the whole file tells who
 * fits whom: both must be each other's only best. Bounded: quadratic in what is still alone. */
void link_evidence_finish(struct linker *linker)
{
    link_syn_finish(linker, several_points(linker));
    GPtrArray *alone = g_ptr_array_new();
    uint32_t first_left_out = 0;
    for (guint i = 0; i < linker->sightings->len; i++) {
        struct sighting *sighting = linker->sightings->pdata[i];
        if (sighting->chain || sighting->connection->messages->len < SAME_MESSAGES)
            continue;
        if (alone->len < LINK_ALONE_LIMIT)
            g_ptr_array_add(alone, sighting);
        else if (!first_left_out)
            first_left_out = sighting->connection->first_frame;
    }
    GArray *candidates = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    GArray *others = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint i = 0; i < alone->len; i++) {
        struct sighting *sighting = alone->pdata[i];
        if (sighting->chain)
            continue;
        g_array_set_size(candidates, 0);
        g_array_set_size(others, 0);
        struct sighting *best = best_by_messages(linker, alone, sighting, candidates);
        if (best && best_by_messages(linker, alone, best, others) == sighting)
            link_evidence_join(linker, sighting, best, EVIDENCE_MESSAGES | EVIDENCE_TIME);
        else if (sighting->contested && candidates->len > 0)
            say_ambiguous(linker, sighting, candidates);
    }
    if (several_points(linker))
        say_limits(linker, first_left_out);
    g_array_free(candidates, TRUE);
    g_array_free(others, TRUE);
    g_ptr_array_free(alone, TRUE);
}
