/* The end of calls.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

static void leave_live(struct tracked_call *tracked)
{
    struct tracked_connection *owner = tracked_connection(connection_of(tracked->base.connection));
    if (!tracked->in_live)
        return;
    if (tracked->before != NULL)
        tracked->before->next = tracked->next;
    else
        owner->live = tracked->next;
    if (tracked->next != NULL)
        tracked->next->before = tracked->before;
    tracked->next = tracked->before = NULL;
    tracked->in_live = false;
    owner->live_count--;
}

void tracker_call_end(struct tracker *tracker, struct call *call, enum call_end how, uint32_t frame,
                      int64_t time_ns)
{
    if (call->ended_by != CALL_END_NONE)
        return;
    tracker_judge_one_way(tracker, call, frame);
    call->ended_by = how;
    call->ended_frame = frame;
    call->ended_time_ns = time_ns;
    leave_live(tracked_call(call));
    tracker_drop_requests(tracked_connection(connection_of(call->connection)), call);
    tracker_tell_call(tracker, call);
}

void tracker_end_calls(struct tracker *tracker, struct tracked_connection *tracked,
                       enum call_end how, uint32_t frame, int64_t time_ns)
{
    const struct pointers *calls = &tracked->base.calls;
    for (guint i = 0; i < calls->count; i++) {
        struct call *call = calls->items[i];
        if (call->state != CALL_REFUSED)
            call->state = CALL_CLOSED;
        tracker_call_end(tracker, call, how, frame, time_ns);
    }
}
