/* Draws a ladder: boxes and lanes, a row per message, a bar per direction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ladder_svg.h"

#include <string.h>

#include "svg.h"

#define EDGE        0.3 /* per cent, left free at both sides */
#define TEXT_GAP    0.7 /* between a lane and text beside it */
#define ARROW_GAP   0.5
#define HEAD_WIDTH  1.2 /* of the wedge at the end of a bar */
#define TITLE_MOST  48
#define REMARK_MOST 50
#define CHANGE_MOST 58

static double box_width(const struct ladder *ladder)
{
    double last = 100 - EDGE, before = ladder->lane[ladder->segments - 1].x;
    return MIN(40, 0.98 * (last - before) / (ladder->segments == 1 ? 1 : 1.5));
}

static void draw_box(GString *page, const struct ladder *ladder, unsigned place)
{
    const struct ladder_lane *lane = &ladder->lane[place];
    double width = box_width(ladder);
    double x = place == 0                  ? EDGE
               : place == ladder->segments ? 100 - EDGE - width
                                           : lane->x - width / 2;
    bool end = place == 0 || place == ladder->segments;
    svg_box(page, end ? "box" : "box nat", x, 2, width, 40, "");
    svg_text_fitting(page, "b", SVG_MIDDLE, x + width / 2, 19, width, lane->title, NULL);
    svg_text_fitting(page, "s", SVG_MIDDLE, x + width / 2, 35, width, lane->line, lane->brief);
}

static void draw_lanes(GString *page, const struct ladder *ladder)
{
    for (unsigned i = 0; i <= ladder->segments; i++) {
        bool end = i == 0 || i == ladder->segments;
        double x = ladder->lane[i].x;
        svg_line(page, end ? "lane" : "lane nat", x, 42, x, ladder->height - 2);
        draw_box(page, ladder, i);
    }
    for (unsigned i = 0; i < ladder->segments; i++) {
        const struct ladder_side *side = &ladder->side[i];
        double left = ladder->lane[i].x, right = ladder->lane[i + 1].x;
        svg_text_fitting(page, "b h", SVG_MIDDLE, (left + right) / 2, 60, right - left, side->name,
                         NULL);
        svg_text(page, "s h", SVG_MIDDLE, (left + right) / 2, 75, side->role, 26);
        svg_text(page, "s h", SVG_START, left + TEXT_GAP, 90, side->left, 40);
        svg_text(page, "s h", SVG_END, right - TEXT_GAP, 104, side->right, 40);
    }
    if (ladder->rows.length != 0)
        svg_text_fitting(page, "s", SVG_START, EDGE, 60, ladder->lane[0].x - EDGE, "seconds", "s");
}

static const char *look_of(enum mark mark)
{
    return mark == MARK_BAD ? "bad" : mark == MARK_ODD ? "odd" : "";
}

/* What fits between two lanes, in one line or in two. */
static void draw_between(GString *page, const struct ladder *ladder, const char *look,
                         enum svg_anchor anchor, double x, double y, const char *text)
{
    double width = ladder->narrow ? ladder->lane[1].x - ladder->lane[0].x : 100;
    svg_text_folded(page, look, anchor, x, y, width, text);
}

static void draw_value(GString *page, const struct ladder *ladder, const struct ladder_cell *cell,
                       enum svg_anchor anchor, double x, double y, const char *text)
{
    if (text[0] == '\0')
        return;
    char *look = g_strconcat("v h ", look_of(cell->values_mark), NULL);
    draw_between(page, ladder, look, anchor, x, y, text);
    g_free(look);
}

static bool has_values(const struct ladder_row *row, unsigned segments)
{
    for (unsigned i = 0; i < segments; i++) {
        if (row->cell[i].values[0] != '\0' || row->cell[i].left[0] != '\0')
            return true;
    }
    return false;
}

