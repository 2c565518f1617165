/* See tcp_header.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_header.h"

#include <string.h>

#include <epan/in_cksum.h>
#include <epan/ipproto.h>

#include "core/base/bytes.h"

#define TCP_HEADER   20 /* without options */
#define TCP_WINDOW   14 /* offsets */
#define TCP_CHECKSUM 16

void tcp_header_checksum(tvbuff_t *tvb, struct tcp_segment *segment)
{
    static const uint8_t zero[2];
    const struct packet *packet = &segment->packet;
    uint32_t length = tvb_reported_length(tvb);
    uint8_t counted[4] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8),
                          (uint8_t)length};
    uint8_t protocol[4] = {0, 0, 0, IP_PROTO_TCP};
    const uint8_t *data = tvb_get_ptr(tvb, 0, (gint)length);
    vec_t parts[] = {
        {packet->source.octets, packet->source.length},
        {packet->destination.octets, packet->destination.length},
        {protocol, sizeof protocol},
        {counted, sizeof counted},
        {data, TCP_CHECKSUM},
        {zero, sizeof zero},
        {data + TCP_CHECKSUM + 2, (int)(length - TCP_CHECKSUM - 2)},
    };
    uint16_t without_length = (uint16_t)~g_ntohs((guint16)in_cksum(parts, 3));
    uint16_t pseudo = (uint16_t)~g_ntohs((guint16)in_cksum(parts, 4));

    segment->has_checksum = true;
    segment->checksum_right = g_ntohs((guint16)in_cksum(parts, (int)array_length(parts)));
    /* Two writings of one value in one's complement: receivers accept both (RFC 1624 3). */
    if (segment->checksum_right == 0 && segment->checksum_seen == 0xFFFF)
        segment->checksum_right = 0xFFFF;
    segment->checksum_offloaded =
        segment->checksum_seen != segment->checksum_right &&
        (segment->checksum_seen == 0 || segment->checksum_seen == pseudo ||
         segment->checksum_seen == without_length);
}

bool tcp_header_read(tvbuff_t *tvb, struct tcp_segment *ret, uint32_t *ret_offset)
{
    uint32_t captured = tvb_captured_length(tvb);
    const uint8_t *data;
    uint32_t offset;

    if (captured < TCP_HEADER)
        return false;
    data = tvb_get_ptr(tvb, 0, (gint)captured);
    offset = (uint32_t)(data[12] >> 4) * 4;
    if (offset < TCP_HEADER || offset > tvb_reported_length(tvb))
        return false;
    memset(ret, 0, sizeof *ret);
    ret->source_port = bytes_u16(data);
    ret->destination_port = bytes_u16(data + 2);
    ret->seq = bytes_u32(data + 4);
    ret->ack = bytes_u32(data + 8);
    ret->flags = data[13];
    ret->length = tvb_reported_length(tvb) - offset;
    ret->captured = captured > offset ? captured - offset : 0;
    ret->payload = ret->captured != 0 ? data + offset : data;
    ret->window = bytes_u16(data + TCP_WINDOW);
    if (captured >= offset && offset > TCP_HEADER) {
        ret->options_length = offset - TCP_HEADER;
        ret->options = data + TCP_HEADER;
    }
    ret->checksum_seen = bytes_u16(data + TCP_CHECKSUM);
    *ret_offset = offset;
    return true;
}
