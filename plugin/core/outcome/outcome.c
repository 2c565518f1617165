/* See outcome.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "outcome.h"

#include "core/link/internal.h"

struct outcome {
    struct finding_log *log;
    struct linker *linker; /* NULL: links are off */
    const struct outcome_part *part;
    void *of_part;
};

static void free_unlinked(gpointer data)
{
    struct unlinked_call *unlinked = data;
    if (unlinked->candidates)
        g_array_free(unlinked->candidates, TRUE);
    g_free(unlinked);
}

static void free_nat(gpointer data)
{
    struct nat_device *nat = data;
    g_free(nat->text);
    g_free(nat);
}

static struct linker_end *end_new(void)
{
    struct linker_end *end = g_new0(struct linker_end, 1);
    end->explained = g_byte_array_new();
    end->astray = g_hash_table_new(NULL, NULL);
    end->nats = g_ptr_array_new_with_free_func(free_nat);
    end->nat_at = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    end->unlinked = g_ptr_array_new_with_free_func(free_unlinked);
    return end;
}

static void end_free(struct linker_end *end)
{
    g_free(end->gre_seen);
    g_byte_array_free(end->explained, TRUE);
    g_hash_table_destroy(end->astray);
    g_ptr_array_free(end->nats, TRUE);
    g_hash_table_destroy(end->nat_at);
    g_ptr_array_free(end->unlinked, TRUE);
    g_free(end->text);
    g_free(end->cause);
    verdict_parts_clear(&end->parts);
    g_free(end);
}

static void conclude(struct linker *linker)
{
    struct tracker_asked asked = {.log = linker->log,
                                  .opened = link_call_opened,
                                  .explained = link_explains_flow,
                                  .user = linker};
    tracker_conclude(linker->tracker, &asked);
    link_evidence_finish(linker);
    link_settle(linker);
    link_account(linker);
    link_source(linker);
    tracker_conclude_flows(linker->tracker, &asked);
    link_judge_disputed(linker);
    link_tunnel_finish(linker);
    link_limits_end(linker);
    link_end(linker);
}

struct outcome *outcome_new(const struct tracker *tracker, const struct linker *linker,
                            const struct finding_log *log, const struct outcome_part *part,
                            const void *facts)
{
    struct outcome *outcome = g_new0(struct outcome, 1);
    outcome->part = part;
    outcome->log = finding_log_copy(log);
    if (linker) {
        outcome->linker = linker_copy(linker, outcome->log);
        outcome->linker->end = end_new();
        conclude(outcome->linker);
    } else {
        struct tracker_asked asked = {.log = outcome->log, .alone = true};
        tracker_conclude(tracker, &asked);
        tracker_conclude_flows(tracker, &asked);
    }
    if (part)
        outcome->of_part = part->conclude(facts, outcome->linker, outcome->log);
    if (outcome->linker) {
        outcome->linker->end->part = part;
        outcome->linker->end->of_part = outcome->of_part;
        link_verdict(outcome->linker);
    }
    return outcome;
}

void outcome_free(struct outcome *outcome)
{
    if (!outcome)
        return;
    if (outcome->part)
        outcome->part->free(outcome->of_part);
    if (outcome->linker)
        end_free(outcome->linker->end);
    linker_free(outcome->linker);
    finding_log_free(outcome->log);
    g_free(outcome);
}

const struct linker *outcome_linker(const struct outcome *outcome)
{
    return outcome->linker;
}

const struct finding_log *outcome_log(const struct outcome *outcome)
{
    return outcome->log;
}

const void *outcome_of_part(const struct outcome *outcome)
{
    return outcome->of_part;
}
