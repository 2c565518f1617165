/* The octets of one direction of a TCP stream that a control stream still needs, in order and
 * without gaps, and which segment brought each. Octets that were on the wire but not in the capture
 * have a place here too, so that a message's Length leads over them. A capture has two windows for
 * each connection, and few segments change them: between two runs of these they are packed. Private
 * to pptp/control_framer.c and pptp/control_stream.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CONTROL_OCTETS_H
#define PPTPNAT_CONTROL_OCTETS_H

#include <stdbool.h>
#include <stdint.h>

#include "pptp_packet.h"

enum octet_kind {
    OCTET_KNOWN,
    OCTET_CUT, /* its segment was captured, the snap length left it out */
    OCTET_HOLE /* no segment with it was captured */
};

/* Octets that came together: from `seq` to the next run's. */
struct octet_run {
    uint32_t seq;
    uint32_t segment_seq; /* first payload octet of the segment; OCTET_HOLE: `seq` */
    uint32_t frame;       /* of the segment; OCTET_HOLE: 0 */
    enum octet_kind kind;
    bool unsure;
    struct tcp_checksum checksum; /* the segment's */
};

/* Zeroed memory is an empty window at sequence number 0. */
struct octet_window {
    uint8_t *octets;        /* while it is packed: the runs and the octets, by zero_runs_pack */
    struct octet_run *runs; /* NULL while it is packed */
    uint32_t count;
    uint32_t run_count;
    uint32_t start; /* sequence number of the first octet */
};

/* Empties the window, frees its memory, and lets it start at `seq`. */
void octet_window_reset(struct octet_window *window, uint32_t seq);

/* In as little memory as can be, until it is unpacked. In between only octet_window_reset and
 * octet_window_end may be called. */
void octet_window_pack(struct octet_window *window);
void octet_window_unpack(struct octet_window *window);

/* The sequence number behind the last octet. */
uint32_t octet_window_end(const struct octet_window *window);

/* Adds `count` octets at the end: copies of `octets`, or zeros if that is NULL. */
void octet_window_append(struct octet_window *window, const struct octet_run *run,
                         const uint8_t *octets, uint32_t count);

/* Forgets the octets before the last `keep` ones. */
void octet_window_trim(struct octet_window *window, uint32_t keep);

/* The octet at `seq` and those behind it, and the run it is in; `seq` must be in the window. The
 * pointers are valid until the window changes. */
const uint8_t *octet_window_at(const struct octet_window *window, uint32_t seq);
const struct octet_run *octet_window_run(const struct octet_window *window, uint32_t seq);

/* How many octets from `seq` on are known without a break, counted up to `most`. */
uint32_t octet_window_known(const struct octet_window *window, uint32_t seq, uint32_t most);

/* The first known octet from `seq` on; octet_window_end if there is none. */
uint32_t octet_window_skip_unknown(const struct octet_window *window, uint32_t seq);

/* The run of the first known octet of the window that has another value than its copy in the
 * `count` octets that start at `seq`; NULL if there is none. What came, or comes, as a single octet
 * is not compared: TCP keep-alives carry a meaningless one (RFC 1122 4.2.3.6). */
const struct octet_run *octet_window_differs(const struct octet_window *window, uint32_t seq,
                                             const uint8_t *octets, uint32_t count);

/* True if any of the `count` octets from `seq` on is in a hole. */
bool octet_window_has_hole(const struct octet_window *window, uint32_t seq, uint32_t count);

#endif
