/* The ladder of a PPTP call: its control messages with their Call IDs, and GRE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_CALL_LADDER_H
#define PPTPNAT_HTML_CALL_LADDER_H

#include "ladder.h"

/* To be freed with ladder_free; borrows the texts of `path`. */
struct ladder *call_ladder(const struct document *document, const struct path *path);

#endif
