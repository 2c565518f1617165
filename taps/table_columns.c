/* See table_columns.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_columns.h"

#define NUMBER_WIDTH 10     /* digits of the largest */
#define ARROW        "    " /* windows sort by the first column, and measure it without the arrow */

void table_columns_set(struct table_columns *columns, const struct table_class *class)
{
    columns->class = class;
    for (guint i = 0; i < class->column_count; i++) {
        const struct table_column *column = &class->columns[i];
        columns->item[i] = (stat_tap_table_item){
            .type = column->is_number ? TABLE_ITEM_UINT : TABLE_ITEM_STRING,
            .align = column->to_the_right ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT,
            .column_name = columns->heading[i],
            .field_format = column->is_number ? "%u" : "%s",
        };
        g_snprintf(columns->heading[i], TABLE_WIDTH_LIMIT + 1, "%s%s", column->name,
                   i == 0 ? ARROW : "");
    }
}

char *table_columns_text(const struct table_columns *columns, guint column, const char *text)
{
    bool is_padded = columns->class->columns[column].to_the_right;
    return g_strdup_printf("%*s", is_padded ? NUMBER_WIDTH : 0, text);
}
