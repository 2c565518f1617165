/* What the outputs ask of the model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "cells.h"
#include "report.h"

struct report report_new(const struct analysis *analysis, const struct sources *sources)
{
    const struct outcome *outcome = analysis_outcome(analysis);
    return (struct report){
        .analysis = analysis,
        .tracker = analysis_tracker(analysis),
        .linker = outcome_linker(outcome),
        .log = outcome_log(outcome),
        .ipsec = analysis_ipsec(analysis),
        .sources = sources,
        .points = point_names_new(analysis, sources),
    };
}

void report_clear(struct report *report)
{
    point_names_free(report->points);
}

static void tally_links(const struct report *report, struct report_tally *tally)
{
    uint32_t position = 0;
    for (uint32_t i = 0; i < linker_link_count(report->linker); i++)
        tally->links += linker_link(report->linker, i)->count > 1;
    for (uint32_t i = 0; tally->links == 0 && i < tracker_connection_count(report->tracker); i++) {
        const struct pptp_connection *connection = tracker_connection(report->tracker, i);
        const struct link_view *link =
            linker_link_of_connection(report->linker, as_connection(connection), &position);
        tally->links += link != NULL && link->count > 1;
    }
}

static int by_number(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Frees the array. */
static uint32_t count_different(GArray *numbers)
{
    uint32_t count = 0;
    g_array_sort(numbers, by_number);
    for (guint i = 0; i < numbers->len; i++)
        count += i == 0 ||
                 g_array_index(numbers, uint64_t, i) != g_array_index(numbers, uint64_t, i - 1);
    g_array_free(numbers, TRUE);
    return count;
}

/* SAs by their SPIs, which no NAT changes: one that several points show is one. */
static void tally_ipsec(const struct report *report, struct report_tally *tally)
{
    GArray *ike = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    GArray *esp = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(report->ipsec); i++)
        g_array_append_val(ike, ipsec_tracker_ike(report->ipsec, i)->initiator_spi);
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(report->ipsec); i++) {
        uint64_t spi = ipsec_tracker_esp(report->ipsec, i)->spi;
        g_array_append_val(esp, spi);
    }
    const struct ipsec_links *links = analysis_ipsec_links(report->analysis);
    for (uint32_t i = 0; links != NULL && i < ipsec_links_count(links); i++)
        tally->ipsec_links += ipsec_links_get(links, i)->count > 1;
    tally->ike_sas = count_different(ike);
    tally->esp_sas = count_different(esp);
}

struct report_tally report_tally(const struct report *report)
{
    struct report_tally tally = {
        .points = point_names_count(report->points),
    };
    for (uint32_t i = 0; i < tracker_connection_count(report->tracker); i++)
        tally.connections += tracker_connection(report->tracker, i)->is_ours;
    for (uint32_t i = 0; i < finding_log_count(report->log); i++)
        tally.findings[finding_kind(finding_log_get(report->log, i)->id)->severity]++;

    bool *has_calls = g_new0(bool, tally.points + 1);
    for (uint32_t i = 0; i < tracker_call_count(report->tracker); i++) {
        const struct call *call = tracker_call(report->tracker, i);
        if (call->absorbed_by != NULL)
            continue;
        tally.calls++;
        uint32_t position = point_names_of_call(report->points, call);
        if (position < tally.points && !has_calls[position]) {
            has_calls[position] = true;
            tally.points_with_calls++;
        }
    }
    g_free(has_calls);
    if (report->linker != NULL)
        tally_links(report, &tally);
    tally_ipsec(report, &tally);
    return tally;
}

const char *report_tally_subject(const struct report_tally *tally)
{
    if (tally->ike_sas + tally->esp_sas == 0)
        return "PPTP";
    return tally->connections + tally->calls == 0 ? "IPsec" : "PPTP and IPsec";
}

