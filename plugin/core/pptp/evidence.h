/* Why sightings of a connection, or of a call, belong together, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_EVIDENCE_H
#define PPTPNAT_EVIDENCE_H

#include "core/link/linker.h"

/* PPTP's own bits, beside those of linker.h. */
#define EVIDENCE_SERIAL 0x0010 /* Call Serial Number */
#define EVIDENCE_ECHO   0x0020 /* echo identifiers */

/* The name of one bit of link_view.evidence (static), or NULL. */
const char *evidence_name(unsigned bit);
/* The names of the bits in it as "isn,tcp-seq,...", to be freed with g_free. */
char *evidence_text(unsigned evidence);

#endif
