/* The analysis of the open file and the numbering of capture interfaces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "session_store.h"

#include <string.h>

#include <epan/dissectors/packet-ip.h>
#include <wiretap/wtap.h>
#include <glib/gstdio.h>

#include "core/base/bytes.h"
#include "core/base/interfaces.h"
#include "core/feed_log.h"
#include "core/inside.h"
#include "fields.h"
#include "ports.h"
#include "ipsec_fields.h"
#include "prefs.h"

#define FRAGMENT_BITS 0x3FFF /* More Fragments and the offset (RFC 791 3.1) */
#define IP_HEADER     20     /* octets, without options */
#define SLL2_IFINDEX  4      /* octets into the LINUX_SLL2 header */

struct held {
    struct analysis *analysis;
    bool pptp;                     /* the user wants PPTP analysed, */
    bool ipsec;                    /* and IPsec */
    struct interfaces *interfaces; /* NULL without an analysis */
};

static struct held session;

/* Where what is fed is recorded, if it is. */
static struct {
    bool wanted;
    char *name; /* NULL: standard output */
    FILE *file; /* of the open capture; NULL: none, or it cannot be written */
    struct feed_log *log;
} record;

bool session_enabled(void)
{
    return adapter_prefs.analysis &&
           proto_is_protocol_enabled(find_protocol_by_id(fields.proto_pptp));
}

static bool ipsec_enabled(void)
{
    return ipsec_fields.proto_ipsec > 0 && adapter_prefs.ipsec &&
           proto_is_protocol_enabled(find_protocol_by_id(ipsec_fields.proto_ipsec));
}

static void begin_record(void)
{
    if (!record.wanted || record.log != NULL)
        return;
    record.file = record.name != NULL ? g_fopen(record.name, "wb") : stdout;
    if (record.file == NULL)
        return;
    record.log = feed_log_new(record.file);
    analysis_record(session.analysis, record.log);
}

/* tshark asks when the file is open, and before it reads a frame. */
void session_record(const char *name)
{
    record.wanted = true;
    g_free(record.name);
    record.name = g_strdup(name);
    if (session.analysis != NULL)
        begin_record();
}

static void end_record(void)
{
    if (record.log == NULL)
        return;
    analysis_record(session.analysis, NULL);
    feed_log_end(record.log, session.interfaces);
    feed_log_free(record.log);
    if (record.name != NULL)
        fclose(record.file);
    record.log = NULL;
    record.file = NULL;
}

static void session_init(void)
{
    struct analysis_options options = {.is_pptp_port = ports_is_pptp, .link = adapter_prefs.nat};
    struct inside inside;
    GArray *numbers;

    session.pptp = session_enabled();
    session.ipsec = ipsec_enabled();
    if (!session.pptp && !session.ipsec)
        return;
    session.interfaces = interfaces_new();
    inside = inside_read(adapter_prefs.inside);
    numbers = interfaces_reserve(session.interfaces, inside.names);
    options.linker = (struct linker_options){
        .window_s = adapter_prefs.window,
        .inside_interfaces = (const uint32_t *)(const void *)numbers->data,
        .inside_interface_count = numbers->len,
        .inside_subnets = (const struct link_subnet *)(const void *)inside.subnets->data,
        .inside_subnet_count = inside.subnets->len,
    };
    session.analysis = analysis_new(&options);
    begin_record();
    g_array_free(numbers, TRUE);
    inside_clear(&inside);
}

static void session_cleanup(void)
{
    if (session.analysis == NULL)
        return;
    end_record();
    analysis_free(session.analysis);
    interfaces_free(session.interfaces);
    memset(&session, 0, sizeof session);
}

/* Every packet was seen once; the second pass and the tables may know how it ends. */
static void session_end_of_file(void)
{
    if (session.analysis == NULL)
        return;
    end_record();
    analysis_finish(session.analysis);
}

void session_store_register(void)
{
    register_init_routine(session_init);
    register_cleanup_routine(session_cleanup);
    register_postseq_cleanup_routine(session_end_of_file);
}

struct analysis *session_analysis(void)
{
    return session.pptp ? session.analysis : NULL;
}

struct analysis *session_ipsec(void)
{
    return session.ipsec ? session.analysis : NULL;
}

struct analysis *session_any(void)
{
    return session.analysis;
}

