/* Wrapping, widths and colours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "text_lines.h"

static unsigned character_columns(gunichar character)
{
    if (g_unichar_iszerowidth(character))
        return 0;
    return g_unichar_iswide(character) ? 2 : 1;
}

unsigned text_columns(const char *text)
{
    const char *at = text;
    while ((signed char)*at > 0) /* ASCII */
        at++;
    unsigned columns = (unsigned)(at - text);
    for (; *at != '\0'; at = g_utf8_next_char(at))
        columns += (guchar)*at < 0x80 ? 1 : character_columns(g_utf8_get_char(at));
    return columns;
}

static const char *sequence_of(enum text_colour colour)
{
    switch (colour) {
    case TEXT_STRONG:
        return "\033[1m";
    case TEXT_FAINT:
        return "\033[2m";
    case TEXT_RED:
        return "\033[1;31m";
    case TEXT_GREEN:
        return "\033[1;32m";
    case TEXT_YELLOW:
        return "\033[1;33m";
    case TEXT_PLAIN:
        break;
    }
    return "";
}

char *text_coloured(const struct text_style *style, enum text_colour colour, const char *text)
{
    if (!style->colour || colour == TEXT_PLAIN || text[0] == '\0')
        return g_strdup(text);
    return g_strconcat(sequence_of(colour), text, "\033[0m", NULL);
}

/* How many octets of `text` fit into `columns`. */
static size_t fitting(const char *text, unsigned columns)
{
    unsigned used = 0;
    const char *at = text;
    for (; *at != '\0'; at = g_utf8_next_char(at)) {
        used += character_columns(g_utf8_get_char(at));
        if (used > columns)
            break;
    }
    return (size_t)(at - text);
}

char *text_shortened(const char *text, unsigned columns)
{
    if (text_columns(text) <= columns)
        return g_strdup(text);
    if (columns <= 2)
        return g_strndup(text, fitting(text, columns));
    return g_strdup_printf("%.*s..", (int)fitting(text, columns - 2), text);
}

GPtrArray *text_lines_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

struct text_row text_row_new(const struct text_style *style)
{
    return (struct text_row){.text = g_string_new(NULL), .style = style};
}

void text_row_put(struct text_row *row, unsigned column, enum text_colour colour, const char *text)
{
    for (; row->column < column; row->column++)
        g_string_append_c(row->text, ' ');
    char *coloured = text_coloured(row->style, colour, text);
    g_string_append(row->text, coloured);
    row->column += text_columns(text);
    g_free(coloured);
}

void text_row_end(struct text_row *row, GPtrArray *lines)
{
    g_ptr_array_add(lines, g_string_free(row->text, FALSE));
    row->text = NULL;
}

struct wrapping {
    GPtrArray *lines;
    struct text_row row;
    unsigned indent;
    bool begun; /* the row has a word */
};

static void next_line(struct wrapping *wrapping)
{
    const struct text_style *style = wrapping->row.style;
    text_row_end(&wrapping->row, wrapping->lines);
    wrapping->row = text_row_new(style);
    wrapping->begun = false;
}

/* A word that is longer than a line is cut. */
static void add_word(struct wrapping *wrapping, const char *word)
{
    unsigned width = wrapping->row.style->width;
    unsigned room = width - wrapping->indent;
    if (wrapping->begun && wrapping->row.column + 1 + text_columns(word) > width)
        next_line(wrapping);
    while (text_columns(word) > room) {
        size_t length = MAX(fitting(word, room), (size_t)(g_utf8_next_char(word) - word));
        char *part = g_strndup(word, length);
        text_row_put(&wrapping->row, wrapping->indent, TEXT_PLAIN, part);
        g_free(part);
        word += length;
        next_line(wrapping);
    }
    unsigned column = wrapping->begun ? wrapping->row.column + 1 : wrapping->indent;
    text_row_put(&wrapping->row, column, TEXT_PLAIN, word);
    wrapping->begun = true;
}

void text_wrap(GPtrArray *lines, const struct text_style *style, enum text_colour colour,
               const char *lead, const char *text)
{
    struct wrapping wrapping = {
        .lines = lines, .row = text_row_new(style), .indent = text_columns(lead)};
    char **paragraphs = g_strsplit(text, "\n", -1);
    text_row_put(&wrapping.row, 0, colour, lead);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        char **words = g_strsplit(*paragraph, " ", -1);
        if (wrapping.begun)
            next_line(&wrapping);
        for (char **word = words; *word != NULL; word++) {
            if ((*word)[0] != '\0')
                add_word(&wrapping, *word);
        }
        g_strfreev(words);
    }
    g_strfreev(paragraphs);
    if (wrapping.begun)
        text_row_end(&wrapping.row, lines);
    else
        g_string_free(wrapping.row.text, TRUE);
}
