/* "ike_sas" and "esp_sas" of the JSON report, and the findings about them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "core/ipsec/ike_names.h"
#include "core/ipsec/ipsec_conclusion.h"
#include "json_parts.h"

static const char *const end_names[] = {"initiator", "responder"};

static void write_point(json_dumper *dumper, const struct report *report, uint32_t point)
{
    uint32_t index = point_names_of_ipsec(report->points, point);
    json_number_or_null(dumper, "point", index != POINT_NONE, index);
}

/* Address and port; native ESP has no port. */
static void write_endpoint(json_dumper *dumper, const struct endpoint *end)
{
    json_text_taken(dumper, "address", cell_address(&end->address));
    json_number_or_null(dumper, "port", end->port != 0, end->port);
}

/* Where an end was first; null: nowhere. */
static void write_first(json_dumper *dumper, const char *name, const struct ipsec_places *places)
{
    if (places->first == NULL) {
        json_null(dumper, name);
        return;
    }
    json_object(dumper, name);
    write_endpoint(dumper, &places->first->endpoint);
    json_dumper_end_object(dumper);
}

/* Where it was afterwards: another outside port is a mapping that changed. */
static void write_later(json_dumper *dumper, const struct report *report, const char *name,
                        const struct ipsec_places *places)
{
    const struct ipsec_place *place = places->first != NULL ? places->first->next : NULL;
    json_array(dumper, name);
    for (; place != NULL; place = place->next) {
        json_object(dumper, NULL);
        write_endpoint(dumper, &place->endpoint);
        json_frame(dumper, "first_frame", place->first_frame);
        json_frame(dumper, "first_point_frame", report_own_frame(report, place->first_frame));
        json_seconds(dumper, "first_time", place->first_ns);
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
}

static void write_exchanges(json_dumper *dumper, const struct ike_sa *sa)
{
    uint64_t written = 0;
    json_array(dumper, "exchanges");
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        uint64_t bit = record->exchange < 64 ? UINT64_C(1) << record->exchange : 0;
        if ((written & bit) == 0 && bit != 0)
            json_text(dumper, NULL, ike_exchange_name(record->exchange));
        written |= bit;
    }
    json_dumper_end_array(dumper);
}

static void write_natt(json_dumper *dumper, const struct ike_sa *sa)
{
    json_object(dumper, "natt");
    for (unsigned end = 0; end < 2; end++) {
        json_dumper_set_member_name(dumper, end_names[end]);
        json_dumper_value_anyf(dumper, "%s",
                               sa->natt[end] == IKE_NATT_UNKNOWN     ? "null"
                               : sa->natt[end] == IKE_NATT_ANNOUNCED ? "true"
                                                                     : "false");
    }
    json_dumper_end_object(dumper);
}

/* "main 3", "IKE_AUTH request" */
static char *message_name(const struct ike_record *record)
{
    const char *exchange = ike_exchange_name(record->exchange);
    if (record->number == 0)
        return g_strdup(exchange);
    if (record->sa->major == 2)
        return g_strdup_printf("%s %s", exchange, record->number == 1 ? "request" : "response");
    return g_strdup_printf("%s %u", exchange, record->number);
}

static void write_message(json_dumper *dumper, const struct report *report,
                          const struct ike_record *record)
{
    json_object(dumper, NULL);
    json_number(dumper, "frame", record->frame);
    json_seconds(dumper, "time", record->time_ns);
    json_text_taken(dumper, "message", message_name(record));
    json_number(dumper, "point_frame", report_own_frame(report, record->frame));
    json_text(dumper, "from", end_names[record->sender]);
    json_text(dumper, "exchange", ike_exchange_name(record->exchange));
    json_text_taken(dumper, "message_id", g_strdup_printf("%08x", record->message_id));
    json_number(dumper, "length", record->length);
    json_bool(dumper, "encrypted", record->encrypted);
    json_number(dumper, "family", record->family == IKE_ON_500 ? IKE_PORT : IKE_FLOAT_PORT);
    json_frame(dumper, "repeats_frame", record->repeats_frame);
    json_array(dumper, "natd");
    for (unsigned i = 0; i < record->natd_count; i++)
        json_text(dumper, NULL, natd_fit_name((enum natd_fit)record->natd[i].fit));
    json_dumper_end_array(dumper);
    const struct ipsec_links *links = analysis_ipsec_links(report->analysis);
    json_frame(dumper, "peer_frame", links != NULL ? ipsec_links_peer(links, record->frame) : 0);
    json_dumper_end_object(dumper);
}

static void write_end(json_dumper *dumper, const struct report *report, const struct ike_sa *sa,
                      unsigned end)
{
    json_object(dumper, end_names[end]);
    write_first(dumper, "p500", &sa->places[end][IKE_ON_500]);
    write_first(dumper, "p4500", &sa->places[end][IKE_ON_4500]);
    write_later(dumper, report, "p500_later", &sa->places[end][IKE_ON_500]);
    write_later(dumper, report, "p4500_later", &sa->places[end][IKE_ON_4500]);
    json_dumper_end_object(dumper);
}

