/* A table as lines of text: measured first, then written row by row.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_TABLE_H
#define PPTPNAT_TEXT_TABLE_H

#include <stdio.h>

#include "row_list.h"

struct text_table {
    const struct row_list *rows; /* borrowed */
    const char *separator;       /* behind each cell; blanks at the end of a line are left out */
    unsigned width[TABLE_COLUMN_LIMIT]; /* columns of a terminal; the last cell is not padded */
};

struct text_table text_table_of(const struct row_list *rows, const char *separator);
void text_table_headings(FILE *file, const struct text_table *table);
void text_table_rows(FILE *file, const struct text_table *table);

#endif
