/* Tables and their cells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_cells.h"

void table_begin(GString *page, const char *name, const char *const *columns)
{
    markup(page,
           "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table>"
           "<thead><tr>",
           name);
    for (; *columns != NULL; columns++)
        markup(page, "<th scope=\"col\">%s</th>", *columns);
    g_string_append(page, "</tr></thead><tbody>\n");
}

void table_end(GString *page)
{
    g_string_append(page, "</tbody></table></div>\n");
}

void table_row(GString *page, const char *key, const char *title)
{
    if (key != NULL)
        markup(page, "<tr><th scope=\"row\"><a href=\"#%s\">%s</a></th>", key, title);
    else
        markup(page, "<tr><th scope=\"row\">%s</th>", title);
}

void table_text(GString *page, const char *column, const char *text)
{
    markup(page, "<td data-label=\"%s\">%s</td>", column, text);
}

void table_value(GString *page, const char *column, const char *text)
{
    markup(page, "<td class=\"n\" data-label=\"%s\">%s</td>", column, text);
}

void table_number(GString *page, const char *column, const char *look, struct number number)
{
    char *words = markup_number(number);
    markup(page, "<td class=\"n %s\" data-label=\"%s\">%s</td>", look, column, words);
    g_free(words);
}
