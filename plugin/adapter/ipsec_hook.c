/* See ipsec_hook.h. A packet of UDP that is none of ours costs two reads and the test of its shape.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_hook.h"

#include <epan/exceptions.h>
#include <epan/ipproto.h>

#include "core/base/bytes.h"
#include "ip_hook.h"
#include "ipsec_info.h"
#include "ipsec_items.h"
#include "session_store.h"
#include "tap.h"
#include "udp_relay.h"

#define UDP_HEADER        8
#define UDP_LENGTH_OFFSET 4

static int hook_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
static int hook_esp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

static struct ip_hook udp = {IP_PROTO_UDP, hook_udp, "pptpnat.udp", NULL, NULL};
static struct ip_hook esp = {IP_PROTO_ESP, hook_esp, "pptpnat.esp", NULL, NULL};

/* One packet that may be ours. */
struct seen {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    void *data;
    struct ipsec_packet packet; /* complete on the first visit only */
};

/* The record of the packet, fed on the first visit; NULL: it is none of ours. */
static const struct ipsec_record *ipsec_record_of(struct seen *seen, bool is_esp)
{
    struct analysis *analysis = session_ipsec();

    if (PINFO_FD_VISITED(seen->pinfo))
        return ipsec_tracker_on(analysis_ipsec(analysis), seen->pinfo->num);
    session_packet(seen->pinfo, seen->data, &seen->packet.packet);
    session_ip_checksum(seen->data, tvb_reported_length(seen->tvb), &seen->packet.packet);
    return is_esp ? analysis_esp(analysis, &seen->packet) : analysis_udp(analysis, &seen->packet);
}

static int call_stock(const struct seen *seen, const struct ipsec_subject *subject)
{
    struct udp_ports ports = {seen->packet.source_port, seen->packet.destination_port};
    enum udp_relay_target target = RELAY_UDPENCAP;

    if (ports.source == 0)
        return call_dissector_only(esp.stock, seen->tvb, seen->pinfo, seen->tree, seen->data);
    if (subject->record->kind == IPSEC_L2TP)
        return call_dissector_only(udp.stock, seen->tvb, seen->pinfo, seen->tree, seen->data);
    if (subject->message != NULL && subject->message->family == IKE_ON_500)
        target = RELAY_ISAKMP;
    return udp_relay_call(udp.stock, target, ports, seen->tvb, seen->pinfo, seen->tree, seen->data);
}

/* The built-in dissector may throw: what was captured may end before the message. */
static int show(const struct seen *seen, const struct ipsec_record *record)
{
    struct ipsec_subject subject = ipsec_subject_of(analysis_ipsec(session_ipsec()), record);
    struct ipsec_tree at = ipsec_tree_before(seen->tree);
    volatile int length = 0;

    ipsec_tap_packet(seen->pinfo, &subject);
    TRY
    {
        length = call_stock(seen, &subject);
    }
    FINALLY
    {
        ipsec_info_add(seen->pinfo, &subject);
        ipsec_items_add(&at, seen->tvb, seen->pinfo, &subject);
    }
    ENDTRY;
    return length;
}

/* Fills the packet but for its IP header. False where the UDP header makes no sense. */
static bool read_udp(const struct seen *seen, const uint8_t *header, uint32_t captured,
                     struct ipsec_packet *ret)
{
    uint32_t length = bytes_u16(header + UDP_LENGTH_OFFSET);
    uint32_t present = tvb_reported_length(seen->tvb);

    if (length < UDP_HEADER || (length > present && !seen->pinfo->fragmented))
        return false;
    ret->source_port = bytes_u16(header);
    ret->destination_port = bytes_u16(header + 2);
    ret->length = length - UDP_HEADER;
    ret->captured = MIN(captured - UDP_HEADER, ret->length);
    ret->payload = header + UDP_HEADER;
    return true;
}

static const struct ipsec_record *take_udp(struct seen *seen, const uint8_t *header,
                                           uint32_t captured)
{
    struct udp_ports ports = {bytes_u16(header), bytes_u16(header + 2)};
    const struct ipsec_record *record;

    if (ports.source == 0 || ports.destination == 0 || seen->pinfo->flags.in_error_pkt ||
        udp_relay_is_taken(ports) || !read_udp(seen, header, captured, &seen->packet) ||
        session_inside_other(seen->pinfo))
        return NULL;
    record = ipsec_record_of(seen, false);
    if (record == NULL && !PINFO_FD_VISITED(seen->pinfo))
        ipsec_tap_packet(seen->pinfo, NULL);
    return record;
}

static int hook_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct analysis *analysis = session_ipsec();
    uint32_t captured = tvb_captured_length(tvb);

    if (analysis != NULL && captured >= UDP_HEADER) {
        const uint8_t *header = tvb_get_ptr(tvb, 0, (gint)captured);
        struct udp_ports ports = {bytes_u16(header), bytes_u16(header + 2)};

        if (analysis_wants_udp(analysis, ports, header + UDP_HEADER, captured - UDP_HEADER)) {
            struct seen seen = {.tvb = tvb, .pinfo = pinfo, .tree = tree, .data = data};
            const struct ipsec_record *record = take_udp(&seen, header, captured);

            if (record != NULL)
                return show(&seen, record);
        }
    }
    return call_dissector_only(udp.stock, tvb, pinfo, tree, data);
}

static int hook_esp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct ipsec_record *record = NULL;
    struct seen seen = {.tvb = tvb, .pinfo = pinfo, .tree = tree, .data = data};

    if (session_ipsec() != NULL && !pinfo->flags.in_error_pkt && !session_inside_other(pinfo)) {
        seen.packet.length = tvb_reported_length(tvb);
        seen.packet.captured = tvb_captured_length(tvb);
        seen.packet.payload = tvb_get_ptr(tvb, 0, (gint)seen.packet.captured);
        record = ipsec_record_of(&seen, true);
    }
    if (record == NULL)
        return call_dissector_only(esp.stock, tvb, pinfo, tree, data);
    return show(&seen, record);
}

static void install(void)
{
    ip_hook_install(&udp);
    ip_hook_install(&esp);
}

void ipsec_hook_register(void)
{
    udp_relay_register();
    ip_hook_register(&udp);
    ip_hook_register(&esp);
    register_init_routine(install);
}
