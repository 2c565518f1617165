/* PPTP, as the one verdict of all sees it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPTP_OUTCOME_H
#define PPTPNAT_PPTP_OUTCOME_H

#include "core/outcome/part.h"

/* Its links are those of the linker; it needs no facts besides. */
extern const struct outcome_part pptp_outcome_part;

/* The verdict on a link of an outcome in words; to be freed with g_free. */
char *pptp_link_text(const struct linker *linker, const struct link_view *link);

#endif
