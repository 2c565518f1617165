/* See fragment_hook.h. It stands on EtherType 0x0800, which is where Ethernet, VLAN and Linux
 * cooked captures look IPv4 up; other link types go unseen, and then no fragment is ever missed by
 * mistake: the finding needs one that was seen.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "fragment_hook.h"

#include <string.h>

#include <epan/etypes.h>
#include <epan/ipproto.h>

#include "core/base/bytes.h"
#include "session_store.h"

#define IP_HEADER         20
#define IP_MORE_FRAGMENTS 0x2000
#define IP_OFFSET_MASK    0x1FFF

static dissector_handle_t stock;
static dissector_handle_t hook;
static bool has_begun;

static void feed(const packet_info *pinfo, tvbuff_t *tvb, uint16_t fragment_bits)
{
    const uint8_t *header = tvb_get_ptr(tvb, 0, IP_HEADER);
    struct ip_fragment fragment = {.offset = (fragment_bits & IP_OFFSET_MASK) * 8u,
                                   .more = (fragment_bits & IP_MORE_FRAGMENTS) != 0};

    session_packet(pinfo, NULL, &fragment.packet);
    memset(&fragment.packet.source, 0, sizeof fragment.packet.source);
    memset(&fragment.packet.destination, 0, sizeof fragment.packet.destination);
    fragment.packet.source.length = 4;
    fragment.packet.destination.length = 4;
    memcpy(fragment.packet.source.octets, header + 12, 4);
    memcpy(fragment.packet.destination.octets, header + 16, 4);
    fragment.packet.ttl = header[8];
    fragment.packet.has_ip_id = true;
    fragment.packet.ip_id = bytes_u16(header + 4);
    analysis_fragment(session_analysis(), &fragment);
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (tvb_captured_length(tvb) >= IP_HEADER) {
        uint16_t bits = tvb_get_ntohs(tvb, 6) & (IP_MORE_FRAGMENTS | IP_OFFSET_MASK);

        if (bits != 0 && (tvb_get_ntohs(tvb, 8) & 0xFF) == IP_PROTO_GRE &&
            !PINFO_FD_VISITED(pinfo) && session_analysis() != NULL && !pinfo->flags.in_error_pkt &&
            !session_inside_tunnel(pinfo))
            feed(pinfo, tvb, bits);
    }
    return call_dissector_only(stock, tvb, pinfo, tree, data);
}

/* Stays away where the user has given IPv4 to something else. */
static void replace(dissector_handle_t before, dissector_handle_t after)
{
    if (dissector_get_uint_handle(find_dissector_table("ethertype"), ETHERTYPE_IP) == before)
        dissector_add_uint("ethertype", ETHERTYPE_IP, after);
}

void fragment_hook_begin(void)
{
    if (has_begun || stock == NULL)
        return;
    has_begun = true;
    replace(stock, hook);
}

/* Whenever a file is opened, and when it was read: findings need each packet once. */
static void end(void)
{
    has_begun = false;
    replace(hook, stock);
}

void fragment_hook_register(void)
{
    stock = dissector_get_uint_handle(find_dissector_table("ethertype"), ETHERTYPE_IP);
    if (stock == NULL)
        return;
    hook =
        create_dissector_handle_with_name_and_description(dissect, -1, "pptpnat.ip", "pptpnat.ip");
    register_init_routine(end);
    register_postseq_cleanup_routine(end);
}
