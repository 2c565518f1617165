/* https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcap_stream.h"

#include <stdbool.h>

#include <glib.h>

#include "core/base/bytes.h"

#define MICROSECONDS   0xA1B2C3D4u
#define NANOSECONDS    0xA1B23C4Du
#define FILE_HEADER    24
#define RECORD_HEADER  16
#define LINK_TYPE      20
#define LINK_TYPE_MASK 0x0FFFFFFFu /* above: the length of a frame check sequence */
#define NS_PER_S       1000000000

struct pcap_stream {
    GByteArray *octets;
    guint from; /* in them: what was not given yet */
    bool has_header;
    bool broken;
    bool swapped; /* little-endian */
    int64_t ns_per_unit;
    uint32_t link_type;
};

struct pcap_stream *pcap_stream_new(void)
{
    struct pcap_stream *stream = g_new0(struct pcap_stream, 1);

    stream->octets = g_byte_array_new();
    return stream;
}

void pcap_stream_free(struct pcap_stream *stream)
{
    if (stream == NULL)
        return;
    g_byte_array_free(stream->octets, TRUE);
    g_free(stream);
}

void pcap_stream_add(struct pcap_stream *stream, const uint8_t *octets, size_t count)
{
    if (stream->broken)
        return;
    g_byte_array_remove_range(stream->octets, 0, stream->from);
    stream->from = 0;
    g_byte_array_append(stream->octets, octets, (guint)count);
}

static uint32_t number_at(const struct pcap_stream *stream, guint place)
{
    uint32_t number = bytes_u32(stream->octets->data + place);

    return stream->swapped ? GUINT32_SWAP_LE_BE(number) : number;
}

static enum pcap_stream_part fail(struct pcap_stream *stream)
{
    stream->broken = true;
    return PCAP_STREAM_BROKEN;
}

static enum pcap_stream_part read_header(struct pcap_stream *stream)
{
    uint32_t magic = number_at(stream, 0);

    stream->swapped = magic != MICROSECONDS && magic != NANOSECONDS;
    magic = number_at(stream, 0);
    if (magic != MICROSECONDS && magic != NANOSECONDS)
        return fail(stream);
    stream->ns_per_unit = magic == NANOSECONDS ? 1 : 1000;
    stream->link_type = number_at(stream, LINK_TYPE) & LINK_TYPE_MASK;
    stream->has_header = true;
    return PCAP_STREAM_HEADER;
}

enum pcap_stream_part pcap_stream_next(struct pcap_stream *stream, struct pcap_part *ret)
{
    enum pcap_stream_part part = PCAP_STREAM_RECORD;
    guint at = stream->from;
    guint left = stream->octets->len - at;
    guint size = stream->has_header ? RECORD_HEADER : FILE_HEADER;

    *ret = (struct pcap_part){.octets = NULL};
    if (stream->broken)
        return PCAP_STREAM_BROKEN;
    if (left < size)
        return PCAP_STREAM_MORE;
    if (stream->has_header) {
        ret->captured = number_at(stream, at + 8);
        ret->length = number_at(stream, at + 12);
        if (ret->captured > PCAP_STREAM_RECORD_LIMIT || ret->captured > ret->length)
            return fail(stream);
        size += ret->captured;
        if (left < size)
            return PCAP_STREAM_MORE;
        ret->time_ns = (int64_t)number_at(stream, at) * NS_PER_S +
                       (int64_t)number_at(stream, at + 4) * stream->ns_per_unit;
        ret->frame = stream->octets->data + at + RECORD_HEADER;
    } else {
        part = read_header(stream);
    }
    ret->octets = stream->octets->data + at;
    ret->size = size;
    stream->from += size;
    return part;
}

uint32_t pcap_stream_link_type(const struct pcap_stream *stream)
{
    return stream->link_type;
}
