/* The verdict in words: per call, per NAT, for the capture. One cause is named, the rest stands
 * under it in the list of findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/pptp/verdict_advice.h"
#include "verdict_count.h"
#include "verdict_weigh.h"
#include "verdict_words.h"

/* What is said of every Call ID is not true of one that Linux's helper rewrites (FINDINGS:
 * disconnect_rewritten). `link`: of it, or of all if NULL. */
static const char *but_disconnect(const struct linker *linker, const struct verdict_index *index,
                                  const struct link *link)
{
    for (uint32_t i = 0; i < verdict_count_of(linker, index, link); i++) {
        if (verdict_finding(linker, index, link, i)->id == FINDING_DISCONNECT_REWRITTEN)
            return ", except in a Call-Disconnect-Notify (see the note)";
    }
    return "";
}

#define DISPUTED                                                                                   \
    "The control messages of a call disagree about its Call ID. To see which of them is wrong, "   \
    "capture its set-up at both points."

#define UNORDERED                                                                                  \
    "Which of the points is nearer to the client is not known: addresses and TTL are equal, and "  \
    "no times tell. What happens between them is not judged; it takes a capture from before the "  \
    "call on."

/* Two fields disagree about an id of this call, and nothing tells which is right. */
static bool is_disputed(const struct link *link)
{
    return link->map[0].dropped || link->map[1].dropped;
}

static void append_link_well(GString *text, bool has_fault, bool with_gre, const char *except)
{
    if (has_fault)
        g_string_append(text, " The NAT translates the Call IDs of this call correctly.");
    else if (with_gre)
        g_string_append_printf(text, "The NAT is fine: every Call ID is correct%s.", except);
    else
        g_string_append_printf(text, "Every Call ID of its control messages is correct%s.", except);
}

/* Keys of GRE that two points of a call show differ. */
static bool keys_differ(const struct linker *linker, const struct link *link)
{
    for (int d = 0; d < 2; d++) {
        for (uint32_t position = 0; position + 1 < link->view.count; position++) {
            const struct gre_flow *near = link_gre_flow(linker, link->view.call[position], d);
            const struct gre_flow *far = link_gre_flow(linker, link->view.call[position + 1], d);
            if (near && far && near->call_id != far->call_id)
                return true;
        }
    }
    return false;
}

static const char *key_words(bool differ)
{
    return differ ? "are translated on the way" : "are the same at each point";
}

/* The weightiest finding of the link, or that its tunnel cannot be told from another one. */
static const struct finding *worst_of_link(const struct linker *linker,
                                           const struct verdict_index *index,
                                           const struct link *link)
{
    const struct finding *worst = verdict_weightiest(linker, index, link, VERDICT_ANY_HOP);
    for (uint32_t position = 0; position < link->view.count; position++) {
        const struct finding *clash =
            link->clash[position] ? finding_log_get(linker->log, link->clash[position] - 1) : NULL;
        if (clash && (!worst || verdict_weight(clash->id) < verdict_weight(worst->id)))
            return verdict_root(linker, clash);
    }
    return worst;
}

static void judge_link(const struct linker *linker, const struct verdict_index *index,
                       struct link *link)
{
    const struct finding *worst = worst_of_link(linker, index, link);
    GString *text = g_string_new(NULL);
    bool by_nat = worst && (finding_is_nat(worst->id) || worst->id == FINDING_CALL_ID_IN_USE ||
                            worst->id == FINDING_UNKNOWN_CALL_ID);
    bool sure = link->path && !is_disputed(link) && link_order_known(link);
    link->view.status = worst ? VERDICT_FAULT : sure ? VERDICT_OK : VERDICT_UNKNOWN;
    if (worst) {
        char *words = verdict_sentence(linker, worst);
        g_string_append(text, words);
        g_free(words);
    }
    if (!by_nat && !link->path)
        g_string_append_printf(text,
                               "%sOnly GRE of this call is linked; its Call IDs %s. To judge the "
                               "control messages too, capture its set-up.",
                               worst ? " " : "", key_words(keys_differ(linker, link)));
    else if (!by_nat && !sure)
        g_string_append_printf(text, "%s%s", worst ? " " : "",
                               is_disputed(link) ? DISPUTED : UNORDERED);
    else if (!by_nat)
        append_link_well(text, worst != NULL, verdict_has_gre_twice(&link->view),
                         but_disconnect(linker, index, link));
    verdict_append_counts(text, &link->view);
    g_free(link->view.text);
    link->view.text = g_string_free(text, FALSE);
}

