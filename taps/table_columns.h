/* The columns of a table as Wireshark wants them: headings, and how cells are written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TABLE_COLUMNS_H
#define PPTPNAT_TABLE_COLUMNS_H

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "report/rows.h"

struct table_columns {
    const struct table_class *class;
    stat_tap_table_item item[TABLE_COLUMN_LIMIT]; /* points into what follows */
    char heading[TABLE_COLUMN_LIMIT][TABLE_WIDTH_LIMIT + 1];
};

/* As windows show them; `columns` must not be moved afterwards. */
void table_columns_set(struct table_columns *columns, const struct table_class *class);

/* The text of a cell, to be freed with g_free. A window sorts texts as texts: there, blanks before
 * a number make that the order of numbers. */
char *table_columns_text(const struct table_columns *columns, guint column, const char *text);

#endif
