/* What follows from the facts if no more is fed: a function of them that changes none, made when it
 * is asked for and kept until a fact is added.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_OUTCOME_H
#define PPTPNAT_OUTCOME_H

#include "core/link/supplier.h"
#include "part.h"

struct outcome;

#define OUTCOME_MEMBERS_LIMIT 4

/* What it is made from, all borrowed: it must outlive the outcome, and be fed nothing while that is
 * used. */
struct outcome_facts {
    struct facts *facts;
    const struct supplier *supplier;
    const struct linker *linker; /* NULL: links are off */
    const struct finding_log *log;
    const struct outcome_member *members; /* the protocols, each with its facts; the first is
                                             concluded first */
    uint32_t member_count;                /* at most OUTCOME_MEMBERS_LIMIT */
};
struct outcome *outcome_new(const struct outcome_facts *of);
void outcome_free(struct outcome *outcome); /* NULL is fine */

/* The links with all that the end decides; NULL: links are off. */
const struct linker *outcome_linker(const struct outcome *outcome);
/* The findings made while reading, then those that only the end decides. */
const struct finding_log *outcome_log(const struct outcome *outcome);

/* What the protocol has concluded; NULL: nothing, or it is none of the outcome's. */
const void *outcome_of(const struct outcome *outcome, const struct outcome_part *part);

#endif