static void draw_cell(GString *page, const struct ladder *ladder, const struct ladder_row *row,
                      unsigned place, double y)
{
    const struct ladder_cell *cell = &row->cell[place];
    double left = ladder->lane[place].x, right = ladder->lane[place + 1].x;
    double middle = (left + right) / 2;
    if (!cell->seen) {
        if (!cell->missing)
            return;
        svg_line(page, "absent", left + ARROW_GAP, y, right - ARROW_GAP, y);
        svg_text(page, "s h", SVG_MIDDLE, middle, y + 12, "not seen here", 26);
        return;
    }
    bool above = ladder->narrow && cell->left[0] != '\0'; /* ports leave no room between them */
    draw_value(page, ladder, cell, SVG_START, left + TEXT_GAP, y - 7, cell->left);
    draw_value(page, ladder, cell, SVG_MIDDLE, middle, y - 7 - (above ? SVG_LINE : 0),
               cell->values);
    draw_value(page, ladder, cell, SVG_END, right - TEXT_GAP, y - 7, cell->right);
    svg_arrow(page, look_of(cell->mark), row->from_left ? left + ARROW_GAP : right - ARROW_GAP,
              row->from_left ? right - ARROW_GAP : left + ARROW_GAP, y);
    svg_text(page, "s h", SVG_MIDDLE, middle, y + 14, cell->where, 40);
}

/* What is wrong, from the lane where it was seen to the other end of the picture. */
static void draw_remarks(GString *page, const struct ladder *ladder, const struct ladder_row *row,
                         double y)
{
    for (unsigned i = 0; i < ladder->segments; i++) {
        const struct ladder_cell *cell = &row->cell[i];
        bool outer = i >= (ladder->segments + 1) / 2;
        if (cell->remark[0] == '\0')
            continue;
        char *look = g_strconcat("v h ", look_of(cell->mark), NULL);
        svg_text(page, look, outer ? SVG_END : SVG_START,
                 outer ? ladder->lane[i + 1].x - TEXT_GAP : ladder->lane[i].x + TEXT_GAP, y,
                 cell->remark, REMARK_MOST);
        g_free(look);
        y += 16;
    }
}

static void draw_change(GString *page, const struct ladder *ladder, const struct ladder_row *row)
{
    double first = ladder->lane[0].x, last = ladder->lane[ladder->segments].x;
    g_string_append(page, row->wrong ? "<g class=\"wrong\">" : "<g>");
    if (row->wrong)
        svg_box(page, "row bad", EDGE, row->y + 2, 100 - 2 * EDGE, row->height - 4, "");
    else
        svg_line(page, "rule", first, row->y + 16, last, row->y + 16);
    svg_text(page, row->wrong ? "t bad h" : "s h", SVG_MIDDLE, (first + last) / 2, row->y + 20,
             row->title, CHANGE_MOST);
    g_string_append(page, "</g>\n");
}

static void draw_row(GString *page, const struct ladder *ladder, const struct ladder_row *row)
{
    double first = ladder->lane[0].x, last = ladder->lane[ladder->segments].x;
    if (row->is_change) {
        draw_change(page, ladder, row);
        return;
    }
    g_string_append(page, row->wrong ? "<g class=\"wrong\">" : "<g>");
    if (row->wrong)
        svg_box(page, "row bad", EDGE, row->y, 100 - 2 * EDGE, row->height - 2, "");
    svg_text(page, row->wrong ? "t bad h" : "t h", row->from_left ? SVG_START : SVG_END,
             row->from_left ? first + TEXT_GAP : last - TEXT_GAP, row->y + 13, row->title,
             TITLE_MOST);
    double y = row->y + 19;
    if (has_values(row, ladder->segments))
        y += 16 + (ladder->narrow ? SVG_LINE : 0);
    if (row->time[0] != '\0')
        svg_text(page, "s", SVG_START, EDGE, y + 4, row->time, 10);
    for (unsigned i = 0; i < ladder->segments; i++)
        draw_cell(page, ladder, row, i, y);
    draw_remarks(page, ladder, row, y + 29);
    g_string_append(page, "</g>\n");
}

