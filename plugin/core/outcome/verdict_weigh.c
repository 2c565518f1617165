/* See verdict_weigh.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_weigh.h"

static bool is_fault(const struct finding *finding)
{
    return finding_kind(finding->id)->severity >= SEVERITY_WARN;
}

/* The link that a fault of the protocol is about; FINDING_NONE: none, or no such fault. */
static uint32_t link_of(const struct outcome_member *of, const struct finding *finding)
{
    return is_fault(finding) && of->part->has(finding->id)
               ? of->part->place(of->concluded, finding).link
               : FINDING_NONE;
}

struct verdict_index verdict_index_new(const struct linker *linker, const struct outcome_member *of)
{
    uint32_t count = finding_log_count(linker->log), links = of->part->link_count(of->concluded);
    struct verdict_index index = {
        .of = of, .start = g_new0(uint32_t, links + 2), .findings = g_new(uint32_t, count + 1)};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t link = link_of(of, finding_log_get(linker->log, i));
        if (link != FINDING_NONE)
            index.start[link + 2]++;
    }
    for (uint32_t i = 2; i < links + 2; i++)
        index.start[i] += index.start[i - 1];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t link = link_of(of, finding_log_get(linker->log, i));
        if (link != FINDING_NONE)
            index.findings[index.start[link + 1]++] = i;
    }
    return index;
}

void verdict_index_clear(struct verdict_index *index)
{
    g_free(index->start);
    g_free(index->findings);
}

/* A ring of causes ends somewhere. */
const struct finding *verdict_root(const struct finding_log *log, const struct finding *finding)
{
    for (int depth = 0; finding->cause != FINDING_NONE && depth < 4; depth++)
        finding = finding_log_get(log, finding->cause);
    return finding;
}

const struct outcome_member *verdict_member(const struct linker *linker, enum finding_id id)
{
    const struct outcome_member *members = linker->end->members;
    uint32_t i = 0;
    while (i + 1 < linker->end->member_count && !members[i].part->has(id))
        i++;
    return &members[i];
}

unsigned verdict_weight_of(const struct linker *linker, const struct finding *finding)
{
    return verdict_member(linker, finding->id)->part->weight(finding->id);
}

/* The weightier of two; `best` may be NULL. */
static const struct finding *weightier(const struct linker *linker, const struct finding *best,
                                       const struct finding *finding)
{
    return !best || verdict_weight_of(linker, finding) < verdict_weight_of(linker, best) ? finding
                                                                                         : best;
}

const struct finding *verdict_weightiest(const struct linker *linker)
{
    const struct finding *best = NULL;
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        if (is_fault(finding))
            best = weightier(linker, best, finding);
    }
    return best ? verdict_root(linker->log, best) : NULL;
}

const struct finding *verdict_weightiest_at(const struct linker *linker,
                                            const struct verdict_index *index, uint32_t link,
                                            uint32_t hop)
{
    const struct outcome_member *of = index->of;
    const struct finding *best = NULL;
    for (uint32_t i = index->start[link]; i < index->start[link + 1]; i++) {
        const struct finding *finding = finding_log_get(linker->log, index->findings[i]);
        if (hop == VERDICT_ANY_HOP || of->part->place(of->concluded, finding).hop == hop)
            best = weightier(linker, best, finding);
    }
    return best ? verdict_root(linker->log, best) : NULL;
}
