/* The handles on ip.proto 1, 6, 47 and 58, and PPTP's TCP ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pptp_hook.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/exceptions.h>
#include <epan/ipproto.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>

#include "control_dissector.h"
#include "core/pptp/pptp_wire.h"
#include "egre_dissector.h"
#include "expert.h"
#include "fields.h"
#include "fragment_hook.h"
#include "icmp_quote.h"
#include "ip_hook.h"
#include "ports.h"
#include "session_store.h"
#include "tcp_header.h"

#define SERVICE_KEY 0x70707473u /* of a connection among the data of a packet */

enum { GUARDED_TCP, GUARDED_GRE, GUARDED_ICMP, GUARDED_ICMPV6, GUARDED_COUNT };

static struct ip_hook hooked[GUARDED_COUNT];
static dissector_handle_t stock_pptp;

/* TCP prefers a port that the user has changed (Decode As) to a lower one; what nobody changed must
 * not look so. */
static void give_port(const gchar *table, uint16_t port, dissector_handle_t handle)
{
    if (handle == NULL || dissector_is_uint_changed(find_dissector_table(table), port))
        dissector_change_uint(table, port, handle);
    else
        dissector_add_uint(table, port, handle);
}

static void set_port(const gchar *table, ftenum_t type _U_, gpointer key, gpointer value,
                     gpointer user_data)
{
    range_t *range = user_data;
    uint16_t port = (uint16_t)GPOINTER_TO_UINT(key);
    dissector_handle_t control = control_dissector_handle();
    dissector_handle_t now = dtbl_entry_get_handle(value);
    dissector_handle_t wanted = session_enabled() ? control : stock_pptp;

    if (now == NULL || (now != control && now != stock_pptp))
        return;
    /* The well-known port was given to our handle when it was registered; the user took it away. */
    if (port == PPTP_PORT && range != NULL && !value_is_in_range(range, port))
        wanted = NULL;
    if (now != wanted)
        give_port(table, port, wanted);
    ports_set(port, wanted != NULL ? PORT_PPTP : PORT_OTHER);
}

/* Whenever a file is opened or settings change. The preference pptp.tcp.port hands its ports to the
 * built-in dissector; here they come to ours, or go back if the analysis is off. */
static void pptp_hook_init(void)
{
    range_t *range = prefs_get_range_value("pptp", "tcp.port");

    for (unsigned i = 0; i < GUARDED_COUNT; i++)
        ip_hook_install(&hooked[i]);
    ports_forget();
    icmp_quote_end();
    dissector_table_foreach("tcp.port", set_port, range);
    for (unsigned i = 0; range != NULL && i < range->nranges; i++) {
        for (guint32 port = range->ranges[i].low; port <= range->ranges[i].high && port <= 65535;
             port++) {
            if (ports_kind((uint16_t)port) == PORT_OTHER)
                ports_set((uint16_t)port, PORT_TAKEN);
        }
    }
}

/* Gives TCP the built-in dissector for the PPTP ports among these, or ours again. */
static void use_stock_for_ports(const struct tcp_segment *segment, bool stock)
{
    uint16_t ports[2] = {segment->source_port, segment->destination_port};

    for (unsigned i = 0; i < array_length(ports); i++) {
        if (ports_is_pptp(ports[i]))
            give_port("tcp.port", ports[i], stock ? stock_pptp : control_dissector_handle());
    }
}

static bool is_wanted(const struct tcp_segment *segment)
{
    uint16_t a = segment->source_port;
    uint16_t b = segment->destination_port;

    if (ports_are_pptp(a, b))
        return true;
    if (ports_kind(a) == PORT_TAKEN || ports_kind(b) == PORT_TAKEN)
        return false;
    return analysis_wants_tcp(session_analysis(), a, b) ||
           (segment->captured != 0 && control_heuristic_enabled() &&
            pptp_looks_like_message(segment->payload, segment->captured));
}

/* True if TCP gives this stream to our dissector, for its port or by the heuristic. */
static bool is_dissected_as_pptp(packet_info *pinfo, const struct tcp_segment *segment)
{
    conversation_t *conversation;

    if (ports_are_pptp(segment->source_port, segment->destination_port))
        return true;
    conversation = find_conversation_pinfo(pinfo, 0);
    return conversation != NULL &&
           conversation_get_dissector(conversation, pinfo->num) == control_dissector_handle();
}

/* What came on a PPTP port and is, or was when it came, another service's. */
static void remember_service(packet_info *pinfo, const struct tcp_segment *segment,
                             const struct pptp_connection *connection)
{
    if (segment->captured != 0 && connection != NULL && tracker_is_other_service(connection))
        p_add_proto_data(wmem_file_scope(), pinfo, fields.proto_pptp, SERVICE_KEY,
                         (void *)connection);
}

