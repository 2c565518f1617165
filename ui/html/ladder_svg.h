/* Draws a ladder, and writes it as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_LADDER_SVG_H
#define PPTPNAT_HTML_LADDER_SVG_H

#include "ladder.h"

/* `key` makes ids in the page unique. */
void ladder_draw(GString *page, const struct ladder *ladder, const char *key, const char *title);
/* The same as a table: one row per message, one column per point. */
void ladder_table(GString *page, const struct ladder *ladder);

#endif
