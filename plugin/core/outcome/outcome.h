/* What follows from the facts if no more is fed: a function of them that changes none, made when it
 * is asked for and kept until a fact is added.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_OUTCOME_H
#define PPTPNAT_OUTCOME_H

#include "core/link/linker.h"

struct outcome;

/* Borrows all three, which must outlive it and be fed nothing while it is used. `linker` NULL:
 * links are off. */
struct outcome *outcome_new(const struct tracker *tracker, const struct linker *linker,
                            const struct finding_log *log);
void outcome_free(struct outcome *outcome); /* NULL is fine */

/* The links with all that the end decides; NULL: links are off. */
const struct linker *outcome_linker(const struct outcome *outcome);
/* The findings made while reading, then those that only the end decides. */
const struct finding_log *outcome_log(const struct outcome *outcome);

#endif