/* What is lost on a hop is said where it is missing. */
static void draw_loss(GString *page, const struct ladder *ladder, const struct ladder_bar *bar,
                      const struct ladder_segment *segment, double from, double to)
{
    double inwards = to > from ? 1 : -1, middle = (from + to) / 2;
    int64_t before = segment->lost_before + segment->seen;
    bool bad = segment->seen == 0 || bar->broken;
    char *words =
        segment->seen != 0
            ? g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " lost here",
                              segment->lost_before, before)
        : segment->lost_before == 1
            ? g_strdup("does not arrive")
            : g_strdup_printf("none of %" G_GINT64_FORMAT " arrive", segment->lost_before);
    if (segment->seen == 0) {
        svg_line(page, "absent", from + 2 * inwards, bar->y, to - ARROW_GAP * inwards, bar->y);
        svg_cross(page, from + ARROW_GAP * inwards, bar->y);
    }
    draw_between(page, ladder, bad ? "v bad" : "v odd", SVG_MIDDLE, middle,
                 bar->y + 21 + (ladder->narrow ? SVG_LINE : 0), words);
    g_free(words);
}

static void draw_packets(GString *page, const struct ladder *ladder, const struct ladder_bar *bar,
                         unsigned place)
{
    const struct ladder_segment *segment = &bar->segment[place];
    double left = ladder->lane[place].x, right = ladder->lane[place + 1].x;
    bool last = place == (bar->rightwards ? ladder->segments - 1 : 0);
    double tip = last ? HEAD_WIDTH : 0.2; /* out at the other end: room for the wedge */
    char *look = g_strconcat("gre ", look_of(segment->mark), NULL);
    char *words = g_strconcat("v h ", look_of(segment->mark), NULL);
    svg_box(page, look, bar->rightwards ? left + 0.2 : left + tip, bar->y - segment->thickness / 2,
            right - left - 0.2 - tip, segment->thickness, "");
    if (last)
        svg_wedge(page, look, bar->rightwards ? right : left, bar->y, bar->rightwards);
    draw_between(page, ladder, words, SVG_MIDDLE, (left + right) / 2, bar->y - 12, segment->words);
    g_free(look);
    g_free(words);
}

static void draw_segment(GString *page, const struct ladder *ladder, const struct ladder_bar *bar,
                         unsigned place)
{
    const struct ladder_segment *segment = &bar->segment[place];
    double left = ladder->lane[place].x, right = ladder->lane[place + 1].x;
    double middle = (left + right) / 2;
    if (segment->seen != 0)
        draw_packets(page, ladder, bar, place);
    if (segment->remark[0] != '\0' && segment->seen == 0)
        svg_line(page, "absent", left + ARROW_GAP, bar->y, right - ARROW_GAP, bar->y);
    if (segment->remark[0] != '\0') {
        char *look = g_strconcat("v h ", look_of(segment->mark), NULL);
        svg_text(page, look, SVG_MIDDLE, middle, bar->y + 21, segment->remark, 33);
        g_free(look);
    } else if (segment->lost_before != 0) {
        draw_loss(page, ladder, bar, segment, bar->rightwards ? left : right,
                  bar->rightwards ? right : left);
    } else if (segment->seen == 0 && segment->covered) {
        svg_line(page, "absent", left + ARROW_GAP, bar->y, right - ARROW_GAP, bar->y);
        svg_text(page, "s h", SVG_MIDDLE, middle, bar->y - 10, "no packets", 33);
    }
}

static void draw_bars(GString *page, const struct ladder *ladder)
{
    double first = ladder->lane[0].x, last = ladder->lane[ladder->segments].x;
    if (ladder->bars->len == 0)
        return;
    svg_line(page, "rule", EDGE, ladder->foot - 14, 100 - EDGE, ladder->foot - 14);
    svg_text(page, "t h", SVG_START, first + TEXT_GAP, ladder->foot + 4, ladder->bars_title, 60);
    for (guint b = 0; b < ladder->bars->len; b++) {
        const struct ladder_bar *bar = &g_array_index(ladder->bars, struct ladder_bar, b);
        if (bar->title[0] != '\0')
            svg_text(page, "s h", bar->rightwards ? SVG_START : SVG_END,
                     bar->rightwards ? first + TEXT_GAP : last - TEXT_GAP, bar->y - 23, bar->title,
                     60);
        for (unsigned i = 0; i < ladder->segments; i++)
            draw_segment(page, ladder, bar, i);
    }
}

