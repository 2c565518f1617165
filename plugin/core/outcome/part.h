/* A protocol, as the one verdict of all sees it: it has links, findings about them, and sentences.
 * Which finding is the cause, of what, and which parts a verdict has, is decided here for all of
 * them.
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

/* Which link a finding is about, and which hop of it; FINDING_NONE: none. */
struct verdict_place {
    uint32_t link; /* below link_count */
    uint32_t hop;
};

/* The hop that a finding is about. */
struct verdict_hop {
    uint32_t inside; /* indices of points */
    uint32_t outside;
    bool is_nat; /* it is known to translate addresses */
};

/* What is said where no finding is a fault. */
struct verdict_well {
    GString *text;    /* sentences: what is well, or why nothing is known */
    GString *detail;  /* more sentences, a space before each */
    const char *step; /* what would show more; static, "" for nothing */
};

/* `concluded` is what `conclude` returned. */
struct outcome_part {
    const char *name;
    /* What follows from `facts`, with its findings in `log`. Points and NATs are added to `linker`,
     * which is NULL where links are off; then NULL may be returned. */
    void *(*conclude)(const void *facts, struct linker *linker, struct finding_log *log);
    void (*free)(void *concluded);

    /* Whether the finding is of this protocol, and how much it weighs: the lowest weight of several
     * is the cause. */
    bool (*has)(enum finding_id id);
    unsigned (*weight)(enum finding_id id);
    uint32_t (*link_count)(const void *concluded);
    struct verdict_place (*place)(const void *concluded, const struct finding *finding);
    /* How many points the link has; `ret_points`: their indices, inside first. */
    uint32_t (*points_of)(const void *concluded, uint32_t link, const uint32_t **ret_points);

    /* Keeps the link's status and text. `worst`: the cause of the weightiest finding about it;
     * NULL: there is none. */
    void (*judge_link)(void *concluded, uint32_t link, const struct finding *worst);
    /* A sentence about a NAT that no finding blames, which begins with `name`, to be freed with
     * g_free; NULL: nothing of this protocol crosses it. */
    char *(*judge_nat)(const void *concluded, const struct nat_device *nat, const char *name);
    /* If no finding is a fault: whether there was anything, and what is well. */
    bool (*is_there)(const void *concluded);
    enum verdict_status (*judge)(const void *concluded, struct verdict_well *well);

    /* The hop that the finding is about; false: none. */
    bool (*where)(const void *concluded, const struct finding *finding, struct verdict_hop *ret);
    /* What is wrong, in one sentence without its full stop, and a sentence on what followed from
     * it, or "". `nat`: the name of the hop, as "the NAT"; NULL: there is none. Both to be freed
     * with g_free. */
    char *(*headline)(const void *concluded, const struct finding *finding, const char *nat);
    char *(*consequence)(const void *concluded, const struct finding *finding);
    struct verdict_advice (*advice)(const void *concluded, const struct finding *finding);
    /* What would show more of it; static, "" for nothing. */
    const char *(*step)(const void *concluded, const struct finding *finding);
};

/* A protocol of this capture. */
struct outcome_member {
    const struct outcome_part *part;
    const void *facts;
    void *concluded;
};

#endif
