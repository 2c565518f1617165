/* A pcap file while it is written: takes octets in pieces of any size and gives whole records. Of
 * either byte order, with times in microseconds or nanoseconds. Nothing of Wireshark, whose own
 * reader wants a file that is complete.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_PCAP_STREAM_H
#define PPTPNAT_CLI_PCAP_STREAM_H

#include <stddef.h>
#include <stdint.h>

#define PCAP_STREAM_RECORD_LIMIT                                                                   \
    (256 * 1024) /* octets of a frame; what captures is asked for no more */

enum pcap_stream_part {
    PCAP_STREAM_MORE,   /* give more octets */
    PCAP_STREAM_HEADER, /* the file's header: once, first */
    PCAP_STREAM_RECORD,
    PCAP_STREAM_BROKEN /* this is no pcap file, or is one no longer; from then on always */
};

/* A part, as the file has it. Borrowed until the next call. */
struct pcap_part {
    const uint8_t *octets;
    size_t size;
    /* Of a record: */
    int64_t time_ns;
    const uint8_t *frame;
    uint32_t captured;
    uint32_t length;
};

struct pcap_stream;

struct pcap_stream *pcap_stream_new(void);
void pcap_stream_free(struct pcap_stream *stream); /* NULL is fine */

void pcap_stream_add(struct pcap_stream *stream, const uint8_t *octets, size_t count);
/* The next part of what was added. */
enum pcap_stream_part pcap_stream_next(struct pcap_stream *stream, struct pcap_part *ret);

/* LINKTYPE_* of the header, once that is there. */
uint32_t pcap_stream_link_type(const struct pcap_stream *stream);

#endif
