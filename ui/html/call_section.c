/* One call of the page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "call_section.h"

#include <string.h>

#include "ladder_svg.h"
#include "markup.h"
#include "steps.h"

#define FINDINGS_SHOWN 20 /* of one call */

char *call_section_key(const struct path *path)
{
    return g_strdup_printf("%s-%" G_GINT64_FORMAT, path->linked ? "link" : "call", path->id);
}

char *call_section_title(const struct path *path)
{
    const struct call *call = path_innermost(path);
    const struct connection *connection = call->connection;
    if (connection == NULL)
        return g_strdup_printf("Call %" G_GINT64_FORMAT ": GRE without control connection",
                               call->id);
    if (strcmp(call->direction, "incoming") == 0)
        return g_strdup_printf("Call %" G_GINT64_FORMAT ": incoming, %s to %s", call->id,
                               connection->pac.address, connection->pns.address);
    return g_strdup_printf("Call %" G_GINT64_FORMAT ": %s to %s", call->id, connection->pns.address,
                           connection->pac.address);
}

static const char *state_word(const struct path *path)
{
    if (path->worst == SEVERITY_ERROR)
        return "fault";
    if (path->worst == SEVERITY_WARNING)
        return "warning";
    return path->linked || path->count > 1 ? "fine" : "nothing wrong seen";
}

static const char *state_look(const struct path *path)
{
    if (path->worst == SEVERITY_ERROR)
        return "bad";
    return path->worst == SEVERITY_WARNING ? "odd" : "good";
}

/* The step at which a call stopped: the first that is missing with none behind it. */
static int stopped_at(const struct step *steps)
{
    int last = -1;
    for (int i = 0; i < STEPS_COUNT; i++) {
        if (steps[i].needed && steps[i].done)
            last = i;
    }
    for (int i = last + 1; i < STEPS_COUNT; i++) {
        if (steps[i].needed)
            return i;
    }
    return -1;
}

static void write_steps(GString *page, const struct path *path)
{
    struct step steps[STEPS_COUNT];
    steps_of(path, steps);
    int stop = stopped_at(steps);
    g_string_append(page, "<ul class=\"steps\">");
    for (int i = 0; i < STEPS_COUNT; i++) {
        if (steps[i].group != NULL) {
            g_string_append(page, i == 0 ? "<li>" : "</li><li>");
            markup(page, "<b>%s</b> ", steps[i].group);
        }
        markup(page, "<span class=\"%s\">%s%s%s%s</span> ",
               i == stop       ? "stop"
               : steps[i].done ? "done"
                               : "missing",
               i == stop       ? "✗ "
               : steps[i].done ? "✓ "
                               : "– ",
               steps[i].title, steps[i].done ? "" : ": ", steps[i].done ? "" : steps[i].absent);
    }
    g_string_append(page, "</li></ul>\n");
}

static void write_finding(GString *page, const struct finding *finding)
{
    markup(page, "<li class=\"%s\">%s<b>%s</b>: %s%s%s", severity_name(finding->severity),
           finding->consequence_of.known ? "↳ " : "", severity_name(finding->severity),
           finding->summary, finding->text[0] != '\0' ? ": " : "", finding->text);
    if (finding->point_frame.known)
        markup(page, " <span class=\"small\">(frame %" G_GINT64_FORMAT "%s%s)</span>",
               finding->point_frame.value, finding->point != NULL ? " of " : "",
               finding->point != NULL ? finding->point->name : "");
    g_string_append(page, "</li>\n");
}

/* The findings of a call by their index in the report. */
static GHashTable *by_index(const GPtrArray *findings)
{
    GHashTable *table = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        g_hash_table_insert(table, GUINT_TO_POINTER(finding->index), (gpointer)finding);
    }
    return table;
}

/* The cause of all that led to a finding, as far as it is this call's. A report could make a ring
 * of causes: then it is where the walk ends. */
