/* The sequence and acknowledgment numbers of one direction of a session (RFC 1982): loss,
 * order, duplicates, and which packet an acknowledgment from the other side answers. Pure
 * arithmetic modulo 2^32; the first number may be any (0 and 1 both occur).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_GRE_WINDOW_H
#define PPTPNAT_GRE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* A later number is ahead by less than half the number space (RFC 1982). */
static inline int32_t serial_diff(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

#define SEQUENCE_WINDOW_HISTORY 64 /* sequence numbers behind the highest that are told apart */

enum sequence_order {
    SEQUENCE_FIRST,        /* the first number seen */
    SEQUENCE_IN_ORDER,     /* highest + 1 */
    SEQUENCE_GAP,          /* numbers were skipped; `lost` says how many */
    SEQUENCE_OUT_OF_ORDER, /* fills a gap: late, not lost */
    SEQUENCE_DUPLICATE,    /* seen before */
    SEQUENCE_TOO_OLD,      /* behind the history: late or a duplicate, cannot be told */
    SEQUENCE_RESTART       /* jumped by more than SEQUENCE_WINDOW_JUMP either way: a new sequence */
};

#define SEQUENCE_WINDOW_JUMP 65536

struct sequence_window {
    uint64_t seen; /* bit i: highest - i was seen */
    uint32_t first;
    uint32_t highest;
    uint32_t acked; /* highest acknowledgment of the other side */
    uint32_t lost;  /* numbers skipped and not seen since */
    uint32_t out_of_order;
    uint32_t duplicates;
    bool started;
    bool has_acked; /* the other side has acknowledged something sent here */
};

struct sequence_order_verdict {
    enum sequence_order order;
    uint32_t lost; /* SEQUENCE_GAP: how many numbers are missing right before this one */
};

/* Takes the sequence number of a payload packet sent in this direction. `window` starts zeroed. */
struct sequence_order_verdict sequence_window_send(struct sequence_window *window, uint32_t seq);

/* Takes an acknowledgment that the other side sent. Returns true if it newly acknowledges a number
 * sent here: it moves forward and is not beyond `highest`. 4294967295 before anything was seen
 * ("nothing received yet") is false, and so is a repeat. */
bool sequence_window_ack(struct sequence_window *window, uint32_t ack);

/* Payload packets sent and not acknowledged, as far as this direction's numbers tell; 0 before the
 * first acknowledgment or sequence number. */
uint32_t sequence_window_outstanding(const struct sequence_window *window);

#endif
