/* TCP segments of one direction put in order: holes, retransmissions, what the capture left out.
 * The framer cuts the result into messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_stream.h"

#include <glib.h>
#include <string.h>

#include "control_framer.h"

/* What is not delivered is shorter than the history, so keeping the history keeps it too. */
G_STATIC_ASSERT(CONTROL_STREAM_HISTORY >= CONTROL_FRAMER_LONGEST);

/* A segment that waits for an earlier one. */
struct waiting {
    uint32_t frame;
    uint32_t seq;
    uint32_t captured;
    uint32_t length;
    uint8_t octets[];
};

struct control_stream {
    struct control_framer framer;
    GPtrArray *pending; /* struct waiting *, by sequence number; NULL: none */
    uint32_t pending_octets;
    uint32_t first;   /* where the stream was joined */
    uint32_t acked;   /* highest acknowledgment of the other side */
    uint32_t syn_seq; /* first octet behind the SYN */
    bool started;     /* `first` is valid */
    bool has_syn;     /* `syn_seq` is valid */
    bool has_acked;   /* `acked` is valid */
};

/* a - b in the sequence space: positive if a is later (RFC 9293 3.4). */
static int32_t seq_diff(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

struct control_stream *control_stream_new(void)
{
    return g_new0(struct control_stream, 1);
}

void control_stream_free(struct control_stream *stream)
{
    if (stream == NULL)
        return;
    octet_window_reset(&stream->framer.window, 0);
    if (stream->pending != NULL)
        g_ptr_array_unref(stream->pending);
    g_free(stream);
}

static uint32_t next_seq(const struct control_stream *stream)
{
    return octet_window_end(&stream->framer.window);
}

/* `count` octets that were on the wire but not in the capture. No message is longer than
 * CONTROL_STREAM_BUFFER, so what lies behind that many is only to be skipped. */
static void append_unknown(struct control_stream *stream, const struct octet_run *run,
                           uint32_t count, const struct control_sink *sink)
{
    uint32_t end = next_seq(stream) + count;

    octet_window_append(&stream->framer.window, run, NULL, smaller(count, CONTROL_STREAM_BUFFER));
    control_framer_cut(&stream->framer, sink);
    if (count > CONTROL_STREAM_BUFFER)
        control_framer_begin(&stream->framer, end, true);
}

/* Takes a segment that starts at or before the next octet awaited. */
static void take(struct control_stream *stream, const struct control_segment *segment,
                 const struct control_sink *sink)
{
    uint32_t seen = next_seq(stream) - segment->seq;
    struct octet_run run = {next_seq(stream), segment->seq, segment->frame, OCTET_KNOWN};

    if (seen >= segment->length)
        return;
    if (seen < segment->captured) {
        octet_window_append(&stream->framer.window, &run, segment->payload + seen,
                            segment->captured - seen);
        control_framer_cut(&stream->framer, sink);
        seen = segment->captured;
    }
    run.seq = next_seq(stream);
    run.kind = OCTET_CUT;
    if (seen < segment->length)
        append_unknown(stream, &run, segment->length - seen, sink);
}

static struct waiting *first_waiting(const struct control_stream *stream)
{
    return stream->pending != NULL ? g_ptr_array_index(stream->pending, 0) : NULL;
}

/* Takes the waiting segments whose turn has come. */
static void take_waiting(struct control_stream *stream, const struct control_sink *sink)
{
    struct waiting *waiting = first_waiting(stream);

    while (waiting != NULL && seq_diff(waiting->seq, next_seq(stream)) <= 0) {
        const struct control_segment segment = {.frame = waiting->frame,
                                                .seq = waiting->seq,
                                                .payload = waiting->octets,
                                                .captured = waiting->captured,
                                                .length = waiting->length};

        take(stream, &segment, sink);
        stream->pending_octets -= waiting->captured;
        g_ptr_array_remove_index(stream->pending, 0);
        if (stream->pending->len == 0)
            g_clear_pointer(&stream->pending, g_ptr_array_unref);
        waiting = first_waiting(stream);
    }
}

/* The hole before the first waiting segment will not be filled: its octets become unknown ones. */
static void skip_hole(struct control_stream *stream, const struct control_sink *sink)
{
    uint32_t hole = next_seq(stream);
    const struct octet_run run = {hole, hole, 0, OCTET_HOLE};

    append_unknown(stream, &run, first_waiting(stream)->seq - hole, sink);
    take_waiting(stream, sink);
}

static void skip_acked_holes(struct control_stream *stream, const struct control_sink *sink)
{
    while (stream->has_acked && stream->pending != NULL &&
           seq_diff(stream->acked, first_waiting(stream)->seq) >= 0)
        skip_hole(stream, sink);
}

/* Compares a segment with one that waits; what came as a single octet is not compared, as in
 * octet_window_differs. */
static bool waiting_differs(const struct waiting *waiting, const struct control_segment *segment)
{
    uint32_t seq = seq_diff(waiting->seq, segment->seq) > 0 ? waiting->seq : segment->seq;
    uint32_t in_waiting = seq - waiting->seq;
    uint32_t in_segment = seq - segment->seq;

    if (waiting->length == 1 || segment->length == 1 || in_waiting >= waiting->captured ||
        in_segment >= segment->captured)
        return false;
    return memcmp(waiting->octets + in_waiting, segment->payload + in_segment,
                  smaller(waiting->captured - in_waiting, segment->captured - in_segment)) != 0;
}

/* Keeps a segment that came before an earlier one, unless a copy of it is kept already. */
static void hold(struct control_stream *stream, const struct control_segment *segment,
                 struct control_segment_verdict *verdict)
{
    guint place = 0;
    struct waiting *waiting;

    if (stream->pending == NULL)
        stream->pending = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < stream->pending->len; i++) {
        waiting = g_ptr_array_index(stream->pending, i);
        if (!verdict->differs && waiting_differs(waiting, segment)) {
            verdict->differs = true;
            verdict->differs_frame = waiting->frame;
        }
        if (seq_diff(waiting->seq, segment->seq) > 0)
            continue;
        place = i + 1;
        if (seq_diff(waiting->seq + waiting->length, segment->seq + segment->length) >= 0)
            verdict->retransmission = true;
    }
    if (verdict->retransmission)
        return;
    waiting = g_malloc(sizeof *waiting + segment->captured);
    waiting->frame = segment->frame;
    waiting->seq = segment->seq;
    waiting->captured = segment->captured;
    waiting->length = segment->length;
    if (segment->captured > 0)
        memcpy(waiting->octets, segment->payload, segment->captured);
    g_ptr_array_insert(stream->pending, (gint)place, waiting);
    stream->pending_octets += segment->captured;
}

