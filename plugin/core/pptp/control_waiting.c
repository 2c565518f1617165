/* A short row of segments and what comparing copies says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_waiting.h"

#include <string.h>

/* Mirror ports repeat a packet sooner, senders (RFC 6298 2.4) later. */
#define SENT_AGAIN_NS INT64_C(50000000)

struct control_segment *waiting_at(const struct waiting_list *list, guint index)
{
    struct waiting_segment *waiting =
        index < waiting_count(list) ? g_ptr_array_index(list->items, index) : NULL;

    return waiting != NULL ? &waiting->segment : NULL;
}

void waiting_drop(struct waiting_list *list, guint index)
{
    list->octets -= waiting_at(list, index)->captured;
    g_ptr_array_remove_index(list->items, index);
    if (list->items->len == 0)
        g_clear_pointer(&list->items, g_ptr_array_unref);
}

void waiting_clear(struct waiting_list *list)
{
    if (list->items != NULL)
        g_clear_pointer(&list->items, g_ptr_array_unref);
    list->octets = 0;
}

static void note_damage(struct control_segment_verdict *verdict, uint32_t frame, uint32_t right)
{
    if (verdict->damaged_count < CONTROL_STREAM_DAMAGED)
        verdict->damaged[verdict->damaged_count++] = (struct control_damage){frame, right};
}

void waiting_judge_copy(uint32_t kept_frame, bool kept_wrong, const struct control_segment *segment,
                        struct control_segment_verdict *verdict)
{
    if (kept_wrong != segment->checksum.wrong) {
        note_damage(verdict, kept_wrong ? kept_frame : segment->frame,
                    kept_wrong ? segment->frame : kept_frame);
    } else if (!segment->doubted && !verdict->differs) {
        verdict->differs = true;
        verdict->differs_frame = kept_frame;
    }
}

/* What came as a single octet is not compared, as in octet_window_differs. */
static bool differs(const struct control_segment *waiting, const struct control_segment *segment)
{
    uint32_t seq = seq_diff(waiting->seq, segment->seq) > 0 ? waiting->seq : segment->seq;
    uint32_t in_waiting = seq - waiting->seq;
    uint32_t in_segment = seq - segment->seq;

    if (waiting->length == 1 || segment->length == 1 || in_waiting >= waiting->captured ||
        in_segment >= segment->captured)
        return false;
    return memcmp(waiting->payload + in_waiting, segment->payload + in_segment,
                  MIN(waiting->captured - in_waiting, segment->captured - in_segment)) != 0;
}

static bool is_inside(const struct control_segment *inner, const struct control_segment *outer)
{
    return seq_diff(inner->seq, outer->seq) >= 0 &&
           seq_diff(segment_end(inner), segment_end(outer)) <= 0;
}

/* Where in the row the segment is to wait. */
static guint compare_all(struct waiting_list *list, const struct control_segment *segment,
                         struct control_segment_verdict *verdict)
{
    const struct control_segment *waiting;
    guint place = 0;

    for (guint i = 0; (waiting = waiting_at(list, i)) != NULL;) {
        if (waiting->doubted && !segment->doubted && is_inside(waiting, segment)) {
            note_damage(verdict, waiting->frame, segment->frame);
            waiting_drop(list, i);
            continue;
        }
        if (!waiting->doubted && differs(waiting, segment))
            waiting_judge_copy(waiting->frame, waiting->checksum.wrong, segment, verdict);
        i++;
        if (seq_diff(waiting->seq, segment->seq) > 0)
            continue;
        place = i;
        if (!waiting->doubted && seq_diff(segment_end(waiting), segment_end(segment)) >= 0)
            verdict->retransmission = true;
    }
    return place;
}

void waiting_hold(struct waiting_list *list, const struct control_segment *segment,
                  struct control_segment_verdict *verdict)
{
    guint place = compare_all(list, segment, verdict);
    struct waiting_segment *waiting;

    if (verdict->retransmission)
        return;
    if (list->items == NULL)
        list->items = g_ptr_array_new_with_free_func(g_free);
    waiting = g_malloc(sizeof *waiting + segment->captured);
    waiting->segment = *segment;
    waiting->segment.payload = waiting->octets;
    if (segment->captured > 0)
        memcpy(waiting->octets, segment->payload, segment->captured);
    g_ptr_array_insert(list->items, (gint)place, waiting);
    list->octets += segment->captured;
}

struct control_segment *waiting_sent_before(const struct waiting_list *list,
                                            const struct control_segment *segment)
{
    struct control_segment *waiting;

    for (guint i = 0; (waiting = waiting_at(list, i)) != NULL; i++) {
        if (waiting->doubted && waiting->seq == segment->seq &&
            waiting->length == segment->length && waiting->captured == segment->captured &&
            segment->time_ns - waiting->time_ns >= SENT_AGAIN_NS &&
            (waiting->captured == 0 ||
             memcmp(waiting->payload, segment->payload, waiting->captured) == 0))
            return waiting;
    }
    return NULL;
}

void waiting_drop_disproved(struct waiting_list *list, uint32_t next, uint32_t frame,
                            struct control_segment_verdict *verdict)
{
    const struct control_segment *waiting;

    for (guint i = 0; (waiting = waiting_at(list, i)) != NULL;) {
        if (!waiting->doubted || seq_diff(segment_end(waiting), next) > 0) {
            i++;
            continue;
        }
        if (verdict != NULL)
            note_damage(verdict, waiting->frame, frame);
        waiting_drop(list, i);
    }
}
