/* Feeds an analysis with what another one was fed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"
#include "feed_format.h"

/* A stream being read. */
struct stream {
    FILE *file;
    struct analysis *analysis;
    const struct feed_log_reader *reader;
    GByteArray *octets[2]; /* what the struct points to */
};

static bool get(const struct stream *stream, void *ret, size_t length)
{
    return length == 0 || fread(ret, length, 1, stream->file) == 1;
}

/* The octets that follow, or NULL. */
static const uint8_t *get_octets(struct stream *stream, unsigned which, uint32_t length)
{
    GByteArray *array = stream->octets[which];
    if (length > FEED_OCTETS_LIMIT)
        return NULL;
    g_byte_array_set_size(array, MAX(length, 1));
    return get(stream, array->data, length) ? array->data : NULL;
}

static bool read_tcp(struct stream *stream)
{
    struct tcp_segment segment;
    if (!get(stream, &segment, sizeof segment) || segment.captured > segment.length)
        return false;
    segment.payload = get_octets(stream, 0, segment.captured);
    if (!segment.payload)
        return false;
    segment.options = get_octets(stream, 1, segment.options_length);
    if (!segment.options)
        return false;
    analysis_tcp(stream->analysis, &segment);
    return true;
}

static bool read_gre(struct stream *stream)
{
    struct gre_packet packet;
    if (!get(stream, &packet, sizeof packet))
        return false;
    packet.payload = get_octets(stream, 0, packet.captured);
    if (!packet.payload)
        return false;
    analysis_gre(stream->analysis, &packet);
    return true;
}

static bool read_icmp(struct stream *stream)
{
    struct icmp_error error;
    if (!get(stream, &error, sizeof error))
        return false;
    analysis_icmp(stream->analysis, &error);
    return true;
}

static bool read_fragment(struct stream *stream)
{
    struct ip_fragment fragment;
    if (!get(stream, &fragment, sizeof fragment))
        return false;
    analysis_fragment(stream->analysis, &fragment);
    return true;
}

static bool read_ipsec(struct stream *stream, bool is_esp)
{
    struct ipsec_packet packet;
    if (!get(stream, &packet, sizeof packet) || packet.captured > packet.length)
        return false;
    packet.payload = get_octets(stream, 0, packet.captured);
    if (!packet.payload)
        return false;
    if (is_esp)
        analysis_esp(stream->analysis, &packet);
    else
        analysis_udp(stream->analysis, &packet);
    return true;
}

static bool read_interface(struct stream *stream)
{
    struct feed_interface record;
    if (!get(stream, &record, sizeof record) || record.name_length > FEED_NAME_LIMIT)
        return false;
    const uint8_t *octets = get_octets(stream, 0, record.name_length);
    if (!octets)
        return false;
    char *name = g_strndup((const char *)octets, record.name_length);
    stream->reader->interface(stream->reader->user, record.number, record.used ? &record.id : NULL,
                              name);
    g_free(name);
    return true;
}

static bool read_record(struct stream *stream, int kind)
{
    switch (kind) {
    case RECORD_TCP:
        return read_tcp(stream);
    case RECORD_GRE:
        return read_gre(stream);
    case RECORD_ICMP:
        return read_icmp(stream);
    case RECORD_FRAGMENT:
        return read_fragment(stream);
    case RECORD_UDP:
        return read_ipsec(stream, false);
    case RECORD_ESP:
        return read_ipsec(stream, true);
    case RECORD_INTERFACE:
        return read_interface(stream);
    default:
        return false;
    }
}

static enum feed_log_status read_records(struct stream *stream)
{
    struct feed_head head;
    struct feed_head own = feed_head_of_this_build();
    int kind;
    if (!get(stream, &head, sizeof head) || memcmp(&head, &own, sizeof head) != 0)
        return FEED_LOG_FOREIGN;
    while ((kind = getc(stream->file)) != RECORD_END) {
        if (kind == EOF || !read_record(stream, kind))
            return FEED_LOG_CUT;
        if (!stream->reader->goes_on(stream->reader->user))
            return FEED_LOG_STOPPED;
    }
    return FEED_LOG_READ;
}

enum feed_log_status feed_log_read(FILE *file, struct analysis *analysis,
                                   const struct feed_log_reader *reader)
{
    struct stream stream = {file, analysis, reader, {g_byte_array_new(), g_byte_array_new()}};
    enum feed_log_status status = read_records(&stream);
    g_byte_array_free(stream.octets[0], TRUE);
    g_byte_array_free(stream.octets[1], TRUE);
    return status;
}
