/* `-z pptp,srt`: how long the seven kinds of request wait for their replies (RFC 2637 2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <epan/packet.h>
#include <epan/srt_table.h>

#include "tap_events.h"
#include "taps.h"

/* Rows, short because tshark aligns names of up to 22 octets only, are indexed by the control
 * message type of the request, so that Wireshark can make a filter from each. An
 * Incoming-Call-Reply is a request as well (RFC 2637 3.2.1). */
static const struct {
    uint8_t request;
    const char *name;
} rows[] = {
    {PPTP_SCCRQ, "Start connection"}, {PPTP_STOPCCRQ, "Stop connection"},
    {PPTP_ECHO_REQUEST, "Echo"},      {PPTP_OCRQ, "Outgoing call"},
    {PPTP_ICRQ, "Incoming call"},     {PPTP_ICRP, "Incoming call, reply"},
    {PPTP_CCRQ, "Clear call"},
};

/* The type of the request that a message of type `reply` answers, or 0. */
static int request_of(uint8_t reply)
{
    switch (reply) {
    case PPTP_SCCRP:
        return PPTP_SCCRQ;
    case PPTP_STOPCCRP:
        return PPTP_STOPCCRQ;
    case PPTP_ECHO_REPLY:
        return PPTP_ECHO_REQUEST;
    case PPTP_OCRP:
        return PPTP_OCRQ;
    case PPTP_ICRP:
        return PPTP_ICRQ;
    case PPTP_ICCN:
        return PPTP_ICRP;
    case PPTP_CDN:
        return PPTP_CCRQ;
    default:
        return 0;
    }
}

static tap_packet_status packet(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                const void *tapped, tap_flags_t flags _U_)
{
    const struct message_record *message = ((const struct pptp_tap_event *)tapped)->message;
    int request = message != NULL && message->request != NULL ? request_of(message->type) : 0;
    if (request == 0)
        return TAP_PACKET_DONT_REDRAW;
    nstime_t waited = {
        .secs = (time_t)(message_response_time_ns(message) / 1000000000),
        .nsecs = (int)(message_response_time_ns(message) % 1000000000),
    };
    nstime_t asked;
    nstime_delta(&asked, &pinfo->abs_ts, &waited);
    srt_stat_table *table = g_array_index(((srt_data_t *)data)->srt_array, srt_stat_table *, 0);
    add_srt_table_data(table, request, &asked, pinfo);
    return TAP_PACKET_REDRAW;
}

static void init(struct register_srt *srt _U_, GArray *tables)
{
    srt_stat_table *table = init_srt_table("PPTP", NULL, tables, PPTP_SLI + 1, "Request",
                                           "pptp.control_message_type", NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        init_srt_table_row(table, rows[i].request, rows[i].name);
}

void response_times_register(void)
{
    register_srt_table(proto_get_id_by_filter_name("pptp"), PPTP_TAP_NAME, 1, packet, init, NULL);
}