/* The weightiest finding about each NAT, as `worst` of it. */
static void find_worst(const struct linker *linker, const struct verdict_index *index)
{
    for (guint i = 0; i < linker->end->nats->len; i++) {
        struct nat_device *nat = linker->end->nats->pdata[i];
        nat->worst = nat->attempt != 0 ? finding_log_get(linker->log, nat->attempt - 1) : NULL;
        if (!nat->worst && nat->of_part != 0)
            nat->worst = finding_log_get(linker->log, nat->of_part - 1);
    }
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            struct nat_device *nat = link_nat_at(linker, link, hop);
            const struct finding *own = verdict_weightiest(linker, index, link, hop);
            if (nat && own && (finding_is_nat(own->id) || nat->faults > 0) &&
                (!nat->worst || verdict_weight(own->id) < verdict_weight(nat->worst->id)))
                nat->worst = own;
        }
    }
}

static void judge_nat(const struct linker *linker, struct nat_device *nat, const char *except)
{
    const struct finding *worst = nat->worst;
    char *name = verdict_nat_name(linker, nat);
    if (worst)
        nat->text = verdict_sentence(linker, worst);
    else if (nat->calls == 0)
        nat->text = g_strdup_printf("%s is fine for the %u IKE and ESP SA%s seen on both sides.",
                                    name, nat->others, nat->others == 1 ? "" : "s");
    else if (nat->pptp_editor == EDITOR_YES)
        nat->text =
            g_strdup_printf("%s is fine: it translates every Call ID correctly%s.", name, except);
    else
        nat->text = g_strdup_printf(
            "%s is fine for these calls: it changed no Call ID, and none had to be changed.", name);
    g_free(name);
}

static uint32_t linked_calls(const struct linker *linker)
{
    uint32_t count = 0;
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        uint32_t positions = 0;
        for (uint32_t position = 0; position < link->view.count; position++)
            positions += link->view.call[position] != NULL;
        count += positions > 1;
    }
    return count;
}

#define SECOND_CAPTURE                                                                             \
    "capture on the other side of the NAT at the same time (tcpdump -i IFACE -s 0 -w other.pcap "  \
    "\"tcp port 1723 or proto 47 or icmp or (ip[6:2] & 0x3fff != 0)\"), then run pptpnat on both " \
    "files"

static uint32_t pptp_connections(const struct linker *linker)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < tracker_connection_count(linker->tracker); i++)
        count += connection_is_pptp(tracker_connection(linker->tracker, i)) &&
                 !tracker_is_other_service(tracker_connection(linker->tracker, i));
    return count;
}

static uint32_t linked_connections(const struct linker *linker)
{
    uint32_t count = 0;
    for (guint i = 0; i < linker->paths->len; i++)
        count += ((const struct link_path *)linker->paths->pdata[i])->count > 1;
    return count;
}

