/* Call IDs that two fields disagree about, of a call whose set-up is not in both captures: the
 * call's own GRE decides at the end, and all messages are judged once more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

/* The id that the call's own GRE carries before and behind each hop it passes. */
static bool learn_from_gre(const struct linker *linker, struct link *link, enum id_owner owner)
{
    enum direction direction = owner_id_direction(owner);
    struct id_map *map = &link->map[owner];
    if (!map->dropped)
        return false;
    for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
        if (link->view.hops[hop].count[direction].passed < LINK_DATA_HITS)
            return false;
    }
    for (uint32_t position = 0; position < link->view.count; position++) {
        if (link->at[position].misaddressed[direction])
            return false; /* which of the packets are its own is what is asked */
    }
    *map = (struct id_map){.firm = true};
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct session *call = link->view.session[position];
        link_put_id(link, owner, position, link_data_flow(linker, call, (int)direction)->id);
    }
    return true;
}

void link_judge_disputed(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        if (!link->path)
            continue;
        bool pns = learn_from_gre(linker, link, PPTP_OWNER_PNS);
        bool pac = learn_from_gre(linker, link, PPTP_OWNER_PAC);
        link->path->disputed = link->path->disputed || pns || pac;
    }
    for (guint i = 0; i < linker->paths->len; i++) {
        struct link_path *path = linker->paths->pdata[i];
        if (path->disputed)
            link_evidence_rejudge(linker, path);
        path->disputed = false;
    }
}
