/* Draws a timeline.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TIMELINE_SVG_H
#define PPTPNAT_HTML_TIMELINE_SVG_H

#include "timeline.h"

/* `count` lanes from `first` on; `key` makes ids in the page unique. */
void timeline_draw(GString *page, const struct timeline *timeline, unsigned first, unsigned count,
                   const char *key, const char *title);

#endif