/* `advice`: what would show more. */
static void judge_unlinked(struct linker *linker, GString *text, GString *advice)
{
    uint32_t calls = tracker_call_count(linker->tracker), linked = linked_connections(linker);
    linker->end->status = VERDICT_UNKNOWN;
    if (calls == 0 && pptp_connections(linker) == 0)
        g_string_append(text, "No PPTP in this capture.");
    else if (linked > 0)
        g_string_append_printf(
            text,
            "%u TCP connection%s to the PPTP port seen at several points, but no "
            "call. That proves no fault; to see whether a tunnel passes, capture a call from its "
            "start to its end at each point.",
            linked, linked == 1 ? "" : "s");
    else if (linker->points->len > 1)
        g_string_append(text,
                        "Nothing seen at one point was seen at another. Check that the captures "
                        "cover the same time and that the NAT is between them.");
    else {
        g_string_append_printf(text, "%u call%s: nothing wrong that one capture can show.", calls,
                               calls == 1 ? "" : "s");
        g_string_append(advice, "To see whether a NAT translates correctly, " SECOND_CAPTURE ".");
    }
}

/* What was seen at two points of a linked call. */
struct seen_twice {
    bool control;   /* messages */
    bool gre;       /* packets of one direction */
    bool other_key; /* with another Call ID */
    bool guessed;   /* at points of unknown order */
    uint32_t whole; /* calls: set-up, and GRE both ways */
};

static struct seen_twice seen_twice(const struct linker *linker)
{
    struct seen_twice twice = {false, false, false, false, 0};
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        uint32_t positions = 0;
        for (uint32_t position = 0; position < link->view.count; position++)
            positions += link->view.call[position] != NULL;
        twice.control = twice.control || (link->path && positions > 1);
        twice.gre = twice.gre || verdict_has_gre_twice(&link->view);
        twice.guessed = twice.guessed || (link->path && positions > 1 && !link_order_known(link));
        twice.other_key = twice.other_key || (!link->path && keys_differ(linker, link));
        twice.whole += link->path && link_order_known(link) && verdict_is_whole(&link->view);
    }
    return twice;
}

static bool has_disputed(const struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        if (is_disputed(linker->links->pdata[i]))
            return true;
    }
    return false;
}

/* Nothing is wrong with `linked` calls: how much was there to see? */
static enum verdict_status append_all_well(const struct linker *linker, GString *text,
                                           uint32_t linked, const char *except)
{
    if (has_disputed(linker)) {
        g_string_append(text, DISPUTED);
        return VERDICT_UNKNOWN;
    }
    struct seen_twice twice = seen_twice(linker);
    uint32_t counted = twice.whole ? twice.whole : linked;
    char *count = g_strdup_printf("%u call%s", counted, counted == 1 ? "" : "s");
    if (!twice.control)
        g_string_append_printf(text,
                               "%s linked by GRE alone; the Call IDs %s. To judge the control "
                               "messages too, capture the set-up.",
                               count, key_words(twice.other_key));
    else if (twice.whole == 0 && twice.guessed)
        g_string_append(text, UNORDERED);
    else if (!twice.gre)
        g_string_append_printf(text,
                               "The control messages of %s are correct at every point. No GRE was "
                               "captured at two points, so whether the tunnel passes is not known: "
                               "capture with \"tcp port 1723 or proto 47\".",
                               count);
    else if (twice.whole == 0)
        g_string_append_printf(
            text,
            "Nothing captured of %s is wrong, but no call shows its set-up and GRE "
            "both ways at every point, so the NAT cannot be judged. Start both "
            "captures before the call.",
            count);
    else if (linker->end->nats->len > 0)
        g_string_append_printf(
            text, "The NAT is fine: %s linked across it, and every Call ID is correct%s.", count,
            except);
    else
        g_string_append_printf(text,
                               "No NAT between the points: %s linked, no address changes on the "
                               "way, and every Call ID is correct.",
                               count);
    if (twice.whole > 0 && twice.whole < linked)
        g_string_append_printf(text, " %u more %s seen only in part and not judged.",
                               linked - twice.whole, linked - twice.whole == 1 ? "was" : "were");
    g_free(count);
    return twice.whole > 0 ? VERDICT_OK : VERDICT_UNKNOWN;
}

/* One point shows who it was: a server that answers with another address, and an end that turns
 * down PPP or a request. */
