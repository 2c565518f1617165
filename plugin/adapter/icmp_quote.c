/* What an ICMP error quotes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "icmp_quote.h"

#include <string.h>

#include <epan/ipproto.h>

#include "core/base/bytes.h"
#include "ports.h"
#include "session_store.h"

#define TCP_QUOTED_PORTS 4 /* octets that ICMP must quote to tell the ports */

/* The ICMP error whose quoted packet comes next. */
static struct {
    bool pending;
    struct icmp_error error;
} quoting;

void icmp_quote_begin(tvbuff_t *tvb, const packet_info *pinfo, void *iph)
{
    memset(&quoting, 0, sizeof quoting);
    session_packet(pinfo, iph, &quoting.error.packet);
    quoting.error.type = tvb_get_ptr(tvb, 0, 2)[0];
    quoting.error.code = tvb_get_ptr(tvb, 0, 2)[1];
    quoting.pending = true;
}

void icmp_quote_end(void)
{
    quoting.pending = false;
}

/* The error that quotes the packet now being dissected, once, on the first visit; else NULL. The
 * frame is compared because an exception may have left an older one pending. */
static struct icmp_error *take_quoting(const packet_info *pinfo)
{
    struct packet quoted;

    if (!quoting.pending || quoting.error.packet.frame != pinfo->num || PINFO_FD_VISITED(pinfo))
        return NULL;
    quoting.pending = false;
    session_packet(pinfo, NULL, &quoted);
    quoting.error.quoted_source = quoted.source;
    quoting.error.quoted_destination = quoted.destination;
    return &quoting.error;
}

void icmp_quote_gre(const packet_info *pinfo, const struct egre_header *header,
                    enum egre_status status)
{
    struct icmp_error *error;

    if (status == EGRE_NOT_ENHANCED)
        return;
    error = take_quoting(pinfo);
    if (error == NULL)
        return;
    error->quoted_protocol = IP_PROTO_GRE;
    error->quoted_call_id = header->call_id;
    error->has_quoted_seq = header->has_seq;
    error->quoted_seq = header->seq;
    analysis_icmp(session_analysis(), error);
}

void icmp_quote_tcp(tvbuff_t *tvb, const packet_info *pinfo)
{
    const uint8_t *data;
    struct icmp_error *error;

    if (tvb_captured_length(tvb) < TCP_QUOTED_PORTS)
        return;
    data = tvb_get_ptr(tvb, 0, TCP_QUOTED_PORTS);
    if (!ports_are_pptp(bytes_u16(data), bytes_u16(data + 2)) &&
        !analysis_wants_tcp(session_analysis(), bytes_u16(data), bytes_u16(data + 2)))
        return;
    error = take_quoting(pinfo);
    if (error == NULL)
        return;
    error->quoted_protocol = IP_PROTO_TCP;
    error->quoted_source_port = bytes_u16(data);
    error->quoted_destination_port = bytes_u16(data + 2);
    analysis_icmp(session_analysis(), error);
}
