/* "calls", "links" and "unlinked" of the JSON report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"
#include "core/pptp/pptp_outcome.h"
#include "cells.h"
#include "json_parts.h"

/* The control messages of each call, in order: call -> GPtrArray of struct message_record *. */
static GHashTable *timelines_of(const struct tracker *tracker)
{
    GHashTable *timelines =
        g_hash_table_new_full(hash_of_pointer, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (uint32_t i = 0; i < tracker_connection_count(tracker); i++) {
        const struct pointers *messages = &tracker_connection(tracker, i)->messages;
        for (guint m = 0; m < messages->count; m++) {
            struct message_record *message = messages->items[m];
            const struct call *call = call_final(call_of(message->session));
            if (call == NULL)
                continue;
            GPtrArray *list = g_hash_table_lookup(timelines, call);
            if (list == NULL) {
                list = g_ptr_array_new();
                g_hash_table_insert(timelines, (gpointer)call, list);
            }
            g_ptr_array_add(list, message);
        }
    }
    return timelines;
}

/* "first_point_frame", "first_time" and the like; `frame` 0: null. */
static void write_bound(json_dumper *dumper, const struct report *report, const char *word,
                        uint32_t frame, int64_t time_ns)
{
    char *frame_name = g_strconcat(word, "_point_frame", NULL);
    char *time_name = g_strconcat(word, "_time", NULL);
    json_frame(dumper, frame_name, frame != 0 ? report_own_frame(report, frame) : 0);
    if (frame != 0)
        json_seconds(dumper, time_name, time_ns);
    else
        json_null(dumper, time_name);
    g_free(frame_name);
    g_free(time_name);
}

/* `flow` NULL: no packet was seen. */
static void write_flow(json_dumper *dumper, const struct report *report, const char *name,
                       const struct gre_flow *flow)
{
    static const struct gre_flow nothing;
    if (flow == NULL)
        flow = &nothing;
    json_object(dumper, name);
    json_number(dumper, "packets", flow->packets);
    json_number(dumper, "data_packets", flow->data_packets);
    json_number(dumper, "bytes", flow->bytes);
    json_number(dumper, "lost", flow->window.lost);
    json_number(dumper, "out_of_order", flow->window.out_of_order);
    json_number(dumper, "duplicates", flow->window.duplicates);
    json_number_or_null(dumper, "first_seq", flow->has_seq, flow->first_seq);
    json_number_or_null(dumper, "last_seq", flow->has_seq, flow->last_seq);
    json_number_or_null(dumper, "call_id", flow->packets != 0, flow->id);
    write_bound(dumper, report, "first", flow->first_frame, flow->first_time_ns);
    write_bound(dumper, report, "last", flow->last_frame, flow->last_time_ns);
    json_dumper_end_object(dumper);
}

static const char *const call_id_key[2] = {
    [PPTP_OWNER_PNS] = "pns_call_id",
    [PPTP_OWNER_PAC] = "pac_call_id",
};

static void write_call(json_dumper *dumper, const struct report *report, const struct call *call,
                       const GPtrArray *messages)
{
    const char *end = call_end_name(call->ended_by);
    uint32_t index = point_names_of_call(report->points, call);
    json_object(dumper, NULL);
    json_number(dumper, "id", call->index);
    json_number_or_null(dumper, "connection", call->connection != NULL,
                        call->connection != NULL ? call->connection->index : 0);
    json_number_or_null(dumper, "point", index != POINT_NONE, index);
    for (int owner = 0; owner < 2; owner++)
        json_number_or_null(dumper, call_id_key[owner], call->has_id[owner], call->id[owner]);
    json_number_or_null(dumper, "serial", call->has_serial, call->call_serial_number);
    json_text(dumper, "direction", call_kind_name(call));
    json_text(dumper, "state", call_state_name(call->state));
    json_text(dumper, "ended_by", end[0] != '\0' ? end : NULL);
    json_text(dumper, "stage", ppp_stage_name(call->stage));
    json_frame(dumper, "setup_frame", call->setup_frame);
    write_bound(dumper, report, "ended", call->ended_frame, call->ended_time_ns);
    json_write_timeline(dumper, report, messages);
    json_object(dumper, "gre");
    for (int i = 0; i < 2; i++)
        write_flow(dumper, report, direction_name(call, (enum direction)i), gre_of(call->flow[i]));
    json_dumper_end_object(dumper);
    json_dumper_end_object(dumper);
}

void json_write_calls(json_dumper *dumper, const struct report *report)
{
    GHashTable *timelines = timelines_of(report->tracker);
    json_array(dumper, "calls");
    for (uint32_t i = 0; i < tracker_call_count(report->tracker); i++) {
        const struct call *call = tracker_call(report->tracker, i);
        if (call->absorbed_by == NULL)
            write_call(dumper, report, call, g_hash_table_lookup(timelines, call));
    }
    json_dumper_end_array(dumper);
    g_hash_table_destroy(timelines);
}

static void write_evidence(json_dumper *dumper, unsigned evidence)
{
    json_array(dumper, "evidence");
    for (unsigned bit = 1; bit != 0 && bit <= evidence; bit <<= 1) {
        if ((evidence & bit) != 0 && evidence_name(bit) != NULL)
            json_text(dumper, NULL, evidence_name(bit));
    }
    json_dumper_end_array(dumper);
}

/* One entry per point, in path order. */
static void write_sightings(json_dumper *dumper, const struct link_view *link)
{
    json_array(dumper, "calls");
    for (uint32_t i = 0; i < link->count; i++)
        json_number_or_null(dumper, NULL, link->session[i] != NULL,
                            link->session[i] != NULL ? link->session[i]->index : 0);
    json_dumper_end_array(dumper);
    json_array(dumper, "points");
    for (uint32_t i = 0; i < link->count; i++)
        json_number(dumper, NULL, link->point[i]);
    json_dumper_end_array(dumper);
}

static void write_call_ids(json_dumper *dumper, const struct link_view *link)
{
    for (int owner = 0; owner < 2; owner++) {
        json_array(dumper, call_id_key[owner]);
        for (uint32_t i = 0; i < link->count; i++)
            json_number_or_null(dumper, NULL, link->places[i].has_id[owner],
                                link->places[i].id[owner]);
        json_dumper_end_array(dumper);
    }
}

static void write_direction(json_dumper *dumper, const struct link_view *link,
                            enum direction direction)
{
    json_object(dumper, direction_of(link->roles_known, direction));
    json_array(dumper, "seen");
    for (uint32_t i = 0; i < link->count; i++)
        json_number(dumper, NULL, link->places[i].seen[direction]);
    json_dumper_end_array(dumper);
    json_array(dumper, "hops");
    for (uint32_t i = 0; i + 1 < link->count; i++) {
        const struct link_hop_count *hop = &link->hops[i].count[direction];
        json_object(dumper, NULL);
        json_number(dumper, "lost", hop->lost);
        json_number(dumper, "duplicated", hop->duplicated);
        json_number(dumper, "reordered", hop->reordered);
        json_real_or_null(dumper, "delay_s", hop->has_delay, hop->delay_s);
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
    json_dumper_end_object(dumper);
}

/* The clock of the outermost point against that of the innermost. */
static void write_clock(json_dumper *dumper, const struct link_view *link)
{
    bool known = true;
    double offset = 0;
    double drift = 0;
    double uncertainty = 0;
    bool drifts = true;
    for (uint32_t i = 0; i + 1 < link->count; i++) {
        known = known && link->hops[i].has_clock;
        offset += link->hops[i].clock_offset_s;
        drifts = drifts && link->hops[i].has_drift;
        drift += link->hops[i].clock_drift_ppm;
        uncertainty += link->hops[i].clock_uncertainty_s;
    }
    json_real_or_null(dumper, "clock_offset_s", known, offset);
    json_real_or_null(dumper, "clock_uncertainty_s", known, uncertainty);
    json_real_or_null(dumper, "clock_drift_ppm", known && drifts, drift);
}

static void write_link(json_dumper *dumper, const struct report *report,
                       const struct link_view *link)
{
    json_object(dumper, NULL);
    json_number(dumper, "id", link->index);
    write_sightings(dumper, link);
    write_evidence(dumper, link->evidence);
    write_call_ids(dumper, link);
    json_object(dumper, "gre");
    write_direction(dumper, link, DIRECTION_PNS_TO_PAC);
    write_direction(dumper, link, DIRECTION_PAC_TO_PNS);
    json_dumper_end_object(dumper);
    write_clock(dumper, link);
    char *text = pptp_link_text(report->linker, link);
    json_write_verdict_of(dumper, report, verdict_status_name(link->status), link->worst, text);
    g_free(text);
    json_dumper_end_object(dumper);
}

void json_write_links(json_dumper *dumper, const struct report *report)
{
    uint32_t count = report->linker != NULL ? linker_link_count(report->linker) : 0;
    json_array(dumper, "links");
    for (uint32_t i = 0; i < count; i++) {
        const struct link_view *link = linker_link(report->linker, i);
        if (link_view_is_shown(link))
            write_link(dumper, report, link);
    }
    json_dumper_end_array(dumper);
}

void json_write_unlinked(json_dumper *dumper, const struct report *report)
{
    uint32_t count = report->linker != NULL ? linker_unlinked_count(report->linker) : 0;
    json_array(dumper, "unlinked");
    for (uint32_t i = 0; i < count; i++) {
        const struct unlinked_session *unlinked = linker_unlinked(report->linker, i);
        const GArray *candidates = unlinked->candidates;
        json_object(dumper, NULL);
        json_number(dumper, "call", unlinked->session->index);
        json_text(dumper, "reason", unlinked->reason);
        json_array(dumper, "candidates");
        for (guint c = 0; candidates != NULL && c < candidates->len; c++)
            json_number(dumper, NULL, g_array_index(candidates, uint32_t, c));
        json_dumper_end_array(dumper);
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
}
