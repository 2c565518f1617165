/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "feed.h"

#include "core/base/bytes.h"
#include "core/pptp/pptp_wire.h"
#include "core/pptp/tcp_wire.h"

#define OF_TCP         6
#define OF_GRE         47
#define SLL2_HEADER    20
#define SLL2_IFINDEX   4
#define UDP_HEADER     8
#define UDP_LENGTH     4
#define TCP_PORTS_THEN 2

struct feed {
    struct analysis *analysis;
    struct interfaces *interfaces;
    bool (*is_pptp_port)(uint16_t port);
    interface_namer namer;
    void *user;
};

struct feed *feed_new(struct analysis *analysis, struct interfaces *interfaces,
                      bool (*is_pptp_port)(uint16_t port), interface_namer namer, void *user)
{
    struct feed *feed = g_new0(struct feed, 1);

    *feed = (struct feed){analysis, interfaces, is_pptp_port, namer, user};
    return feed;
}

void feed_free(struct feed *feed)
{
    g_free(feed);
}

/* Completes what the IP header does not tell. */
static void set_packet(struct feed *feed, const struct feed_frame *frame, struct packet *ret)
{
    struct interface_id from = frame->from;

    ret->frame = frame->number;
    ret->time_ns = frame->time_ns;
    if (frame->link == FRAME_LINK_SLL2 && frame->octets.captured >= SLL2_HEADER)
        from.ifindex = bytes_u32(frame->octets.data + SLL2_IFINDEX);
    ret->interface = interfaces_number(feed->interfaces, &from, feed->namer, feed->user, ret,
                                       frame->octets.length);
}

static bool wants_tcp(const struct feed *feed, const struct tcp_segment *segment)
{
    return feed->is_pptp_port(segment->source_port) ||
           feed->is_pptp_port(segment->destination_port) ||
           analysis_wants_tcp(feed->analysis, segment->source_port, segment->destination_port) ||
           (segment->captured != 0 && pptp_looks_like_message(segment->payload, segment->captured));
}

static bool feed_tcp(struct feed *feed, const struct feed_frame *frame, const struct frame *read)
{
    const struct frame_octets *tcp = &read->payload;
    struct tcp_segment segment;
    uint32_t offset;

    if (!tcp_wire_read(tcp->data, tcp->captured, tcp->length, &segment, &offset) ||
        !wants_tcp(feed, &segment))
        return false;
    segment.packet = read->packet;
    set_packet(feed, frame, &segment.packet);
    if (tcp->captured == tcp->length)
        tcp_wire_checksum(tcp->data, tcp->length, &segment);
    analysis_tcp(feed->analysis, &segment);
    return true;
}

static void feed_gre(struct feed *feed, const struct feed_frame *frame, const struct frame *read)
{
    const struct frame_octets *gre = &read->payload;
    struct gre_packet packet = {.packet = read->packet, .header = read->gre};

    set_packet(feed, frame, &packet.packet);
    packet.captured =
        MIN(gre->captured - packet.header.header_length,
            MIN(packet.header.payload_length, gre->length - packet.header.header_length));
    packet.payload = gre->data + packet.header.header_length;
    analysis_gre(feed->analysis, &packet);
}

static bool is_of_pptp(const struct feed *feed, uint16_t port_a, uint16_t port_b)
{
    return feed->is_pptp_port(port_a) || feed->is_pptp_port(port_b) ||
           analysis_wants_tcp(feed->analysis, port_a, port_b);
}

/* Any ICMP packet gives its interface a number, as in the plugin. */
static bool feed_icmp(struct feed *feed, const struct feed_frame *frame, const struct frame *read)
{
    const struct frame_quote *quote = &read->quote;
    struct icmp_error error = {.packet = read->packet,
                               .type = read->payload.data[0],
                               .code = read->payload.data[1],
                               .quoted_source = quote->source,
                               .quoted_destination = quote->destination,
                               .quoted_protocol = quote->protocol};
    struct egre_header header;

    set_packet(feed, frame, &error.packet);
    if (quote->protocol == OF_GRE) {
        egre_parse(quote->payload.data, quote->payload.captured, &header);
        error.quoted_call_id = header.call_id;
        error.has_quoted_seq = header.has_seq;
        error.quoted_seq = header.seq;
        analysis_icmp(feed->analysis, &error);
    } else if (quote->protocol == OF_TCP) {
        error.quoted_source_port = bytes_u16(quote->payload.data);
        error.quoted_destination_port = bytes_u16(quote->payload.data + TCP_PORTS_THEN);
        if (is_of_pptp(feed, error.quoted_source_port, error.quoted_destination_port))
            analysis_icmp(feed->analysis, &error);
    }
    return true;
}

static bool feed_udp(struct feed *feed, const struct feed_frame *frame, const struct frame *read)
{
    const struct frame_octets *udp = &read->payload;
    const uint8_t *payload = udp->data + UDP_HEADER;
    struct udp_ports ports = {bytes_u16(udp->data), bytes_u16(udp->data + 2)};
    uint32_t length = bytes_u16(udp->data + UDP_LENGTH);
    struct ipsec_packet packet;

    if (!analysis_wants_udp(feed->analysis, ports, payload, udp->captured - UDP_HEADER) ||
        ports.source == 0 || ports.destination == 0 || length < UDP_HEADER ||
        length > udp->length || read->nested)
        return false;
    packet = (struct ipsec_packet){
        .packet = read->packet,
        .source_port = ports.source,
        .destination_port = ports.destination,
        .length = length - UDP_HEADER,
        .captured = MIN(udp->captured - UDP_HEADER, length - UDP_HEADER),
        .payload = payload,
    };
    set_packet(feed, frame, &packet.packet);
    analysis_udp(feed->analysis, &packet);
    return true;
}

static bool feed_esp(struct feed *feed, const struct feed_frame *frame, const struct frame *read)
{
    struct ipsec_packet packet = {
        .packet = read->packet,
        .length = read->payload.length,
        .captured = read->payload.captured,
        .payload = read->payload.data,
    };

    if (read->nested)
        return false;
    set_packet(feed, frame, &packet.packet);
    analysis_esp(feed->analysis, &packet);
    return true;
}

enum frame_kind feed_frame(struct feed *feed, const struct feed_frame *frame,
                           const char **ret_reason, bool *ret_fed)
{
    struct frame read;

    frame_read(frame->link, &frame->octets, &read);
    *ret_reason = read.reason;
    *ret_fed = false;
    switch (read.kind) {
    case FRAME_TCP:
        *ret_fed = feed_tcp(feed, frame, &read);
        break;
    case FRAME_GRE:
        feed_gre(feed, frame, &read);
        *ret_fed = true;
        break;
    case FRAME_ICMP:
        *ret_fed = feed_icmp(feed, frame, &read);
        break;
    case FRAME_UDP:
        *ret_fed = feed_udp(feed, frame, &read);
        break;
    case FRAME_ESP:
        *ret_fed = feed_esp(feed, frame, &read);
        break;
    case FRAME_NOT_OURS:
    case FRAME_NOT_KNOWN:
        break;
    }
    return read.kind;
}
