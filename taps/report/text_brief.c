/* The verdict in at most TEXT_BRIEF_LINES lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "text_brief.h"
#include "text_hint.h"
#include "text_path.h"
#include "text_sheet.h"
#include "text_totals.h"

#define FAULT_LEAD " also  "

/* The parts from above to below, each of them char * lines. */
struct brief {
    const struct report *report;
    const struct text_style *style;
    GPtrArray *head;
    GPtrArray *path;
    GPtrArray *words;  /* where, known, felt, do */
    GPtrArray *faults; /* further ones */
    GPtrArray *foot;
};

static const char *status_word(enum verdict_status status)
{
    switch (status) {
    case VERDICT_OK:
        return "OK     ";
    case VERDICT_FAULT:
        return "FAULT  ";
    case VERDICT_UNKNOWN:
        break;
    }
    return "UNKNOWN  ";
}

static enum text_colour status_colour(enum verdict_status status)
{
    switch (status) {
    case VERDICT_OK:
        return TEXT_GREEN;
    case VERDICT_FAULT:
        return TEXT_RED;
    case VERDICT_UNKNOWN:
        break;
    }
    return TEXT_YELLOW;
}

/* A text of the model. */
static void add_words(struct brief *brief, const char *lead, const char *text)
{
    char *written = report_text(brief->report, text);
    text_wrap(brief->words, brief->style, TEXT_STRONG, lead, written);
    g_free(written);
}

static void write_words(struct brief *brief, const struct verdict_parts *parts, bool fault)
{
    char *hint = text_hint(brief->report);
    if (parts != NULL) {
        add_words(brief, fault ? " where " : "  note ", parts->detail);
        add_words(brief, " known ", parts->known);
        add_words(brief, "  felt ", parts->symptom);
        add_words(brief, "    do ", parts->advice);
    }
    if (!fault && (parts == NULL || parts->advice[0] == '\0'))
        add_words(brief, "    do ", hint);
    g_free(hint);
}

static void write_head(struct brief *brief, enum verdict_status status, const char *headline)
{
    char *written = report_text(brief->report, headline);
    text_wrap(brief->head, brief->style, status_colour(status), status_word(status), written);
    g_free(written);
}

static bool is_further_fault(const struct finding *finding, const struct finding *cause)
{
    return finding->cause == FINDING_NONE && finding != cause &&
           finding_kind(finding->id)->severity >= SEVERITY_WARN;
}

/* Faults of which the same is said. */
struct fault {
    const char *headline; /* owned by the table of all */
    uint32_t frame;       /* of the first; 0: none */
    uint32_t count;
    enum finding_severity severity;
};

/* In order of their first; `by_headline` owns the sentences. */
struct faults {
    GArray *all;             /* struct fault */
    GHashTable *by_headline; /* char * -> index + 1 */
};

static char *headline_of(const struct report *report, const struct finding *finding)
{
    return report->linker != NULL ? linker_headline(report->linker, finding)
                                  : g_strdup(finding_kind(finding->id)->summary);
}

static void count_fault(struct faults *faults, const struct finding *finding, char *headline)
{
    gpointer known = g_hash_table_lookup(faults->by_headline, headline);
    if (known == NULL) {
        struct fault fault = {.headline = headline,
                              .frame = finding->judged_frame,
                              .severity = finding_kind(finding->id)->severity};
        g_array_append_val(faults->all, fault);
        known = GUINT_TO_POINTER(faults->all->len);
        g_hash_table_insert(faults->by_headline, headline, known);
    } else {
        g_free(headline);
    }
    g_array_index(faults->all, struct fault, GPOINTER_TO_UINT(known) - 1).count++;
}

static struct faults further_faults(const struct report *report, const struct finding *cause)
{
    struct faults faults = {g_array_new(FALSE, FALSE, sizeof(struct fault)),
                            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    for (uint32_t i = 0; i < finding_log_count(report->log); i++) {
        const struct finding *finding = finding_log_get(report->log, i);
        if (is_further_fault(finding, cause))
            count_fault(&faults, finding, headline_of(report, finding));
    }
    return faults;
}

/* "The NAT does not forward GRE from the client to the server, 3 times, first in frame 42 of
 * inside.pcapng"; "The same" of what the verdict says already. */
static void write_fault(struct brief *brief, const struct fault *fault, bool is_same)
{
    GString *text = g_string_new(is_same ? "The same" : fault->headline);
    if (fault->count > 1)
        g_string_append_printf(text, "%s %u times%s", is_same ? "" : ",", fault->count,
                               is_same ? " more" : "");
    if (fault->frame != 0)
        g_string_append_printf(text, "%s in frame %u",
                               fault->count > 1 ? ", first"
                               : is_same        ? ""
                                                : ",",
                               fault->frame);
    GPtrArray *lines = text_lines_new();
    char *written = report_text(brief->report, text->str);
    text_wrap(lines, brief->style, TEXT_PLAIN, FAULT_LEAD, written);
    g_ptr_array_add(lines, NULL);
    g_ptr_array_add(brief->faults, g_strjoinv("\n", (char **)lines->pdata));
    g_ptr_array_free(lines, TRUE);
    g_string_free(text, TRUE);
    g_free(written);
}

/* One entry for each sentence: first what the verdict says too, then errors, then warnings. */
static void write_faults(struct brief *brief, const struct finding *cause)
{
    struct faults faults = further_faults(brief->report, cause);
    char *headline = cause != NULL ? headline_of(brief->report, cause) : NULL;
    gpointer same = headline ? g_hash_table_lookup(faults.by_headline, headline) : NULL;
    guint first = GPOINTER_TO_UINT(same);
    if (first > 0)
        write_fault(brief, &g_array_index(faults.all, struct fault, first - 1), true);
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_WARN; severity--) {
        for (guint i = 0; i < faults.all->len; i++) {
            const struct fault *fault = &g_array_index(faults.all, struct fault, i);
            if (i + 1 != first && (int)fault->severity == severity)
                write_fault(brief, fault, false);
        }
    }
    g_array_free(faults.all, TRUE);
    g_hash_table_destroy(faults.by_headline);
    g_free(headline);
}