bool report_shows_link(const struct report *report, uint32_t link)
{
    return report->linker != NULL && link < linker_link_count(report->linker) &&
           link_view_is_shown(linker_link(report->linker, link));
}

bool report_serves_inside(const struct report *report, const struct ipsec_link *link)
{
    const struct ipsec_links *links = analysis_ipsec_links(report->analysis);
    if (link->kind == IPSEC_LINK_ESP && link->ike_link != IPSEC_NONE)
        link = ipsec_links_get(links, link->ike_link);
    return link->kind == IPSEC_LINK_IKE && link->translated_end == 1;
}

enum verdict_status report_verdict(const struct report *report, const char **ret_text,
                                   const char **ret_cause)
{
    *ret_text = "Links across NATs are switched off (preference pptp.nat.enabled).";
    *ret_cause = "";
    if (report->linker == NULL)
        return VERDICT_UNKNOWN;
    enum verdict_status status = linker_verdict(report->linker, ret_text, ret_cause);
    if (*ret_text == NULL)
        *ret_text = "";
    if (*ret_cause == NULL)
        *ret_cause = "";
    return status;
}

const struct verdict_parts *report_verdict_parts(const struct report *report)
{
    return report->linker != NULL ? linker_verdict_parts(report->linker) : NULL;
}

uint32_t report_own_frame(const struct report *report, uint32_t frame)
{
    const struct sources *sources = report->sources;
    uint32_t file = 0;
    uint32_t number = 0;
    return sources->frame(sources->user, frame, &file, &number) ? number : frame;
}

const char *report_frame_file(const struct report *report, uint32_t frame)
{
    const struct sources *sources = report->sources;
    uint32_t file = 0;
    uint32_t number = 0;
    if (!sources->frame(sources->user, frame, &file, &number))
        return NULL;
    return sources->file_label(sources->user, file);
}

char *report_frame_text(const struct report *report, uint32_t frame)
{
    const char *file = report_frame_file(report, frame);
    uint32_t own = report_own_frame(report, frame);
    bool several = report->sources->file_count > 1;
    if (file == NULL || (!several && own == frame))
        return g_strdup_printf("frame %u", frame);
    if (!several)
        return g_strdup_printf("frame %u [%u by time]", own, frame);
    return g_strdup_printf("frame %u of %s [%u merged]", own, file, frame);
}

/* As report_frame_text, without the number in the merged file, which only those who open that one
 * look for. */
static void append_frame(GString *written, const struct report *report, uint32_t frame)
{
    const char *file = report_frame_file(report, frame);
    if (file == NULL)
        g_string_append_printf(written, "frame %u", frame);
    else if (report->sources->file_count > 1)
        g_string_append_printf(written, "frame %u of %s", report_own_frame(report, frame), file);
    else
        g_string_append_printf(written, "frame %u", report_own_frame(report, frame));
}

/* "frame 12" or "point 1" at `at`: true, with the number and what follows it. */
static bool read_number(const char *at, const char *word, uint32_t *ret_number,
                        const char **ret_end)
{
    if (strncmp(at, word, strlen(word)) != 0 || !g_ascii_isdigit(at[strlen(word)]))
        return false;
    char *end = NULL;
    guint64 number = g_ascii_strtoull(at + strlen(word), &end, 10);
    if (number > UINT32_MAX)
        return false;
    *ret_number = (uint32_t)number;
    *ret_end = end;
    return true;
}

char *report_text(const struct report *report, const char *text)
{
    GString *written = g_string_new(NULL);
    for (const char *at = text; *at != '\0';) {
        uint32_t number = 0;
        const char *end = at;
        if (read_number(at, "frame ", &number, &end) && number != 0) {
            append_frame(written, report, number);
            at = end;
        } else if (read_number(at, "point ", &number, &end)) {
            g_string_append(written, point_names_name(report->points, number));
            at = end;
        } else {
            g_string_append_c(written, *at++);
        }
    }
    return g_string_free(written, FALSE);
}
