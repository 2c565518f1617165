/* What the packets of both points say about PPP that does not come up: whether all GRE passes,
 * which end sends none, and which one takes no notice of what it receives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

bool link_loses_gre(const struct link *link)
{
    bool lost = link_view_lost(&link->view);
    for (uint32_t hop = 0; hop + 1 < link->view.count; hop++)
        lost = lost || link->cross[hop].blocked[0] || link->cross[hop].blocked[1];
    return lost;
}

bool link_all_gre_passes(const struct link *link)
{
    if (!link || !link->path || link->view.count < 2)
        return false;
    for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
        if (link->view.hops[hop].count[0].passed == 0 || link->view.hops[hop].count[1].passed == 0)
            return false;
    }
    return !link_loses_gre(link);
}

enum direction link_gre_silent(const struct linker *linker, const struct link *link)
{
    bool passes[2] = {true, true}, sent[2] = {false, false};
    if (!link || !link->path || link->view.count < 2 || link_loses_gre(link))
        return DIRECTION_NONE;
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct session *call = link->view.session[position];
        if (!call || !call->connection)
            return DIRECTION_NONE; /* the set-up is not in that capture, so GRE may not be, too */
        for (int d = 0; d < 2; d++)
            sent[d] = sent[d] || link_data_flow(linker, call, d) != NULL;
    }
    for (int d = 0; d < 2; d++) {
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++)
            passes[d] = passes[d] && link->view.hops[hop].count[d].passed > 0;
    }
    for (int d = 0; d < 2; d++) {
        if (passes[1 - d] && !sent[d])
            return (enum direction)d;
    }
    return DIRECTION_NONE;
}

enum direction link_ppp_ignored_by(const struct link *link, const struct call *call)
{
    bool from_pns = call && tracker_ppp_answers(call, DIRECTION_PNS_TO_PAC);
    bool from_pac = call && tracker_ppp_answers(call, DIRECTION_PAC_TO_PNS);
    if (from_pns == from_pac || !link_all_gre_passes(link))
        return DIRECTION_NONE;
    return from_pns ? DIRECTION_PAC_TO_PNS : DIRECTION_PNS_TO_PAC;
}

bool link_ppp_unanswered(const struct link *link, const struct finding *finding)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct session *call = link->view.session[position];
        struct ppp_refusal refusal;
        if (call && call->index == finding->session && tracker_ppp_refusal(call_of(call), &refusal))
            return refusal.unanswered;
    }
    return false;
}

void link_ppp_end(struct linker *linker)
{
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        struct finding *finding = finding_log_get(linker->log, i);
        if (finding->id != FINDING_PPP_STALLED)
            continue;
        const struct session *call = facts_session(linker->facts, finding->session);
        enum direction by = link_ppp_ignored_by(link_of_finding(linker, finding), call_of(call));
        if (by == DIRECTION_NONE)
            continue;
        char *text = g_strdup_printf("%s; all GRE passes, but the %s ignores it", finding->text,
                                     tracker_sender_name(call_of(call), by));
        g_free(finding->text);
        finding->text = text;
    }
}

bool link_call_opened(const struct linker *linker, const struct call *call)
{
    const struct link *link = link_of_session(linker, as_session(call));
    for (uint32_t position = 0; link && position < link->view.count; position++) {
        const struct session *other = link->view.session[position];
        if (other && call_of(other)->stage >= PPP_STAGE_NETWORK)
            return true;
    }
    return false;
}
