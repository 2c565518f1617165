/* Where a message ends is the claimed Length's to say if it is plausible. Real senders write wrong
 * ones, so a Length that is not the layout's is overruled if it leads nowhere while the layout's
 * length leads to the next header or to the end of the only segment (framed_length).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_framer.h"

#include <string.h>

#include "core/base/bytes.h"
#include "pptp_wire.h"

#define HEADER_PLAUSIBLE 10 /* octets that pptp_looks_like_message needs */
#define COOKIE_END       8

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t next_seq(const struct control_framer *framer)
{
    return octet_window_end(&framer->window);
}

void control_framer_begin(struct control_framer *framer, uint32_t seq, bool searching)
{
    octet_window_reset(&framer->window, seq);
    framer->parsed = seq;
    framer->searching = searching;
    framer->resynchronised = false;
}

bool control_framer_could_begin(const uint8_t *data, uint32_t count)
{
    static const uint8_t cookie[] = {0x1A, 0x2B, 0x3C, 0x4D};

    if (count >= HEADER_PLAUSIBLE)
        return pptp_looks_like_message(data, count);
    if (data[0] > CONTROL_FRAMER_LONGEST >> 8)
        return false;
    if (count >= 2 &&
        (bytes_u16(data) < PPTP_HEADER_LENGTH || bytes_u16(data) > CONTROL_FRAMER_LONGEST))
        return false;
    if (count >= 4 && bytes_u16(data + 2) != 1 && bytes_u16(data + 2) != 2)
        return false;
    return count <= 4 || memcmp(data + 4, cookie, smaller(count - 4, sizeof cookie)) == 0;
}

/* The first place from `seq` on where a header begins, or may begin with what is not there yet. */
static uint32_t find_header(const struct control_framer *framer, uint32_t seq)
{
    uint32_t end = next_seq(framer);

    for (seq = octet_window_skip_unknown(&framer->window, seq); seq != end;
         seq = octet_window_skip_unknown(&framer->window, seq + 1)) {
        uint32_t known = octet_window_known(&framer->window, seq, HEADER_PLAUSIBLE);

        if (known == smaller(end - seq, HEADER_PLAUSIBLE) &&
            control_framer_could_begin(octet_window_at(&framer->window, seq), known))
            break;
    }
    return seq;
}

/* Delivers the `length` octets at `parsed`, of which the first `captured` are known. */
static void give(struct control_framer *framer, const struct control_sink *sink, uint32_t length,
                 uint32_t captured, bool bad_cookie)
{
    uint32_t seq = framer->parsed;
    const struct octet_run *head = octet_window_run(&framer->window, seq);
    const struct octet_run *tail = octet_window_run(&framer->window, seq + length - 1);
    struct control_piece piece = {
        .data = octet_window_at(&framer->window, seq),
        .captured = captured,
        .length = length,
        .seq = seq,
        .first_frame = head->frame,
        .frame = sink->frame,
        .time_ns = sink->time_ns,
        .split = head->segment_seq != tail->segment_seq || head->frame != tail->frame,
        .not_first = head->segment_seq != seq,
        .resynchronised = framer->resynchronised,
        .bad_cookie = bad_cookie,
        .truncated = captured < length,
        .unsure = head->unsure || tail->unsure,
    };

    if (tail->frame == sink->frame)
        piece.checksum = tail->checksum;

    framer->parsed += length;
    framer->resynchronised = false;
    sink->deliver(&piece, sink->user);
}

/* Delivers what is no message, or has no usable Length, up to the next header that is not before
 * `minimum` octets, and begins to search. */
static void give_up_framing(struct control_framer *framer, const struct control_sink *sink,
                            uint32_t minimum, bool bad_cookie)
{
    uint32_t known = octet_window_known(&framer->window, framer->parsed, UINT32_MAX);
    uint32_t length = find_header(framer, framer->parsed + minimum) - framer->parsed;

    length = smaller(length, known);
    give(framer, sink, length, length, bad_cookie);
    framer->searching = true;
}

/* True if the stream goes on well behind `length` octets: with a plausible header, or not at all
 * because the one segment that carried them ends there. */
static bool ends_well(const struct control_framer *framer, uint32_t length)
{
    const struct octet_window *window = &framer->window;
    uint32_t available = next_seq(framer) - framer->parsed;
    uint32_t behind = framer->parsed + length;

    if (length > available)
        return false;
    if (length == available)
        return octet_window_run(window, framer->parsed)->frame ==
               octet_window_run(window, behind - 1)->frame;
    return pptp_looks_like_message(octet_window_at(window, behind),
                                   octet_window_known(window, behind, HEADER_PLAUSIBLE));
}

/* How many octets the message at `parsed` takes; its header is there and claims `claimed`. */
static uint32_t framed_length(const struct control_framer *framer, uint32_t claimed)
{
    const uint8_t *data = octet_window_at(&framer->window, framer->parsed);
    const struct pptp_layout *layout =
        bytes_u16(data + 2) == 1 ? pptp_layout(bytes_u16(data + 8)) : NULL;

    if (layout == NULL || layout->length == claimed)
        return claimed;
    return !ends_well(framer, claimed) && ends_well(framer, layout->length) ? layout->length
                                                                            : claimed;
}

/* Deals with what stands at `parsed`. Returns false if more octets have to come first. */
static bool cut_one(struct control_framer *framer, const struct control_sink *sink)
{
    uint32_t available = next_seq(framer) - framer->parsed;
    uint32_t known = octet_window_known(&framer->window, framer->parsed, CONTROL_FRAMER_LONGEST);
    const uint8_t *data = octet_window_at(&framer->window, framer->parsed);
    uint32_t length;

    if (known < smaller(available, PPTP_HEADER_LENGTH)) {
        framer->searching = true; /* the header itself was not captured whole */
        framer->parsed += known;
        return true;
    }
    if (known >= COOKIE_END && bytes_u32(data + 4) != PPTP_MAGIC_COOKIE) {
        give_up_framing(framer, sink, 1, true);
        return true;
    }
    if (known < PPTP_HEADER_LENGTH)
        return false;
    length = bytes_u16(data);
    if (length < PPTP_HEADER_LENGTH || length > CONTROL_FRAMER_LONGEST) {
        give_up_framing(framer, sink, PPTP_HEADER_LENGTH, false);
        return true;
    }
    length = framed_length(framer, length);
    if (available < length)
        return false;
    give(framer, sink, length, smaller(known, length), false);
    return true;
}

void control_framer_cut(struct control_framer *framer, const struct control_sink *sink)
{
    while (framer->parsed != next_seq(framer)) {
        if (framer->searching) {
            framer->parsed = find_header(framer, framer->parsed);
            if (next_seq(framer) - framer->parsed < HEADER_PLAUSIBLE)
                return;
            framer->searching = false;
            framer->resynchronised = true;
        }
        if (!cut_one(framer, sink))
            return;
    }
}
