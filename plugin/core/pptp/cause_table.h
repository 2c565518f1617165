/* Which finding of PPTP is the consequence of which.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CAUSE_TABLE_H
#define PPTPNAT_CAUSE_TABLE_H

#include "core/outcome/cause.h"

/* The rows, of which the first that holds decides. */
const struct cause_row *pptp_causes(uint32_t *ret_count);

#endif
