/* Drawing: the few shapes that the pictures are made of. Coordinates are pixels at 100 %; looks
 * come from classes of style.css, so that one picture serves light, dark and print.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_SVG_H
#define PPTPNAT_HTML_SVG_H

#include "markup.h"

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* An image with a name and a description for those who do not see it; `key` makes its ids unique in
 * the page. */
void svg_begin(GString *page, const char *key, double width, double height, const char *title,
               const char *description);
void svg_end(GString *page);

void svg_line(GString *page, const char *look, double x1, double y1, double x2, double y2);
/* `title` is shown when pointed at; "": none. */
void svg_box(GString *page, const char *look, double x, double y, double width, double height,
             const char *title);
/* A horizontal arrow with its head at x2. */
void svg_arrow(GString *page, const char *look, double x1, double x2, double y);
/* A filled head from x1 to its tip at x2. */
void svg_wedge(GString *page, const char *look, double x1, double x2, double y, double half);
void svg_cross(GString *page, const char *look, double x, double y, double size);
/* `text` is cut to `limit` characters and then shown in full when pointed at. */
void svg_text(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
              const char *text, size_t limit);

#endif
