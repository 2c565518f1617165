/* Writing HTML and SVG.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "markup.h"

#include <math.h>
#include <stdarg.h>

void markup(GString *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_markup_vprintf_escaped(format, arguments);
    va_end(arguments);
    g_string_append(page, text);
    g_free(text);
}

const char *markup_keep(GStringChunk *texts, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    const char *kept = g_string_chunk_insert_const(texts, text);
    g_free(text);
    return kept;
}

char *markup_number(struct number number)
{
    return number.known ? g_strdup_printf("%" G_GINT64_FORMAT, number.value) : g_strdup("-");
}

char *markup_short(const char *text, size_t limit)
{
    if ((size_t)g_utf8_strlen(text, -1) <= limit)
        return g_strdup(text);
    char *start = g_utf8_substring(text, 0, (glong)limit - 1);
    char *cut = g_strconcat(start, "…", NULL);
    g_free(start);
    return cut;
}

char *markup_span(double seconds)
{
    if (seconds < 10)
        return g_strdup_printf("%.3f s", seconds);
    if (seconds < 60)
        return g_strdup_printf("%.1f s", seconds);
    double minutes = floor(seconds / 60);
    if (minutes < 60)
        return g_strdup_printf("%.0f min %02.0f s", minutes, floor(seconds - minutes * 60));
    double hours = floor(minutes / 60);
    return g_strdup_printf("%.0f h %02.0f min", hours, minutes - hours * 60);
}

char *markup_count(int64_t count, const char *one, const char *many)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", count, count == 1 ? one : many);
}
