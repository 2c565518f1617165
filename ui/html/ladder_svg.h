/* Draws a ladder, and says it in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_LADDER_SVG_H
#define PPTPNAT_HTML_LADDER_SVG_H

#include "ladder.h"

/* `key` makes the picture's ids unique in the page. */
void ladder_draw(GString *page, const struct ladder *ladder, const char *key, const char *title);

/* The messages as a table of one column per point. */
void ladder_table(GString *page, const struct ladder *ladder);

#endif
