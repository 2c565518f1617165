/* PPTP, as the one verdict of all sees it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPTP_OUTCOME_H
#define PPTPNAT_PPTP_OUTCOME_H

#include "core/outcome/part.h"

/* Its links are those of the linker; it needs no facts besides. */
extern const struct outcome_part pptp_outcome_part;

#endif
