/* What only the end of the file decides besides GRE: which NATs there are and whether they edit
 * PPTP, and which calls stayed alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"
#include "core/pptp/cause_table.h"

static bool hop_translates(const struct link_path *path, uint32_t hop)
{
    const struct endpoint *near = path->row[hop]->connection->end;
    const struct endpoint *far = path->row[hop + 1]->connection->end;
    return !endpoint_equal(&near[0], &far[0]) || !endpoint_equal(&near[1], &far[1]);
}

/* True for a call whose set-up both sides of the hop saw: only that shows what became of an id. */
static bool hop_is_known(const struct link *link, uint32_t hop)
{
    return link->path && hop + 1 < link->path->count && link->view.call[hop] &&
           link->view.call[hop + 1] && link->request[hop] && link->request[hop + 1] &&
           hop_translates(link->path, hop);
}

static void find_nats(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            if (!link->path || !link->path->order_known || !hop_translates(link->path, hop) ||
                !link->view.call[hop] || !link->view.call[hop + 1])
                continue;
            struct nat_device *nat =
                link_nat_between(linker, link->view.point[hop], link->view.point[hop + 1]);
            nat->calls++;
            nat->makes_clash = nat->makes_clash || link_clashes_at(link, hop);
            if (link->id_changed[hop])
                nat->pptp_editor = EDITOR_YES;
        }
    }
}

/* GRE ends at this hop for the call, or its id cannot be told from another's behind it. */
static bool is_hurt(const struct link *link, uint32_t hop)
{
    return link->blocked[0][hop] || link->blocked[1][hop] || link_clashes_at(link, hop);
}

/* Ids of clients need translating where several of them may leave with one address. Servers behind
 * the hop have one connection each that GRE can follow. */
static bool hides_client(const struct link *link, uint32_t hop)
{
    return !net_address_equal(&link->path->row[hop]->connection->end[0].address,
                              &link->path->row[hop + 1]->connection->end[0].address);
}

static struct finding *no_editor(struct linker *linker, const struct nat_device *nat,
                                 const struct link *link, uint32_t hop)
{
    uint32_t far = link_path_downward(link->path, link->request[hop]->sender) ? hop + 1 : hop;
    struct finding finding =
        link_finding(linker, FINDING_NO_EDITOR, link, hop, far, link->request[far]->frame);
    finding.peer_frame = link->request[far == hop ? hop + 1 : hop]->frame;
    finding.text = g_strdup_printf("addresses change at this hop, but no Call ID does (%u call%s)",
                                   nat->calls, nat->calls == 1 ? "" : "s");
    return link_say(linker, &finding);
}

/* Said once per NAT, on the first call that shows it; a call that is hurt has it for its cause. */
static void check_editors(struct linker *linker)
{
    GHashTable *reported =
        g_hash_table_new(hash_of_pointer, NULL); /* of a NAT: struct finding *, or NULL */
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            if (!hop_is_known(link, hop) || !hides_client(link, hop))
                continue;
            struct nat_device *nat =
                link_nat_between(linker, link->view.point[hop], link->view.point[hop + 1]);
            if (nat->pptp_editor == EDITOR_YES)
                continue;
            nat->pptp_editor = EDITOR_NO;
            if (!g_hash_table_contains(reported, nat))
                g_hash_table_insert(reported, nat, no_editor(linker, nat, link, hop));
            const struct finding *finding = g_hash_table_lookup(reported, nat);
            if (!is_hurt(link, hop))
                continue;
            if (finding && link->cause == FINDING_NONE)
                link->cause = finding->index;
        }
    }
    g_hash_table_destroy(reported);
}

static void count_faults(struct linker *linker)
{
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        if (!finding_is_nat(finding->id) || finding->link >= linker->links->len ||
            finding_kind(finding->id)->severity < SEVERITY_WARN)
            continue;
        const struct link *link = linker->links->pdata[finding->link];
        /* Tunnels that cannot be told apart before the first hop are the fault of none of these. */
        uint32_t hop = finding->id == FINDING_TUNNEL_MAYBE_AMBIGUOUS ? 0 : finding->hop;
        if (hop < link->view.count - 1)
            link_nat_between(linker, link->view.point[hop], link->view.point[hop + 1])->faults++;
    }
}

static bool several_points(const struct linker *linker)
{
    uint32_t first = TRACKER_NONE;
    for (uint32_t i = 0; i < tracker_call_count(linker->tracker); i++) {
        const struct call *call = tracker_call(linker->tracker, i);
        if (first != TRACKER_NONE && call->point != first)
            return true;
        first = call->point;
    }
    return linker->links->len > 0;
}

