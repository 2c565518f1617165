/* Fuzz target: one direction of a control connection. Any segments: nothing breaks and what is
 * delivered is consistent. The same octets in order, however cut into segments: the same messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "core/base/hash.h"
#include "core/pptp/control_stream.h"
#include "core/pptp/pptp_wire.h"

struct seen {
    GString *messages; /* what was delivered, as text, */
    bool wrong;        /* up to the first that is not right: from there on it may matter where
                          segments end, the only hint at where the next message starts */
    uint32_t frame;    /* being fed */
    uint32_t pieces;
    uint64_t octets;
};

static void take(const struct control_piece *piece, void *user)
{
    struct seen *seen = user;
    struct pptp_message message;
    CHECK(piece->captured <= piece->length);
    CHECK(piece->length > 0 && piece->length <= CONTROL_STREAM_BUFFER);
    CHECK(piece->frame <= seen->frame);
    CHECK(piece->first_frame >= 1 && piece->first_frame <= piece->frame);
    CHECK(piece->truncated || piece->bad_cookie || piece->captured == piece->length ||
          piece->length > PPTP_MAX_LENGTH);
    uint32_t hash = (uint32_t)hash_octets(hash_secret.start, piece->data, piece->captured);
    enum pptp_status status = pptp_parse(piece->data, piece->captured, &message);
    CHECK(!piece->bad_cookie || status != PPTP_OK);
    pptp_masked_hash(piece->data, piece->captured);
    seen->pieces++;
    seen->octets += piece->captured;
    seen->wrong = seen->wrong || status != PPTP_OK;
    if (!seen->wrong)
        g_string_append_printf(seen->messages, "%u+%u %08x\n", piece->seq, piece->length, hash);
}

/* Anything at all: order, overlap, holes, cut segments, acknowledgments. */
static void feed_anything(struct input input)
{
    struct control_stream *stream = control_stream_new();
    struct seen seen = {.messages = g_string_new(NULL)};
    uint32_t base = input_u32(&input), next = base;
    uint64_t fed = 0;
    while (input.left > 0) {
        uint8_t how = input_u8(&input);
        uint32_t length = input_u8(&input) | (how & 0x40 ? 0x300u : 0);
        seen.frame++;
        if (how & 0x80) {
            control_stream_acked(stream, next + (how & 0x3F), seen.frame, 0, take, &seen);
            if (length & 1)
                control_stream_rest(stream);
            continue;
        }
        struct control_segment segment = {.frame = seen.frame, .seq = next, .length = length};
        if (how & 1)
            segment.seq += (uint32_t)(int32_t)(int8_t)input_u8(&input) << (how >> 1 & 7);
        segment.syn = (how & 0x30) == 0x30;
        segment.captured = length;
        segment.payload = input_octets(&input, &segment.captured);
        if (segment.syn)
            segment.length = segment.captured = 0;
        struct control_segment_verdict verdict = control_stream_feed(stream, &segment, take, &seen);
        CHECK(!verdict.differs || verdict.differs_frame < seen.frame);
        fed += segment.captured;
        next = segment.seq + segment.length;
    }
    CHECK(seen.octets <= fed + 64 * (uint64_t)seen.pieces);
    control_stream_free(stream);
    g_string_free(seen.messages, TRUE);
}

static char *feed_in_order(struct input input, uint32_t cut)
{
    struct control_stream *stream = control_stream_new();
    struct seen seen = {.messages = g_string_new(NULL), .frame = 1};
    struct control_segment segment = {.frame = 1, .seq = 7000, .syn = true};
    control_stream_feed(stream, &segment, take, &seen);
    segment.syn = false;
    while (input.left > 0) {
        segment.frame = ++seen.frame;
        segment.captured = cut;
        segment.payload = input_octets(&input, &segment.captured);
        segment.length = segment.captured;
        struct control_segment_verdict verdict = control_stream_feed(stream, &segment, take, &seen);
        CHECK(!verdict.retransmission && !verdict.differs);
        segment.seq += segment.length;
        if (seen.frame & 1)
            control_stream_rest(stream);
    }
    control_stream_free(stream);
    return g_string_free(seen.messages, FALSE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    feed_anything(input);
    uint32_t cut = 1 + input_u8(&input) % 200u;
    char *whole = feed_in_order(input, 1400), *pieces = feed_in_order(input, cut);
    if (!g_str_equal(whole, pieces))
        g_printerr("in segments of 1400:\n%sin segments of %u:\n%s", whole, cut, pieces);
    CHECK(g_str_equal(whole, pieces));
    g_free(whole);
    g_free(pieces);
    return 0;
}