static bool shows_culprit(const struct linker *linker, const struct finding *finding)
{
    const struct call *call =
        finding->call == FINDING_NONE ? NULL : tracker_call(linker->tracker, finding->call);
    struct ppp_refusal refusal;
    switch (finding->id) {
    case FINDING_GRE_OTHER_SOURCE:
        return true;
    case FINDING_PPP_REFUSED:
        return call && tracker_ppp_refusal(call, &refusal) && !refusal.unanswered;
    case FINDING_REFUSED:
        return !verdict_names_wrong_id(tracker_messages_on(linker->tracker, finding->judged_frame));
    default:
        return false;
    }
}

static const char *second_capture(const struct linker *linker, const struct finding *worst)
{
    bool helps =
        linked_calls(linker) == 0 && linker->points->len == 1 && !shows_culprit(linker, worst);
    return helps ? "To see who did it, " SECOND_CAPTURE "." : "";
}

static void judge_fault(struct linker *linker, const struct finding *worst, GString *text)
{
    struct verdict_words words = verdict_words_new(linker, worst);
    bool of_part = linker->end->part && linker->end->part->has(worst->id);
    const char *step = of_part ? linker->end->part->step(linker->end->of_part, worst)
                               : second_capture(linker, worst);
    char *sentence = verdict_words_text(&words);
    linker->end->status = VERDICT_FAULT;
    linker->end->cause = g_strdup(finding_kind(worst->id)->filter);
    linker->end->parts = verdict_words_parts(&words, step);
    g_string_append_printf(text, "%s%s%s", sentence, step[0] ? " " : "", step);
    g_free(sentence);
    verdict_words_clear(&words);
}

static void judge_no_fault(struct linker *linker, const char *except, GString *text, GString *more)
{
    uint32_t linked = linked_calls(linker);
    GString *advice = g_string_new(NULL);
    linker->end->cause = g_strdup("");
    if (linked > 0)
        linker->end->status = append_all_well(linker, text, linked, except);
    else
        judge_unlinked(linker, text, advice);
    verdict_append_part(linker,
                        tracker_call_count(linker->tracker) == 0 && pptp_connections(linker) == 0,
                        text, advice);
    linker->end->parts = (struct verdict_parts){
        .headline = g_strdup(text->str),
        .known = g_strdup(""),
        .symptom = g_strdup(""),
        .advice = g_strdup(advice->str),
    };
    if (advice->len > 0)
        g_string_append_printf(text, " %s", advice->str);
    if (linked > 0)
        verdict_append_loss(linker, more);
    const char *limit = link_limit_touches(linker);
    if (limit) {
        linker->end->status = VERDICT_UNKNOWN;
        g_string_append_printf(more, " Some packets were not analysed: %s.", limit);
    }
    g_string_free(advice, TRUE);
}

static void judge_capture(struct linker *linker, const char *except)
{
    const struct finding *worst = verdict_weightiest(linker, NULL, NULL, VERDICT_ANY_HOP);
    GString *text = g_string_new(NULL), *more = g_string_new(NULL);
    linker->end->worst = worst;
    if (worst)
        judge_fault(linker, worst, text);
    else
        judge_no_fault(linker, except, text, more);
    verdict_append_clock(linker, more);
    char *detail = g_strconcat(worst ? linker->end->parts.detail : "", more->str, NULL);
    g_free(linker->end->parts.detail);
    linker->end->parts.detail = g_strchug(detail);
    g_string_append(text, more->str);
    g_string_free(more, TRUE);
    linker->end->text = g_string_free(text, FALSE);
}

void link_verdict(struct linker *linker)
{
    struct verdict_index index = verdict_index_new(linker);
    for (guint i = 0; i < linker->links->len; i++)
        judge_link(linker, &index, linker->links->pdata[i]);
    const char *except = but_disconnect(linker, &index, NULL);
    find_worst(linker, &index);
    for (guint i = 0; i < linker->end->nats->len; i++)
        judge_nat(linker, linker->end->nats->pdata[i], except);
    judge_capture(linker, except);
    verdict_index_clear(&index);
}
