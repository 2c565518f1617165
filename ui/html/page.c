/* The page: the verdict first, then what was found, then pictures, then tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

#include <string.h>

#include "call_section.h"
#include "markup.h"
#include "style.h"
#include "tables.h"
#include "timeline_svg.h"

#define PICTURES_LIMIT 2000 /* calls with a ladder; the table has more */
#define LANES_OPEN     30   /* lanes of the timeline that are not folded */
#define LANES_LIMIT    3000

static const char *verdict_title(const char *status)
{
    if (strcmp(status, "ok") == 0)
        return "No fault found";
    return strcmp(status, "fault") == 0 ? "A fault was found" : "This cannot be judged";
}

static const char *verdict_look(const char *status)
{
    if (strcmp(status, "ok") == 0)
        return "good";
    return strcmp(status, "fault") == 0 ? "bad" : "odd";
}

static void write_head(GString *page, const struct document *document)
{
    g_string_append(page,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" "
                    "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                    "form-action 'none'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"generator\" content=\"pptpnat\">\n");
    markup(page, "<title>PPTP report: %s</title>\n<style>\n", verdict_title(document->status));
    g_string_append(page, style_sheet);
    g_string_append(page, "</style>\n</head>\n");
}

static void write_header(GString *page, const struct document *document)
{
    g_string_append(page, "<body>\n<a class=\"skip\" href=\"#main\">To the verdict</a>\n"
                          "<header>\n<h1>PPTP across the NAT</h1>\n<p>");
    for (guint i = 0; i < document->points->len; i++) {
        const struct point *point = g_ptr_array_index(document->points, i);
        char *frames = markup_count(point->frames, "PPTP packet", "PPTP packets");
        markup(page, "%s<b>%s</b> (%s%s%s)", i == 0 ? "From " : ", ", point->name,
               strcmp(point->role, "unknown") == 0 ? "" : point->role,
               strcmp(point->role, "unknown") == 0 ? "" : ", ", frames);
        g_free(frames);
    }
    g_string_append(page,
                    "</p>\n</header>\n<nav aria-label=\"Contents\"><ul>"
                    "<li><a href=\"#verdict\">Verdict</a></li>"
                    "<li><a href=\"#findings\">Findings</a></li>"
                    "<li><a href=\"#time\">Calls over time</a></li>"
                    "<li><a href=\"#calls\">Calls</a></li>"
                    "<li><a href=\"#tables\">Tables</a></li></ul></nav>\n<main id=\"main\">\n");
}

static void write_verdict(GString *page, const struct document *document)
{
    markup(page,
           "<section id=\"verdict\" class=\"verdict %s\" aria-labelledby=\"verdict-h\">\n"
           "<h2 id=\"verdict-h\">%s</h2>\n<p>%s</p>\n",
           verdict_look(document->status), verdict_title(document->status), document->text);
    if (document->cause[0] != '\0')
        markup(page, "<p class=\"small\">Display filter of the cause: <code>%s</code></p>\n",
               document->cause);
    g_string_append(page, "</section>\n");
}

static void fold_begin(GString *page, int64_t count, const char *one, const char *many)
{
    char *words = markup_count(count, one, many);
    markup(page, "<details><summary>%s</summary>\n", words);
    g_free(words);
}

static void write_lanes(GString *page, const struct timeline *timeline, unsigned first,
                        unsigned count, const char *key)
{
    g_string_append(page, "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
                          "aria-label=\"Calls over time\">\n");
    timeline_draw(page, timeline, first, count, key);
    g_string_append(page, "</div>\n");
}

