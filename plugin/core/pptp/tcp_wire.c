/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_wire.h"

#include "core/base/bytes.h"

#define TCP_HEADER   20 /* without options */
#define TCP_FLAGS    13 /* offsets */
#define TCP_WINDOW   14
#define TCP_CHECKSUM 16
#define TCP_PROTOCOL 6

bool tcp_wire_read(const uint8_t *data, uint32_t captured, uint32_t length, struct tcp_segment *ret,
                   uint32_t *ret_offset)
{
    if (captured < TCP_HEADER)
        return false;
    uint32_t offset = (uint32_t)(data[12] >> 4) * 4;
    if (offset < TCP_HEADER || offset > length)
        return false;
    *ret = (struct tcp_segment){
        .source_port = bytes_u16(data),
        .destination_port = bytes_u16(data + 2),
        .seq = bytes_u32(data + 4),
        .ack = bytes_u32(data + 8),
        .flags = data[TCP_FLAGS],
        .length = length - offset,
        .captured = captured > offset ? captured - offset : 0,
        .payload = captured > offset ? data + offset : data,
        .window = bytes_u16(data + TCP_WINDOW),
        .checksum_seen = bytes_u16(data + TCP_CHECKSUM),
    };
    if (captured >= offset && offset > TCP_HEADER) {
        ret->options_length = offset - TCP_HEADER;
        ret->options = data + TCP_HEADER;
    }
    *ret_offset = offset;
    return true;
}

/* The sum of 16-bit words, an odd octet at the end filled up with 0 (RFC 1071), to be folded: words
 * of 32 bits are the same there (RFC 1071 2(C)). */
static uint64_t sum_of(const uint8_t *data, uint32_t length)
{
    uint64_t sum = 0;
    uint32_t at = 0;
    for (; at + 3 < length; at += 4)
        sum += bytes_u32(data + at);
    for (; at + 1 < length; at += 2)
        sum += bytes_u16(data + at);
    return at < length ? sum + ((uint64_t)data[at] << 8) : sum;
}

static uint16_t folded(uint64_t sum)
{
    while (sum > 0xFFFF)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)sum;
}

void tcp_wire_checksum(const uint8_t *data, uint32_t length, struct tcp_segment *segment)
{
    const struct net_address *source = &segment->packet.source;
    const struct net_address *destination = &segment->packet.destination;
    uint64_t sum = sum_of(source->octets, source->length) +
                   sum_of(destination->octets, destination->length) + TCP_PROTOCOL;
    uint16_t without_length = folded(sum);
    sum += (length >> 16) + (length & 0xFFFF);
    uint16_t pseudo = folded(sum);
    sum += sum_of(data, TCP_CHECKSUM) + sum_of(data + TCP_CHECKSUM + 2, length - TCP_CHECKSUM - 2);
    segment->has_checksum = true;
    segment->checksum_right = (uint16_t)~folded(sum);
    /* Two writings of one value in one's complement: receivers accept both (RFC 1624 3). */
    if (segment->checksum_right == 0 && segment->checksum_seen == 0xFFFF)
        segment->checksum_right = 0xFFFF;
    segment->checksum_offloaded =
        segment->checksum_seen != segment->checksum_right &&
        (segment->checksum_seen == 0 || segment->checksum_seen == pseudo ||
         segment->checksum_seen == without_length);
}