/* In a capture on `any` the interface is told by the link layer header of each packet. */
static uint32_t packet_ifindex(const packet_info *pinfo)
{
    tvbuff_t *frame;

    if (pinfo->rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_SLL2 ||
        pinfo->data_src == NULL)
        return 0;
    frame = get_data_source_tvb(pinfo->data_src->data);
    return tvb_captured_length(frame) < SLL2_IFINDEX + 4 ? 0 : tvb_get_ntohl(frame, SLL2_IFINDEX);
}

static const char *name_interface(void *user, const struct interface_id *id)
{
    const packet_info *pinfo = user;

    return compat_interface_name(pinfo->epan, id->section, id->id);
}

static uint32_t interface_number(const packet_info *pinfo, const struct packet *packet)
{
    const wtap_rec *rec = pinfo->rec;
    struct interface_id id = {.ifindex = packet_ifindex(pinfo)};

    if ((rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0)
        id.section = rec->section_number;
    if ((rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0)
        id.id = rec->rec_header.packet_header.interface_id;
    return interfaces_number(session.interfaces, &id, name_interface, (void *)pinfo, packet,
                             pinfo->fd->pkt_len);
}

static void read_address(const address *from, struct net_address *ret)
{
    if (from->type == AT_IPv4) {
        ret->length = 4;
        memcpy(ret->octets, from->data, 4);
    } else if (from->type == AT_IPv6) {
        ret->length = 16;
        memcpy(ret->octets, from->data, 16);
    }
}

void session_packet(const packet_info *pinfo, void *iph, struct packet *ret)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(iph);
    const ws_ip6 *ip6 = WS_IP6_PTR(iph);

    memset(ret, 0, sizeof *ret);
    ret->frame = pinfo->num;
    ret->time_ns = packet_time_ns(pinfo->abs_ts.secs, pinfo->abs_ts.nsecs);
    read_address(&pinfo->src, &ret->source);
    read_address(&pinfo->dst, &ret->destination);
    ret->fragmented = pinfo->fragmented;
    if (ip4 != NULL) {
        ret->ttl = ip4->ip_ttl;
        ret->has_ip_id = true;
        ret->ip_id = ip4->ip_id;
        ret->fragmented = ret->fragmented || (ip4->ip_off & FRAGMENT_BITS) != 0;
    } else if (ip6 != NULL) {
        ret->ttl = ip6->ip6_hop;
    }
    ret->interface = interface_number(pinfo, ret);
}

void session_ip_checksum(void *iph, uint32_t length, struct packet *ret)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(iph);
    uint64_t sum;

    if (ip4 == NULL || ip4->ip_sum == 0 || ret->fragmented || ip4->ip_len != length + IP_HEADER)
        return;
    sum = 0x4500u + ip4->ip_tos + ip4->ip_len + ip4->ip_id + ip4->ip_off +
          ((uint32_t)ip4->ip_ttl << 8) + ip4->ip_proto;
    sum += (uint64_t)bytes_u32(ret->source.octets) + bytes_u32(ret->destination.octets);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    ret->ip_checksum_seen = ip4->ip_sum;
    ret->ip_checksum_right = (uint16_t)~sum;
    /* Two writings of one value (RFC 1624 3). */
    if (ret->ip_checksum_right == 0 && ret->ip_checksum_seen == 0xFFFF)
        ret->ip_checksum_right = 0xFFFF;
    ret->ip_checksum_wrong = ret->ip_checksum_right != ret->ip_checksum_seen;
}

bool session_inside_tunnel(const packet_info *pinfo)
{
    bool after_gre = false;

    if (!pinfo->flags.in_gre_pkt)
        return false;
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        if (after_gre && protocol == fields.proto_ppp)
            return true;
        after_gre = protocol == fields.proto_gre;
    }
    return false;
}

bool session_inside_other(const packet_info *pinfo)
{
    unsigned ip = 0;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        if (protocol == ipsec_fields.proto_ip || protocol == ipsec_fields.proto_ipv6)
            ip++;
        if (ip > 1 || protocol == ipsec_fields.proto_esp || protocol == ipsec_fields.proto_udpencap)
            return true;
    }
    return false;
}

const char *session_interface_name(uint32_t interface)
{
    return session.interfaces != NULL ? interfaces_name(session.interfaces, interface) : "unknown";
}

void session_interface_id(uint32_t interface, uint32_t *ret_section, uint32_t *ret_id)
{
    const struct interface_id *id =
        session.interfaces != NULL ? interfaces_id(session.interfaces, interface) : NULL;

    *ret_section = id != NULL ? id->section : 0;
    *ret_id = id != NULL ? id->id : 0;
}
