/* What a finding says is wrong, and what followed from it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_HEADLINE_H
#define PPTPNAT_VERDICT_HEADLINE_H

#include "verdict_table.h"

/* One sentence without its full stop: which message, or GRE, from whom, and what `nat` did to it
 * ("the NAT"; NULL: no hop is known). To be freed with g_free. */
char *pptp_headline(const struct verdict_case *about, const char *nat);
/* A sentence, or ""; to be freed with g_free. */
char *pptp_consequence(const struct verdict_case *about);

#endif
