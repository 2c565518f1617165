/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet.h"

#include <string.h>

#include "control.h"
#include "core/base/bytes.h"
#include "gre.h"
#include "ipsec.h"
#include "layers.h"

#define TCP_HEADER    20
#define TCP_CHECKSUM  16
#define UDP_HEADER    8
#define UDP_CHECKSUM  6
#define ICMP_HEADER   8
#define ICMP_CHECKSUM 2
#define ESP_HEADER    8 /* SPI and sequence number */
#define NO_CHECKSUM   UINT32_MAX

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void blank(const struct frame *frame, uint32_t from, uint32_t to)
{
    if (from < to)
        memset(frame->octets + from, 0, to - from);
}

/* The one's complement sum of 16-bit words (RFC 1071), folded. */
static uint32_t sum_of(const uint8_t *octets, uint32_t count)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i + 1 < count; i += 2)
        sum += bytes_u16(octets + i);
    if (count % 2 != 0)
        sum += (uint32_t)octets[count - 1] << 8;
    while (sum >> 16 != 0)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint32_t)sum;
}

/* What was right stays right, and what was wrong by something stays wrong by it (RFC 1624 3): sums
 * that a NAT forgot to change are evidence. Works on cut packets too: what was not captured is
 * taken to stay as it was. */
static void carry_checksum(uint8_t *field, uint32_t before, uint32_t after)
{
    uint32_t sum = (0xFFFFu - bytes_u16(field)) + (0xFFFFu - before) + after;

    if (before == after)
        return;
    while (sum >> 16 != 0)
        sum = (sum & 0xFFFF) + (sum >> 16);
    field[0] = (uint8_t)(~sum >> 8);
    field[1] = (uint8_t)~sum;
}

/* The header's length, at most what was captured of it; *ret_segment is for the control stream. */
static uint32_t read_tcp(const struct frame *frame, const struct layers *layers,
                         struct control_segment_view *ret_segment)
{
    const uint8_t *tcp = frame->octets + layers->headers;
    uint32_t captured = layers->end - layers->headers;
    uint32_t header;

    memset(ret_segment, 0, sizeof *ret_segment);
    if (captured < TCP_HEADER)
        return captured;
    header = (uint32_t)(tcp[12] >> 4) * 4;
    if (header < TCP_HEADER || header > layers->length)
        return TCP_HEADER;
    ret_segment->usable = layers->whole;
    ret_segment->frame = frame->number;
    ret_segment->point = frame->point;
    ret_segment->source = layers->source;
    ret_segment->destination = layers->destination;
    ret_segment->source_port = bytes_u16(tcp);
    ret_segment->destination_port = bytes_u16(tcp + 2);
    ret_segment->seq = bytes_u32(tcp + 4);
    ret_segment->ack = bytes_u32(tcp + 8);
    ret_segment->flags = tcp[13];
    header = smaller(header, captured);
    ret_segment->length = layers->length - (uint32_t)(tcp[12] >> 4) * 4;
    ret_segment->captured = captured - header;
    ret_segment->payload = frame->octets + layers->headers + header;
    return header;
}

/* The IP packet inside an ICMP error: its headers, of which ICMP guarantees 8 octets. */
static void strip_quoted(const struct frame *frame, const struct layers *outer)
{
    struct layers quoted;
    struct control_segment_view segment;
    uint32_t at = outer->headers + ICMP_HEADER;
    uint32_t keep;

    layers_find_ip(frame->octets, at, outer->end, outer->headers + outer->length, &quoted);
    keep = quoted.headers;
    if (quoted.has_ip && quoted.first) {
        if (quoted.protocol == PROTOCOL_TCP)
            keep += read_tcp(frame, &quoted, &segment);
        else if (quoted.protocol == PROTOCOL_GRE)
            keep += gre_header_length(frame->octets + keep, quoted.end - keep);
        else if (quoted.protocol == PROTOCOL_UDP)
            keep += UDP_HEADER;
        else if (quoted.protocol == PROTOCOL_ESP)
            keep += ESP_HEADER;
    }
    blank(frame, smaller(keep, outer->end), outer->end);
}

