/* Findings with their consequences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_findings.h"

#include "core/base/hash.h"
#include "cells.h"

#define SHOWN_PER_KIND 10 /* findings of one kind beyond this are only counted */
#define NESTING_LIMIT  4

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

static void print_where(const struct text_sheet *sheet, const struct report *report,
                        const struct finding *finding, unsigned indent)
{
    GString *text = g_string_new(NULL);
    uint32_t index = point_names_of_finding(report->points, finding);
    const struct call *call = call_final(tracker_call(report->tracker, finding->session));
    if (finding->judged_frame != 0) {
        char *frame = report_frame_text(report, finding->judged_frame);
        g_string_append(text, frame);
        g_free(frame);
    }
    const char *name = point_names_name(report->points, index);
    bool said = g_strcmp0(name, report_frame_file(report, finding->judged_frame)) == 0;
    if (index != POINT_NONE && !said)
        g_string_append_printf(text, "%sat %s", text->len > 0 ? ", " : "", name);
    if (finding->direction != DIRECTION_NONE)
        g_string_append_printf(text, ", %s", direction_title(call, finding->direction));
    if (call != NULL)
        g_string_append_printf(text, ", call %u", call->index);
    if (report_shows_link(report, finding->link))
        g_string_append_printf(text, ", link %u", finding->link);
    text_sheet_print_taken(sheet, indent, g_string_free(text, FALSE));
}

static void print_finding(const struct text_sheet *sheet, const struct report *report,
                          const struct finding *finding, unsigned indent)
{
    const struct finding_kind *kind = finding_kind(finding->id);
    fprintf(sheet->file, "%*s%s %s: %s\n", (int)indent, "", severity_title(kind->severity),
            kind->filter, kind->summary);
    print_where(sheet, report, finding, indent + 4);
    if (finding->has_expected) {
        const char *kind_of_wrong = mistranslation_name(finding->mistranslation);
        bool told = finding->mistranslation != MISTRANSLATION_NONE;
        text_sheet_print_taken(sheet, indent + 4,
                               g_strdup_printf("expected %u, seen %u%s%s%s", finding->expected,
                                               finding->seen, told ? " (" : "",
                                               told ? kind_of_wrong : "", told ? ")" : ""));
    }
    if (finding->text != NULL)
        text_sheet_print_model(sheet, report, indent + 4, "", finding->text, NULL);
    if (finding->peer_frame != 0) {
        char *frame = report_frame_text(report, finding->peer_frame);
        text_sheet_print_taken(sheet, indent + 4, g_strdup_printf("at the other point: %s", frame));
        g_free(frame);
    }
    if (finding->deciding_frame != 0 && finding->deciding_frame != finding->judged_frame) {
        char *frame = report_frame_text(report, finding->deciding_frame);
        text_sheet_print_taken(sheet, indent + 4, g_strdup_printf("decided by %s", frame));
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
    const struct text_sheet *sheet;
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
        print_finding(printer->sheet, printer->report, finding, 2 + 4 * depth);
    } else {
        printer->hidden[finding->id]++;
    }
    const GPtrArray *list =
        g_hash_table_lookup(printer->consequences, GUINT_TO_POINTER(finding->index));
    if (list == NULL || depth >= NESTING_LIMIT)
        return;
    fprintf(printer->sheet->file, "%*sConsequences:\n", (int)(6 + 4 * depth), "");
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

void text_findings_write(const struct text_sheet *sheet, const struct report *report)
{
    uint32_t count = finding_log_count(report->log);
    struct finding_printer printer = {.sheet = sheet, .report = report};
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
            fprintf(sheet->file, "  and %u more of %s\n", printer.hidden[id],
                    finding_kind((enum finding_id)id)->filter);
    }
    g_hash_table_destroy(printer.consequences);
}
