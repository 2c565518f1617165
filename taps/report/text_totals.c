/* Counting calls and GRE packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_totals.h"

#include "cells.h"

char *count_text(uint64_t count, const char *what)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s%s", count, what, count == 1 ? "" : "s");
}

/* By the end that opened the control connection; direction 0 where nobody knows. */
static bool goes_to_server(const struct call *call, int direction)
{
    bool client_is_pns =
        call == NULL || call->connection == NULL || !call->roles_known || call->end_a == 0;
    return (direction == DIRECTION_PNS_TO_PAC) == client_is_pns;
}

static void add_link(struct totals *totals, const struct link_view *link)
{
    const struct call *call = NULL;
    for (uint32_t i = 0; i < link->count && call == NULL; i++)
        call = call_of(link->session[i]);
    for (int d = 0; d < 2; d++) {
        uint64_t sent = 0, lost = 0;
        for (uint32_t i = 0; i + 1 < link->count; i++) {
            const struct link_hop_count *hop = &link->hops[i].count[d];
            sent = MAX(sent, (uint64_t)hop->passed + hop->lost + hop->elsewhere);
            lost += (uint64_t)hop->lost + hop->elsewhere;
        }
        struct way_total *total = goes_to_server(call, d) ? &totals->to_server : &totals->to_client;
        total->seen += sent;
        total->passed += sent - MIN(sent, lost);
    }
    totals->calls++;
    totals->faulty += link->status == VERDICT_FAULT;
    totals->unknown += link->status == VERDICT_UNKNOWN;
    totals->linked = true;
}

static bool is_linked(const struct report *report, const struct call *call)
{
    uint32_t position = 0;
    const struct link_view *link =
        report->linker != NULL ? linker_link_of(report->linker, as_session(call), &position) : NULL;
    return link != NULL && link_view_is_shown(link);
}

/* GRE whose Call ID is wrong looks like a call of its own, and is none. */
static bool is_explained(const struct report *report, const struct call *call)
{
    bool explained = report->linker != NULL && call->connection == NULL;
    for (int d = 0; d < 2; d++)
        explained =
            explained && (call->flow[d] == NULL || linker_explains(report->linker, call->flow[d]));
    return explained;
}

static void add_unlinked(const struct report *report, struct totals *totals)
{
    for (uint32_t i = 0; i < tracker_call_count(report->tracker); i++) {
        const struct call *call = tracker_call(report->tracker, i);
        if (call->absorbed_by != NULL || is_linked(report, call) || is_explained(report, call))
            continue;
        totals->calls++;
        totals->unlinked++;
        for (int d = 0; d < 2 && !totals->linked; d++) {
            uint64_t packets = call->flow[d] != NULL ? call->flow[d]->packets : 0;
            struct way_total *total =
                goes_to_server(call, d) ? &totals->to_server : &totals->to_client;
            total->seen += packets;
            total->passed += packets;
        }
    }
}

/* What came to a wrong host did not arrive. */
static void add_esp(const struct ipsec_link *link, struct way_total *total)
{
    uint64_t sent = 0, lost = 0;
    for (uint32_t i = 0; i + 1 < link->count; i++) {
        const struct ipsec_hop *hop = &link->hop[i];
        sent = MAX(sent, (uint64_t)hop->passed + hop->lost);
        lost += (uint64_t)hop->lost + hop->elsewhere;
    }
    total->seen += sent;
    total->passed += sent - MIN(sent, lost);
}

static void add_ipsec_links(const struct report *report, struct totals *totals)
{
    const struct ipsec_links *links = analysis_ipsec_links(report->analysis);
    for (uint32_t i = 0; links != NULL && i < ipsec_links_count(links); i++) {
        const struct ipsec_link *link = ipsec_links_get(links, i);
        bool to_server = (link->translated_end == 0) != report_serves_inside(report, link);
        if (link->kind == IPSEC_LINK_ESP && link->order_known)
            add_esp(link, to_server ? &totals->esp_to_server : &totals->esp_to_client);
    }
}

