/* A record is its kind, the struct, and the octets that it points to, in order of its pointers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "feed_log.h"

#include "analysis.h"

#define OCTETS_LIMIT 262144 /* of a frame: what Wireshark reads */
#define NAME_LIMIT   65535  /* octets of the name of an interface */

enum record {
    RECORD_TCP = 1,
    RECORD_GRE,
    RECORD_ICMP,
    RECORD_FRAGMENT,
    RECORD_UDP,
    RECORD_ESP,
    RECORD_INTERFACE,
    RECORD_END
};

struct head {
    char magic[16];
    uint32_t sizes[5];
};

/* How an interface is written; its name follows. */
struct interface_record {
    struct interface_id id;
    bool used;
    uint32_t number;
    uint32_t name_length;
};

struct feed_log {
    FILE *file;
};

static struct head head_of_this_build(void)
{
    return (struct head){
        .magic = "pptpnat feed 1\n",
        .sizes = {sizeof(struct tcp_segment), sizeof(struct gre_packet), sizeof(struct icmp_error),
                  sizeof(struct ip_fragment), sizeof(struct ipsec_packet)},
    };
}

struct feed_log *feed_log_new(FILE *file)
{
    struct feed_log *log = g_new0(struct feed_log, 1);
    struct head head = head_of_this_build();
    log->file = file;
    fwrite(&head, sizeof head, 1, file);
    return log;
}

void feed_log_free(struct feed_log *log)
{
    g_free(log);
}

static void put(const struct feed_log *log, const void *octets, size_t length)
{
    if (length > 0)
        fwrite(octets, length, 1, log->file);
}

static void begin(const struct feed_log *log, enum record record)
{
    putc(record, log->file);
}

void feed_log_tcp(struct feed_log *log, const struct tcp_segment *segment)
{
    begin(log, RECORD_TCP);
    put(log, segment, sizeof *segment);
    put(log, segment->payload, segment->captured);
    put(log, segment->options, segment->options_length);
}

void feed_log_gre(struct feed_log *log, const struct gre_packet *packet)
{
    begin(log, RECORD_GRE);
    put(log, packet, sizeof *packet);
    put(log, packet->payload, packet->captured);
}

void feed_log_icmp(struct feed_log *log, const struct icmp_error *error)
{
    begin(log, RECORD_ICMP);
    put(log, error, sizeof *error);
}

void feed_log_fragment(struct feed_log *log, const struct ip_fragment *fragment)
{
    begin(log, RECORD_FRAGMENT);
    put(log, fragment, sizeof *fragment);
}

static void put_ipsec(const struct feed_log *log, const struct ipsec_packet *packet)
{
    put(log, packet, sizeof *packet);
    put(log, packet->payload, packet->captured);
}

void feed_log_udp(struct feed_log *log, const struct ipsec_packet *packet)
{
    begin(log, RECORD_UDP);
    put_ipsec(log, packet);
}

void feed_log_esp(struct feed_log *log, const struct ipsec_packet *packet)
{
    begin(log, RECORD_ESP);
    put_ipsec(log, packet);
}

void feed_log_end(struct feed_log *log, const struct interfaces *interfaces)
{
    for (uint32_t i = 0; i < interfaces_count(interfaces); i++) {
        const struct interface_id *id = interfaces_id(interfaces, i);
        const char *name = interfaces_name(interfaces, i);
        struct interface_record record;
        memset(&record, 0, sizeof record);
        if (id)
            record.id = *id;
        record.used = id != NULL;
        record.number = i;
        record.name_length = (uint32_t)MIN(strlen(name), NAME_LIMIT);
        begin(log, RECORD_INTERFACE);
        put(log, &record, sizeof record);
        put(log, name, record.name_length);
    }
    begin(log, RECORD_END);
    fflush(log->file);
}

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
    if (length > OCTETS_LIMIT)
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
    struct interface_record record;
    if (!get(stream, &record, sizeof record) || record.name_length > NAME_LIMIT)
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
    struct head head;
    struct head own = head_of_this_build();
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
