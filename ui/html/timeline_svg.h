/* Draws the timeline, or a part of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TIMELINE_SVG_H
#define PPTPNAT_HTML_TIMELINE_SVG_H

#include "timeline.h"

/* Lanes `first` to `first + count - 1`; `key` makes the picture's ids unique in the page. */
void timeline_draw(GString *page, const struct timeline *timeline, unsigned first, unsigned count,
                   const char *key);

#endif
