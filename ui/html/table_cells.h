/* Tables and their cells. Each cell names its column, since on a phone a row is a card.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TABLE_CELLS_H
#define PPTPNAT_HTML_TABLE_CELLS_H

#include "markup.h"

/* `columns` ends with NULL. */
void table_begin(GString *page, const char *name, const char *const *columns);
void table_end(GString *page);

/* Begins a row, and heads it with a link to `key` if that is not NULL. */
void table_row(GString *page, const char *key, const char *title);
void table_text(GString *page, const char *column, const char *text);
void table_value(GString *page, const char *column, const char *text); /* of digits */
void table_number(GString *page, const char *column, const char *look, struct number number);

#endif
