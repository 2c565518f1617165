/* Lines of text for a terminal: as wide as it is, coloured if it has colours. Nothing here knows
 * what the text says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_LINES_H
#define PPTPNAT_TEXT_LINES_H

#include <glib.h>
#include <stdbool.h>

#define TEXT_WIDTH         80 /* columns where there is no terminal */
#define TEXT_WIDTH_MINIMUM 40 /* a narrower one breaks lines by itself */

struct text_style {
    unsigned width; /* columns, at least TEXT_WIDTH_MINIMUM */
    bool colour;
};

enum text_colour { TEXT_PLAIN, TEXT_STRONG, TEXT_FAINT, TEXT_RED, TEXT_GREEN, TEXT_YELLOW };

/* How many columns of a terminal the text takes; it is printable (core's printable_text). */
unsigned text_columns(const char *text);

/* A copy with the escape sequences of the colour around it, if the style has colours. To be freed
 * with g_free. */
char *text_coloured(const struct text_style *style, enum text_colour colour, const char *text);

/* The first characters of `text` that fit into `columns`, with ".." in place of what does not. To
 * be freed with g_free. */
char *text_shortened(const char *text, unsigned columns);

/* Lines are char *, owned by the array. */
GPtrArray *text_lines_new(void);

/* Adds `text` as lines of at most the style's width: the first begins with `lead`, which is
 * coloured, the others with as many spaces. '\n' in the text begins a line. An empty text adds
 * nothing. */
void text_wrap(GPtrArray *lines, const struct text_style *style, enum text_colour colour,
               const char *lead, const char *text);

/* A line that is put together from the left to the right. */
struct text_row {
    GString *text;
    unsigned column; /* where what comes next would stand */
    const struct text_style *style;
};

struct text_row text_row_new(const struct text_style *style);
/* At `column`, or behind what is there already. */
void text_row_put(struct text_row *row, unsigned column, enum text_colour colour, const char *text);
void text_row_end(struct text_row *row, GPtrArray *lines);

#endif
