/* Words that the texts of several findings need: which end sends, receives, and sent what.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

static const struct session *with_roles(const struct link_view *view)
{
    for (uint32_t position = 0; position < view->count; position++) {
        const struct session *session = view->session[position];
        if (session && session->connection && session->roles_known)
            return session;
    }
    return NULL;
}

const char *link_sender_name(const struct linker *linker, const struct link_view *view,
                             enum direction direction)
{
    const struct session *session = with_roles(view);
    return session ? linker->supplier->sender_name(session, direction) : "sender";
}

const char *link_receiver_name(const struct linker *linker, const struct link_view *view,
                               enum direction direction)
{
    const struct session *session = with_roles(view);
    return session ? linker->supplier->receiver_name(session, direction) : "receiver";
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
