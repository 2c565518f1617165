/* Paragraphs of text, each indented, on a sheet of a certain width.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_SHEET_H
#define PPTPNAT_TEXT_SHEET_H

#include <stdio.h>

#include "report.h"

#define TEXT_SHEET_WIDTH 88 /* of what tshark prints */

struct text_sheet {
    FILE *file;
    unsigned width; /* columns; longer words stand alone on a line */
};

/* "s", or "" for 1. */
const char *text_plural(uint32_t count);

/* Prints `text` as lines, each indented. */
void text_sheet_print(const struct text_sheet *sheet, unsigned indent, const char *text);
/* The same; frees the text. */
void text_sheet_print_taken(const struct text_sheet *sheet, unsigned indent, char *text);
/* Prints `lead` and a text of the model (NULL is ""), without the part that `above` has shown
 * already (NULL: none). */
void text_sheet_print_model(const struct text_sheet *sheet, const struct report *report,
                            unsigned indent, const char *lead, const char *text, const char *above);

#endif
