/* What the tests of control_stream and control_framer share: segments in, and each piece that comes
 * out written as one line: name, octets captured/on the wire, first frame-last frame, flags.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CONTROL_TESTER_H
#define PPTPNAT_CONTROL_TESTER_H

#include <glib.h>
#include <string.h>

#include "core/pptp/control_stream.h"
#include "core/pptp/pptp_wire.h"

#define ISN 1000u /* sequence number of the first octet in most scripts */

struct tester {
    struct control_stream *stream;
    GString *log;
    struct control_segment_verdict verdict; /* of the latest segment */
    struct tcp_checksum checksum;           /* of the latest piece */
};

static inline void write_piece(const struct control_piece *piece, void *user)
{
    struct tester *tester = user;
    const struct pptp_layout *layout =
        piece->captured >= 10 && !piece->bad_cookie ? pptp_layout(piece->data[9]) : NULL;

    tester->checksum = piece->checksum;
    g_assert_cmpuint(piece->captured, <=, piece->length);
    g_assert_true(piece->truncated == (piece->captured < piece->length));
    g_string_append_printf(tester->log, "%s %u/%u %u-%u%s%s%s%s%s\n",
                           layout != NULL ? layout->abbreviation : "?", piece->captured,
                           piece->length, piece->first_frame, piece->frame,
                           piece->split ? " split" : "", piece->not_first ? " not-first" : "",
                           piece->resynchronised ? " resync" : "",
                           piece->bad_cookie ? " bad-cookie" : "", piece->unsure ? " unsure" : "");
}

static inline struct tester open_stream(void)
{
    return (struct tester){control_stream_new(), g_string_new(NULL), {0}, {0}};
}

static inline void close_stream(struct tester *tester)
{
    control_stream_free(tester->stream);
    g_string_free(tester->log, TRUE);
}

/* A segment of `length` octets, of which the capture has `captured`. The copy is exact, so that the
 * sanitizer sees a read too far. Behind frames of odd numbers the stream rests, which changes
 * nothing. */
static inline void feed_cut(struct tester *tester, uint32_t frame, uint32_t seq,
                            const uint8_t *octets, uint32_t captured, uint32_t length)
{
    uint8_t *copy = g_memdup2(octets, captured);
    const struct control_segment segment = {
        .frame = frame, .seq = seq, .payload = copy, .captured = captured, .length = length};

    tester->verdict = control_stream_feed(tester->stream, &segment, write_piece, tester);
    g_free(copy);
    if (frame % 2 == 1)
        control_stream_rest(tester->stream);
}

static inline void feed(struct tester *tester, uint32_t frame, uint32_t seq, const uint8_t *octets,
                        uint32_t length)
{
    feed_cut(tester, frame, seq, octets, length, length);
}

/* A segment with a wrong checksum at a time in milliseconds, from an end that has had right ones.
 */
static inline void feed_doubted(struct tester *tester, uint32_t frame, uint32_t seq,
                                const uint8_t *octets, uint32_t length, int64_t time_ms)
{
    const struct control_segment segment = {.frame = frame,
                                            .time_ns = time_ms * 1000000,
                                            .seq = seq,
                                            .payload = octets,
                                            .captured = length,
                                            .length = length,
                                            .checksum = {true, 5, 7},
                                            .doubted = true};

    tester->verdict = control_stream_feed(tester->stream, &segment, write_piece, tester);
}

/* The same from an end whose checksums are always wrong. */
static inline void feed_wrong(struct tester *tester, uint32_t frame, uint32_t seq,
                              const uint8_t *octets, uint32_t length)
{
    const struct control_segment segment = {.frame = frame,
                                            .seq = seq,
                                            .payload = octets,
                                            .captured = length,
                                            .length = length,
                                            .checksum = {true, 5, 7}};

    tester->verdict = control_stream_feed(tester->stream, &segment, write_piece, tester);
}

static inline void feed_syn(struct tester *tester, uint32_t frame, uint32_t seq)
{
    const struct control_segment syn = {.frame = frame, .seq = seq, .syn = true};

    control_stream_feed(tester->stream, &syn, write_piece, tester);
}

static inline void acked(struct tester *tester, uint32_t frame, uint32_t ack)
{
    control_stream_acked(tester->stream, ack, frame, 0, write_piece, tester);
}

/* What was delivered since the last look. */
static inline void assert_delivered(struct tester *tester, const char *expected)
{
    g_assert_cmpstr(tester->log->str, ==, expected);
    g_string_truncate(tester->log, 0);
}

/* Writes a message of `type` whose Length claims `claimed`; returns its true length. */
static inline uint32_t put(uint8_t *at, unsigned type, unsigned claimed)
{
    const uint8_t header[] = {(uint8_t)(claimed >> 8),
                              (uint8_t)claimed,
                              0,
                              1,
                              0x1A,
                              0x2B,
                              0x3C,
                              0x4D,
                              0,
                              (uint8_t)type,
                              0,
                              0};
    uint32_t length = pptp_layout(type)->length;

    for (uint32_t i = 0; i < length; i++)
        at[i] = (uint8_t)(0x80 + i % 64);
    memcpy(at, header, sizeof header);
    return length;
}

static inline uint32_t put_right(uint8_t *at, unsigned type)
{
    return put(at, type, pptp_layout(type)->length);
}

/* SCCRQ (156), OCRQ (168), Echo-Request (16), SLI (24), CCRQ (16): 380 octets. */
static const unsigned client_types[] = {PPTP_SCCRQ, PPTP_OCRQ, PPTP_ECHO_REQUEST, PPTP_SLI,
                                        PPTP_CCRQ};
#define CLIENT_LENGTH 380u

static inline void put_client(uint8_t *at)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(client_types); i++)
        at += put_right(at, client_types[i]);
}

#endif
