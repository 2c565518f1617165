/* TCP segments of one direction put in order: holes, retransmissions, what the capture left out.
 * The framer cuts the result into messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_stream.h"

#include <glib.h>
#include <string.h>

#include "control_framer.h"
#include "control_waiting.h"

/* What is not delivered is shorter than the history, so keeping the history keeps it too. */
G_STATIC_ASSERT(CONTROL_STREAM_HISTORY >= CONTROL_FRAMER_LONGEST);

struct control_stream {
    struct control_framer framer;
    struct waiting_list waiting;
    uint32_t first;   /* where the stream was joined */
    uint32_t acked;   /* highest acknowledgment of the other side */
    uint32_t syn_seq; /* first octet behind the SYN */
    bool started;     /* `first` is valid */
    bool has_syn;     /* `syn_seq` is valid */
    bool has_acked;   /* `acked` is valid */
    bool believed;    /* a segment that was doubted was read */
    uint32_t frame;   /* of the latest segment taken, and its time */
    int64_t time_ns;
};

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
    waiting_clear(&stream->waiting);
    g_free(stream);
}

void control_stream_rest(struct control_stream *stream)
{
    if (stream != NULL)
        octet_window_pack(&stream->framer.window);
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
    struct octet_run run = {next_seq(stream), segment->seq,    segment->frame,
                            OCTET_KNOWN,      segment->unsure, segment->checksum};

    if (seen >= segment->length)
        return;
    stream->frame = sink->frame;
    stream->time_ns = sink->time_ns;
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

/* `sink` with the frame of a segment that waited, if that is later. */
static struct control_sink not_before(const struct control_sink *sink, uint32_t frame,
                                      int64_t time_ns)
{
    struct control_sink later = *sink;

    if (frame > sink->frame) {
        later.frame = frame;
        later.time_ns = time_ns;
    }
    return later;
}

/* Takes the waiting segments whose turn has come; those that are doubted stay. */
static void take_waiting(struct control_stream *stream, const struct control_sink *sink)
{
    const struct control_segment *segment;
    struct control_sink now = *sink;
    guint index = 0;

    while ((segment = waiting_at(&stream->waiting, index)) != NULL &&
           seq_diff(segment->seq, next_seq(stream)) <= 0) {
        if (segment->doubted) {
            index++;
            continue;
        }
        now = not_before(&now, segment->frame, segment->time_ns);
        take(stream, segment, &now);
        waiting_drop(&stream->waiting, index);
    }
}

/* Nothing better than a segment that was doubted will come. What it held back becomes complete as
 * it would have been without the doubt. */
static void believe(struct control_stream *stream, struct control_segment *doubted, bool unsure,
                    const struct control_sink *sink)
{
    struct control_sink then = *sink;

    doubted->doubted = false;
    doubted->unsure = unsure;
    stream->believed = true;
    then.frame = stream->frame;
    then.time_ns = stream->time_ns;
    take_waiting(stream, &then);
    waiting_drop_disproved(&stream->waiting, next_seq(stream), 0, NULL);
}

/* What is before the first waiting segment will not come: the octets of a hole become unknown ones.
 */
static void skip_hole(struct control_stream *stream, const struct control_sink *sink)
{
    uint32_t hole = next_seq(stream);
    const struct octet_run run = {hole, hole, 0, OCTET_HOLE, false, {false, 0, 0}};
    const struct control_segment *first = waiting_at(&stream->waiting, 0);

    append_unknown(stream, &run, first->seq - hole, sink);
    take_waiting(stream, sink);
}

/* What stops the stream is a doubt, not a hole. */
static bool is_held_by_doubt(const struct control_stream *stream,
                             const struct control_segment *first)
{
    return first->doubted && seq_diff(first->seq, next_seq(stream)) <= 0;
}

static void skip_acked_holes(struct control_stream *stream, const struct control_sink *sink)
{
    struct control_segment *first;

    while (stream->has_acked && (first = waiting_at(&stream->waiting, 0)) != NULL &&
           seq_diff(stream->acked, first->doubted ? segment_end(first) : first->seq) >= 0) {
        if (is_held_by_doubt(stream, first))
            believe(stream, first, true, sink);
        else
            skip_hole(stream, sink);
    }
}

/* Holds a segment for later, and gives up the hole in front of it where the bounds ask for it. */
static void take_later(struct control_stream *stream, const struct control_segment *segment,
                       const struct control_sink *sink, struct control_segment_verdict *verdict)
{
    struct waiting_list *waiting = &stream->waiting;

    waiting_hold(waiting, segment, verdict);
    skip_acked_holes(stream, sink);
    while (waiting_count(waiting) > CONTROL_STREAM_PENDING ||
           waiting->octets > CONTROL_STREAM_PENDING_OCTETS) {
        struct control_segment *first = waiting_at(waiting, 0);

        if (is_held_by_doubt(stream, first)) {
            believe(stream, first, true, sink);
        } else {
            verdict->limit = true;
            skip_hole(stream, sink);
        }
    }
}

/* Compares the part of a segment that was seen before with what was kept of it. */
static void judge_repeated(const struct control_stream *stream,
                           const struct control_segment *segment,
                           struct control_segment_verdict *verdict)
{
    uint32_t repeated = smaller(next_seq(stream) - segment->seq, segment->length);
    const struct octet_run *run =
        octet_window_differs(&stream->framer.window, segment->seq, segment->payload,
                             smaller(repeated, segment->captured));

    if (run != NULL)
        waiting_judge_copy(run->frame, run->checksum.wrong, segment, verdict);
    verdict->retransmission =
        repeated == segment->length && seq_diff(segment->seq, stream->first) >= 0 &&
        !octet_window_has_hole(&stream->framer.window, segment->seq, segment->length);
}

/* A segment that starts at or before the next octet awaited. */
static void take_now(struct control_stream *stream, const struct control_segment *segment,
                     const struct control_sink *sink, struct control_segment_verdict *verdict)
{
    bool is_new = seq_diff(segment_end(segment), next_seq(stream)) > 0;

    judge_repeated(stream, segment, verdict);
    if (!segment->doubted) {
        take(stream, segment, sink);
        take_waiting(stream, sink);
        waiting_drop_disproved(&stream->waiting, next_seq(stream), segment->frame, verdict);
        skip_acked_holes(stream, sink);
    } else if (is_new) {
        take_later(stream, segment, sink, verdict);
    }
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
    waiting_clear(&stream->waiting);
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
    const struct control_sink sink = {deliver, user, segment->frame, segment->time_ns};
    struct control_segment clean = *segment;
    struct control_segment *before;

    clean.captured = smaller(segment->captured, segment->length);
    if (segment->syn)
        take_syn(stream, segment->seq);
    if (segment->length == 0)
        return verdict;
    octet_window_unpack(&stream->framer.window);
    if (!stream->started) {
        stream->started = true;
        stream->first = segment->seq;
        control_framer_begin(&stream->framer, segment->seq, true);
    }
    before = clean.doubted ? waiting_sent_before(&stream->waiting, &clean) : NULL;
    if (before != NULL) {
        verdict.retransmission = true;
        believe(stream, before, false, &sink);
    } else if (seq_diff(segment->seq, next_seq(stream)) > 0) {
        take_later(stream, &clean, &sink, &verdict);
    } else {
        take_now(stream, &clean, &sink, &verdict);
    }
    octet_window_trim(&stream->framer.window, CONTROL_STREAM_HISTORY);
    return verdict;
}

void control_stream_acked(struct control_stream *stream, uint32_t ack, uint32_t frame,
                          int64_t time_ns, control_piece_fn deliver, void *user)
{
    const struct control_sink sink = {deliver, user, frame, time_ns};

    if (!stream->has_acked || seq_diff(ack, stream->acked) > 0)
        stream->acked = ack;
    stream->has_acked = true;
    if (waiting_count(&stream->waiting) == 0)
        return;
    octet_window_unpack(&stream->framer.window);
    skip_acked_holes(stream, &sink);
    octet_window_trim(&stream->framer.window, CONTROL_STREAM_HISTORY);
}

bool control_stream_has_believed(const struct control_stream *stream)
{
    return stream->believed;
}
