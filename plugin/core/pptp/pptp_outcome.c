/* See pptp_outcome.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pptp_outcome.h"

#include "core/outcome/verdict_weigh.h"
#include "core/outcome/verdict_words.h"
#include "verdict_advice.h"
#include "verdict_count.h"
#include "verdict_headline.h"
#include "verdict_well.h"

static void *conclude(const void *facts, struct linker *linker, struct finding_log *log)
{
    (void)facts;
    (void)log;
    return linker ? pptp_verdict_new(linker) : NULL;
}

static void free_concluded(void *concluded)
{
    pptp_verdict_free(concluded);
}

static bool has(enum finding_id id)
{
    return !finding_is_ipsec(id);
}

static uint32_t link_count(const void *concluded)
{
    return ((const struct pptp_verdict *)concluded)->linker->links->len;
}

static uint32_t points_of(const void *concluded, uint32_t link, const uint32_t **ret_points)
{
    const struct link *of = ((const struct pptp_verdict *)concluded)->linker->links->pdata[link];
    *ret_points = of->view.point;
    return of->view.count;
}

/* One that a single point shows is of no hop: it is its cause's, and without one the first's. */
static uint32_t hop_of(const struct linker *linker, const struct finding *finding)
{
    const struct finding *root = verdict_root(linker->log, finding);
    uint32_t hop = finding->hop != FINDING_NONE ? finding->hop : root->hop;
    if (hop == FINDING_NONE && root->id == FINDING_TUNNEL_AMBIGUOUS)
        return FINDING_NONE; /* of a NAT before the first hop */
    return hop != FINDING_NONE ? hop : 0;
}

static struct verdict_place place(const void *concluded, const struct finding *finding)
{
    const struct linker *linker = ((const struct pptp_verdict *)concluded)->linker;
    const struct link *link = link_of_finding(linker, finding);
    return (struct verdict_place){link ? link->view.index : FINDING_NONE, hop_of(linker, finding)};
}

/* The weightiest finding of the link, or that its tunnel cannot be told from another one. */
static const struct finding *or_clash(const struct linker *linker, const struct link *link,
                                      const struct finding *worst)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct finding *clash =
            link->at[position].clash ? finding_log_get(linker->log, link->at[position].clash - 1)
                                     : NULL;
        if (clash && (!worst || verdict_weight(clash->id) < verdict_weight(worst->id)))
            return verdict_root(linker->log, clash);
    }
    return worst;
}

static bool blames_nat(const struct finding *finding)
{
    return finding_is_nat(finding->id) || finding->id == FINDING_CALL_ID_IN_USE ||
           finding->id == FINDING_UNKNOWN_CALL_ID;
}

static void judge_link(void *concluded, uint32_t index, const struct finding *worst)
{
    const struct pptp_verdict *verdict = concluded;
    const struct link_facts *facts = &verdict->links[index];
    struct link *link = verdict->linker->links->pdata[index];
    worst = or_clash(verdict->linker, link, worst);
    bool is_well = facts->class == LINK_WELL || facts->class == LINK_CONTROL;
    link->view.worst = worst;
    link->view.status = worst ? VERDICT_FAULT : is_well ? VERDICT_OK : VERDICT_UNKNOWN;
}

static const struct pptp_verdict *verdict_of(const struct linker *linker)
{
    uint32_t member = 0;
    while (linker->end->members[member].part != &pptp_outcome_part)
        member++;
    return linker->end->members[member].concluded;
}

char *pptp_link_text(const struct linker *linker, const struct link_view *link)
{
    const struct link_facts *facts = &verdict_of(linker)->links[link->index];
    char *sentence = link->worst ? verdict_sentence(linker, link->worst) : NULL;
    GString *text = g_string_new(sentence);
    g_free(sentence);
    if (!link->worst || !blames_nat(link->worst)) {
        g_string_append(text, link->worst ? " " : "");
        pptp_append_link_well(text, facts, link->worst != NULL);
    }
    verdict_append_counts(linker, text, link);
    return g_string_free(text, FALSE);
}

static char *judge_nat(const void *concluded, const struct nat_device *nat, const char *name)
{
    return pptp_nat_well(concluded, nat, name);
}

static bool is_there(const void *concluded)
{
    const struct linker *linker = ((const struct pptp_verdict *)concluded)->linker;
    return linker->facts->sessions->len > 0 || pptp_connection_count(linker) > 0;
}

static enum verdict_status judge(const void *concluded, struct verdict_well *well)
{
    return pptp_capture_well(concluded, well);
}

/* The control message at the judged frame that was found wrong; NULL for GRE. */
static const struct message_record *message_of(const struct linker *linker,
                                               const struct finding *finding)
{
    const struct message_record *message =
        tracker_messages_on(tracker_of(linker), finding->judged_frame);
    while (message && finding->has_seen && message->next_on_frame &&
           link_pairing_of(linker, as_message(message)).mistranslation == MISTRANSLATION_NONE)
        message = record_of(message->next_on_frame);
    return message;
}

