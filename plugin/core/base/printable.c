/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "printable.h"

#include <stdbool.h>

#include <glib.h>

/* Letters and marks that leave no trace, which their category does not tell: Unicode's property
 * Default_Ignorable_Code_Point, without what is of category Cf or Cn, and the empty braille cell.
 */
static const struct {
    gunichar first;
    gunichar last;
} invisible[] = {
    {0x034F, 0x034F}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x2800, 0x2800},
    {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFFA0, 0xFFA0}, {0xE0100, 0xE01EF},
};

static bool is_seen(gunichar character)
{
    for (gsize i = 0; i < G_N_ELEMENTS(invisible); i++) {
        if (character >= invisible[i].first && character <= invisible[i].last)
            return false;
    }
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return false;
    default:
        return true;
    }
}

static void append_escaped(GString *shown, gunichar character)
{
    if (character < 0x80)
        g_string_append_printf(shown, "\\x%02x", character);
    else if (character <= 0xFFFF)
        g_string_append_printf(shown, "\\u%04x", character);
    else
        g_string_append_printf(shown, "\\U%08x", character);
}

static char *printable(const char *text, bool keep_line_ends)
{
    GString *shown = g_string_new(NULL);
    for (const char *at = text != NULL ? text : ""; *at != '\0';) {
        gunichar character = g_utf8_get_char_validated(at, -1);
        if (character == (gunichar)-1 || character == (gunichar)-2) {
            g_string_append_printf(shown, "\\x%02x", (unsigned)(guchar)*at++);
            continue;
        }
        if (is_seen(character) || (keep_line_ends && character == '\n'))
            g_string_append_unichar(shown, character);
        else
            append_escaped(shown, character);
        at = g_utf8_next_char(at);
    }
    return g_string_free(shown, FALSE);
}

char *printable_text(const char *text)
{
    return printable(text, false);
}

char *printable_lines(const char *text)
{
    return printable(text, true);
}
