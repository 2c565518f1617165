/* One finding in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_WORDS_H
#define PPTPNAT_VERDICT_WORDS_H

#include "core/pptp/verdict_table.h"

/* Sentences. "" where there is nothing to say. */
struct verdict_words {
    char *headline;    /* what is wrong: "<summary>, from the client (PNS) to the server (PAC)" */
    char *detail;      /* at which packet: "frame 15. Peer's Call ID is ..." */
    char *consequence; /* what followed from it */
    struct verdict_advice advice;
};

struct verdict_words verdict_words_new(const struct linker *linker, const struct finding *finding);
void verdict_words_clear(struct verdict_words *words);
/* "<headline>, <detail>. <consequence> <known> <symptom> <advice>", to be freed with g_free. */
char *verdict_words_text(const struct verdict_words *words);
/* `step`: more advice, "" for none. To be cleared. */
struct verdict_parts verdict_words_parts(const struct verdict_words *words, const char *step);
/* "The NAT", or where there are several "The NAT between point 0 and point 1"; to be freed with
 * g_free. Readers put the points' names in place of "point 0". */
char *verdict_nat_name(const struct linker *linker, const struct nat_device *nat);
/* What the other protocol says of what is well, and with it the status: alone where there is
 * nothing of PPTP. Either of the two that is known to be well is enough. */
void verdict_append_part(struct linker *linker, bool alone, GString *text, GString *advice);
/* The text of a finding's words, to be freed with g_free. */
char *verdict_sentence(const struct linker *linker, const struct finding *finding);

#endif
