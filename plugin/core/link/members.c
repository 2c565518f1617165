/* Links and their sessions: which sessions are of which link, and at which position.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

struct link *link_new(struct linker *linker, struct link_path *path)
{
    struct link *link = block_pool_add(&linker->link_pool);
    link->view.index = linker->links->len;
    link->view.count = path ? path->count : 0;
    link->path = path;
    link_make_room(linker, link, link->view.count);
    link->cause = FINDING_NONE;
    g_ptr_array_add(linker->links, link);
    if (path) {
        link->view.evidence = path->evidence;
        link_path_direct(link);
        path_add_link(path, link);
        link_path_points(linker, link);
    }
    return link;
}

void link_put_session(struct linker *linker, struct link *link, uint32_t position,
                      struct session *session)
{
    if (link_of_session(linker, session) || link->view.session[position])
        return;
    session_mark_for(linker, session)->link = link;
    session_mark_for(linker, session)->position = (uint8_t)position;
    link->view.session[position] = session;
    if (link->path)
        link_path_direct(link);
    linker->supplier->linked(linker, session);
    if (session->connection) {
        link_remember_host(linker, link, session->point, &session->connection->end[0].address);
        link_remember_host(linker, link, session->point, &session->connection->end[1].address);
    }
}

static struct link *link_of(const struct linker *linker, const struct message *message)
{
    return message->session ? link_of_session(linker, message->session) : NULL;
}

/* The link of the session that a pair is about; made by its request, or by the first message of it
 * when the request is in neither capture. */
struct link *link_pair_link(struct linker *linker, const struct message_pair *pair)
{
    bool sets_up = pair->near->sets_up;
    struct link *link = link_of(linker, pair->near);
    if (!link)
        link = link_of(linker, pair->far);
    if (link && link->path != pair->path)
        link =
            NULL; /* linked by data alone before its connection was: that link knows no positions */
    if (!link && pair->near->session && pair->far->session &&
        (sets_up ||
         (pair->near->session->reply_frame == 0 && pair->far->session->reply_frame == 0))) {
        struct link_path *path = pair->path;
        link = path->first_link_free ? path->first_link : link_new(linker, path);
        path->first_link_free = false;
        sets_up = true;
    }
    /* A session without link is none of the path's only link: its request is in one capture only.
     */
    bool of_another = !pair->path->first_link_free && (pair->near->session || pair->far->session);
    if (!link)
        return pair->path->first_link && !pair->path->more_links && !of_another
                   ? pair->path->first_link
                   : NULL;
    if (sets_up) {
        if (pair->near->session)
            link_put_session(linker, link, pair->near_position, pair->near->session);
        if (pair->far->session)
            link_put_session(linker, link, pair->far_position, pair->far->session);
    }
    return link;
}
