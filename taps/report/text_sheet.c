/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_sheet.h"

#include <string.h>

const char *text_plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

void text_sheet_print(const struct text_sheet *sheet, unsigned indent, const char *text)
{
    char **paragraphs = g_strsplit(text, "\n", -1);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        char **words = g_strsplit(*paragraph, " ", -1);
        size_t used = 0;
        for (char **word = words; *word != NULL; word++) {
            size_t length = strlen(*word);
            if (length == 0)
                continue;
            if (used > 0 && indent + used + 1 + length > sheet->width) {
                fputc('\n', sheet->file);
                used = 0;
            }
            fprintf(sheet->file, "%*s%s", used == 0 ? (int)indent : 1, "", *word);
            used += length + (used > 0);
        }
        if (used > 0)
            fputc('\n', sheet->file);
        g_strfreev(words);
    }
    g_strfreev(paragraphs);
}

void text_sheet_print_taken(const struct text_sheet *sheet, unsigned indent, char *text)
{
    text_sheet_print(sheet, indent, text);
    g_free(text);
}

void text_sheet_print_model(const struct text_sheet *sheet, const struct report *report,
                            unsigned indent, const char *lead, const char *text, const char *above)
{
    if (text == NULL)
        text = "";
    bool repeats = above != NULL && above[0] != '\0' && g_str_has_prefix(text, above);
    char *written = report_text(report, repeats ? text + strlen(above) : text);
    text_sheet_print_taken(
        sheet, indent,
        g_strdup_printf("%s%s%s", lead, repeats ? "see the verdict. " : "", written));
    g_free(written);
}