/* Holds a segment for later, and gives up the hole in front of it where the bounds ask for it. */
static void take_later(struct control_stream *stream, const struct control_segment *segment,
                       const struct control_sink *sink, struct control_segment_verdict *verdict)
{
    hold(stream, segment, verdict);
    skip_acked_holes(stream, sink);
    while (stream->pending != NULL && (stream->pending->len > CONTROL_STREAM_PENDING ||
                                       stream->pending_octets > CONTROL_STREAM_PENDING_OCTETS)) {
        verdict->limit = true;
        skip_hole(stream, sink);
    }
}

/* Compares the part of a segment that was seen before with what was kept of it. */
static void judge_repeated(const struct control_stream *stream,
                           const struct control_segment *segment,
                           struct control_segment_verdict *verdict)
{
    uint32_t repeated = smaller(next_seq(stream) - segment->seq, segment->length);

    verdict->differs =
        octet_window_differs(&stream->framer.window, segment->seq, segment->payload,
                             smaller(repeated, segment->captured), &verdict->differs_frame);
    verdict->retransmission =
        repeated == segment->length && seq_diff(segment->seq, stream->first) >= 0 &&
        !octet_window_has_hole(&stream->framer.window, segment->seq, segment->length);
}

/* A SYN gives the stream its true start; its retransmission, or one that was captured after data,
 * changes nothing. */
static void take_syn(struct control_stream *stream, uint32_t seq)
{
    bool late =
        stream->started && !stream->has_syn && stream->first - seq <= CONTROL_STREAM_PENDING_OCTETS;

    if (late || (stream->has_syn && stream->syn_seq == seq)) {
        stream->has_syn = true;
        stream->syn_seq = seq;
        return;
    }
    if (stream->pending != NULL)
        g_clear_pointer(&stream->pending, g_ptr_array_unref);
    stream->pending_octets = 0;
    stream->has_acked = false;
    stream->has_syn = true;
    stream->syn_seq = seq;
    stream->started = true;
    stream->first = seq;
    control_framer_begin(&stream->framer, seq, false);
}

struct control_segment_verdict control_stream_feed(struct control_stream *stream,
                                                   const struct control_segment *segment,
                                                   control_piece_fn deliver, void *user)
{
    struct control_segment_verdict verdict = {0};
    const struct control_sink sink = {deliver, user, segment->frame};
    struct control_segment clean = *segment;

    clean.captured = smaller(segment->captured, segment->length);
    if (segment->syn)
        take_syn(stream, segment->seq);
    if (segment->length == 0)
        return verdict;
    if (!stream->started) {
        stream->started = true;
        stream->first = segment->seq;
        control_framer_begin(&stream->framer, segment->seq, true);
    }
    if (seq_diff(segment->seq, next_seq(stream)) > 0) {
        take_later(stream, &clean, &sink, &verdict);
    } else {
        judge_repeated(stream, &clean, &verdict);
        take(stream, &clean, &sink);
        take_waiting(stream, &sink);
        skip_acked_holes(stream, &sink);
    }
    octet_window_trim(&stream->framer.window, CONTROL_STREAM_HISTORY);
    return verdict;
}

void control_stream_acked(struct control_stream *stream, uint32_t ack, uint32_t frame,
                          control_piece_fn deliver, void *user)
{
    const struct control_sink sink = {deliver, user, frame};

    if (!stream->has_acked || seq_diff(ack, stream->acked) > 0)
        stream->acked = ack;
    stream->has_acked = true;
    skip_acked_holes(stream, &sink);
    octet_window_trim(&stream->framer.window, CONTROL_STREAM_HISTORY);
}
