/* What is wrong, in words. The last line counts, on one line:
 *
 *     Status: fault (findings: 2 errors, 0 warnings, 1 note; connections: 2; calls: 2; IKE SAs: 0;
 *     ESP SAs: 0; points: 2; links: 1; judged: yes)
 *
 * Programs read `-z pptp,status` or the JSON report instead.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_verdict.h"

#include "cells.h"
#include "core/pptp/pptp_outcome.h"
#include "problems.h"
#include "text_findings.h"

static void print_points(const struct text_sheet *sheet, const struct report *report)
{
    if (point_names_count(report->points) == 0)
        return;
    fprintf(sheet->file, "\nCapture points\n");
    for (uint32_t i = 0; i < point_names_count(report->points); i++) {
        const struct named_point *index =
            point_names_get(report->points, point_names_in_order(report->points, i));
        fprintf(sheet->file, "  %s: %s, %u packet%s\n", index->name, index->role, index->frames,
                text_plural(index->frames));
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

static void print_nats(const struct text_sheet *sheet, const struct report *report,
                       const char *above)
{
    if (report->linker == NULL)
        return;
    for (uint32_t i = 0; i < linker_nat_count(report->linker); i++) {
        const struct nat_device *nat = linker_nat(report->linker, i);
        fprintf(sheet->file,
                "\nNAT between %s and %s: ", point_names_name(report->points, nat->inside),
                point_names_name(report->points, nat->outside));
        if (nat->sessions > 0 || nat->others == 0)
            fprintf(sheet->file, "%s; %u call%s, ", editor_name(nat->editor), nat->sessions,
                    text_plural(nat->sessions));
        fprintf(sheet->file, "%u fault%s\n", nat->faults, text_plural(nat->faults));
        if (g_strcmp0(nat->text, above) != 0)
            text_sheet_print_model(sheet, report, 2, "", nat->text, above);
    }
}

static void print_call(const struct text_sheet *sheet, const struct report *report,
                       const struct link_view *link, const char *above)
{
    GPtrArray *sightings = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->session[i] == NULL)
            continue;
        const struct call *call = call_of(link->session[i]);
        char *pns = cell_call_id(call, PPTP_OWNER_PNS);
        char *pac = cell_call_id(call, PPTP_OWNER_PAC);
        g_ptr_array_add(sightings, g_strdup_printf("call %u at %s (PNS %s, PAC %s)", call->index,
                                                   point_names_name(report->points, link->point[i]),
                                                   pns, pac));
        g_free(pns);
        g_free(pac);
    }
    char *row = cell_join_array(sightings);
    text_sheet_print_taken(sheet, 2, g_strdup_printf("Link %u: %s", link->index, row));
    char *status = g_strdup_printf("%s: ", verdict_status_name(link->status));
    char *text = pptp_link_text(report->linker, link);
    text_sheet_print_model(sheet, report, 4, status, text, above);
    g_free(text);
    g_free(status);
    g_free(row);
    g_ptr_array_free(sightings, TRUE);
}

/* Lists calls with something to report, and counts the others. */
static void print_calls(const struct text_sheet *sheet, const struct report *report,
                        const char *above)
{
    if (report->linker == NULL || linker_link_count(report->linker) == 0)
        return;
    uint32_t fine = 0, shown = 0;
    struct problems *problems = problems_new(report->analysis);
    for (uint32_t i = 0; i < linker_link_count(report->linker); i++) {
        const struct link_view *link = linker_link(report->linker, i);
        char *words = problems_of_link(problems, link->index);
        if (link_view_is_shown(link) && shown++ == 0)
            fprintf(sheet->file, "\nCalls across the NAT\n");
        bool silent = link->status == VERDICT_OK && words[0] == '\0' && !link_view_lost(link);
        if (link_view_is_shown(link) && silent)
            fine++;
        else if (link_view_is_shown(link))
            print_call(sheet, report, link, above);
        g_free(words);
    }
    if (fine > 0)
        fprintf(sheet->file, "  %u call%s: nothing to report\n", fine, text_plural(fine));
    problems_free(problems);
}

/* With a single point there is nothing to link; the verdict says so. */
static void print_unlinked(const struct text_sheet *sheet, const struct report *report)
{
    if (report->linker == NULL || linker_unlinked_count(report->linker) == 0 ||
        point_names_count(report->points) < 2)
        return;
    fprintf(sheet->file, "\nCalls not linked\n");
    for (uint32_t i = 0; i < linker_unlinked_count(report->linker); i++) {
        const struct unlinked_session *unlinked = linker_unlinked(report->linker, i);
        uint32_t index = point_names_of_call(report->points, call_of(unlinked->session));
        GString *text = g_string_new(NULL);
        g_string_printf(text, "call %u at %s: %s", unlinked->session->index,
                        point_names_name(report->points, index), unlinked->reason);
        for (guint c = 0; unlinked->candidates != NULL && c < unlinked->candidates->len; c++) {
            g_string_append_printf(text, "%s%u", c == 0 ? "; it may be call " : " or ",
                                   g_array_index(unlinked->candidates, uint32_t, c));
        }
        text_sheet_print_taken(sheet, 2, g_string_free(text, FALSE));
    }
}

/* The captures were judged if they hold a tunnel, and if the points that should link did. */
static bool is_judged(const struct report_tally *tally)
{
    bool problems = tally->findings[SEVERITY_ERROR] + tally->findings[SEVERITY_WARN] > 0;
    if (tally->connections + tally->calls + tally->ike_sas + tally->esp_sas == 0)
        return false;
    if (tally->points < 2 || tally->links + tally->ipsec_links > 0)
        return true;
    return tally->points_with_calls < 2 && problems;
}

static void print_status(const struct text_sheet *sheet, const struct report_tally *tally,
                         enum verdict_status status)
{
    uint32_t errors = tally->findings[SEVERITY_ERROR], warnings = tally->findings[SEVERITY_WARN];
    uint32_t notes = tally->findings[SEVERITY_NOTE];
    fprintf(
        sheet->file,
        "\nStatus: %s (findings: %u error%s, %u warning%s, %u note%s; connections: %u; calls: %u; "
        "IKE SAs: %u; ESP SAs: %u; points: %u; links: %u; judged: %s)\n",
        verdict_status_name(status), errors, text_plural(errors), warnings, text_plural(warnings),
        notes, text_plural(notes), tally->connections, tally->calls, tally->ike_sas, tally->esp_sas,
        tally->points, tally->links + tally->ipsec_links, is_judged(tally) ? "yes" : "no");
}

void text_verdict_write(FILE *file, const struct report *report)
{
    const struct text_sheet of_tshark = {.file = file, .width = TEXT_SHEET_WIDTH};
    const struct text_sheet *sheet = &of_tshark;
    const char *text = "";
    const char *cause = "";
    enum verdict_status status = report_verdict(report, &text, &cause);
    const struct report_tally tally = report_tally(report);
    fprintf(sheet->file, "\n%s verdict: %s\n", report_tally_subject(&tally),
            verdict_status_name(status));
    text_sheet_print_model(sheet, report, 2, "", text, NULL);
    if (cause[0] != '\0')
        text_sheet_print_taken(sheet, 2, g_strdup_printf("Cause: %s", cause));
    print_points(sheet, report);
    print_nats(sheet, report, text);
    print_calls(sheet, report, text);
    print_unlinked(sheet, report);
    fprintf(sheet->file, "\nFindings%s\n", finding_log_count(report->log) == 0 ? ": none" : "");
    text_findings_write(sheet, report);
    print_status(sheet, &tally, status);
}
