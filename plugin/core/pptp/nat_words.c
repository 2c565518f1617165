/* Words that the texts of several findings need: which end sends, receives, and sent what.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"

static const struct call *call_with_roles(const struct call_link *view)
{
    for (uint32_t position = 0; position < view->count; position++) {
        const struct call *call = view->call[position];
        if (call && call->connection && call->roles_known)
            return call;
    }
    return NULL;
}

const char *link_sender_name(const struct call_link *view, enum direction direction)
{
    const struct call *call = call_with_roles(view);
    return call ? tracker_sender_name(call, direction) : "sender";
}

const char *link_receiver_name(const struct call_link *view, enum direction direction)
{
    const struct call *call = call_with_roles(view);
    return call ? tracker_receiver_name(call, direction) : "receiver";
}

const char *link_times(uint32_t count, char text[LINK_TIMES_SIZE])
{
    if (count == 1)
        g_strlcpy(text, "once", LINK_TIMES_SIZE);
    else
        g_snprintf(text, LINK_TIMES_SIZE, "%u times", count);
    return text;
}

const char *link_meant_words(const struct link *link, uint32_t near_position, const char *sender)
{
    uint32_t count = link->path ? link->path->count : link->view.count;
    if (near_position != 0 && near_position + 1 < count)
        return "before this hop it is";
    if (g_str_equal(sender, "client"))
        return "the client sent";
    return g_str_equal(sender, "server") ? "the server sent" : "it was sent as";
}
