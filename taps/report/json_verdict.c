/* Verdicts in JSON: of the capture, of a NAT, of what several points saw of one call or SA.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "json_parts.h"

/* A text of the model; null where it says nothing. */
static void write_words(json_dumper *dumper, const struct report *report, const char *name,
                        const char *text)
{
    json_text_taken(dumper, name, text[0] != '\0' ? report_text(report, text) : NULL);
}

static void write_advice(json_dumper *dumper, const struct report *report, const char *advice)
{
    char **steps = g_strsplit(advice, "\n", -1);
    json_array(dumper, "advice");
    for (char **step = steps; *step != NULL; step++)
        json_text_taken(dumper, NULL, report_text(report, *step));
    json_dumper_end_array(dumper);
    g_strfreev(steps);
}

void json_write_verdict(json_dumper *dumper, const struct report *report,
                        const struct json_verdict *verdict)
{
    const struct verdict_parts *parts = verdict->parts;
    json_object(dumper, "verdict");
    if (verdict->status != NULL)
        json_text(dumper, "status", verdict->status);
    json_text(dumper, "cause", verdict->cause[0] != '\0' ? verdict->cause : NULL);
    write_words(dumper, report, "headline", parts != NULL ? parts->headline : verdict->text);
    write_words(dumper, report, "detail", parts != NULL ? parts->detail : "");
    write_words(dumper, report, "known", parts != NULL ? parts->known : "");
    write_words(dumper, report, "symptom", parts != NULL ? parts->symptom : "");
    write_advice(dumper, report, parts != NULL ? parts->advice : "");
    json_text_taken(dumper, "text", report_text(report, verdict->text));
    json_dumper_end_object(dumper);
}

void json_write_verdict_of(json_dumper *dumper, const struct report *report, const char *status,
                           const struct finding *worst, const char *text)
{
    struct json_verdict verdict = {status, "", NULL, text != NULL ? text : ""};
    if (worst == NULL) {
        json_write_verdict(dumper, report, &verdict);
        return;
    }
    struct verdict_parts parts = linker_parts_of(report->linker, worst);
    verdict.cause = finding_kind(worst->id)->filter;
    verdict.parts = &parts;
    json_write_verdict(dumper, report, &verdict);
    verdict_parts_clear(&parts);
}