static void describe_cell(GString *words, const struct ladder *ladder, const struct ladder_row *row,
                          unsigned place)
{
    const struct ladder_cell *cell = &row->cell[place];
    if (!cell->seen)
        return;
    g_string_append_printf(words, " %s %s", ladder->side[place].name, cell->where);
    if (cell->left[0] != '\0')
        g_string_append_printf(words, " port %s %s %s", row->from_left ? cell->left : cell->right,
                               "to", row->from_left ? cell->right : cell->left);
    if (cell->values[0] != '\0')
        g_string_append_printf(words, " %s", cell->values);
    if (cell->remark[0] != '\0')
        g_string_append_printf(words, ", %s", cell->remark);
    g_string_append_c(words, ';');
}

/* The picture in words, for those who do not see it. */
static char *describe(const struct ladder *ladder)
{
    GString *words = g_string_new(NULL);
    for (GList *at = ladder->rows.head; at != NULL; at = at->next) {
        const struct ladder_row *row = at->data;
        g_string_append_printf(words, "%s%s:", at == ladder->rows.head ? "" : " ", row->title);
        for (unsigned i = 0; i < ladder->segments; i++)
            describe_cell(words, ladder, row, i);
        words->str[words->len - 1] = '.';
    }
    for (guint b = 0; b < ladder->bars->len; b++) {
        const struct ladder_bar *bar = &g_array_index(ladder->bars, struct ladder_bar, b);
        g_string_append_printf(words, " %s, %s:", ladder->bars_title,
                               bar->title[0] != '\0' ? bar->title
                               : bar->rightwards     ? "to the right"
                                                     : "to the left");
        for (unsigned i = 0; i < ladder->segments; i++)
            g_string_append_printf(words, "%s %" G_GINT64_FORMAT " at %s", i == 0 ? "" : ",",
                                   bar->segment[i].seen, ladder->side[i].name);
        g_string_append_c(words, '.');
    }
    return g_string_free(words, FALSE);
}

void ladder_draw(GString *page, const struct ladder *ladder, const char *key, const char *title)
{
    char *description = describe(ladder);
    /* Three fit a phone; more are scrolled there. */
    unsigned least = ladder->segments <= 3 ? 280 / ladder->segments : 180;
    svg_begin(page, key, 20 + least * ladder->segments, ladder->height, title, description);
    g_free(description);
    draw_lanes(page, ladder);
    for (GList *at = ladder->rows.head; at != NULL; at = at->next)
        draw_row(page, ladder, at->data);
    draw_bars(page, ladder);
    svg_end(page);
}

static void table_cell(GString *page, const char *point, const struct ladder_cell *cell)
{
    if (!cell->seen) {
        markup(page, "<td data-label=\"%s\">not seen</td>", point);
        return;
    }
    markup(page, "<td data-label=\"%s\" class=\"%s\">%s%s%s", point,
           cell->mark == MARK_BAD ? "bad" : "plain", cell->where,
           cell->values[0] != '\0' ? ": " : "", cell->values);
    if (cell->left[0] != '\0')
        markup(page, ", ports %s and %s", cell->left, cell->right);
    if (cell->remark[0] != '\0')
        markup(page, ", %s", cell->remark);
    g_string_append(page, "</td>");
}

void ladder_table(GString *page, const struct ladder *ladder)
{
    g_string_append(page,
                    "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
                    "aria-label=\"Messages\"><table><thead><tr><th scope=\"col\">Message</th>");
    for (unsigned i = 0; i < ladder->segments; i++)
        markup(page, "<th scope=\"col\">%s</th>", ladder->side[i].name);
    g_string_append(page, "</tr></thead><tbody>\n");
    for (GList *at = ladder->rows.head; at != NULL; at = at->next) {
        const struct ladder_row *row = at->data;
        if (row->is_change)
            continue;
        markup(page, "<tr><th scope=\"row\">%s</th>", row->title);
        for (unsigned i = 0; i < ladder->segments; i++)
            table_cell(page, ladder->side[i].name, &row->cell[i]);
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</tbody></table></div>\n");
}