static const struct finding *root_of(GHashTable *findings, const struct finding *finding)
{
    for (guint steps = 0; steps < 8 && finding->consequence_of.known; steps++) {
        guint index = (guint)finding->consequence_of.value;
        const struct finding *cause = g_hash_table_lookup(findings, GUINT_TO_POINTER(index));
        if (cause == NULL)
            break;
        finding = cause;
    }
    return finding;
}

/* Each cause, and behind it what follows from it. */
static void write_findings(GString *page, const struct path *path)
{
    unsigned shown = 0;
    if (path->findings->len == 0)
        return;
    GHashTable *findings = by_index(path->findings);
    g_string_append(page, "<ul class=\"found\">\n");
    for (guint i = 0; i < path->findings->len && shown < FINDINGS_SHOWN; i++) {
        const struct finding *cause = g_ptr_array_index(path->findings, i);
        if (root_of(findings, cause) != cause)
            continue;
        write_finding(page, cause);
        shown++;
        for (guint c = 0; c < path->findings->len && shown < FINDINGS_SHOWN; c++) {
            const struct finding *finding = g_ptr_array_index(path->findings, c);
            if (finding == cause || root_of(findings, finding) != cause)
                continue;
            write_finding(page, finding);
            shown++;
        }
    }
    g_hash_table_unref(findings);
    if (path->findings->len > shown)
        markup(page, "<li>and %u more</li>\n", path->findings->len - shown);
    g_string_append(page, "</ul>\n");
}

static void write_facts(GString *page, const struct path *path)
{
    const struct call *call = path_innermost(path);
    g_string_append(page, "<p class=\"small\">");
    if (path->evidence->len != 0) {
        g_string_append(page, "Linked by: ");
        for (guint i = 0; i < path->evidence->len; i++)
            markup(page, "%s%s", i == 0 ? "" : ", ",
                   (const char *)g_ptr_array_index(path->evidence, i));
        g_string_append(page, ". ");
    }
    if (path->clock_offset.known)
        markup(page, "The outer clock differs from the inner one by %+.6f s. ",
               path->clock_offset.seconds);
    if (call->ended_by[0] != '\0') {
        markup(page, "Ended by %s", call->ended_by);
        if (call->ended_point_frame.known)
            markup(page, " in frame %" G_GINT64_FORMAT "%s%s", call->ended_point_frame.value,
                   call->point != NULL ? " of " : "", call->point != NULL ? call->point->name : "");
        g_string_append(page, ".");
    }
    g_string_append(page, "</p>\n");
}

static void write_ladder(GString *page, const struct path *path, const char *key, const char *title,
                         bool with_table)
{
    struct ladder *ladder = ladder_new(path);
    char *picture = g_strconcat(key, "-ladder", NULL);
    char *name = g_strconcat("Ladder of ", title, NULL);
    markup(page, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n", name);
    ladder_draw(page, ladder, picture, name);
    g_string_append(page, "</div>\n");
    if (ladder->hidden != 0)
        markup(page, "<p class=\"small\">Messages not drawn: %u.</p>\n", ladder->hidden);
    if (with_table) {
        g_string_append(page,
                        "<details class=\"again\"><summary>The messages as a table</summary>\n");
        ladder_table(page, ladder);
        g_string_append(page, "</details>\n");
    }
    g_free(picture);
    g_free(name);
    ladder_free(ladder);
}

void call_section_write(GString *page, const struct path *path, bool open)
{
    char *key = call_section_key(path), *title = call_section_title(path);
    if (open)
        markup(page, "<article id=\"%s\" class=\"call\" aria-labelledby=\"%s-h\">\n", key, key);
    else
        markup(page, "<details id=\"%s\" class=\"call\"><summary>", key);
    markup(page, "<h3 id=\"%s-h\">%s <span class=\"chip %s\">%s</span></h3>", key, title,
           state_look(path), state_word(path));
    g_string_append(page, open ? "\n" : "</summary>\n");
    if (path->text[0] != '\0')
        markup(page, "<p>%s</p>\n", path->text);
    write_findings(page, path);
    write_steps(page, path);
    write_ladder(page, path, key, title, open);
    write_facts(page, path);
    g_string_append(page, open ? "</article>\n" : "</details>\n");
    g_free(key);
    g_free(title);
}
