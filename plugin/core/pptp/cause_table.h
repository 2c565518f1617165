/* Which finding of PPTP is the consequence of which.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CAUSE_TABLE_H
#define PPTPNAT_CAUSE_TABLE_H

#include "core/outcome/cause.h"

/* Sets the cause of each finding that is a consequence of another one. */
void cause_table_apply(struct linker *linker);

#endif
