/* See text_table.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/base/digits.h"
#include "text_lines.h"
#include "text_table.h"

/* What a cell reads; `digits` has room for a number. */
static const char *cell_text(const struct table_column *column, const struct table_cell *cell,
                             char digits[DIGITS_MOST + 1])
{
    if (cell->text != NULL)
        return cell->text;
    if (!column->is_number)
        return "-";
    digits[DIGITS_MOST] = '\0';
    return digits_before(digits + DIGITS_MOST, cell->number);
}

struct text_table text_table_of(const struct row_list *rows, const char *separator)
{
    struct text_table table = {.rows = rows, .separator = separator};
    const struct table_class *class = row_list_class(rows);
    for (unsigned i = 0; i < class->column_count; i++)
        table.width[i] = text_columns(class->columns[i].name);
    struct table_cell cells[TABLE_COLUMN_LIMIT] = {0};
    for (uint32_t at = 0; row_list_next(rows, &at, cells);) {
        for (unsigned i = 0; i < class->column_count; i++) {
            char digits[DIGITS_MOST + 1];
            unsigned width = text_columns(cell_text(&class->columns[i], &cells[i], digits));
            table.width[i] = MAX(table.width[i], MIN(width, TABLE_WIDTH_LIMIT));
        }
    }
    return table;
}

static void add_cell(GString *line, const struct text_table *table, unsigned column,
                     const char *text)
{
    const struct table_class *class = row_list_class(table->rows);
    unsigned used = text_columns(text);
    unsigned wanted = column + 1 < class->column_count ? table->width[column] : 0;
    unsigned padding = used < wanted ? wanted - used : 0;
    size_t length = strlen(text), separator = strlen(table->separator), at = line->len;
    size_t before = class->columns[column].to_the_right ? padding : 0;
    g_string_set_size(line, at + padding + length + separator);
    memset(line->str + at, ' ', before);
    memcpy(line->str + at + before, text, length);
    memset(line->str + at + before + length, ' ', padding - before);
    memcpy(line->str + at + padding + length, table->separator, separator);
}

static void end_line(FILE *file, GString *line)
{
    while (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate(line, line->len - 1);
    g_string_append_c(line, '\n');
    fwrite(line->str, 1, line->len, file);
    g_string_truncate(line, 0);
}

void text_table_headings(FILE *file, const struct text_table *table)
{
    const struct table_class *class = row_list_class(table->rows);
    GString *line = g_string_new(NULL);
    for (unsigned i = 0; i < class->column_count; i++)
        add_cell(line, table, i, class->columns[i].name);
    end_line(file, line);
    g_string_free(line, TRUE);
}

void text_table_rows(FILE *file, const struct text_table *table)
{
    const struct table_class *class = row_list_class(table->rows);
    struct table_cell cells[TABLE_COLUMN_LIMIT] = {0};
    GString *line = g_string_new(NULL);
    for (uint32_t at = 0; row_list_next(table->rows, &at, cells);) {
        for (unsigned i = 0; i < class->column_count; i++) {
            char digits[DIGITS_MOST + 1];
            add_cell(line, table, i, cell_text(&class->columns[i], &cells[i], digits));
        }
        end_line(file, line);
    }
    g_string_free(line, TRUE);
}
