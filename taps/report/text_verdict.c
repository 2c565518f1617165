/* What is wrong, in words. The last line counts, on one line:
 *
 *     Status: fault (findings: 2 errors, 0 warnings, 1 note; connections: 2; calls: 2; points: 2;
 *     links: 1; judged: yes)
 *
 * Programs read `-z pptp,status` or the JSON report instead.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "core/base/hash.h"
#include "cells.h"
#include "problems.h"
#include "text_verdict.h"

#define LINE_WIDTH     88
#define SHOWN_PER_KIND 10 /* findings of one kind beyond this are only counted */
#define NESTING_LIMIT  4

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* Prints `text` as lines of at most LINE_WIDTH, each indented. */
static void print_indented(FILE *file, unsigned indent, const char *text)
{
    char **paragraphs = g_strsplit(text, "\n", -1);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        char **words = g_strsplit(*paragraph, " ", -1);
        size_t used = 0;
        for (char **word = words; *word != NULL; word++) {
            size_t length = strlen(*word);
            if (length == 0)
                continue;
            if (used > 0 && indent + used + 1 + length > LINE_WIDTH) {
                fputc('\n', file);
                used = 0;
            }
            fprintf(file, "%*s%s", used == 0 ? (int)indent : 1, "", *word);
            used += length + (used > 0);
        }
        if (used > 0)
            fputc('\n', file);
        g_strfreev(words);
    }
    g_strfreev(paragraphs);
}

/* As print_indented; takes the text. */
static void print_taken(FILE *file, unsigned indent, char *text)
{
    print_indented(file, indent, text);
    g_free(text);
}

/* Prints a text of the model, without the part that `above` has shown already (NULL: none). */
static void print_model_text(FILE *file, const struct report *report, unsigned indent,
                             const char *lead, const char *text, const char *above)
{
    if (text == NULL)
        text = "";
    bool repeats = above != NULL && above[0] != '\0' && g_str_has_prefix(text, above);
    char *written = report_text(report, repeats ? text + strlen(above) : text);
    print_taken(file, indent,
                g_strdup_printf("%s%s%s", lead, repeats ? "see the verdict. " : "", written));
    g_free(written);
}

static void print_points(FILE *file, const struct report *report)
{
    if (places_count(report->places) == 0)
        return;
    fprintf(file, "\nCapture points\n");
    for (uint32_t i = 0; i < places_count(report->places); i++) {
        const struct place *place = places_get(report->places, places_in_order(report->places, i));
        fprintf(file, "  %s: %s, %u PPTP packet%s\n", place->name, place->role, place->frames,
                plural(place->frames));
    }
}

static const char *editor_name(enum editor editor)
{
    switch (editor) {
    case EDITOR_YES:
        return "translates Call IDs";
    case EDITOR_NO:
        return "does not translate Call IDs";
    case EDITOR_UNKNOWN:
        break;
    }
    return "unknown whether it translates Call IDs";
}

static void print_nats(FILE *file, const struct report *report, const char *above)
{
    if (report->linker == NULL)
        return;
    for (uint32_t i = 0; i < linker_nat_count(report->linker); i++) {
        const struct nat_device *nat = linker_nat(report->linker, i);
        fprintf(file, "\nNAT between %s and %s: %s; %u call%s, %u fault%s\n",
                places_name(report->places, nat->inside), places_name(report->places, nat->outside),
                editor_name(nat->pptp_editor), nat->calls, plural(nat->calls), nat->faults,
                plural(nat->faults));
        if (g_strcmp0(nat->text, above) != 0)
            print_model_text(file, report, 2, "", nat->text, above);
    }
}

static void print_call(FILE *file, const struct report *report, const struct call_link *link,
                       const char *above)
{
    GPtrArray *sightings = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->call[i] == NULL)
            continue;
        const struct call *call = link->call[i];
        char *pns = cell_call_id(call, PPTP_OWNER_PNS);
        char *pac = cell_call_id(call, PPTP_OWNER_PAC);
        g_ptr_array_add(sightings,
                        g_strdup_printf("call %u at %s (PNS %s, PAC %s)", call->index,
                                        places_name(report->places, link->point[i]), pns, pac));
        g_free(pns);
        g_free(pac);
    }
    char *row = cell_join(sightings);
    print_taken(file, 2, g_strdup_printf("Link %u: %s", link->index, row));
    char *status = g_strdup_printf("%s: ", verdict_status_name(link->status));
    print_model_text(file, report, 4, status, link->text, above);
    g_free(status);
    g_free(row);
    g_ptr_array_free(sightings, TRUE);
}

