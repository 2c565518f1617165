/* See outcome.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "outcome.h"

#include "at_end.h"

struct outcome {
    struct finding_log *log;
    struct linker *linker; /* NULL: links are off */
    struct outcome_member members[OUTCOME_MEMBERS_LIMIT];
    uint32_t count;
};

static void free_unlinked(gpointer data)
{
    struct unlinked_session *unlinked = data;
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
    g_free(end->data_seen);
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
    const struct supplier *supplier = linker->supplier;
    supplier->begin(linker->facts, linker, linker->log);
    link_evidence_finish(linker);
    link_settle(linker);
    link_account(linker);
    supplier->conclude(linker->facts, linker, linker->log);
    link_limits_end(linker);
    link_end(linker);
}

struct outcome *outcome_new(const struct outcome_facts *of)
{
    struct outcome *outcome = g_new0(struct outcome, 1);
    outcome->log = finding_log_copy(of->log);
    outcome->count = MIN(of->member_count, OUTCOME_MEMBERS_LIMIT);
    if (of->linker) {
        outcome->linker = linker_copy(of->linker, outcome->log);
        outcome->linker->end = end_new();
        conclude(outcome->linker);
    } else {
        of->supplier->begin(of->facts, NULL, outcome->log);
        of->supplier->conclude(of->facts, NULL, outcome->log);
    }
    for (uint32_t i = 0; i < outcome->count; i++) {
        struct outcome_member *member = &outcome->members[i];
        *member = of->members[i];
        member->concluded = member->part->conclude(member->facts, outcome->linker, outcome->log);
    }
    if (outcome->linker) {
        outcome->linker->end->members = outcome->members;
        outcome->linker->end->member_count = outcome->count;
        link_verdict(outcome->linker);
    }
    return outcome;
}

void outcome_free(struct outcome *outcome)
{
    if (!outcome)
        return;
    for (uint32_t i = 0; i < outcome->count; i++)
        outcome->members[i].part->free(outcome->members[i].concluded);
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

const void *outcome_of(const struct outcome *outcome, const struct outcome_part *part)
{
    for (uint32_t i = 0; i < outcome->count; i++) {
        if (outcome->members[i].part == part)
            return outcome->members[i].concluded;
    }
    return NULL;
}
