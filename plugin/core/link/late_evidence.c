/* Which sightings are one connection where neither initial nor raw sequence numbers tell: at the
 * end of the file, by the order of masked messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* Messages two connections with different sequence numbers must have in common. */
#define SAME_MESSAGES 4

/* How many messages of `a` and `b` agree in order (type, sender, octets but the ids); 0 if the
 * stretch they share has one that does not. */
static uint32_t same_messages(struct linker *linker, const struct connection *a,
                              const struct connection *b)
{
    uint32_t same = 0, j = 0;
    for (guint i = 0; i < a->messages.count; i++) {
        const struct message *x = a->messages.items[i];
        guint k = j;
        for (; k < b->messages.count; k++) {
            if (!link_spend(linker, LINK_LIMIT_COMPARISONS))
                return 0;
            const struct message *y = b->messages.items[k];
            if (x->type == y->type && x->sender == y->sender && x->masked_hash == y->masked_hash)
                break;
        }
        if (k == b->messages.count)
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
        if (other->path || !link_evidence_fits(linker, sighting, other))
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
    struct finding finding = finding_init(linker->supplier->finding[LINK_FACT_AMBIGUOUS]);
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
        if (sighting->path || sighting->connection->messages.count < SAME_MESSAGES)
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
        if (sighting->path)
            continue;
        g_array_set_size(candidates, 0);
        g_array_set_size(others, 0);
        struct sighting *best = best_by_messages(linker, alone, sighting, candidates);
        if (best && best_by_messages(linker, alone, best, others) == sighting)
            link_evidence_join(linker, sighting, best, EVIDENCE_MESSAGES | EVIDENCE_TIME);
        else if (sighting->ambiguous && candidates->len > 0)
            say_ambiguous(linker, sighting, candidates);
    }
    if (several_points(linker))
        say_limits(linker, first_left_out);
    g_array_free(candidates, TRUE);
    g_array_free(others, TRUE);
    g_ptr_array_free(alone, TRUE);
}
