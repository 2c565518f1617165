/* See table_columns.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_columns.h"

#include <string.h>

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
            .field_format = columns->format[i],
        };
        g_snprintf(columns->heading[i], TABLE_WIDTH_LIMIT + 1, "%s%s", column->name,
                   i == 0 ? ARROW : "");
        g_strlcpy(columns->format[i], column->is_number ? "%u" : "%s", sizeof columns->format[i]);
    }
}

char *table_columns_text(const struct table_columns *columns, guint column, const char *text,
                         bool is_window)
{
    bool is_padded = is_window && columns->class->columns[column].to_the_right;
    return g_strdup_printf("%*s", is_padded ? NUMBER_WIDTH : 0, text);
}

static int cell_width(const stat_tap_table_item_type *cell)
{
    char digits[16];
    if (cell->type == TABLE_ITEM_STRING)
        return (int)g_utf8_strlen(cell->value.string_value, -1);
    return g_snprintf(digits, sizeof digits, "%u", cell->value.uint_value);
}

void table_columns_align(struct table_columns *columns, const stat_tap_table *shown)
{
    for (guint i = 0; i + 1 < columns->class->column_count; i++) {
        const stat_tap_table_item *item = &columns->item[i];
        const char *name = columns->class->columns[i].name;
        int width = (int)strlen(name);
        for (guint row = 0; row < shown->num_elements; row++)
            width = MAX(width, cell_width(&shown->elements[row][i]));
        width = MIN(width, TABLE_WIDTH_LIMIT);
        int padded = item->align == TAP_ALIGN_RIGHT ? width : -width;
        g_snprintf(columns->heading[i], TABLE_WIDTH_LIMIT + 1, "%*s", padded, name);
        g_snprintf(columns->format[i], sizeof columns->format[i], "%%%d%c", padded,
                   item->type == TABLE_ITEM_STRING ? 's' : 'u');
    }
}
