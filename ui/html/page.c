/* The page: the verdict, the picture of the worst call or tunnel at once, then what was found, all
 * over time, the other calls and tunnels, and tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

#include <string.h>

#include "call_section.h"
#include "call_timeline.h"
#include "markup.h"
#include "part.h"
#include "style.h"
#include "svg.h"
#include "tables.h"
#include "timeline_svg.h"
#include "tunnel_section.h"
#include "tunnel_table.h"
#include "tunnel_timeline.h"

#define PICTURES_LIMIT 2000 /* calls and tunnels with a ladder; the tables have more */
#define LANES_OPEN     30   /* lanes of a timeline that are not folded */
#define LANES_LIMIT    3000

/* A call or a tunnel. */
struct subject {
    const struct path *path;
    const struct tunnel *tunnel;
    enum severity worst;
    guint order;
};

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

static const char *protocols(const struct document *document)
{
    bool ipsec = document->ipsec->tunnels->len != 0 || g_str_has_prefix(document->cause, "ipsec.");
    if (!ipsec)
        return "PPTP";
    return document->calls->len != 0 || document->connections->len != 0 ? "PPTP and IPsec"
                                                                        : "IPsec";
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
    markup(page, "<title>%s report: %s</title>\n<style>\n", protocols(document),
           verdict_title(document->status));
    g_string_append(page, style_sheet);
    g_string_append(page, "</style>\n</head>\n");
}

/* `many`: calls and tunnels besides the first. */
static void write_header(GString *page, const struct document *document, bool many)
{
    g_string_append(page, "<body>\n<a class=\"skip\" href=\"#main\">To the verdict</a>\n");
    svg_shapes(page);
    markup(page, "<header>\n<h1>%s across the NAT</h1>\n<p>", protocols(document));
    for (guint i = 0; i < document->points->len; i++) {
        const struct point *point = g_ptr_array_index(document->points, i);
        char *frames = markup_count(point->frames, "packet", "packets");
        markup(page, "%s<b>%s</b> (%s%s%s)", i == 0 ? "From " : ", ", point->name,
               strcmp(point->role, "unknown") == 0 ? "" : point->role,
               strcmp(point->role, "unknown") == 0 ? "" : ", ", frames);
        g_free(frames);
    }
    g_string_append(page, "</p>\n</header>\n<nav aria-label=\"Contents\"><ul>"
                          "<li><a href=\"#verdict\">Verdict</a></li>"
                          "<li><a href=\"#calls\">Ladder</a></li>"
                          "<li><a href=\"#findings\">Findings</a></li>"
                          "<li><a href=\"#time\">Over time</a></li>");
    if (many)
        g_string_append(page, "<li><a href=\"#more\">Other calls and tunnels</a></li>");
    g_string_append(page, "<li><a href=\"#tables\">Tables</a></li></ul></nav>\n"
                          "<main id=\"main\">\n");
}

/* A sentence of its own, though the verdict says it behind the headline. */
static void write_part(GString *page, const char *name, const char *words)
{
    if (words[0] != '\0')
        markup(page, "<dt>%s</dt><dd>%c%s</dd>\n", name, g_ascii_toupper(words[0]), words + 1);
}

static void write_verdict(GString *page, const struct document *document)
{
    const char *headline = document->headline[0] != '\0' ? document->headline : document->text;
    markup(page,
           "<section id=\"verdict\" class=\"verdict %s\" aria-labelledby=\"verdict-h\">\n"
           "<h2 id=\"verdict-h\"><span class=\"status\">%s:</span> %s</h2>\n",
           verdict_look(document->status), verdict_title(document->status), headline);
    g_string_append(page, "<dl>\n");
    write_part(page, "Where", document->detail);
    write_part(page, "Known", document->known);
    write_part(page, "What people notice", document->symptom);
    for (guint i = 0; i < document->advice->len; i++)
        write_part(page, i == 0 ? "What to do" : "", g_ptr_array_index(document->advice, i));
    g_string_append(page, "</dl>\n<details class=\"again\"><summary>As text, to copy</summary>\n");
    markup(page, "<p class=\"copy\">%s</p>\n", document->text);
    if (document->cause[0] != '\0')
        markup(page, "<p class=\"small\">Display filter of the cause: <code>%s</code></p>\n",
               document->cause);
    g_string_append(page, "</details>\n</section>\n");
}

