/* What only the end of the file decides besides what passed: which NATs there are, and which
 * sessions stayed alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"
#include "cause.h"

static bool hop_translates(const struct link_path *path, uint32_t hop)
{
    const struct endpoint *near = path->row[hop]->connection->end;
    const struct endpoint *far = path->row[hop + 1]->connection->end;
    return !endpoint_equal(&near[0], &far[0]) || !endpoint_equal(&near[1], &far[1]);
}

static void find_nats(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            if (!link->path || !link->path->order_known || !hop_translates(link->path, hop) ||
                !link->view.session[hop] || !link->view.session[hop + 1])
                continue;
            struct nat_device *nat =
                link_nat_between(linker, link->view.point[hop], link->view.point[hop + 1]);
            nat->sessions++;
            nat->makes_clash = nat->makes_clash || link_clashes_at(link, hop);
            if (link->cross[hop].id_changed)
                nat->editor = EDITOR_YES;
        }
    }
}

static void count_faults(struct linker *linker)
{
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        if (!finding_is_nat(finding->id) || finding->link >= linker->links->len ||
            finding_kind(finding->id)->severity < SEVERITY_WARN)
            continue;
        const struct link *link = linker->links->pdata[finding->link];
        uint32_t hop = linker->supplier->hop_of(finding);
        if (hop < link->view.count - 1)
            link_nat_between(linker, link->view.point[hop], link->view.point[hop + 1])->faults++;
    }
}

static bool several_points(const struct linker *linker)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < linker->facts->sessions->len; i++) {
        const struct session *session = facts_session(linker->facts, i);
        if (first != UINT32_MAX && session->point != first)
            return true;
        first = session->point;
    }
    return linker->links->len > 0;
}

static void list_unlinked(struct linker *linker)
{
    bool several = several_points(linker);
    for (uint32_t i = 0; i < linker->facts->sessions->len; i++) {
        struct session *session = facts_session(linker->facts, i);
        const struct session_notes *notes = session_notes_of(linker, session);
        const struct flow *flow = session->flow[0] ? session->flow[0] : session->flow[1];
        if (session->absorbed_by || link_of_session(linker, session) ||
            (flow && !session->connection && linker_explains(linker, flow)))
            continue;
        const struct sighting *sighting =
            session->connection ? sighting_of(linker, session->connection) : NULL;
        struct unlinked_session *unlinked = g_new0(struct unlinked_session, 1);
        unlinked->session = session;
        if ((sighting && sighting->ambiguous && !sighting->path) || (notes && notes->ambiguous))
            unlinked->reason = "several candidates fit equally";
        else
            unlinked->reason = several ? "seen at this point only" : "only one point was captured";
        g_ptr_array_add(linker->end->unlinked, unlinked);
    }
}

/* Now that no link is made any more, tracker points without one become positions too. */
static void make_points(struct linker *linker)
{
    for (uint32_t i = 0; i < linker->facts->connections->len; i++) {
        const struct connection *connection = facts_connection(linker->facts, i);
        const struct endpoint *end = connection->end;
        if (!connection->is_ours)
            continue;
        if (!points_between(linker->points, connection->point, &end[0].address, &end[1].address))
            points_add(linker->points, connection->point, 0);
    }
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        const struct flow *flow = facts_flow(linker->facts, i);
        if (!points_between(linker->points, flow->point, &flow->source, &flow->destination))
            points_add(linker->points, flow->point, 0);
    }
}

static void count_frames(struct linker *linker)
{
    make_points(linker);
    for (guint i = 0; i < points_count(linker->points); i++)
        points_get(linker->points, i)->frames = 0;
    for (uint32_t i = 0; i < linker->facts->connections->len; i++) {
        const struct connection *connection = facts_connection(linker->facts, i);
        if (!connection->is_ours)
            continue;
        uint32_t index = linker_point_of_connection(linker, connection)->index;
        points_get(linker->points, index)->frames += connection->messages.count;
    }
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        const struct flow *flow = facts_flow(linker->facts, i);
        uint32_t index = linker_point_of_session(linker, flow->session)->index;
        points_get(linker->points, index)->frames += flow->packets;
    }
}

/* The ids that the maps or the sessions give, for those who read the link. */
static void show_ids(struct link *link)
{
    struct link_view *view = &link->view;
    view->roles_known = false;
    for (uint32_t i = 0; i < view->count; i++)
        view->roles_known =
            view->roles_known || (view->session[i] && view->session[i]->roles_known);
    for (uint32_t i = 0; i < view->count && view->roles_known; i++) {
        const struct session *session = view->session[i];
        bool own = session && session->roles_known;
        for (int o = OWNER_A; o <= OWNER_B; o++) {
            uint16_t id;
            bool known = link_id_at(link, (enum id_owner)o, i, &id);
            view->places[i].has_id[o] = known || (own && session->has_id[o]);
            view->places[i].id[o] = known ? id : own ? session->id[o] : 0;
        }
    }
}

void link_end(struct linker *linker)
{
    const struct supplier *supplier = linker->supplier;
    for (guint i = 0; i < linker->links->len; i++)
        show_ids(linker->links->pdata[i]);
    find_nats(linker);
    supplier->judge_nats(linker);
    link_ip_checksums(linker);
    uint32_t count;
    const struct cause_row *causes = supplier->causes(&count);
    link_causes(linker, causes, count);
    count_faults(linker);
    list_unlinked(linker);
    count_frames(linker);
}
