/* What lies at a point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

void tracker_list_connection(struct tracker *tracker, struct tracked_connection *tracked)
{
    struct interface_info *info = tracker_interface(tracker, tracked->base.point);
    tracked->next_at_point = info->connections;
    info->connections = tracked;
    info->size++;
}

void tracker_list_call(struct tracker *tracker, struct tracked_call *tracked)
{
    struct interface_info *info = tracker_interface(tracker, tracked->base.point);
    info->size++;
    if (tracked->base.connection != NULL)
        return;
    tracked->next_at_point = info->calls;
    info->calls = tracked;
}