static void write_ike(json_dumper *dumper, const struct report *report, const struct ike_sa *sa)
{
    json_object(dumper, NULL);
    json_number(dumper, "id", sa->index);
    write_point(dumper, report, sa->point);
    json_text(dumper, "version", sa->major == 2 ? "IKEv2" : "IKEv1");
    json_text_taken(dumper, "initiator_spi",
                    g_strdup_printf("%016" G_GINT64_MODIFIER "x", sa->initiator_spi));
    json_text_taken(dumper, "responder_spi",
                    g_strdup_printf("%016" G_GINT64_MODIFIER "x", sa->responder_spi));
    write_exchanges(dumper, sa);
    for (unsigned end = 0; end < 2; end++)
        write_end(dumper, report, sa, end);
    write_natt(dumper, sa);
    json_text(dumper, "state", cell_ike_state(sa));
    json_text(dumper, "origin", ike_origin_name((enum ike_origin)sa->origin));
    json_number_or_null(dumper, "previous", sa->previous != NULL,
                        sa->previous != NULL ? sa->previous->index : 0);
    json_frame(dumper, "first_frame", sa->first->frame);
    json_frame(dumper, "last_frame", sa->last->frame);
    json_array(dumper, "timeline");
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        if (!record->copy) /* of a mirror port */
            write_message(dumper, report, record);
    }
    json_dumper_end_array(dumper);
    json_dumper_end_object(dumper);
}

static void write_esp(json_dumper *dumper, const struct report *report, const struct esp_sa *sa)
{
    json_object(dumper, NULL);
    json_number(dumper, "id", sa->index);
    write_point(dumper, report, sa->point);
    json_text_taken(dumper, "spi", g_strdup_printf("%08x", sa->spi));
    json_text(dumper, "encapsulation", sa->encapsulation == ESP_NATIVE ? "native" : "udp");
    write_first(dumper, "source", &sa->source);
    write_first(dumper, "destination", &sa->target);
    write_later(dumper, report, "source_later", &sa->source);
    write_later(dumper, report, "destination_later", &sa->target);
    json_number(dumper, "packets", sa->packets);
    json_number(dumper, "first_seq", sa->first_seq);
    json_number(dumper, "last_seq", sa->last_seq);
    json_number(dumper, "lost", sa->window.lost);
    json_number(dumper, "out_of_order", sa->window.out_of_order);
    json_number(dumper, "duplicates", sa->window.duplicates);
    json_frame(dumper, "first_frame", sa->first_frame);
    json_frame(dumper, "last_frame", sa->last_frame);
    json_frame(dumper, "first_point_frame", report_own_frame(report, sa->first_frame));
    json_frame(dumper, "last_point_frame", report_own_frame(report, sa->last_frame));
    json_seconds(dumper, "first_time", sa->first_ns);
    json_seconds(dumper, "last_time", sa->last_ns);
    json_number_or_null(dumper, "ike_sa", sa->ike != NULL, sa->ike != NULL ? sa->ike->index : 0);
    json_number_or_null(dumper, "reverse", sa->reverse != NULL,
                        sa->reverse != NULL ? sa->reverse->index : 0);
    json_dumper_end_object(dumper);
}

void json_write_ike_sas(json_dumper *dumper, const struct report *report)
{
    json_array(dumper, "ike_sas");
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(report->ipsec); i++)
        write_ike(dumper, report, ipsec_tracker_ike(report->ipsec, i));
    json_dumper_end_array(dumper);
}

void json_write_esp_sas(json_dumper *dumper, const struct report *report)
{
    json_array(dumper, "esp_sas");
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(report->ipsec); i++)
        write_esp(dumper, report, ipsec_tracker_esp(report->ipsec, i));
    json_dumper_end_array(dumper);
}

void json_write_ipsec_finding(json_dumper *dumper, const struct report *report,
                              const struct finding *finding)
{
    const struct finding_kind *kind = finding_kind(finding->id);
    uint32_t judged = finding->judged_frame;
    json_object(dumper, NULL);
    json_text(dumper, "id", kind->filter);
    json_text(dumper, "severity", finding_severity_name(kind->severity));
    json_frame(dumper, "frame", judged);
    write_point(dumper, report, finding->interface);
    json_frame(dumper, "point_frame", judged != 0 ? report_own_frame(report, judged) : 0);
    json_frame(dumper, "deciding_frame", finding->deciding_frame);
    json_frame(dumper, "peer_frame", finding->peer_frame);
    json_number_or_null(dumper, "ike_sa", finding->ike_sa != FINDING_NONE, finding->ike_sa);
    json_number_or_null(dumper, "esp_sa", finding->esp_sa != FINDING_NONE, finding->esp_sa);
    json_number_or_null(dumper, "ipsec_link", finding->ipsec_link != FINDING_NONE,
                        finding->ipsec_link);
    json_text(dumper, "summary", kind->summary);
    json_text_taken(dumper, "text",
                    finding->text != NULL ? report_text(report, finding->text) : NULL);
    json_number_or_null(dumper, "consequence_of", finding->cause != FINDING_NONE, finding->cause);
    json_dumper_end_object(dumper);
}
