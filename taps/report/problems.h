/* Findings by what they are about, for the Problems columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PROBLEMS_H
#define PPTPNAT_PROBLEMS_H

#include "core/analysis.h"

struct problems;

/* Borrows `analysis`, of which the findings made so far are sorted in. */
struct problems *problems_new(const struct analysis *analysis);
void problems_free(struct problems *problems); /* NULL is fine */

/* "gre_not_forwarded, disconnect_rewritten x2", the most severe first; "" if none. To be freed with
 * g_free. */
char *problems_of_call(const struct problems *problems, uint32_t call);
char *problems_of_link(const struct problems *problems, uint32_t link);
/* Those of one direction of a call. */
char *problems_of_flow(const struct problems *problems, uint32_t call, enum direction direction);

/* Those of an IKE SA with its ESP SAs, of an ESP SA, of one of either across points. */
char *problems_of_ike(const struct problems *problems, uint32_t ike);
char *problems_of_esp(const struct problems *problems, uint32_t esp);
char *problems_of_ipsec_link(const struct problems *problems, uint32_t link);

/* The last part of a finding's filter name: "gre_not_forwarded". */
const char *problem_word(const struct finding_kind *kind);

#endif