static void write_timeline(GString *page, const struct document *document)
{
    struct timeline *timeline = timeline_new(document);
    unsigned lanes = MIN(timeline->lanes->len, LANES_LIMIT), open = MIN(lanes, LANES_OPEN);
    g_string_append(
        page,
        "<section id=\"time\" aria-labelledby=\"time-h\">\n"
        "<h2 id=\"time-h\">Calls over time</h2>\n"
        "<p>As seen at the outermost point, with one lane for each Call ID between two "
        "addresses. Nothing else in GRE tells tunnels apart, so two bars in one lane at the "
        "same time are two tunnels that cannot be told apart (red). Calls with another fault are "
        "brown.</p>\n");
    if (open == 0)
        g_string_append(page, "<p>No call was seen with its control connection.</p>\n");
    else
        write_lanes(page, timeline, 0, open, "time-a");
    if (lanes > open) {
        fold_begin(page, lanes - open, "more lane", "more lanes");
        write_lanes(page, timeline, open, lanes - open, "time-b");
        g_string_append(page, "</details>\n");
    }
    if (timeline->lanes->len > lanes)
        markup(page, "<p>Lanes not drawn: %u.</p>\n", timeline->lanes->len - lanes);
    if (timeline->without != 0)
        markup(page,
               "<p>Calls not drawn, because their control connection was not captured: %u.</p>\n",
               timeline->without);
    g_string_append(page, "</section>\n");
    timeline_free(timeline);
}

static gint by_severity(gconstpointer a, gconstpointer b)
{
    const struct path *x = *(struct path *const *)a, *y = *(struct path *const *)b;
    return (gint)y->worst - (gint)x->worst;
}

/* The faulty ones first and open, the rest folded. */
static void write_calls(GString *page, const struct document *document)
{
    GPtrArray *paths = g_ptr_array_new();
    unsigned faulty = 0, folded = 0, shown = MIN(document->paths->len, PICTURES_LIMIT);
    for (guint i = 0; i < document->paths->len; i++)
        g_ptr_array_add(paths, g_ptr_array_index(document->paths, i));
    g_ptr_array_sort(paths, by_severity);
    g_string_append(page, "<section id=\"calls\" aria-labelledby=\"calls-h\">\n"
                          "<h2 id=\"calls-h\">Calls</h2>\n");
    if (shown == 0)
        g_string_append(page, "<p>There is no call in the captures.</p>\n");
    for (unsigned i = 0; i < shown; i++) {
        const struct path *path = g_ptr_array_index(paths, i);
        bool open = path->worst >= SEVERITY_WARNING ? faulty++ < CALL_SECTION_OPEN
                                                    : folded++ == 0 && faulty == 0;
        call_section_write(page, path, open);
    }
    if (paths->len > shown)
        markup(page, "<p>Further calls, only in the table: %u.</p>\n", paths->len - shown);
    g_string_append(page, "</section>\n");
    g_ptr_array_unref(paths);
}

static void write_tables(GString *page, const struct document *document)
{
    g_string_append(page, "<section id=\"tables\" aria-labelledby=\"tables-h\">\n"
                          "<h2 id=\"tables-h\">Tables</h2>\n<h3>NATs</h3>\n");
    tables_nats(page, document);
    g_string_append(page, "<h3>All calls</h3>\n");
    tables_calls(page, document, PICTURES_LIMIT);
    g_string_append(page, "<h3>Capture points</h3>\n");
    tables_points(page, document);
    g_string_append(page, "</section>\n");
}

static void write_findings(GString *page, const struct document *document)
{
    g_string_append(page, "<section id=\"findings\" aria-labelledby=\"findings-h\">\n"
                          "<h2 id=\"findings-h\">Findings</h2>\n");
    tables_findings(page, document);
    g_string_append(page, "</section>\n");
}

GString *page_of(const struct document *document)
{
    GString *page = g_string_new(NULL);
    write_head(page, document);
    write_header(page, document);
    write_verdict(page, document);
    write_findings(page, document);
    write_timeline(page, document);
    write_calls(page, document);
    write_tables(page, document);
    g_string_append(page, "</main>\n<footer><p>Frame numbers are those of the capture files named. "
                          "PNS and PAC are the words of RFC 2637 for what is today the VPN client "
                          "and the VPN server. Made by "
                          "pptpnat.</p></footer>\n</body>\n</html>\n");
    return page;
}
