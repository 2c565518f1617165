/* What follows from the facts if no more is fed: a function of them that changes none, made when it
 * is asked for and kept until a fact is added.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_OUTCOME_H
#define PPTPNAT_OUTCOME_H

#include "part.h"

struct outcome;

#define OUTCOME_MEMBERS_LIMIT 4

/* Borrows all, which must outlive it and be fed nothing while it is used. `linker` NULL: links are
 * off. `members`: the protocols, each with its facts; the first is concluded first. */
struct outcome *outcome_new(const struct tracker *tracker, const struct linker *linker,
                            const struct finding_log *log, const struct outcome_member *members,
                            uint32_t count);
void outcome_free(struct outcome *outcome); /* NULL is fine */

/* The links with all that the end decides; NULL: links are off. */
const struct linker *outcome_linker(const struct outcome *outcome);
/* The findings made while reading, then those that only the end decides. */
const struct finding_log *outcome_log(const struct outcome *outcome);

/* What the protocol has concluded; NULL: nothing, or it is none of the outcome's. */
const void *outcome_of(const struct outcome *outcome, const struct outcome_part *part);

#endif
