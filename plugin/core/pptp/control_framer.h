/* Octets in order into PPTP messages: where each one ends, and where the next one begins after a
 * gap or after octets that are no message. Private to pptp/control_stream.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CONTROL_FRAMER_H
#define PPTPNAT_CONTROL_FRAMER_H

#include "control_octets.h"
#include "control_stream.h"

#define CONTROL_FRAMER_LONGEST 1024 /* a longer Length is not believed */

/* Zeroed memory is a framer at sequence number 0. */
struct control_framer {
    struct octet_window window; /* history, then what is not delivered */
    uint32_t parsed;            /* messages were delivered up to here */
    bool searching;             /* the next header has to be searched */
    bool resynchronised;        /* the header at `parsed` was */
};

struct control_sink {
    control_piece_fn deliver;
    void *user;
    uint32_t frame; /* that makes messages complete now */
    int64_t time_ns;
};

/* True if `data` is the start of a plausible header as far as `count` octets, at least 1, tell. */
bool control_framer_could_begin(const uint8_t *data, uint32_t count);

/* Forgets everything before `seq`. */
void control_framer_begin(struct control_framer *framer, uint32_t seq, bool searching);

/* Delivers what is complete in the window. What stays is less than CONTROL_FRAMER_LONGEST. */
void control_framer_cut(struct control_framer *framer, const struct control_sink *sink);

#endif
