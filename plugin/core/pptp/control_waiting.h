/* The segments of one direction that wait: for an earlier one, or to be believed in spite of a
 * wrong checksum. In order of their sequence numbers. Private to pptp/control_stream.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CONTROL_WAITING_H
#define PPTPNAT_CONTROL_WAITING_H

#include <glib.h>

#include "control_stream.h"

struct waiting_segment {
    struct control_segment segment; /* its payload follows */
    uint8_t octets[];
};

/* Zeroed memory is an empty list. */
struct waiting_list {
    GPtrArray *items; /* struct waiting_segment *; NULL: none */
    uint32_t octets;  /* captured ones, in all */
};

/* a - b in the sequence space: positive if a is later (RFC 9293 3.4). */
static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static inline uint32_t segment_end(const struct control_segment *segment)
{
    return segment->seq + segment->length;
}

static inline guint waiting_count(const struct waiting_list *list)
{
    return list->items != NULL ? list->items->len : 0;
}

/* NULL: there are no more. Valid until it is dropped. */
struct control_segment *waiting_at(const struct waiting_list *list, guint index);
void waiting_drop(struct waiting_list *list, guint index);
void waiting_clear(struct waiting_list *list);

/* A copy of a segment, or of a part of it, that is kept has other octets: a fault, unless the
 * checksum of one of them tells that it was damaged. */
void waiting_judge_copy(uint32_t kept_frame, bool kept_wrong, const struct control_segment *segment,
                        struct control_segment_verdict *verdict);
/* Keeps a copy of the segment, unless one is kept already that is as good. Drops the doubted ones
 * of which it is a better copy. */
void waiting_hold(struct waiting_list *list, const struct control_segment *segment,
                  struct control_segment_verdict *verdict);
/* The doubted segment with the same octets that was sent before this doubted one; NULL: none. */
struct control_segment *waiting_sent_before(const struct waiting_list *list,
                                            const struct control_segment *segment);
/* Drops the doubted segments whose octets, all before `next`, came in `frame` with a right
 * checksum; `verdict` may be NULL. */
void waiting_drop_disproved(struct waiting_list *list, uint32_t next, uint32_t frame,
                            struct control_segment_verdict *verdict);

#endif
