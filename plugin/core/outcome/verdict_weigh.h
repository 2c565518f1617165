/* Which of several findings is the cause: of a link, of a hop, of all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_WEIGH_H
#define PPTPNAT_VERDICT_WEIGH_H

#include "core/link/internal.h"

#define VERDICT_ANY_HOP UINT32_MAX

/* Findings by the link they are about: a counting sort, so that judging many links of many findings
 * does not take the square. */
struct verdict_index {
    uint32_t *start; /* per link, into `findings`; one more at the end */
    uint32_t *findings;
};

struct verdict_index verdict_index_new(const struct linker *linker);
void verdict_index_clear(struct verdict_index *index);

/* How many findings there are of `link`, or in all if NULL, and the one at `at`. */
uint32_t verdict_count_of(const struct linker *linker, const struct verdict_index *index,
                          const struct link *link);
const struct finding *verdict_finding(const struct linker *linker,
                                      const struct verdict_index *index, const struct link *link,
                                      uint32_t at);

/* What the causes of a finding lead back to. */
const struct finding *verdict_root(const struct linker *linker, const struct finding *finding);
/* The cause of the weightiest finding of warning or error: of `link`, or of all if NULL, and of
 * that hop of it, or VERDICT_ANY_HOP; NULL: there is none. A cause that is only a note (no editor)
 * stands for what follows from it. */
const struct finding *verdict_weightiest(const struct linker *linker,
                                         const struct verdict_index *index, const struct link *link,
                                         uint32_t hop);

#endif
