/* See verdict_class.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_class.h"

#include "verdict_count.h"

/* Keys of GRE that two points of a call show differ. */
static bool keys_differ(const struct linker *linker, const struct link *link)
{
    for (int d = 0; d < 2; d++) {
        for (uint32_t position = 0; position + 1 < link->view.count; position++) {
            const struct flow *near = link_data_flow(linker, link->view.session[position], d);
            const struct flow *far = link_data_flow(linker, link->view.session[position + 1], d);
            if (near && far && near->id != far->id)
                return true;
        }
    }
    return false;
}

static enum link_class class_of(const struct linker *linker, const struct link *link)
{
    if (!link->path)
        return keys_differ(linker, link) ? LINK_KEYS_OTHER : LINK_KEYS_SAME;
    if (link->map[0].dropped || link->map[1].dropped)
        return LINK_DISPUTED;
    if (!link_order_known(link))
        return LINK_UNORDERED;
    return verdict_has_gre_twice(&link->view) ? LINK_WELL : LINK_CONTROL;
}

static struct link_facts facts_of(const struct linker *linker, const struct link *link)
{
    uint32_t positions = 0;
    for (uint32_t position = 0; position < link->view.count; position++)
        positions += link->view.session[position] != NULL;
    return (struct link_facts){
        .class = class_of(linker, link),
        .is_linked = positions > 1,
        .is_whole = link->path && link_order_known(link) && verdict_is_whole(&link->view),
        .has_gre = verdict_has_gre_twice(&link->view),
    };
}

static void find_rewritten(struct pptp_verdict *verdict)
{
    const struct linker *linker = verdict->linker;
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        if (finding->id != FINDING_DISCONNECT_REWRITTEN)
            continue;
        const struct link *link = link_of_finding(linker, finding);
        verdict->is_rewritten = true;
        if (link)
            verdict->links[link->view.index].is_rewritten = true;
    }
}

uint32_t pptp_connection_count(const struct linker *linker)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < linker->facts->connections->len; i++)
        count += facts_connection(linker->facts, i)->is_ours &&
                 !tracker_is_other_service(connection_of(facts_connection(linker->facts, i)));
    return count;
}

uint32_t pptp_linked_connection_count(const struct linker *linker)
{
    uint32_t count = 0;
    for (guint i = 0; i < linker->paths->len; i++)
        count += ((const struct link_path *)linker->paths->pdata[i])->count > 1;
    return count;
}

/* Of what some link is, or has. */
struct seen {
    bool class[LINK_UNORDERED + 1]; /* of links of any kind */
    bool control;                   /* two points show messages of a call */
    bool unordered;
    bool gre;
};

static struct seen seen_of(const struct pptp_verdict *verdict)
{
    struct seen seen = {0};
    for (guint i = 0; i < verdict->linker->links->len; i++) {
        const struct link_facts *facts = &verdict->links[i];
        const struct link *link = verdict->linker->links->pdata[i];
        seen.class[facts->class] = true;
        seen.control = seen.control || (link->path && facts->is_linked);
        seen.unordered =
            seen.unordered || (link->path && facts->is_linked && !link_order_known(link));
        seen.gre = seen.gre || facts->has_gre;
    }
    return seen;
}

static enum capture_class class_of_linked(const struct pptp_verdict *verdict)
{
    struct seen seen = seen_of(verdict);
    if (seen.class[LINK_DISPUTED])
        return CAPTURE_DISPUTED;
    if (!seen.control)
        return seen.class[LINK_KEYS_OTHER] ? CAPTURE_KEYS_OTHER : CAPTURE_KEYS_SAME;
    if (verdict->whole == 0 && seen.unordered)
        return CAPTURE_UNORDERED;
    if (!seen.gre)
        return CAPTURE_CONTROL;
    if (verdict->whole == 0)
        return CAPTURE_IN_PART;
    return verdict->linker->end->nats->len > 0 ? CAPTURE_WELL : CAPTURE_WELL_WITHOUT_NAT;
}

static enum capture_class class_of_capture(const struct pptp_verdict *verdict)
{
    if (verdict->linked > 0)
        return class_of_linked(verdict);
    if (pptp_linked_connection_count(verdict->linker) > 0)
        return CAPTURE_CONNECTIONS;
    return points_count(verdict->linker->points) > 1 ? CAPTURE_APART : CAPTURE_ALONE;
}

struct pptp_verdict *pptp_verdict_new(struct linker *linker)
{
    struct pptp_verdict *verdict = g_new0(struct pptp_verdict, 1);
    verdict->linker = linker;
    verdict->links = g_new0(struct link_facts, linker->links->len + 1);
    for (guint i = 0; i < linker->links->len; i++) {
        verdict->links[i] = facts_of(linker, linker->links->pdata[i]);
        verdict->linked += verdict->links[i].is_linked;
        verdict->whole += verdict->links[i].is_whole;
    }
    find_rewritten(verdict);
    verdict->class = class_of_capture(verdict);
    return verdict;
}

void pptp_verdict_free(struct pptp_verdict *verdict)
{
    if (!verdict)
        return;
    g_free(verdict->links);
    g_free(verdict);
}
