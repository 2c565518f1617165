/* Which NATs translate Call IDs, and what follows where one does not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

static bool hop_translates(const struct link_path *path, uint32_t hop)
{
    const struct endpoint *near = path->row[hop]->connection->end;
    const struct endpoint *far = path->row[hop + 1]->connection->end;
    return !endpoint_equal(&near[0], &far[0]) || !endpoint_equal(&near[1], &far[1]);
}

/* True for a call whose set-up both sides of the hop saw: only that shows what became of an id. */
static bool hop_is_known(const struct link *link, uint32_t hop)
{
    return link->path && hop + 1 < link->path->count && link->view.session[hop] &&
           link->view.session[hop + 1] && link->at[hop].request && link->at[hop + 1].request &&
           hop_translates(link->path, hop);
}

/* GRE ends at this hop for the call, or its id cannot be told from another's behind it. */
static bool is_hurt(const struct link *link, uint32_t hop)
{
    return link->cross[hop].blocked[0] || link->cross[hop].blocked[1] || link_clashes_at(link, hop);
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
    uint32_t far = link_path_downward(link->path, link->at[hop].request->sender) ? hop + 1 : hop;
    struct finding finding =
        link_finding(linker, FINDING_NO_EDITOR, link, hop, far, link->at[far].request->frame);
    finding.peer_frame = link->at[far == hop ? hop + 1 : hop].request->frame;
    finding.text = g_strdup_printf("addresses change at this hop, but no Call ID does (%u call%s)",
                                   nat->sessions, nat->sessions == 1 ? "" : "s");
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
            if (nat->editor == EDITOR_YES)
                continue;
            nat->editor = EDITOR_NO;
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

/* An editor that translates others left this request as it was, and GRE towards its sender ends at
 * the hop: the unchanged id is the reason, not a choice. */
static void check_setups(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            if (!hop_is_known(link, hop) || !link->cross[hop].request_same)
                continue;
            const struct nat_device *nat =
                link_nat_between(linker, link->view.point[hop], link->view.point[hop + 1]);
            bool incoming = link->at[hop].request->type == PPTP_ICRQ;
            if (nat->editor == EDITOR_YES &&
                link->cross[hop].blocked[incoming ? DIRECTION_A_TO_B : DIRECTION_B_TO_A])
                link->cross[hop].contradicted = true;
            link_setup_judge(linker, link, hop);
        }
    }
}

void link_judge_editors(struct linker *linker)
{
    check_setups(linker);
    check_editors(linker);
}
