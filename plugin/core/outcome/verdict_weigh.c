/* See verdict_weigh.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_weigh.h"

#include "core/pptp/verdict_table.h"

static bool is_fault(const struct finding *finding)
{
    return finding_kind(finding->id)->severity >= SEVERITY_WARN;
}

struct verdict_index verdict_index_new(const struct linker *linker)
{
    struct verdict_index index;
    uint32_t count = finding_log_count(linker->log), links = linker->links->len;
    index.start = g_new0(uint32_t, links + 2);
    index.findings = g_new(uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct link *link = link_of_finding(linker, finding_log_get(linker->log, i));
        if (link)
            index.start[link->view.index + 2]++;
    }
    for (uint32_t i = 2; i < links + 2; i++)
        index.start[i] += index.start[i - 1];
    for (uint32_t i = 0; i < count; i++) {
        const struct link *link = link_of_finding(linker, finding_log_get(linker->log, i));
        if (link)
            index.findings[index.start[link->view.index + 1]++] = i;
    }
    return index;
}

void verdict_index_clear(struct verdict_index *index)
{
    g_free(index->start);
    g_free(index->findings);
}

uint32_t verdict_count_of(const struct linker *linker, const struct verdict_index *index,
                          const struct link *link)
{
    if (!link)
        return finding_log_count(linker->log);
    return index->start[link->view.index + 1] - index->start[link->view.index];
}

const struct finding *verdict_finding(const struct linker *linker,
                                      const struct verdict_index *index, const struct link *link,
                                      uint32_t at)
{
    if (link)
        at = index->findings[index->start[link->view.index] + at];
    return finding_log_get(linker->log, at);
}

/* A ring of causes ends somewhere. */
const struct finding *verdict_root(const struct linker *linker, const struct finding *finding)
{
    for (int depth = 0; finding->cause != FINDING_NONE && depth < 4; depth++)
        finding = finding_log_get(linker->log, finding->cause);
    return finding;
}

/* The hop that a finding is about. One that a single point shows is of no hop: it is its cause's,
 * and without one the first's. */
static uint32_t hop_of(const struct linker *linker, const struct finding *finding)
{
    const struct finding *root = verdict_root(linker, finding);
    uint32_t hop = finding->hop != FINDING_NONE ? finding->hop : root->hop;
    if (hop == FINDING_NONE && root->id == FINDING_TUNNEL_AMBIGUOUS)
        return FINDING_NONE; /* of a NAT before the first hop */
    return hop != FINDING_NONE ? hop : 0;
}

static unsigned weight_of(const struct linker *linker, const struct finding *finding)
{
    if (linker->end->part && linker->end->part->has(finding->id))
        return linker->end->part->weight(finding->id);
    return verdict_weight(finding->id);
}

const struct finding *verdict_weightiest(const struct linker *linker,
                                         const struct verdict_index *index, const struct link *link,
                                         uint32_t hop)
{
    const struct finding *best = NULL;
    for (uint32_t i = 0; i < verdict_count_of(linker, index, link); i++) {
        const struct finding *finding = verdict_finding(linker, index, link, i);
        if (!is_fault(finding) || (hop != VERDICT_ANY_HOP && hop != hop_of(linker, finding)))
            continue;
        if (!best || weight_of(linker, finding) < weight_of(linker, best))
            best = finding;
    }
    return best ? verdict_root(linker, best) : NULL;
}
