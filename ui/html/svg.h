/* Drawing: the few shapes that the pictures are made of. x and widths are in per cent of the
 * picture, which is as wide as the page lets it be; y and heights are pixels. Looks come from
 * classes of style.css, so that one picture serves light, dark and print.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_SVG_H
#define PPTPNAT_HTML_SVG_H

#include "markup.h"

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* The shapes that pictures refer to, once in a page, before any picture. */
void svg_shapes(GString *page);

/* An image with a name and a description for those who do not see it; `key` makes its ids unique in
 * the page. Narrower than `least` pixels it is scrolled. */
void svg_begin(GString *page, const char *key, double least, double height, const char *title,
               const char *description);
void svg_end(GString *page);

void svg_line(GString *page, const char *look, double x1, double y1, double x2, double y2);
/* `title` is shown when pointed at; "": none. */
void svg_box(GString *page, const char *look, double x, double y, double width, double height,
             const char *title);
/* A horizontal arrow with its head at x2. */
void svg_arrow(GString *page, const char *look, double x1, double x2, double y);
/* A filled head, with its tip at x. */
void svg_wedge(GString *page, const char *look, double x, double y, bool rightwards);
void svg_cross(GString *page, double x, double y);
/* `text` is cut to `limit` characters and then shown in full when pointed at. */
void svg_text(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
              const char *text, size_t limit);
/* The same, cut to what fits `width` per cent: of a page at a desk, and of one on a phone, where
 * `brief` stands for a text that is too long; NULL: nothing does. */
void svg_text_fitting(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
                      double width, const char *text, const char *brief);

#define SVG_LINE 13 /* pixels between two lines of one text */
/* Two lines, the second at `y`, if it is longer than `width` per cent of a page on a phone. */
void svg_text_folded(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
                     double width, const char *text);

#endif