static struct verdict_case case_of(const void *concluded, const struct finding *finding)
{
    const struct linker *linker = ((const struct pptp_verdict *)concluded)->linker;
    return (struct verdict_case){linker, finding, message_of(linker, finding),
                                 link_of_finding(linker, finding)};
}

static char *headline(const void *concluded, const struct finding *finding, const char *nat)
{
    const struct verdict_case about = case_of(concluded, finding);
    return pptp_headline(&about, nat);
}

static char *consequence(const void *concluded, const struct finding *finding)
{
    const struct verdict_case about = case_of(concluded, finding);
    return pptp_consequence(&about);
}

static struct verdict_advice advice(const void *concluded, const struct finding *finding)
{
    const struct verdict_case about = case_of(concluded, finding);
    return verdict_advice(&about);
}

/* The NAT at which an attempt to connect ended, behind the last position of its link; NULL: none.
 */
static const struct nat_device *nat_of_attempt(const struct linker *linker,
                                               const struct finding *finding)
{
    for (guint i = 0; i < linker->end->nats->len; i++) {
        const struct nat_device *nat = linker->end->nats->pdata[i];
        if (nat->attempt == finding->index + 1)
            return nat;
    }
    return NULL;
}

/* Whether an address differs between the two points of the hop. */
static bool hop_translates(const struct link_path *path, uint32_t hop)
{
    const struct endpoint *near = path->row[hop]->connection->end;
    const struct endpoint *far = path->row[hop + 1]->connection->end;
    return !net_address_equal(&near[0].address, &far[0].address) ||
           !net_address_equal(&near[1].address, &far[1].address);
}

static bool is_nat(const struct nat_device *nat)
{
    return nat && nat->sessions + nat->others > 0;
}

/* A NAT that leaves Call IDs alone does not rewrite one: another device on the way does. */
static bool is_by_nat(const struct linker *linker, const struct finding *finding,
                      const struct link *link)
{
    const struct verdict_case about = {linker, finding, NULL, link};
    if (finding->id == FINDING_CALLID_MISTRANSLATED && verdict_has_no_editor(&about))
        return false;
    return finding->id == FINDING_GRE_MISDELIVERED || /* the address is another one behind it */
           (link->path && finding->hop + 1 < link->path->count &&
            hop_translates(link->path, finding->hop)) ||
           is_nat(link_nat_at(linker, link, finding->hop));
}

static bool where(const void *concluded, const struct finding *finding, struct verdict_hop *ret)
{
    const struct linker *linker = ((const struct pptp_verdict *)concluded)->linker;
    const struct link *link = link_of_finding(linker, finding);
    const struct nat_device *nat = nat_of_attempt(linker, finding);
    uint32_t hop = finding->hop;
    if (nat) {
        *ret = (struct verdict_hop){nat->inside, nat->outside, is_nat(nat)};
        return true;
    }
    if (!link || hop == FINDING_NONE || hop + 1 >= link->view.count)
        return false;
    *ret = (struct verdict_hop){link->view.point[hop], link->view.point[hop + 1],
                                is_by_nat(linker, finding, link)};
    return true;
}

/* One point shows who it was: a server that answers with another address, and an end that turns
 * down PPP or a request. */
static bool shows_culprit(const struct linker *linker, const struct finding *finding)
{
    const struct call *call = call_of(facts_session(linker->facts, finding->session));
    struct ppp_refusal refusal;
    switch (finding->id) {
    case FINDING_GRE_OTHER_SOURCE:
        return true;
    case FINDING_PPP_REFUSED:
        return call && tracker_ppp_refusal(call, &refusal) && !refusal.unanswered;
    case FINDING_REFUSED:
        return !verdict_names_wrong_id(
            tracker_messages_on(tracker_of(linker), finding->judged_frame));
    default:
        return false;
    }
}

static const char *step(const void *concluded, const struct finding *finding)
{
    const struct pptp_verdict *verdict = concluded;
    bool helps = verdict->linked == 0 && points_count(verdict->linker->points) == 1 &&
                 !shows_culprit(verdict->linker, finding);
    return helps ? "To see who did it, " PPTP_SECOND_CAPTURE "." : "";
}

const struct outcome_part pptp_outcome_part = {
    .name = "PPTP",
    .conclude = conclude,
    .free = free_concluded,
    .has = has,
    .weight = verdict_weight,
    .link_count = link_count,
    .place = place,
    .points_of = points_of,
    .judge_link = judge_link,
    .judge_nat = judge_nat,
    .is_there = is_there,
    .judge = judge,
    .headline = headline,
    .consequence = consequence,
    .advice = advice,
    .where = where,
    .step = step,
};
