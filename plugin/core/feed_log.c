/* Writes what an analysis is fed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "feed_format.h"

struct feed_log {
    FILE *file;
};

struct feed_head feed_head_of_this_build(void)
{
    return (struct feed_head){
        .magic = "pptpnat feed 1\n",
        .sizes = {sizeof(struct tcp_segment), sizeof(struct gre_packet), sizeof(struct icmp_error),
                  sizeof(struct ip_fragment), sizeof(struct ipsec_packet)},
    };
}

struct feed_log *feed_log_new(FILE *file)
{
    struct feed_log *log = g_new0(struct feed_log, 1);
    struct feed_head head = feed_head_of_this_build();
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

static void begin(const struct feed_log *log, enum feed_record record)
{
    putc((int)record, log->file);
}

void feed_log_tcp(struct feed_log *log, const struct tcp_segment *segment)
{
    struct tcp_segment written = *segment;
    written.payload = written.options = NULL; /* addresses mean nothing to others */
    begin(log, RECORD_TCP);
    put(log, &written, sizeof written);
    put(log, segment->payload, segment->captured);
    put(log, segment->options, segment->options_length);
}

void feed_log_gre(struct feed_log *log, const struct gre_packet *packet)
{
    struct gre_packet written = *packet;
    written.payload = NULL;
    begin(log, RECORD_GRE);
    put(log, &written, sizeof written);
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
    struct ipsec_packet written = *packet;
    written.payload = NULL;
    put(log, &written, sizeof written);
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
        struct feed_interface record;
        memset(&record, 0, sizeof record);
        if (id)
            record.id = *id;
        record.used = id != NULL;
        record.number = i;
        record.name_length = (uint32_t)MIN(strlen(name), FEED_NAME_LIMIT);
        begin(log, RECORD_INTERFACE);
        put(log, &record, sizeof record);
        put(log, name, record.name_length);
    }
    begin(log, RECORD_END);
    fflush(log->file);
}
