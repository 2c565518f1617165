/* The picture as lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "text_path.h"

#define INDENT    7 /* below the headline */
#define MARK      2 /* "! " before what is wrong */
#define GAP       2
#define ARROW_MIN 4
#define ARROW_MAX 16

/* Where the cell of each station begins. */
struct columns {
    unsigned at[PATH_CELLS];
    char *const *names; /* what stands above */
};

static unsigned widest_label(const struct path_picture *picture)
{
    unsigned widest = 0;
    for (guint i = 0; i < picture->rows->len; i++) {
        const struct path_row *row = g_ptr_array_index(picture->rows, i);
        widest = MAX(widest, text_columns(row->label));
    }
    return widest;
}

static unsigned widest_cell(const struct path_picture *picture, uint32_t station)
{
    unsigned widest = 0;
    for (guint i = 0; i < picture->rows->len; i++) {
        const struct path_row *row = g_ptr_array_index(picture->rows, i);
        if (row->cell[station] != NULL)
            widest = MAX(widest, text_columns(row->cell[station]));
    }
    return widest;
}

/* False: the table would be wider than the line. */
static bool lay_out(const struct path_picture *picture, unsigned width, struct columns *columns)
{
    unsigned at = INDENT + widest_label(picture) + GAP + MARK;
    unsigned name_end = INDENT + text_columns(columns->names[0]) + GAP + MARK;
    for (uint32_t i = 0; i <= picture->points; i++) {
        columns->at[i] = at;
        bool last = i == picture->points;
        unsigned cell = widest_cell(picture, i);
        if (i > 0)
            name_end = at + text_columns(columns->names[i]) + (last ? 0 : GAP + MARK);
        unsigned arrow = i + 1 < picture->points ? ARROW_MIN + 2 : 0;
        unsigned cell_end = at + cell + (last ? 0 : 1 + arrow + MARK);
        at = MAX(name_end, cell_end);
    }
    unsigned spare = at <= width ? MIN(width - at, ARROW_MAX) : 0;
    for (uint32_t i = 1; spare > 0 && i <= picture->points; i++)
        columns->at[i] += spare * MIN(i, picture->points - 1) / MAX(picture->points, 2);
    return at <= width;
}

static void draw_arrow(struct text_row *row, enum path_arrow arrow, unsigned from, unsigned to)
{
    if (arrow == PATH_NOTHING || to < from + ARROW_MIN)
        return;
    char *line = g_strnfill(to - from, '-');
    unsigned last = to - from - 1;
    if (arrow == PATH_LEFT || arrow == PATH_CHANGED)
        line[0] = '<';
    if (arrow == PATH_RIGHT || arrow == PATH_CHANGED)
        line[last] = '>';
    if (arrow == PATH_BROKEN)
        line[last / 2] = 'X';
    text_row_put(row, from, arrow == PATH_BROKEN ? TEXT_RED : TEXT_FAINT, line);
    g_free(line);
}

static void draw_row(const struct path_picture *picture, const struct path_row *of,
                     const struct columns *columns, const struct text_style *style,
                     GPtrArray *lines)
{
    struct text_row row = text_row_new(style);
    text_row_put(&row, INDENT, TEXT_PLAIN, of->label);
    for (uint32_t i = 0; i <= picture->points; i++) {
        const char *cell = of->cell[i];
        if (of->wrong[i])
            text_row_put(&row, columns->at[i] - MARK, TEXT_RED, "!");
        if (cell != NULL)
            text_row_put(&row, columns->at[i], of->wrong[i] ? TEXT_RED : TEXT_PLAIN, cell);
        if (i + 1 < picture->points)
            draw_arrow(&row, of->arrow[i], columns->at[i] + MAX(widest_cell(picture, i), 5) + 1,
                       columns->at[i + 1] - MARK - 1);
    }
    text_row_end(&row, lines);
}

static void draw_table(const struct path_picture *picture, const struct columns *columns,
                       const struct text_style *style, GPtrArray *lines)
{
    struct text_row row = text_row_new(style);
    text_row_put(&row, INDENT, TEXT_STRONG, columns->names[0]);
    for (uint32_t i = 1; i <= picture->points; i++)
        text_row_put(&row, columns->at[i], TEXT_STRONG, columns->names[i]);
    text_row_end(&row, lines);
    for (guint i = 0; i < picture->rows->len; i++)
        draw_row(picture, g_ptr_array_index(picture->rows, i), columns, style, lines);
}

static void draw_stations(const struct path_picture *picture, const struct text_style *style,
                          GPtrArray *lines)
{
    GString *names = g_string_new(NULL);
    for (uint32_t i = 0; i <= picture->points; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", picture->station[i]);
    text_wrap(lines, style, TEXT_PLAIN, "       ", names->str);
    g_string_free(names, TRUE);
}

/* "Call ID: 1536 -> 33244, 4096" */
static void draw_as_text(const struct path_picture *picture, const struct text_style *style,
                         GPtrArray *lines)
{
    for (guint i = 0; i < picture->rows->len; i++) {
        const struct path_row *row = g_ptr_array_index(picture->rows, i);
        GString *text = g_string_new(NULL);
        g_string_append_printf(text, "%s:", row->label);
        for (uint32_t c = 0; c <= picture->points; c++) {
            static const char *const between[] = {"", "-", "<->", "->", "<-", "X"};
            if (c > 0 && c < picture->points && row->arrow[c - 1] != PATH_NOTHING)
                g_string_append_printf(text, " %s", between[row->arrow[c - 1]]);
            if (row->cell[c] != NULL)
                g_string_append_printf(text, " %s%s", row->wrong[c] ? "! " : "", row->cell[c]);
        }
        text_wrap(lines, style, TEXT_PLAIN, "       ", text->str);
        g_string_free(text, TRUE);
    }
}

void path_picture_draw(const struct path_picture *picture, const struct text_style *style,
                       GPtrArray *lines)
{
    struct columns columns = {.names = picture->station};
    if (lay_out(picture, style->width, &columns)) {
        draw_table(picture, &columns, style, lines);
        return;
    }
    draw_stations(picture, style, lines);
    columns.names = picture->short_name;
    if (lay_out(picture, style->width, &columns))
        draw_table(picture, &columns, style, lines);
    else
        draw_as_text(picture, style, lines);
}
