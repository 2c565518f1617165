/* Which sightings are one connection where only a handshake, or half of one, tells: at the end of
 * the file, by one equal initial sequence number, an equal port on one end, and an equal form of
 * the SYN. IP IDs, then ports, decide between several that fit; what is still a tie stays apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* What tells several candidates apart, weakest first. */
enum level { LEVEL_FITS, LEVEL_SAME_IP_ID, LEVEL_SAME_PORTS, LEVEL_COUNT };

static uint64_t isn_key(const struct connection *connection, int end)
{
    return waiting_key(connection->isn[end], (uint32_t)end, 1);
}

static bool same_syn(const struct connection *a, const struct connection *b)
{
    if (a->end[0].port != b->end[0].port && a->end[1].port != b->end[1].port)
        return false;
    for (int end = 0; end < 2; end++) {
        if (a->has_isn[end] && b->has_isn[end] && a->isn[end] == b->isn[end] &&
            a->syn_form[end] == b->syn_form[end])
            return true;
    }
    return false;
}

static bool fits(struct linker *linker, const struct sighting *a, const struct sighting *b,
                 enum level level)
{
    const struct connection *x = a->connection, *y = b->connection;
    if (a == b || !same_syn(x, y) || !link_evidence_fits(linker, a, b))
        return false;
    switch (level) {
    case LEVEL_SAME_IP_ID:
        return link_evidence_same_ip_ids(a, b);
    case LEVEL_SAME_PORTS:
        /* A guess that is good enough for attempts that came to nothing; ids are not judged by it.
         */
        return x->messages.count == 0 && y->messages.count == 0 &&
               x->end[0].port == y->end[0].port && x->end[1].port == y->end[1].port;
    default:
        return true;
    }
}

/* The first of those that share an initial sequence number with `connection`; 0: there are none. */
static uint32_t first_of(const struct candidates *by_isn, const struct connection *connection,
                         int end)
{
    return connection->has_isn[end] ? candidates_first(by_isn, isn_key(connection, end)) : 0;
}

/* True if another sighting of `sighting`'s own point fits `other` as well. */
static bool has_rival(struct linker *linker, const struct candidates *by_isn,
                      const struct sighting *sighting, const struct sighting *other,
                      enum level level)
{
    for (int end = 0; end < 2; end++) {
        for (uint32_t at = first_of(by_isn, other->connection, end); at;
             at = candidates_next(by_isn, at)) {
            const struct sighting *rival = linker->sightings->pdata[candidates_item(by_isn, at)];
            if (rival != sighting && !rival->path &&
                rival->connection->point == sighting->connection->point &&
                fits(linker, rival, other, level))
                return true;
        }
    }
    return false;
}

/* The one earlier sighting, or path of them, that fits; NULL if none or several do. */
static struct sighting *only_one(struct linker *linker, const struct candidates *by_isn,
                                 const struct sighting *sighting, enum level level,
                                 bool *ret_several)
{
    struct sighting *only = NULL;
    for (int end = 0; end < 2; end++) {
        for (uint32_t at = first_of(by_isn, sighting->connection, end); at;
             at = candidates_next(by_isn, at)) {
            struct sighting *other = linker->sightings->pdata[candidates_item(by_isn, at)];
            if (other->connection->index > sighting->connection->index || other == only ||
                (only && only->path && only->path == other->path) ||
                !fits(linker, sighting, other, level))
                continue;
            if (only || has_rival(linker, by_isn, sighting, other, level)) {
                *ret_several = true;
                return NULL;
            }
            only = other;
        }
    }
    return only;
}

static struct candidates *index_by_isn(struct linker *linker, bool several_points)
{
    struct candidates *by_isn = candidates_new();
    for (guint i = 0; i < linker->sightings->len; i++) {
        struct sighting *sighting = linker->sightings->pdata[i];
        const struct connection *connection = sighting->connection;
        for (int end = 0; end < 2; end++) {
            if (!connection->has_isn[end] || !connection->is_ours)
                continue;
            uint64_t key = isn_key(connection, end);
            if (candidates_count(by_isn, key) < LINK_FINGERPRINT_LIMIT)
                candidates_add(by_isn, key, connection->index);
            else if (several_points && !sighting->path)
                link_limit_reached(linker, LINK_LIMIT_FINGERPRINT, connection->first_frame);
        }
    }
    return by_isn;
}

void link_syn_finish(struct linker *linker, bool several_points)
{
    struct candidates *by_isn = index_by_isn(linker, several_points);
    for (guint i = 0; i < linker->sightings->len; i++) {
        struct sighting *sighting = linker->sightings->pdata[i];
        struct sighting *only = NULL;
        bool several = false;
        if (sighting->path || !sighting->connection->is_ours)
            continue;
        for (int level = 0; !only && level < LEVEL_COUNT; level++)
            only = only_one(linker, by_isn, sighting, (enum level)level, &several);
        if (only)
            link_evidence_join(linker, sighting, only, EVIDENCE_ISN);
        else if (several)
            sighting->ambiguous = true;
    }
    candidates_free(by_isn);
}