struct totals totals_of(const struct report *report)
{
    const struct report_tally tally = report_tally(report);
    struct totals totals = {
        .points = tally.points, .ike_sas = tally.ike_sas, .esp_sas = tally.esp_sas};
    for (uint32_t i = 0; report->linker != NULL && i < linker_link_count(report->linker); i++) {
        const struct link_view *link = linker_link(report->linker, i);
        if (link_view_is_shown(link))
            add_link(&totals, link);
    }
    if (report->linker != NULL)
        totals.nats = linker_nat_count(report->linker);
    add_unlinked(report, &totals);
    add_ipsec_links(report, &totals);
    return totals;
}

static void append_count(GString *text, const char *before, uint64_t count, const char *what)
{
    char *counted = count_text(count, what);
    g_string_append_printf(text, "%s%s", before, counted);
    g_free(counted);
}

/* ": 1 faulty, 2 not judged, 1 seen at one point only" */
static void append_states(GString *text, const struct totals *totals)
{
    const struct {
        uint32_t count;
        const char *words;
    } states[] = {{totals->faulty, "faulty"},
                  {totals->unknown, "not judged"},
                  {totals->linked ? totals->unlinked : 0, "seen at one point only"}};
    const char *before = ": ";
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
        if (states[i].count == 0)
            continue;
        g_string_append_printf(text, "%s%u %s", before, states[i].count, states[i].words);
        before = ", ";
    }
}

/* "7 of 12 to the server" */
static void append_way(GString *text, const struct way_total *way, const char *end)
{
    if (way->seen == 0)
        g_string_append_printf(text, "none to the %s", end);
    else
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " to the %s",
                               way->passed, way->seen, end);
}

static void append_ways(GString *text, const char *what, const struct way_total *server,
                        const struct way_total *client)
{
    g_string_append_printf(text, " %s: ", what);
    append_way(text, server, "server");
    g_string_append(text, ", ");
    append_way(text, client, "client");
    g_string_append_c(text, '.');
}

static void append_gre(GString *text, const struct totals *totals)
{
    const struct way_total *server = &totals->to_server, *client = &totals->to_client;
    if (server->seen + client->seen == 0)
        g_string_append(text, " No GRE was seen.");
    else if (!totals->linked)
        g_string_append_printf(text,
                               " GRE packets: %" G_GUINT64_FORMAT " to the server, "
                               "%" G_GUINT64_FORMAT " to the client.",
                               server->seen, client->seen);
    else
        append_ways(text, "GRE", server, client);
}

/* Nothing where no ESP SA was seen at several points. */
static void append_esp(GString *text, const struct totals *totals)
{
    const struct way_total *server = &totals->esp_to_server, *client = &totals->esp_to_client;
    if (server->seen + client->seen != 0)
        append_ways(text, "ESP", server, client);
}

/* "1 IKE SA, 2 ESP SAs" */
static void append_sas(GString *text, const struct totals *totals)
{
    if (totals->ike_sas > 0)
        append_count(text, "", totals->ike_sas, "IKE SA");
    if (totals->esp_sas > 0)
        append_count(text, totals->ike_sas > 0 ? ", " : "", totals->esp_sas, "ESP SA");
}

char *totals_text(const struct totals *totals)
{
    GString *text = g_string_new(NULL);
    bool has_sas = totals->ike_sas + totals->esp_sas > 0;
    if (totals->calls > 0 || !has_sas)
        append_count(text, "", totals->calls, "call");
    if (has_sas) {
        g_string_append(text, totals->calls > 0 ? ", " : "");
        append_sas(text, totals);
    }
    if ((totals->linked || has_sas) && totals->nats > 0)
        append_count(text, " through ", totals->nats, "NAT");
    else if (totals->points > 0)
        append_count(text, " at ", totals->points, "capture point");
    append_states(text, totals);
    g_string_append_c(text, '.');
    if (totals->calls > 0)
        append_gre(text, totals);
    append_esp(text, totals);
    return g_string_free(text, FALSE);
}