static bool is_icmp_error(const struct layers *layers, uint8_t type)
{
    if (layers->protocol == PROTOCOL_ICMPV6)
        return type >= 1 && type < 128;
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

static void strip_icmp(const struct frame *frame, const struct layers *layers)
{
    uint32_t captured = layers->end - layers->headers;

    if (captured > ICMP_HEADER && is_icmp_error(layers, frame->octets[layers->headers]))
        strip_quoted(frame, layers);
    else
        blank(frame, layers->headers + smaller(ICMP_HEADER, captured), layers->end);
}

static void strip_udp(const struct secret *secret, const struct frame *frame,
                      const struct layers *layers)
{
    uint8_t *udp = frame->octets + layers->headers;
    uint32_t captured = layers->end - layers->headers, length = layers->length;

    if (captured < UDP_HEADER || length < UDP_HEADER)
        return;
    if (!layers->whole && bytes_u16(udp + 4) > length) /* it goes on in other fragments */
        length = bytes_u16(udp + 4);
    if (!ipsec_strip_udp(secret, bytes_u16(udp), bytes_u16(udp + 2), udp + UDP_HEADER,
                         captured - UDP_HEADER, length - UDP_HEADER))
        blank(frame, layers->headers + UDP_HEADER, layers->end);
}

/* Returns the offset of the checksum in the transport header, or NO_CHECKSUM. */
static uint32_t strip_transport(struct control *control, struct secret *secret,
                                const struct frame *frame, const struct layers *layers)
{
    uint32_t captured = layers->end - layers->headers;
    struct control_segment_view segment;
    uint32_t header;

    switch (layers->protocol) {
    case PROTOCOL_TCP:
        header = read_tcp(frame, layers, &segment);
        if (!control_strip(control, secret, &segment))
            blank(frame, layers->headers + header, layers->end);
        return TCP_CHECKSUM;
    case PROTOCOL_UDP:
        strip_udp(secret, frame, layers);
        return UDP_CHECKSUM;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
        strip_icmp(frame, layers);
        return ICMP_CHECKSUM;
    case PROTOCOL_GRE:
        gre_strip(secret, frame->octets + layers->headers, captured, layers->length);
        return NO_CHECKSUM;
    case PROTOCOL_ESP:
        ipsec_strip_esp(secret, frame->octets + layers->headers, captured, layers->length);
        return NO_CHECKSUM;
    default:
        blank(frame, layers->headers, layers->end);
        return NO_CHECKSUM;
    }
}

static void find_layers(const struct frame *frame, struct layers *ret)
{
    layers_find(frame->encap, frame->octets, frame->captured, frame->length, ret);
}

void packet_learn(struct control *control, const struct frame *frame)
{
    struct control_segment_view segment;
    struct layers layers;

    find_layers(frame, &layers);
    if (!layers.has_ip || layers.protocol != PROTOCOL_TCP)
        return;
    read_tcp(frame, &layers, &segment);
    control_learn(control, &segment);
}

void packet_strip(struct control *control, struct secret *secret, const struct frame *frame)
{
    struct layers layers;
    uint32_t before, checksum;
    uint8_t *transport;

    find_layers(frame, &layers);
    if (!layers.has_ip) {
        blank(frame, layers.headers, frame->captured);
        return;
    }
    blank(frame, layers.end, frame->captured); /* padding, or what a driver left there */
    if (!layers.first) {
        blank(frame, layers.headers, layers.end);
        return;
    }
    transport = frame->octets + layers.headers;
    before = sum_of(transport, layers.end - layers.headers);
    checksum = strip_transport(control, secret, frame, &layers);
    if (checksum == NO_CHECKSUM || checksum + 2 > layers.end - layers.headers)
        return;
    /* A datagram without a checksum has 0 there (RFC 768). */
    if (layers.protocol != PROTOCOL_UDP || bytes_u16(transport + checksum) != 0)
        carry_checksum(transport + checksum, before,
                       sum_of(transport, layers.end - layers.headers));
}
