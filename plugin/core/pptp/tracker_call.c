/* The life of calls: they begin, they are alive.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

bool tracker_call_alive(const struct call *call)
{
    return call->ended_by == CALL_END_NONE &&
           (call->connection == NULL ||
            !tracked_connection(connection_of(call->connection))->superseded);
}

void tracker_tell_call(struct tracker *tracker, struct call *call)
{
    if (tracker->observer.call != NULL)
        tracker->observer.call(tracker->observer.user, call);
}

struct call *tracker_call_new(struct tracker *tracker, struct pptp_connection *connection,
                              uint32_t point, uint32_t frame, int64_t time_ns)
{
    struct tracked_call *tracked = block_pool_add(&tracker->call_pool);
    struct call *call = &tracked->base;
    call->index = tracker->sessions->len;
    call->point = point;
    call->connection = as_connection(connection);
    call->setup_frame = frame;
    call->setup_time_ns = time_ns;
    g_ptr_array_add(tracker->sessions, call);
    tracker_list_call(tracker, tracked);
    if (connection == NULL)
        return call;
    struct tracked_connection *owner = tracked_connection(connection);
    pointers_add(&connection->calls, call);
    tracked->next = owner->live;
    if (owner->live != NULL)
        owner->live->before = tracked;
    owner->live = tracked;
    owner->live_count++;
    tracked->in_live = true;
    return call;
}
