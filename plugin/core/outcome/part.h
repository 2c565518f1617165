/* A protocol that follows its own facts, beside those of the linker, and what the one verdict of
 * all has to know of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_OUTCOME_PART_H
#define PPTPNAT_OUTCOME_PART_H

#include "core/link/linker.h"

/* What is said of a finding besides that it is there. Static texts of whole sentences; NULL:
 * nothing to say. Steps of the advice are on lines of their own. */
struct verdict_advice {
    const char *known;   /* what it is a sign of, and where it was seen before */
    const char *symptom; /* what people notice */
    const char *advice;  /* what to do */
};

struct outcome_part {
    /* What follows from `facts`, with its findings in `log`. It adds its points and NATs to the
     * linker; NULL: links are off. */
    void *(*conclude)(const void *facts, struct linker *linker, struct finding_log *log);
    void (*free)(void *concluded);
    /* Whether the verdict takes the finding from this part, and how: the lowest weight of several
     * is the cause. */
    bool (*has)(enum finding_id id);
    unsigned (*weight)(enum finding_id id);
    struct verdict_advice (*advice)(const struct finding *finding);
    /* The points beside the hop that it is about; false: no hop. */
    bool (*where)(const void *concluded, const struct finding *finding, uint32_t *ret_inside,
                  uint32_t *ret_outside);
    /* What would show more of it; static, "" for nothing. */
    const char *(*step)(const void *concluded, const struct finding *finding);
    /* If no finding is a fault: whether there was anything, and in sentences what is well.
     * `ret_more`: what would show more; static, or "". */
    bool (*is_there)(const void *concluded);
    enum verdict_status (*judge)(const void *concluded, GString *text, const char **ret_more);
};

#endif