static void list_unlinked(struct linker *linker)
{
    bool several = several_points(linker);
    for (uint32_t i = 0; i < tracker_call_count(linker->tracker); i++) {
        struct call *call = tracker_call(linker->tracker, i);
        const struct call_notes *notes = call_notes_of(linker, call);
        const struct gre_flow *flow = call->flow[0] ? call->flow[0] : call->flow[1];
        if (call->absorbed_by || link_of_call(linker, call) ||
            (flow && !call->connection && linker_explains(linker, flow)))
            continue;
        const struct sighting *sighting =
            call->connection ? sighting_of(linker, call->connection) : NULL;
        struct unlinked_call *unlinked = g_new0(struct unlinked_call, 1);
        unlinked->call = call;
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
    for (uint32_t i = 0; i < tracker_connection_count(linker->tracker); i++) {
        const struct connection *connection = tracker_connection(linker->tracker, i);
        const struct endpoint *end = connection->end;
        if (!connection_is_pptp(connection))
            continue;
        if (!link_path_find_point(linker, connection->point, &end[0].address, &end[1].address))
            link_path_new_position(linker, linker->points, connection->point, 0);
    }
    for (uint32_t i = 0; i < tracker_flow_count(linker->tracker); i++) {
        const struct gre_flow *flow = tracker_flow(linker->tracker, i);
        if (!link_path_find_point(linker, flow->point, &flow->source, &flow->destination))
            link_path_new_position(linker, linker->points, flow->point, 0);
    }
}

static void count_frames(struct linker *linker)
{
    make_points(linker);
    for (guint i = 0; i < linker->points->len; i++)
        ((struct link_point *)linker->points->pdata[i])->frames = 0;
    for (uint32_t i = 0; i < tracker_connection_count(linker->tracker); i++) {
        const struct connection *connection = tracker_connection(linker->tracker, i);
        if (!connection_is_pptp(connection))
            continue;
        uint32_t index = linker_point_of_connection(linker, connection)->index;
        ((struct link_point *)linker->points->pdata[index])->frames += connection->messages->len;
    }
    for (uint32_t i = 0; i < tracker_flow_count(linker->tracker); i++) {
        const struct gre_flow *flow = tracker_flow(linker->tracker, i);
        uint32_t index = linker_point_of_call(linker, flow->call)->index;
        ((struct link_point *)linker->points->pdata[index])->frames += flow->packets;
    }
}

/* An editor that translates others left this request as it was, and GRE towards its sender ends at
 * the hop: the unchanged id is the reason, not a choice. */
static void check_setups(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            if (!hop_is_known(link, hop) || !link->request_same[hop])
                continue;
            const struct nat_device *nat =
                link_nat_between(linker, link->view.point[hop], link->view.point[hop + 1]);
            bool incoming = link->request[hop]->type == PPTP_ICRQ;
            if (nat->pptp_editor == EDITOR_YES &&
                link->blocked[incoming ? DIRECTION_A_TO_B : DIRECTION_B_TO_A][hop])
                link->contradicted[hop] = true;
            link_setup_judge(linker, link, hop);
        }
    }
}

/* The ids that the maps or the calls give, for those who read the link. */
static void show_ids(struct link *link)
{
    struct call_link *view = &link->view;
    view->roles_known = false;
    for (uint32_t i = 0; i < view->count; i++)
        view->roles_known = view->roles_known || (view->call[i] && view->call[i]->roles_known);
    for (uint32_t i = 0; i < view->count && view->roles_known; i++) {
        const struct call *call = view->call[i];
        bool own = call && call->roles_known;
        for (int o = 0; o < 2; o++) {
            const struct id_map *map = &link->map[o];
            view->has_id[o][i] = map->known[i] || (own && call->has_id[o]);
            view->id[o][i] = map->known[i] ? map->id[i] : own ? call->id[o] : 0;
        }
    }
}

void link_end(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++)
        show_ids(linker->links->pdata[i]);
    link_tunnel_mark(linker);
    find_nats(linker);
    link_before_call(linker);
    check_setups(linker);
    check_editors(linker);
    link_ip_checksums(linker);
    link_ppp_end(linker);
    cause_table_apply(linker);
    count_faults(linker);
    list_unlinked(linker);
    count_frames(linker);
}