/* Lists calls with something to report, and counts the others. */
static void print_calls(FILE *file, const struct report *report, const char *above)
{
    if (report->linker == NULL || linker_link_count(report->linker) == 0)
        return;
    uint32_t fine = 0, shown = 0;
    struct problems *problems = problems_new(report->analysis);
    for (uint32_t i = 0; i < linker_link_count(report->linker); i++) {
        const struct call_link *link = linker_link(report->linker, i);
        char *words = problems_of_link(problems, link->index);
        if (call_link_is_shown(link) && shown++ == 0)
            fprintf(file, "\nCalls across the NAT\n");
        bool silent = link->status == VERDICT_OK && words[0] == '\0' && !call_link_lost(link);
        if (call_link_is_shown(link) && silent)
            fine++;
        else if (call_link_is_shown(link))
            print_call(file, report, link, above);
        g_free(words);
    }
    if (fine > 0)
        fprintf(file, "  %u call%s: nothing to report\n", fine, plural(fine));
    problems_free(problems);
}

/* With a single point there is nothing to link; the verdict says so. */
static void print_unlinked(FILE *file, const struct report *report)
{
    if (report->linker == NULL || linker_unlinked_count(report->linker) == 0 ||
        places_count(report->places) < 2)
        return;
    fprintf(file, "\nCalls not linked\n");
    for (uint32_t i = 0; i < linker_unlinked_count(report->linker); i++) {
        const struct unlinked_call *unlinked = linker_unlinked(report->linker, i);
        uint32_t place = places_of_call(report->places, unlinked->call);
        GString *text = g_string_new(NULL);
        g_string_printf(text, "call %u at %s: %s", unlinked->call->index,
                        places_name(report->places, place), unlinked->reason);
        for (guint c = 0; unlinked->candidates != NULL && c < unlinked->candidates->len; c++) {
            g_string_append_printf(text, "%s%u", c == 0 ? "; it may be call " : " or ",
                                   g_array_index(unlinked->candidates, uint32_t, c));
        }
        print_taken(file, 2, g_string_free(text, FALSE));
    }
}

static const char *severity_title(enum finding_severity severity)
{
    switch (severity) {
    case SEVERITY_ERROR:
        return "ERROR";
    case SEVERITY_WARN:
        return "WARNING";
    case SEVERITY_NOTE:
        return "NOTE";
    case SEVERITY_CHAT:
        break;
    }
    return "CHAT";
}

static void print_where(FILE *file, const struct report *report, const struct finding *finding,
                        unsigned indent)
{
    GString *text = g_string_new(NULL);
    uint32_t place = places_of_finding(report->places, finding);
    const struct call *call = call_final(tracker_call(report->tracker, finding->call));
    if (finding->judged_frame != 0) {
        char *frame = report_frame_text(report, finding->judged_frame);
        g_string_append(text, frame);
        g_free(frame);
    }
    const char *name = places_name(report->places, place);
    bool said = g_strcmp0(name, report_frame_file(report, finding->judged_frame)) == 0;
    if (place != PLACE_NONE && !said)
        g_string_append_printf(text, "%sat %s", text->len > 0 ? ", " : "", name);
    if (finding->direction != DIRECTION_NONE)
        g_string_append_printf(text, ", %s", direction_title(call, finding->direction));
    if (call != NULL)
        g_string_append_printf(text, ", call %u", call->index);
    if (report_shows_link(report, finding->link))
        g_string_append_printf(text, ", link %u", finding->link);
    print_taken(file, indent, g_string_free(text, FALSE));
}

static void print_finding(FILE *file, const struct report *report, const struct finding *finding,
                          unsigned indent)
{
    const struct finding_kind *kind = finding_kind(finding->id);
    fprintf(file, "%*s%s %s: %s\n", (int)indent, "", severity_title(kind->severity), kind->filter,
            kind->summary);
    print_where(file, report, finding, indent + 4);
    if (finding->has_expected) {
        const char *kind_of_wrong = mistranslation_name(finding->mistranslation);
        bool told = finding->mistranslation != MISTRANSLATION_NONE;
        print_taken(file, indent + 4,
                    g_strdup_printf("expected %u, seen %u%s%s%s", finding->expected, finding->seen,
                                    told ? " (" : "", told ? kind_of_wrong : "", told ? ")" : ""));
    }
    if (finding->text != NULL)
        print_model_text(file, report, indent + 4, "", finding->text, NULL);
    if (finding->peer_frame != 0) {
        char *frame = report_frame_text(report, finding->peer_frame);
        print_taken(file, indent + 4, g_strdup_printf("at the other point: %s", frame));
        g_free(frame);
    }
    if (finding->deciding_frame != 0 && finding->deciding_frame != finding->judged_frame) {
        char *frame = report_frame_text(report, finding->deciding_frame);
        print_taken(file, indent + 4, g_strdup_printf("decided by %s", frame));
        g_free(frame);
    }
}

