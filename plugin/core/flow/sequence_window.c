/* Serial arithmetic over the sequence numbers of one direction of a session (RFC 1982).
 * Invariant: `lost` is the count of numbers from `first` to `highest` that were not seen, since the
 * last restart, plus what was lost before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "sequence_window.h"

static void add_lost(struct sequence_window *window, uint32_t count)
{
    window->lost = window->lost > UINT32_MAX - count ? UINT32_MAX : window->lost + count;
}

static void begin(struct sequence_window *window, uint32_t seq)
{
    window->started = true;
    window->first = seq;
    window->highest = seq;
    window->seen = 1;
    window->has_acked = false; /* what was acknowledged belongs to the former sequence */
    window->acked = 0;
}

/* `ahead` is at least 1. */
static struct sequence_order_verdict move_forward(struct sequence_window *window, uint32_t ahead)
{
    struct sequence_order_verdict verdict = {SEQUENCE_IN_ORDER, 0};

    window->highest += ahead;
    window->seen = (ahead < SEQUENCE_WINDOW_HISTORY ? window->seen << ahead : 0) | 1;
    if (ahead > 1) {
        verdict.order = SEQUENCE_GAP;
        verdict.lost = ahead - 1;
        add_lost(window, verdict.lost);
    }
    return verdict;
}

static enum sequence_order look_back(struct sequence_window *window, uint32_t behind)
{
    uint64_t bit;
    uint32_t seq = window->highest - behind;

    if (behind >= SEQUENCE_WINDOW_HISTORY)
        return SEQUENCE_TOO_OLD;
    bit = (uint64_t)1 << behind;
    if ((window->seen & bit) != 0) {
        window->duplicates++;
        return SEQUENCE_DUPLICATE;
    }
    window->seen |= bit;
    window->out_of_order++;
    if (serial_diff(seq, window->first) < 0) {
        /* The packet seen first was not the first one: the sequence begins here, and what lies
         * between is missing until it is seen. */
        add_lost(window, window->first - seq - 1);
        window->first = seq;
    } else if (window->lost > 0) {
        window->lost--;
    }
    return SEQUENCE_OUT_OF_ORDER;
}

struct sequence_order_verdict sequence_window_send(struct sequence_window *window, uint32_t seq)
{
    uint32_t ahead = seq - window->highest;
    uint32_t behind = window->highest - seq;

    if (!window->started) {
        begin(window, seq);
        return (struct sequence_order_verdict){SEQUENCE_FIRST, 0};
    }
    if (behind <= SEQUENCE_WINDOW_JUMP)
        return (struct sequence_order_verdict){look_back(window, behind), 0};
    if (ahead <= SEQUENCE_WINDOW_JUMP)
        return move_forward(window, ahead);
    begin(window, seq);
    return (struct sequence_order_verdict){SEQUENCE_RESTART, 0};
}

bool sequence_window_ack(struct sequence_window *window, uint32_t ack)
{
    if (!window->started || serial_diff(ack, window->highest) > 0)
        return false;
    /* Below `first` it acknowledges nothing that was seen here; the number right before `first`
     * says "nothing received yet" (4294967295 where numbers start at 0). */
    if (serial_diff(ack, window->first) < 0)
        return false;
    if (window->has_acked && serial_diff(ack, window->acked) <= 0)
        return false;
    window->has_acked = true;
    window->acked = ack;
    return true;
}

uint32_t sequence_window_outstanding(const struct sequence_window *window)
{
    return window->started && window->has_acked ? window->highest - window->acked : 0;
}
