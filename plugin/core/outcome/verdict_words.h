/* One finding in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_WORDS_H
#define PPTPNAT_VERDICT_WORDS_H

#include "at_end.h"
#include "part.h"

/* Sentences. "" where there is nothing to say. */
struct verdict_words {
    char *headline;    /* what is wrong, without the full stop */
    char *where;       /* at which packet: "frame 15" */
    char *detail;      /* what the packet is like */
    char *consequence; /* what followed from it */
    struct verdict_advice advice;
};

struct verdict_words verdict_words_new(const struct linker *linker, const struct finding *finding);
void verdict_words_clear(struct verdict_words *words);
/* "<headline> (<where>). <detail> <consequence> <known> <symptom> <advice>", to be freed with
 * g_free. */
char *verdict_words_text(const struct verdict_words *words);
/* `step`: more advice, "" for none. To be cleared. */
struct verdict_parts verdict_words_parts(const struct verdict_words *words, const char *step);
/* "The NAT", or where there are several "The NAT between point 0 and point 1"; to be freed with
 * g_free. Readers put the points' names in place of "point 0". */
char *verdict_nat_name(const struct linker *linker, const struct nat_device *nat);
/* The text of a finding's words, to be freed with g_free. */
char *verdict_sentence(const struct linker *linker, const struct finding *finding);

#endif
