/* Draws the timeline: per pair of addresses a heading, per lane its name and its bars under it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline_svg.h"

#include <math.h>
#include <string.h>

#include "markup.h"
#include "svg.h"

#define LEFT    1.0 /* per cent */
#define AXIS    97.0
#define TOP     26
#define HEADING 26
#define NAME    18 /* of a lane, above its bars */
#define LEVEL   32
#define GAP     4
#define WORDS   13 /* above a bar */
#define BAR     13
#define NARROW  0.4 /* a bar is not narrower */

static double x_of(const struct timeline *timeline, double seconds)
{
    return LEFT + AXIS * seconds / timeline->seconds;
}

/* 1, 2 or 5 times a power of ten: at most seven of them on the axis. */
static double tick_of(double seconds)
{
    double tick = pow(10, floor(log10(seconds / 7)));
    if (tick * 7 >= seconds)
        return tick;
    return tick * (tick * 14 >= seconds ? 2 : tick * 35 >= seconds ? 5 : 10);
}

static char *tick_words(double seconds, double tick)
{
    int digits = tick >= 1 ? 0 : (int)MIN(6, ceil(-log10(tick)));
    return g_strdup_printf("%.*f s", digits, seconds);
}

static void draw_axis(GString *page, const struct timeline *timeline, double height)
{
    double tick = tick_of(timeline->seconds);
    for (int i = 0; i <= 14 && i * tick <= timeline->seconds; i++) {
        double x = x_of(timeline, i * tick);
        char *words = tick_words(i * tick, tick);
        svg_line(page, "rule", x, TOP - 6, x, height - 2);
        svg_text(page, "s",
                 i == 0     ? SVG_START
                 : x > 96.0 ? SVG_END
                            : SVG_MIDDLE,
                 i == 0 ? 0 : x, TOP - 11, words, 12);
        g_free(words);
    }
}

/* Where the next bar on the same line begins, which is how far its words may go. */
static double room_after(const struct timeline *timeline, const struct timeline_lane *lane,
                         guint index)
{
    const struct timeline_bar *bar = &g_array_index(lane->bars, struct timeline_bar, index);
    for (guint i = index + 1; i < lane->bars->len; i++) {
        const struct timeline_bar *next = &g_array_index(lane->bars, struct timeline_bar, i);
        if (next->level == bar->level)
            return x_of(timeline, next->begin) - x_of(timeline, bar->begin);
    }
    return LEFT + AXIS - x_of(timeline, bar->begin);
}

static void draw_bar(GString *page, const struct timeline *timeline,
                     const struct timeline_lane *lane, guint index, double top)
{
    const struct timeline_bar *bar = &g_array_index(lane->bars, struct timeline_bar, index);
    double x = x_of(timeline, bar->begin), end = x_of(timeline, bar->end);
    double y = top + LEVEL * bar->level, width = MAX(NARROW, end - x);
    char *from = markup_span(bar->begin), *to = markup_span(bar->end);
    char *title = g_strdup_printf("%s, from %s to %s%s", bar->words, from, to,
                                  bar->clash ? ", cannot be told from another" : "");
    double room = room_after(timeline, lane, index);
    bool back = room < 30 && lane->bars->len == 1; /* at the end of the axis, and alone */
    svg_box(page, bar->clash || bar->fault ? "bar bad" : "bar", x, y + WORDS, width, BAR, title);
    svg_text_fitting(page, bar->clash ? "s bad h" : "s h", back ? SVG_END : SVG_START,
                     back ? LEFT + AXIS : x, y + WORDS - 3, back ? 80 : room, bar->words, NULL);
    g_free(from);
    g_free(to);
    g_free(title);
}

/* The time in which two bars or more of the lane clash, as a band behind them. */
static void draw_band(GString *page, const struct timeline *timeline,
                      const struct timeline_lane *lane, double y)
{
    double until = -1;
    for (guint i = 0; i < lane->bars->len; i++) {
        const struct timeline_bar *bar = &g_array_index(lane->bars, struct timeline_bar, i);
        if (!bar->clash)
            continue;
        double begin = bar->begin, end = MIN(bar->end, until);
        if (end > begin)
            svg_box(page, "band", x_of(timeline, begin), y,
                    x_of(timeline, end) - x_of(timeline, begin), LEVEL * lane->levels, "");
        until = MAX(until, bar->end);
    }
}

static void draw_marks(GString *page, const struct timeline *timeline,
                       const struct timeline_lane *lane, double y)
{
    double free_from = LEFT + 28; /* behind the name of the lane, on a phone too */
    for (guint i = 0; i < lane->marks->len; i++) {
        const struct timeline_mark *mark = &g_array_index(lane->marks, struct timeline_mark, i);
        double x = x_of(timeline, mark->at);
        svg_line(page, "moment", x, y - 1, x, y + LEVEL * lane->levels - 4);
        if (x >= free_from && x < 86) {
            svg_text(page, "s h", SVG_START, x, y - 4, mark->words, 12);
            free_from = x + 16;
        }
    }
}

static double draw_lane(GString *page, const struct timeline *timeline,
                        const struct timeline_lane *lane, double y)
{
    char *words = g_strdup_printf("%s%s", lane->most != 0 ? "✗ " : "", lane->label);
    svg_text(page, lane->most != 0 ? "v bad h" : "v h", SVG_START, LEFT, y + 13, words, 40);
    g_free(words);
    y += NAME;
    draw_band(page, timeline, lane, y);
    for (guint i = 0; i < lane->bars->len; i++)
        draw_bar(page, timeline, lane, i, y);
    draw_marks(page, timeline, lane, y);
    return y + LEVEL * lane->levels + GAP;
}

static char *describe(const struct timeline *timeline, unsigned first, unsigned count)
{
    GString *words = g_string_new(NULL);
    for (unsigned i = first; i < first + count; i++) {
        const struct timeline_lane *lane = g_ptr_array_index(timeline->lanes, i);
        g_string_append_printf(words, "%s, %s:", lane->group, lane->label);
        for (guint b = 0; b < lane->bars->len; b++)
            g_string_append_printf(words, "%s %s", b == 0 ? "" : ",",
                                   g_array_index(lane->bars, struct timeline_bar, b).words);
        if (lane->most != 0)
            g_string_append_printf(words, "; %u at the same time, which cannot be told apart",
                                   lane->most);
        for (guint m = 0; m < lane->marks->len; m++) {
            const struct timeline_mark *mark = &g_array_index(lane->marks, struct timeline_mark, m);
            g_string_append_printf(words, "; %s after %.1f s", mark->words, mark->at);
        }
        g_string_append(words, ". ");
    }
    return g_string_free(words, FALSE);
}

void timeline_draw(GString *page, const struct timeline *timeline, unsigned first, unsigned count,
                   const char *key, const char *title)
{
    const char *group = NULL;
    GString *lanes = g_string_new(NULL);
    double y = TOP;
    for (unsigned i = first; i < first + count; i++) {
        const struct timeline_lane *lane = g_ptr_array_index(timeline->lanes, i);
        if (group == NULL || strcmp(group, lane->group) != 0) {
            svg_text(lanes, "t h", SVG_START, 0, y + 16, lane->group, 90);
            y += HEADING;
        }
        y = draw_lane(lanes, timeline, lane, y);
        group = lane->group;
    }
    char *description = describe(timeline, first, count);
    svg_begin(page, key, 280, y + 4, title, description);
    draw_axis(page, timeline, y + 4);
    g_string_append_len(page, lanes->str, (gssize)lanes->len);
    svg_end(page);
    g_string_free(lanes, TRUE);
    g_free(description);
}
