/* Which of several findings is the cause: of a link, of a hop, of all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_WEIGH_H
#define PPTPNAT_VERDICT_WEIGH_H

#include "at_end.h"
#include "part.h"

#define VERDICT_ANY_HOP UINT32_MAX

/* The faults of a protocol by the link they are about: a counting sort, so that judging many links
 * of many findings does not take the square. */
struct verdict_index {
    const struct outcome_member *of;
    uint32_t *start; /* per link, into `findings`; one more at the end */
    uint32_t *findings;
};

struct verdict_index verdict_index_new(const struct linker *linker,
                                       const struct outcome_member *of);
void verdict_index_clear(struct verdict_index *index);

/* What the causes of a finding lead back to. */
const struct finding *verdict_root(const struct finding_log *log, const struct finding *finding);
/* The protocol that a finding is of. */
const struct outcome_member *verdict_member(const struct linker *linker, enum finding_id id);
/* The lower, the more likely the cause of others. */
unsigned verdict_weight_of(const struct linker *linker, const struct finding *finding);
/* The cause of the weightiest fault: of all, or of a link and that hop of it, or VERDICT_ANY_HOP;
 * NULL: there is none. A cause that is only a note stands for what follows from it. */
const struct finding *verdict_weightiest(const struct linker *linker);
const struct finding *verdict_weightiest_at(const struct linker *linker,
                                            const struct verdict_index *index, uint32_t link,
                                            uint32_t hop);

#endif