/* The consequences of each finding, by its index. */
static GHashTable *consequences_of(const struct finding_log *log)
{
    GHashTable *consequences =
        g_hash_table_new_full(hash_of_pointer, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding->cause == FINDING_NONE)
            continue;
        GPtrArray *list = g_hash_table_lookup(consequences, GUINT_TO_POINTER(finding->cause));
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(consequences, GUINT_TO_POINTER(finding->cause), list);
        }
        g_ptr_array_add(list, (gpointer)finding);
    }
    return consequences;
}

struct finding_printer {
    FILE *file;
    const struct report *report;
    GHashTable *consequences;
    uint32_t shown[FINDING_COUNT];
    uint32_t hidden[FINDING_COUNT];
};

static void print_with_consequences(struct finding_printer *printer, const struct finding *finding,
                                    unsigned depth)
{
    if (printer->shown[finding->id] < SHOWN_PER_KIND) {
        printer->shown[finding->id]++;
        print_finding(printer->file, printer->report, finding, 2 + 4 * depth);
    } else {
        printer->hidden[finding->id]++;
    }
    const GPtrArray *list =
        g_hash_table_lookup(printer->consequences, GUINT_TO_POINTER(finding->index));
    if (list == NULL || depth >= NESTING_LIMIT)
        return;
    fprintf(printer->file, "%*sConsequences:\n", (int)(6 + 4 * depth), "");
    for (guint i = 0; i < list->len; i++)
        print_with_consequences(printer, g_ptr_array_index(list, i), depth + 1);
}

/* A cause is listed where its worst consequence would be. */
static int rank_of(const struct finding_printer *printer, const struct finding *finding)
{
    const GPtrArray *list =
        g_hash_table_lookup(printer->consequences, GUINT_TO_POINTER(finding->index));
    int rank = (int)finding_kind(finding->id)->severity;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct finding *consequence = g_ptr_array_index(list, i);
        rank = MAX(rank, (int)finding_kind(consequence->id)->severity);
    }
    return rank;
}

static void print_findings(FILE *file, const struct report *report)
{
    uint32_t count = finding_log_count(report->log);
    struct finding_printer printer = {.file = file, .report = report};
    fprintf(file, "\nFindings%s\n", count == 0 ? ": none" : "");
    printer.consequences = consequences_of(report->log);
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_CHAT; severity--) {
        for (uint32_t i = 0; i < count; i++) {
            const struct finding *finding = finding_log_get(report->log, i);
            if (finding->cause == FINDING_NONE && rank_of(&printer, finding) == severity)
                print_with_consequences(&printer, finding, 0);
        }
    }
    for (int id = 0; id < FINDING_COUNT; id++) {
        if (printer.hidden[id] > 0)
            fprintf(file, "  and %u more of %s\n", printer.hidden[id],
                    finding_kind((enum finding_id)id)->filter);
    }
    g_hash_table_destroy(printer.consequences);
}

/* The captures were judged if they hold PPTP, and if the points that should link did. */
static bool is_judged(const struct report_tally *tally)
{
    bool problems = tally->findings[SEVERITY_ERROR] + tally->findings[SEVERITY_WARN] > 0;
    if (tally->connections + tally->calls == 0)
        return false;
    if (tally->points < 2 || tally->links > 0)
        return true;
    return tally->points_with_calls < 2 && problems;
}

static void print_status(FILE *file, const struct report *report, enum verdict_status status)
{
    struct report_tally tally = report_tally(report);
    uint32_t errors = tally.findings[SEVERITY_ERROR], warnings = tally.findings[SEVERITY_WARN];
    uint32_t notes = tally.findings[SEVERITY_NOTE];
    fprintf(
        file,
        "\nStatus: %s (findings: %u error%s, %u warning%s, %u note%s; connections: %u; calls: %u; "
        "points: %u; links: %u; judged: %s)\n",
        verdict_status_name(status), errors, plural(errors), warnings, plural(warnings), notes,
        plural(notes), tally.connections, tally.calls, tally.points, tally.links,
        is_judged(&tally) ? "yes" : "no");
}

void text_verdict_write(FILE *file, const struct report *report)
{
    const char *text = "";
    const char *cause = "";
    enum verdict_status status = report_verdict(report, &text, &cause);
    fprintf(file, "\nPPTP verdict: %s\n", verdict_status_name(status));
    print_model_text(file, report, 2, "", text, NULL);
    if (cause[0] != '\0')
        print_taken(file, 2, g_strdup_printf("Cause: %s", cause));
    print_points(file, report);
    print_nats(file, report, text);
    print_calls(file, report, text);
    print_unlinked(file, report);
    print_findings(file, report);
    print_status(file, report, status);
}
