/* One call of the page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "call_section.h"

#include <math.h>
#include <string.h>

#include "call_ladder.h"
#include "markup.h"
#include "part.h"
#include "steps.h"

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

/* A difference within what can be known of it is none: both points have one clock. */
static void write_clock(GString *page, const struct path *path)
{
    double known = path->clock_uncertainty.known ? path->clock_uncertainty.seconds : 0;
    if (path->clock_offset.known && fabs(path->clock_offset.seconds) > fmax(1e-6, known))
        markup(page, "The outer clock differs from the inner one by %+.6f s. ",
               path->clock_offset.seconds);
}

static void write_facts(GString *page, const struct path *path)
{
    const struct call *call = path_innermost(path);
    part_evidence(page, path->evidence);
    g_string_append(page, "<p class=\"small\">");
    write_clock(page, path);
    if (call->ended_by[0] != '\0') {
        markup(page, "Ended by %s", call->ended_by);
        if (call->ended_point_frame.known)
            markup(page, " in frame %" G_GINT64_FORMAT "%s%s", call->ended_point_frame.value,
                   call->point != NULL ? " of " : "", call->point != NULL ? call->point->name : "");
        g_string_append(page, ".");
    }
    g_string_append(page, "</p>\n");
}

void call_section_write(GString *page, const struct document *document, const struct path *path,
                        bool open)
{
    char *key = call_section_key(path), *title = call_section_title(path);
    struct ladder *ladder = call_ladder(document, path);
    part_begin(page, key, title, path->worst, path->status, open);
    part_ladder(page, ladder, key, title, open);
    part_text(page, document, path->text);
    write_steps(page, path);
    write_facts(page, path);
    part_end(page, open);
    ladder_free(ladder);
    g_free(key);
    g_free(title);
}
