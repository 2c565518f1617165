/* What to say of findings of which the id alone does not tell it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_ADVICE_H
#define PPTPNAT_VERDICT_ADVICE_H

#include "verdict_table.h"

/* By the table, or that the NAT lost the call. All members NULL: nothing to say. */
struct verdict_advice verdict_advice(const struct verdict_case *about);

/* For the rows of the table. */
struct verdict_advice verdict_wrong_id(const struct verdict_case *about);
struct verdict_advice verdict_missed_setup(const struct verdict_case *about);

#endif
