/* Draws the timeline: per address a heading, per Call ID a lane, per call a bar.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline_svg.h"

#include <math.h>
#include <string.h>

#include "svg.h"

#define LABELS  176 /* width of the names of lanes */
#define AXIS    560
#define RIGHT   24
#define TOP     26
#define HEADING 28
#define LEVEL   20
#define GAP     6
#define BAR     15
#define LETTER  6.4 /* width of one, to see whether a label fits */

static double x_of(const struct timeline *timeline, double seconds)
{
    return LABELS + AXIS * seconds / timeline->seconds;
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
        svg_text(page, "s", SVG_MIDDLE, x, TOP - 11, words, 12);
        g_free(words);
    }
}

/* "192.168.11.20, inside Call ID 1536": who the call really is. */
static char *bar_words(const struct path *path)
{
    const struct call *call = path_innermost(path);
    bool pns = path_pns_inside(path);
    struct number id = pns ? call->pns_call_id : call->pac_call_id;
    const char *address = call->connection == NULL ? "?"
                          : pns                    ? call->connection->pns.address
                                                   : call->connection->pac.address;
    if (!id.known)
        return g_strdup(address);
    return g_strdup_printf("%s, its Call ID %" G_GINT64_FORMAT, address, id.value);
}

static void draw_bar(GString *page, const struct timeline *timeline, const struct timeline_bar *bar,
                     double top)
{
    double x = x_of(timeline, bar->begin), end = x_of(timeline, bar->end);
    double width = MAX(3, end - x), y = top + LEVEL * bar->level;
    char *who = bar_words(bar->path), *from = markup_span(bar->begin), *to = markup_span(bar->end);
    char *title = g_strdup_printf("%s, from %s to %s%s", who, from, to,
                                  bar->clash ? ", shares its Call ID" : "");
    const char *look = bar->clash                             ? "bar bad"
                       : bar->path->worst >= SEVERITY_WARNING ? "bar odd"
                                                              : "bar";
    double label = LETTER * (double)g_utf8_strlen(who, -1) + 8;
    svg_box(page, look, x, y, width, BAR, title);
    if (label <= width)
        svg_text(page, "in", SVG_START, x + 5, y + 11.5, who, 60);
    else if (x + width + label < LABELS + AXIS + RIGHT)
        svg_text(page, "s h", SVG_START, x + width + 4, y + 11.5, who, 60);
    else
        svg_text(page, "s h", SVG_END, x - 4, y + 11.5, who, 60);
    g_free(who);
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
            svg_box(page, "band", x_of(timeline, begin), y - 3,
                    x_of(timeline, end) - x_of(timeline, begin), LEVEL * lane->levels + 2, "");
        until = MAX(until, bar->end);
    }
}

static double draw_lane(GString *page, const struct timeline *timeline,
                        const struct timeline_lane *lane, double y)
{
    char *id = markup_number(lane->call_id);
    char *words = g_strdup_printf("%s%s Call ID %s", lane->most != 0 ? "✗ " : "", lane->owner, id);
    svg_text(page, lane->most != 0 ? "v bad" : "v", SVG_START, 8, y + 11.5, words, 28);
    draw_band(page, timeline, lane, y);
    for (guint i = 0; i < lane->bars->len; i++)
        draw_bar(page, timeline, &g_array_index(lane->bars, struct timeline_bar, i), y);
    g_free(id);
    g_free(words);
    return y + LEVEL * lane->levels + GAP;
}

static bool is_new_pair(const struct timeline_lane *lane, const struct timeline_lane *previous)
{
    return previous == NULL || strcmp(lane->address, previous->address) != 0 ||
           strcmp(lane->far, previous->far) != 0;
}

static char *describe(const struct timeline *timeline, unsigned first, unsigned count)
{
    GString *words = g_string_new(NULL);
    for (unsigned i = first; i < first + count; i++) {
        const struct timeline_lane *lane = g_ptr_array_index(timeline->lanes, i);
        char *id = markup_number(lane->call_id);
        char *calls = markup_count(lane->bars->len, "call", "calls");
        g_string_append_printf(words, "%s to %s, %s Call ID %s: %s", lane->address, lane->far,
                               lane->owner, id, calls);
        if (lane->most != 0)
            g_string_append_printf(words, ", up to %u at the same time, which cannot be told apart",
                                   lane->most);
        g_string_append(words, ". ");
        g_free(id);
        g_free(calls);
    }
    return g_string_free(words, FALSE);
}

void timeline_draw(GString *page, const struct timeline *timeline, unsigned first, unsigned count,
                   const char *key)
{
    const struct timeline_lane *previous = NULL;
    GString *lanes = g_string_new(NULL);
    double y = TOP;
    for (unsigned i = first; i < first + count; i++) {
        const struct timeline_lane *lane = g_ptr_array_index(timeline->lanes, i);
        if (is_new_pair(lane, previous)) {
            char *words = g_strdup_printf("%s ↔ %s", lane->address, lane->far);
            svg_text(lanes, "t h", SVG_START, 2, y + 16, words, 90);
            g_free(words);
            y += HEADING;
        }
        y = draw_lane(lanes, timeline, lane, y);
        previous = lane;
    }
    char *description = describe(timeline, first, count);
    svg_begin(page, key, LABELS + AXIS + RIGHT, y + 4, "Calls over time", description);
    draw_axis(page, timeline, y + 4);
    g_string_append_len(page, lanes->str, (gssize)lanes->len);
    svg_end(page);
    g_string_free(lanes, TRUE);
    g_free(description);
}
