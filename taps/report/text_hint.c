/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_hint.h"

/* What the analysis needs of PPTP and L2TP/IPsec, ICMP errors about them, and their fragments. */
#define CAPTURE                                                                                    \
    "dumpcap -i INTERFACE -f 'tcp port 1723 or udp port 500 or 4500 or 1701 or proto 47 or 50 "    \
    "or icmp or (ip[6:2] & 0x3fff != 0)' -w FILE"

static bool has_ipsec(const struct report *report)
{
    const struct ipsec_tracker *ipsec = analysis_ipsec(report->analysis);
    return ipsec_tracker_ike_count(ipsec) + ipsec_tracker_esp_count(ipsec) > 0;
}

static char *without_pptp(const struct report *report)
{
    if (has_ipsec(report)) /* of which the verdict says itself what would show more */
        return g_strdup(report->linker != NULL ? linker_verdict_parts(report->linker)->advice : "");
    return g_strdup("Capture at both sides of the NAT, from before the call: " CAPTURE "\n"
                    "Is the server on another port? Set it with -o pptp.tcp.port:PORT.");
}

static bool has_pptp(const struct report *report)
{
    bool has = false;
    for (uint32_t i = 0; !has && i < tracker_connection_count(report->tracker); i++) {
        const struct pptp_connection *connection = tracker_connection(report->tracker, i);
        has = connection->is_ours && !tracker_is_other_service(connection);
    }
    return has || tracker_call_count(report->tracker) > 0;
}

char *text_hint(const struct report *report)
{
    struct report_tally tally = report_tally(report);
    uint32_t files = report->sources->file_count;
    if (!has_pptp(report))
        return without_pptp(report);
    if (tally.links > 0 || (files < 2 && tally.points < 2) || report->linker == NULL)
        return g_strdup("");
    GString *text = g_string_new(NULL);
    if (tally.points < files)
        g_string_append_printf(text, "Only %u of the %u captures holds PPTP.\n", tally.points,
                               files);
    g_string_append(text, "Capture the same call at both sides of the NAT at the same time, from "
                          "before it is made: " CAPTURE);
    return g_string_free(text, FALSE);
}