static void write_foot(struct brief *brief)
{
    struct totals totals = totals_of(brief->report);
    bool has_findings = finding_log_count(brief->report->log) > 0;
    char *text = totals_text(&totals);
    bool is_empty = totals.calls + totals.ike_sas + totals.esp_sas == 0;
    char *more = g_strconcat(has_findings ? "--findings, " : "",
                             is_empty ? "--all" : "--tables, --html report.html", NULL);
    text_wrap(brief->foot, brief->style, TEXT_PLAIN, "", text);
    text_wrap(brief->foot, brief->style, TEXT_FAINT, "More: ", more);
    g_free(more);
    g_free(text);
}

/* Lines of further faults, which may be several each. */
static guint fault_lines(const struct brief *brief)
{
    guint lines = 0;
    for (guint i = 0; i < brief->faults->len; i++) {
        lines++;
        for (const char *at = brief->faults->pdata[i]; (at = strchr(at, '\n')) != NULL; at++)
            lines++;
    }
    return lines;
}

static guint line_count(const struct brief *brief)
{
    guint path = brief->path->len, words = brief->words->len + fault_lines(brief);
    return brief->head->len + path + (path > 0) + words + (words > 0) + 1 + brief->foot->len;
}

/* Further faults are the first to be left out, and then only counted. */
static void shorten(struct brief *brief)
{
    guint all = brief->faults->len, left_out = 0;
    while (all > 1 && line_count(brief) + (left_out > 0) > TEXT_BRIEF_LINES && left_out < all)
        g_ptr_array_set_size(brief->faults, (int)(all - ++left_out));
    if (left_out == 0)
        return;
    char *text = g_strdup_printf(FAULT_LEAD "%u further kind%s of fault: --findings", left_out,
                                 text_plural(left_out));
    g_ptr_array_add(brief->faults, text_shortened(text, brief->style->width));
    g_free(text);
}

static void write_lines(FILE *file, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        fprintf(file, "%s\n", (const char *)g_ptr_array_index(lines, i));
}

static void write_brief(FILE *file, const struct brief *brief)
{
    write_lines(file, brief->head);
    if (brief->path->len > 0)
        fputc('\n', file);
    write_lines(file, brief->path);
    if (brief->words->len + brief->faults->len > 0)
        fputc('\n', file);
    write_lines(file, brief->words);
    write_lines(file, brief->faults);
    fputc('\n', file);
    write_lines(file, brief->foot);
}

void text_brief_write(FILE *file, const struct report *report, const struct text_style *style)
{
    struct brief brief = {
        report,           style,           text_lines_new(), text_lines_new(), text_lines_new(),
        text_lines_new(), text_lines_new()};
    const char *text = "", *cause_name = "";
    enum verdict_status status = report_verdict(report, &text, &cause_name);
    const struct verdict_parts *parts = report_verdict_parts(report);
    const struct finding *cause =
        report->linker != NULL ? linker_verdict_finding(report->linker) : NULL;
    struct path_picture *picture = path_picture_new(report, cause);
    write_head(&brief, status, parts != NULL ? parts->headline : text);
    if (picture != NULL)
        path_picture_draw(picture, style, brief.path);
    write_words(&brief, parts, status == VERDICT_FAULT);
    write_faults(&brief, cause);
    write_foot(&brief);
    shorten(&brief);
    write_brief(file, &brief);
    path_picture_free(picture);
    GPtrArray *const parts_of_brief[] = {brief.head, brief.path, brief.words, brief.faults,
                                         brief.foot};
    for (size_t i = 0; i < G_N_ELEMENTS(parts_of_brief); i++)
        g_ptr_array_free(parts_of_brief[i], TRUE);
}

static void write_files(FILE *file, const struct report *report)
{
    const struct sources *sources = report->sources;
    for (uint32_t i = 0; i < sources->file_count; i++) {
        const char *name = sources->file_name(sources->user, i);
        fprintf(file, "%s%s", i > 0 ? "," : "", name != NULL ? name : "-");
    }
}

void text_summary_write(FILE *file, const struct report *report)
{
    const char *text = "", *cause = "";
    enum verdict_status status = report_verdict(report, &text, &cause);
    const struct verdict_parts *parts = report_verdict_parts(report);
    struct totals totals = totals_of(report);
    char *headline = report_text(report, parts != NULL ? parts->headline : text);
    fprintf(file,
            "%s %s calls=%u faulty=%u nats=%u gre-to-server=%" G_GUINT64_FORMAT
            "/%" G_GUINT64_FORMAT " gre-to-client=%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
            " ike-sas=%u esp-sas=%u esp-to-server=%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
            " esp-to-client=%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " files=",
            verdict_status_name(status), cause[0] != '\0' ? cause : "-", totals.calls,
            totals.faulty, totals.nats, totals.to_server.passed, totals.to_server.seen,
            totals.to_client.passed, totals.to_client.seen, totals.ike_sas, totals.esp_sas,
            totals.esp_to_server.passed, totals.esp_to_server.seen, totals.esp_to_client.passed,
            totals.esp_to_client.seen);
    write_files(file, report);
    fprintf(file, ": %s\n", headline);
    g_free(headline);
}