static const struct pptp_connection *service_of(packet_info *pinfo)
{
    return p_get_proto_data(wmem_file_scope(), pinfo, fields.proto_pptp, SERVICE_KEY);
}

static void feed_tcp(tvbuff_t *tvb, packet_info *pinfo, void *iph, struct tcp_segment *segment)
{
    session_ip_checksum(iph, tvb_reported_length(tvb), &segment->packet);
    if (tvb_captured_length(tvb) == tvb_reported_length(tvb) && !pinfo->fragmented)
        tcp_header_checksum(tvb, segment);
    fragment_hook_begin();
    remember_service(pinfo, segment, analysis_tcp(session_analysis(), segment));
}

static int pptp_hook_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct tcp_segment segment;
    struct control_frame *frame;
    uint32_t offset;
    volatile int length = 0;
    const struct pptp_connection *service;
    volatile bool other;

    if (session_analysis() == NULL)
        return call_dissector_only(hooked[GUARDED_TCP].stock, tvb, pinfo, tree, data);
    if (pinfo->flags.in_error_pkt) {
        icmp_quote_tcp(tvb, pinfo);
        return call_dissector_only(hooked[GUARDED_TCP].stock, tvb, pinfo, tree, data);
    }
    if (!tcp_header_read(tvb, &segment, &offset) || !is_wanted(&segment) ||
        session_inside_tunnel(pinfo))
        return call_dissector_only(hooked[GUARDED_TCP].stock, tvb, pinfo, tree, data);
    session_packet(pinfo, data, &segment.packet);
    if (!PINFO_FD_VISITED(pinfo))
        feed_tcp(tvb, pinfo, data, &segment);
    service = service_of(pinfo);
    other = service != NULL && tracker_is_other_service(service);
    /* What is counted depends on what was known when it came: on every visit the same. */
    frame = control_frame_begin(pinfo, &segment, service == NULL);
    if (other)
        use_stock_for_ports(&segment, true);
    TRY
    {
        length = call_dissector_only(hooked[GUARDED_TCP].stock, tvb, pinfo, tree, data);
    }
    FINALLY
    {
        if (other)
            use_stock_for_ports(&segment, false);
        control_frame_end(frame, tvb, offset, pinfo, tree,
                          !other && is_dissected_as_pptp(pinfo, &segment));
    }
    ENDTRY;
    return length;
}

static int pptp_hook_gre(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int length;

    if (session_analysis() != NULL && egre_dissect(tvb, pinfo, tree, data, &length))
        return length;
    return call_dissector_only(hooked[GUARDED_GRE].stock, tvb, pinfo, tree, data);
}

static int pptp_hook_icmp_of(dissector_handle_t stock, tvbuff_t *tvb, packet_info *pinfo,
                             proto_tree *tree, void *data)
{
    bool analysed = session_analysis() != NULL && !pinfo->flags.in_error_pkt &&
                    tvb_captured_length(tvb) >= 2 && !session_inside_tunnel(pinfo);
    int length;

    if (analysed && !PINFO_FD_VISITED(pinfo))
        icmp_quote_begin(tvb, pinfo, data);
    length = call_dissector_only(stock, tvb, pinfo, tree, data);
    icmp_quote_end();
    if (analysed)
        expert_attach_findings(
            tvb, pinfo, expert_one_tree,
            expert_tree_of_protocol(tree, dissector_handle_get_protocol_index(stock)));
    return length;
}

static int pptp_hook_icmp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return pptp_hook_icmp_of(hooked[GUARDED_ICMP].stock, tvb, pinfo, tree, data);
}

static int front_icmpv6(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return pptp_hook_icmp_of(hooked[GUARDED_ICMPV6].stock, tvb, pinfo, tree, data);
}

void pptp_hook_register(void)
{
    static const struct ip_hook all[GUARDED_COUNT] = {
        [GUARDED_TCP] = {IP_PROTO_TCP, pptp_hook_tcp, "pptpnat.tcp", NULL, NULL},
        [GUARDED_GRE] = {IP_PROTO_GRE, pptp_hook_gre, "pptpnat.gre", NULL, NULL},
        [GUARDED_ICMP] = {IP_PROTO_ICMP, pptp_hook_icmp, "pptpnat.icmp", NULL, NULL},
        [GUARDED_ICMPV6] = {IP_PROTO_ICMPV6, front_icmpv6, "pptpnat.icmpv6", NULL, NULL},
    };

    for (unsigned i = 0; i < GUARDED_COUNT; i++) {
        hooked[i] = all[i];
        ip_hook_register(&hooked[i]);
    }
    stock_pptp = dissector_get_uint_handle(find_dissector_table("tcp.port"), PPTP_PORT);
    dissector_add_uint("tcp.port", PPTP_PORT, control_dissector_handle());
    register_init_routine(pptp_hook_init);
}
