/* A pcap file in pieces: the same parts however it is cut, and no more than a file can be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "pcap_stream.h"

#define FILE_HEADER 24
#define FRAME       "\x45\x01\x02\x03\x04"

static void put(GByteArray *file, uint32_t number, bool swapped)
{
    uint32_t as_written = swapped ? GUINT32_TO_LE(number) : GUINT32_TO_BE(number);

    g_byte_array_append(file, (const uint8_t *)&as_written, sizeof as_written);
}

/* Two frames, of 5 and of 0 octets, at 7 s and 8 units and at 9 s. */
static GByteArray *file_of(uint32_t magic, bool swapped)
{
    const uint32_t numbers[] = {magic, 0x00020004, 0, 0, 262144, 113, 7, 8, 5, 60};
    GByteArray *file = g_byte_array_new();

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
        put(file, numbers[i], swapped);
    g_byte_array_append(file, (const uint8_t *)FRAME, 5);
    for (unsigned i = 0; i < 4; i++)
        put(file, i == 0 ? 9 : 0, swapped);
    return file;
}

static void check_in_pieces(const GByteArray *file, guint piece, int64_t unit_ns)
{
    struct pcap_stream *stream = pcap_stream_new();
    GByteArray *copy = g_byte_array_new();
    int64_t times[2] = {0, 0};
    uint32_t lengths[2] = {0, 0};
    unsigned records = 0;

    for (guint at = 0; at < file->len; at += piece) {
        enum pcap_stream_part kind;
        struct pcap_part part;

        pcap_stream_add(stream, file->data + at, MIN(piece, file->len - at));
        while ((kind = pcap_stream_next(stream, &part)) != PCAP_STREAM_MORE) {
            g_assert_cmpint(kind, ==, copy->len == 0 ? PCAP_STREAM_HEADER : PCAP_STREAM_RECORD);
            g_byte_array_append(copy, part.octets, (guint)part.size);
            if (kind == PCAP_STREAM_HEADER)
                continue;
            g_assert_cmpuint(records, <, 2);
            times[records & 1] = part.time_ns;
            lengths[records & 1] = part.length;
            g_assert_cmpmem(part.frame, part.captured, FRAME, records == 0 ? 5 : 0);
            records++;
        }
    }
    g_assert_cmpuint(records, ==, 2);
    g_assert_cmpuint(pcap_stream_link_type(stream), ==, 113);
    g_assert_cmpint(times[0], ==, 7000000000 + 8 * unit_ns);
    g_assert_cmpint(times[1], ==, 9000000000);
    g_assert_cmpuint(lengths[0], ==, 60);
    g_assert_cmpuint(lengths[1], ==, 0);
    g_assert_cmpmem(copy->data, copy->len, file->data, file->len);
    g_byte_array_free(copy, TRUE);
    pcap_stream_free(stream);
}

static void test_any_pieces(void)
{
    static const struct {
        uint32_t magic;
        int64_t unit_ns;
    } kinds[] = {{0xA1B2C3D4, 1000}, {0xA1B23C4D, 1}};

    for (unsigned kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
        for (int swapped = 0; swapped < 2; swapped++) {
            GByteArray *file = file_of(kinds[kind].magic, swapped != 0);

            for (guint piece = 1; piece <= file->len; piece++)
                check_in_pieces(file, piece, kinds[kind].unit_ns);
            g_byte_array_free(file, TRUE);
        }
    }
}

static enum pcap_stream_part last_part(const GByteArray *file)
{
    struct pcap_stream *stream = pcap_stream_new();
    enum pcap_stream_part kind;
    struct pcap_part part;

    pcap_stream_add(stream, file->data, file->len);
    do {
        kind = pcap_stream_next(stream, &part);
    } while (kind == PCAP_STREAM_HEADER || kind == PCAP_STREAM_RECORD);
    pcap_stream_add(stream, file->data, file->len);
    if (kind == PCAP_STREAM_BROKEN)
        g_assert_cmpint(pcap_stream_next(stream, &part), ==, PCAP_STREAM_BROKEN);
    pcap_stream_free(stream);
    return kind;
}

static void test_what_is_no_pcap(void)
{
    GByteArray *file = file_of(0x0A0D0D0A, false);

    g_assert_cmpint(last_part(file), ==, PCAP_STREAM_BROKEN);
    g_byte_array_free(file, TRUE);
}

/* More octets captured than the limit, or than there were. */
static void test_lengths_that_cannot_be(void)
{
    GByteArray *file = file_of(0xA1B2C3D4, false);

    memset(file->data + FILE_HEADER + 8, 0xFF, 8);
    g_assert_cmpint(last_part(file), ==, PCAP_STREAM_BROKEN);
    memset(file->data + FILE_HEADER + 8, 0, 8);
    file->data[FILE_HEADER + 11] = 5;
    file->data[FILE_HEADER + 15] = 4;
    g_assert_cmpint(last_part(file), ==, PCAP_STREAM_BROKEN);
    g_byte_array_free(file, TRUE);
}

void test_pcap_stream(void)
{
    g_test_add_func("/pcap stream/any pieces", test_any_pieces);
    g_test_add_func("/pcap stream/no pcap", test_what_is_no_pcap);
    g_test_add_func("/pcap stream/lengths", test_lengths_that_cannot_be);
}
