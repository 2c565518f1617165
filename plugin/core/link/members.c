/* Links and their calls: which calls are of which link, and at which position.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

struct link *link_new(struct linker *linker, struct link_path *path)
{
    struct link *link = block_pool_add(&linker->link_pool);
    link->view.index = linker->links->len;
    link->view.count = path ? path->count : 0;
    link->path = path;
    link->cause = FINDING_NONE;
    g_ptr_array_add(linker->links, link);
    if (path) {
        link->view.evidence = path->evidence;
        link_path_direct(link);
        g_ptr_array_add(path->links, link);
        link_path_points(linker, link);
    }
    return link;
}

void link_remember_host(struct linker *linker, struct link *link, uint32_t point,
                        const struct net_address *address)
{
    struct candidates *candidates =
        link_candidates(linker->by_host, link_host_key(point, address), true);
    if (candidates->len < LINK_STRAY_CANDIDATES && !candidates_has(candidates, link))
        candidates_add(candidates, link);
}

void link_put_call(struct linker *linker, struct link *link, uint32_t position, struct call *call)
{
    if (link_of_call(linker, call) || link->view.call[position])
        return;
    call_mark_for(linker, call)->link = link;
    call_mark_for(linker, call)->position = (uint8_t)position;
    link->view.call[position] = call;
    if (link->path)
        link_path_direct(link);
    link_owner_add(linker, call);
    if (call->connection) {
        link_remember_host(linker, link, call->point, &call->connection->end[0].address);
        link_remember_host(linker, link, call->point, &call->connection->end[1].address);
    }
}

static struct link *link_of(const struct linker *linker, const struct message_record *message)
{
    return message->call ? link_of_call(linker, message->call) : NULL;
}

/* The link of the call that a pair is about; made by its request, or by the first message of it
 * when the request is in neither capture. */
struct link *link_pair_link(struct linker *linker, const struct message_pair *pair)
{
    unsigned type = pair->near->type;
    bool sets_up = type == PPTP_OCRQ || type == PPTP_ICRQ || type == PPTP_OCRP || type == PPTP_ICRP;
    struct link *link = link_of(linker, pair->near);
    if (!link)
        link = link_of(linker, pair->far);
    if (link && link->path != pair->path)
        link =
            NULL; /* linked by GRE alone before its connection was: that link knows no positions */
    if (!link && pair->near->call && pair->far->call &&
        (sets_up || (pair->near->call->reply_frame == 0 && pair->far->call->reply_frame == 0))) {
        struct link_path *path = pair->path;
        link = path->first_link_free ? path->links->pdata[0] : link_new(linker, path);
        path->first_link_free = false;
        sets_up = true;
    }
    /* A call without link is none of the path's only link: its request is in one capture only. */
    bool of_another = !pair->path->first_link_free && (pair->near->call || pair->far->call);
    if (!link)
        return pair->path->links->len == 1 && !of_another ? pair->path->links->pdata[0] : NULL;
    if (sets_up) {
        if (pair->near->call)
            link_put_call(linker, link, pair->near_position, pair->near->call);
        if (pair->far->call)
            link_put_call(linker, link, pair->far_position, pair->far->call);
    }
    return link;
}
