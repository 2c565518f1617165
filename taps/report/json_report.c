/* The JSON report, but for its calls (json_calls.c), messages (json_messages.c) and SAs
 * (json_ipsec.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "json_parts.h"
#include "json_report.h"

#define REPORT_VERSION 1 /* of the document's form */

static void write_verdict(json_dumper *dumper, const struct report *report)
{
    const char *text = "";
    const char *cause = "";
    enum verdict_status status = report_verdict(report, &text, &cause);
    const struct verdict_parts *parts = report_verdict_parts(report);
    const struct json_verdict verdict = {verdict_status_name(status), cause, parts, text};
    json_write_verdict(dumper, report, &verdict);
}

static void write_points(json_dumper *dumper, const struct report *report)
{
    json_array(dumper, "points");
    for (uint32_t i = 0; i < point_names_count(report->points); i++) {
        uint32_t index = point_names_in_order(report->points, i);
        const struct named_point *point = point_names_get(report->points, index);
        json_object(dumper, NULL);
        json_number(dumper, "id", index);
        json_text(dumper, "name", point->name);
        json_text(dumper, "file", point->file);
        json_text(dumper, "role", point->role);
        json_number(dumper, "frames", point->frames);
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
}

static void write_end(json_dumper *dumper, const char *name, const struct endpoint *end)
{
    json_object(dumper, name);
    json_text_taken(dumper, "address",
                    end->address.length != 0 ? cell_address(&end->address) : NULL);
    json_number(dumper, "port", end->port);
    json_dumper_end_object(dumper);
}

/* Who is PNS is known by a call; without one, it is the end that opened the connection. */
static uint8_t pns_of(const struct pptp_connection *connection)
{
    for (guint i = 0; i < connection->calls.count; i++) {
        const struct call *call = call_final(connection->calls.items[i]);
        if (call->roles_known)
            return call->end_a & 1;
    }
    return 0;
}

static void write_connections(json_dumper *dumper, const struct report *report)
{
    json_array(dumper, "connections");
    for (uint32_t i = 0; i < tracker_connection_count(report->tracker); i++) {
        const struct pptp_connection *connection = tracker_connection(report->tracker, i);
        if (!connection->is_ours)
            continue;
        uint32_t index = point_names_of_connection(report->points, connection);
        uint8_t pns = pns_of(connection);
        json_object(dumper, NULL);
        json_number(dumper, "id", connection->index);
        json_number_or_null(dumper, "point", index != POINT_NONE, index);
        write_end(dumper, "pns", &connection->end[pns]);
        write_end(dumper, "pac", &connection->end[1 - pns]);
        json_text(dumper, "state", control_state_name(connection->state));
        json_frame(dumper, "first_frame", connection->first_frame);
        json_frame(dumper, "last_frame", connection->last_frame);
        json_write_own_timeline(dumper, report, connection);
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
}

static const char *editor_name(enum editor editor)
{
    switch (editor) {
    case EDITOR_YES:
        return "yes";
    case EDITOR_NO:
        return "no";
    case EDITOR_UNKNOWN:
        break;
    }
    return "unknown";
}

static void write_nats(json_dumper *dumper, const struct report *report)
{
    uint32_t count = report->linker != NULL ? linker_nat_count(report->linker) : 0;
    json_array(dumper, "nats");
    for (uint32_t i = 0; i < count; i++) {
        const struct nat_device *nat = linker_nat(report->linker, i);
        json_object(dumper, NULL);
        json_array(dumper, "points");
        json_number(dumper, NULL, nat->inside);
        json_number(dumper, NULL, nat->outside);
        json_dumper_end_array(dumper);
        json_text(dumper, "pptp_editor", editor_name(nat->editor));
        json_number(dumper, "calls", nat->sessions);
        json_number(dumper, "faults", nat->faults);
        json_text_taken(dumper, "text", report_text(report, nat->text != NULL ? nat->text : ""));
        json_write_verdict_of(dumper, report, NULL, nat->worst, nat->text);
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
}

static void write_values(json_dumper *dumper, const struct finding *finding)
{
    bool wrong = finding->mistranslation != MISTRANSLATION_NONE;
    json_number_or_null(dumper, "expected", finding->has_expected, finding->expected);
    json_number_or_null(dumper, "seen", finding->has_seen, finding->seen);
    json_text(dumper, "mistranslation",
              wrong ? mistranslation_name(finding->mistranslation) : NULL);
}

static void write_finding(json_dumper *dumper, const struct report *report,
                          const struct finding *finding)
{
    const struct finding_kind *kind = finding_kind(finding->id);
    const struct call *call = call_final(tracker_call(report->tracker, finding->session));
    uint32_t index = point_names_of_finding(report->points, finding);
    uint32_t judged = finding->judged_frame;
    json_object(dumper, NULL);
    json_text(dumper, "id", kind->filter);
    json_text(dumper, "severity", finding_severity_name(kind->severity));
    json_frame(dumper, "frame", judged);
    json_number_or_null(dumper, "point", index != POINT_NONE, index);
    json_frame(dumper, "point_frame", judged != 0 ? report_own_frame(report, judged) : 0);
    json_frame(dumper, "deciding_frame", finding->deciding_frame);
    json_frame(dumper, "peer_frame", finding->peer_frame);
    json_number_or_null(dumper, "call", call != NULL, call != NULL ? call->index : 0);
    json_number_or_null(dumper, "link", report_shows_link(report, finding->link), finding->link);
    json_text(dumper, "direction", direction_name(call, finding->direction));
    write_values(dumper, finding);
    json_text(dumper, "summary", kind->summary);
    json_text_taken(dumper, "text",
                    finding->text != NULL ? report_text(report, finding->text) : NULL);
    json_number_or_null(dumper, "consequence_of", finding->cause != FINDING_NONE, finding->cause);
    json_dumper_end_object(dumper);
}

static void write_findings(json_dumper *dumper, const struct report *report)
{
    json_array(dumper, "findings");
    for (uint32_t i = 0; i < finding_log_count(report->log); i++) {
        const struct finding *finding = finding_log_get(report->log, i);
        if (finding_is_ipsec(finding->id))
            json_write_ipsec_finding(dumper, report, finding);
        else
            write_finding(dumper, report, finding);
    }
    json_dumper_end_array(dumper);
}

static void write_document(json_dumper *dumper, const struct report *report)
{
    json_object(dumper, NULL);
    json_number(dumper, "version", REPORT_VERSION);
    write_verdict(dumper, report);
    write_points(dumper, report);
    write_connections(dumper, report);
    json_write_calls(dumper, report);
    json_write_links(dumper, report);
    json_write_unlinked(dumper, report);
    write_nats(dumper, report);
    json_write_ike_sas(dumper, report);
    json_write_esp_sas(dumper, report);
    json_write_ipsec_links(dumper, report);
    write_findings(dumper, report);
    json_dumper_end_object(dumper);
    json_dumper_finish(dumper);
}

void json_report_write(FILE *file, const struct report *report)
{
    json_dumper dumper = {.output_file = file, .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT};
    write_document(&dumper, report);
}

GString *json_report_text(const struct report *report)
{
    GString *text = g_string_new(NULL);
    json_dumper dumper = {.output_string = text, .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT};
    write_document(&dumper, report);
    return text;
}