static void fold_begin(GString *page, int64_t count, const char *one, const char *many)
{
    char *words = markup_count(count, one, many);
    markup(page, "<details><summary>%s</summary>\n", words);
    g_free(words);
}

static void write_lanes(GString *page, const struct timeline *timeline, unsigned first,
                        unsigned count, const char *key, const char *title)
{
    markup(page, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n", title);
    timeline_draw(page, timeline, first, count, key, title);
    g_string_append(page, "</div>\n");
}

/* Frees the timeline. */
static void write_timeline(GString *page, struct timeline *timeline, const char *title,
                           const char *key, const char *words)
{
    unsigned lanes = MIN(timeline->lanes->len, LANES_LIMIT), open = MIN(lanes, LANES_OPEN);
    if (open != 0) {
        char *more = g_strconcat(key, "-more", NULL);
        markup(page, "<h3>%s</h3>\n<p>%s</p>\n", title, words);
        write_lanes(page, timeline, 0, open, key, title);
        if (lanes > open) {
            fold_begin(page, lanes - open, "more lane", "more lanes");
            write_lanes(page, timeline, open, lanes - open, more, title);
            g_string_append(page, "</details>\n");
        }
        g_free(more);
    }
    if (timeline->lanes->len > lanes)
        markup(page, "<p>Lanes not drawn: %u.</p>\n", timeline->lanes->len - lanes);
    if (timeline->without != 0)
        markup(page, "<p>%s: not drawn, because its beginning was not captured: %u.</p>\n", title,
               timeline->without);
    timeline_free(timeline);
}

/* Of one call alone, what follows the findings says nothing new on paper. */
static void section_begin(GString *page, const char *key, const char *title, bool many)
{
    markup(page,
           "<section id=\"%s\" class=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n",
           key, many ? "part" : "part again", key, key, title);
}

static void write_time(GString *page, const struct document *document, bool many)
{
    section_begin(page, "time", "Over time", many);
    if (document->paths->len == 0 && document->ipsec->tunnels->len == 0)
        g_string_append(page, "<p>There is nothing to draw.</p>\n");
    write_timeline(page, call_timeline(document), "Calls", "time-calls",
                   "As the outermost point saw them: one lane for each Call ID between two "
                   "addresses. Nothing else in GRE tells tunnels apart, so calls that are in one "
                   "lane at the same time cannot be told apart: they stand in a dashed box. Red "
                   "bars are calls with a fault.");
    write_timeline(page, tunnel_timeline(document), "Tunnels", "time-tunnels",
                   "As the outermost point saw them: one lane for each port that the NAT gave a "
                   "client. Clients that are in one lane at the same time share a port: they stand "
                   "in a dashed box. Red bars are tunnels with a fault.");
    g_string_append(page, "</section>\n");
}

static gint by_severity(gconstpointer a, gconstpointer b)
{
    const struct subject *x = a, *y = b;
    if (x->worst != y->worst)
        return x->worst > y->worst ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* The one that the cause of the verdict is about comes first, then by severity. */
static void put_cause_first(const struct document *document, GArray *subjects)
{
    for (guint i = 0; i < document->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(document->findings, i);
        if (strcmp(finding->id, document->cause) != 0 ||
            (finding->path == NULL && finding->tunnel == NULL))
            continue;
        for (guint s = 0; s < subjects->len; s++) {
            struct subject subject = g_array_index(subjects, struct subject, s);
            if ((subject.path == NULL || subject.path != finding->path) &&
                (subject.tunnel == NULL || subject.tunnel != finding->tunnel))
                continue;
            g_array_remove_index(subjects, s);
            g_array_prepend_val(subjects, subject);
            return;
        }
    }
}

static GArray *subjects_of(const struct document *document)
{
    GArray *subjects = g_array_new(FALSE, FALSE, sizeof(struct subject));
    for (guint i = 0; i < document->paths->len; i++) {
        const struct path *path = g_ptr_array_index(document->paths, i);
        struct subject subject = {path, NULL, path->worst, subjects->len};
        g_array_append_val(subjects, subject);
    }
    for (guint i = 0; i < document->ipsec->tunnels->len; i++) {
        const struct tunnel *tunnel = g_ptr_array_index(document->ipsec->tunnels, i);
        struct subject subject = {NULL, tunnel, tunnel->worst, subjects->len};
        g_array_append_val(subjects, subject);
    }
    g_array_sort(subjects, by_severity);
    put_cause_first(document, subjects);
    return subjects;
}

static void write_subject(GString *page, const struct document *document,
                          const struct subject *subject, bool open)
{
    if (subject->path != NULL)
        call_section_write(page, document, subject->path, open);
    else
        tunnel_section_write(page, document, subject->tunnel, open);
}

static void write_first(GString *page, const struct document *document, const GArray *subjects)
{
    g_string_append(page, "<section id=\"calls\" aria-labelledby=\"calls-h\">\n");
    if (subjects->len == 0) {
        g_string_append(page, "<h2 id=\"calls-h\">Ladder</h2>\n<p>There is no call and no tunnel "
                              "in the captures.</p>\n</section>\n");
        return;
    }
    const struct subject *first = &g_array_index(subjects, struct subject, 0);
    markup(page, "<h2 id=\"calls-h\" class=\"unseen\">The %s%s</h2>\n",
           first->worst >= SEVERITY_WARNING ? "faulty "
           : subjects->len > 1              ? "first "
                                            : "",
           first->path != NULL ? "call" : "tunnel");
    write_subject(page, document, first, true);
    g_string_append(page, "</section>\n");
}

/* The faulty ones first and open, the rest folded. */
static void write_others(GString *page, const struct document *document, const GArray *subjects)
{
    unsigned shown = MIN(subjects->len, PICTURES_LIMIT);
    if (shown <= 1)
        return;
    section_begin(page, "more", "Other calls and tunnels", true);
    for (unsigned i = 1; i < shown; i++) {
        const struct subject *subject = &g_array_index(subjects, struct subject, i);
        write_subject(page, document, subject,
                      subject->worst >= SEVERITY_WARNING && i < PARTS_OPEN);
    }
    if (subjects->len > shown)
        markup(page, "<p>Further ones, only in the tables: %u.</p>\n", subjects->len - shown);
    g_string_append(page, "</section>\n");
}

static void write_tables(GString *page, const struct document *document, bool many)
{
    section_begin(page, "tables", "Tables", many);
    tables_nats(page, document);
    tables_calls(page, document, PICTURES_LIMIT);
    tunnel_table(page, document, PICTURES_LIMIT);
    g_string_append(page, "<h3>Capture points</h3>\n");
    tables_points(page, document);
    g_string_append(page, "</section>\n");
}

static void write_findings(GString *page, const struct document *document)
{
    section_begin(page, "findings", "Findings", true);
    tables_findings(page, document);
    g_string_append(page, "</section>\n");
}

GString *page_of(const struct document *document)
{
    GString *page = g_string_new(NULL);
    GArray *subjects = subjects_of(document);
    write_head(page, document);
    write_header(page, document, subjects->len > 1);
    write_verdict(page, document);
    write_first(page, document, subjects);
    write_findings(page, document);
    write_time(page, document, subjects->len > 1);
    write_others(page, document, subjects);
    write_tables(page, document, subjects->len > 1);
    g_array_unref(subjects);
    g_string_append(page,
                    "</main>\n<footer><p>Frame numbers are those of the capture files named. ");
    if (document->calls->len != 0)
        g_string_append(page, "PNS and PAC are the words of RFC 2637 for what is today the VPN "
                              "client and the VPN server. ");
    g_string_append(page, "Made by pptpnat.</p></footer>\n</body>\n</html>\n");
    return page;
}
