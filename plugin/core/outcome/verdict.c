/* The verdict: on each link, on each NAT, on the capture. One cause is named, the rest stands under
 * it in the list of findings. What is said is each protocol's own (part.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "verdict_weigh.h"
#include "verdict_words.h"

/* A finding at the hop blames the NAT if it takes two points to see, or if such findings do. */
static void blame(const struct linker *linker, struct nat_device *nat,
                  const struct finding *finding)
{
    if ((finding_is_nat(finding->id) || nat->faults > 0) &&
        (!nat->worst || verdict_weight_of(linker, finding) < verdict_weight_of(linker, nat->worst)))
        nat->worst = finding;
}

static void judge_hops(struct linker *linker, const struct verdict_index *index, uint32_t link)
{
    const struct outcome_member *of = index->of;
    const uint32_t *points;
    uint32_t count = of->part->points_of(of->concluded, link, &points);
    for (uint32_t hop = 0; hop + 1 < count; hop++) {
        struct nat_device *nat = link_nat_of_points(linker, points[hop], points[hop + 1]);
        const struct finding *worst = nat ? verdict_weightiest_at(linker, index, link, hop) : NULL;
        if (worst)
            blame(linker, nat, worst);
    }
}

static void judge_links(struct linker *linker, const struct outcome_member *of)
{
    struct verdict_index index = verdict_index_new(linker, of);
    for (uint32_t link = 0; link < of->part->link_count(of->concluded); link++) {
        of->part->judge_link(of->concluded, link,
                             verdict_weightiest_at(linker, &index, link, VERDICT_ANY_HOP));
        judge_hops(linker, &index, link);
    }
    verdict_index_clear(&index);
}

/* The first protocol that crosses the NAT says what is well. */
static char *nat_well(const struct linker *linker, const struct nat_device *nat)
{
    char *name = verdict_nat_name(linker, nat), *text = NULL;
    for (uint32_t i = 0; i < linker->end->member_count && !text; i++) {
        const struct outcome_member *of = &linker->end->members[i];
        text = of->part->judge_nat(of->concluded, nat, name);
    }
    if (!text)
        text = g_strdup_printf("%s is fine.", name);
    g_free(name);
    return text;
}

static void judge_fault(struct linker *linker, const struct finding *worst, GString *text)
{
    struct verdict_words words = verdict_words_new(linker, worst);
    const struct outcome_member *of = verdict_member(linker, worst->id);
    const char *step = of->part->step(of->concluded, worst);
    char *sentence = verdict_words_text(&words);
    linker->end->status = VERDICT_FAULT;
    linker->end->cause = g_strdup(finding_kind(worst->id)->filter);
    linker->end->parts = verdict_words_parts(&words, step);
    g_string_append_printf(text, "%s%s%s", sentence, step[0] ? " " : "", step);
    g_free(sentence);
    verdict_words_clear(&words);
}

static void append_absent(const struct linker *linker, GString *text)
{
    for (uint32_t i = 0; i < linker->end->member_count; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "No " : " and no ",
                               linker->end->members[i].part->name);
    g_string_append(text, " in this capture.");
}

/* One protocol that is known to be well is enough. Returns what would show more. */
static const char *append_well(struct linker *linker, struct verdict_well *well)
{
    const char *step = "";
    linker->end->status = VERDICT_UNKNOWN;
    for (uint32_t i = 0; i < linker->end->member_count; i++) {
        const struct outcome_member *of = &linker->end->members[i];
        if (!of->part->is_there(of->concluded))
            continue;
        g_string_append(well->text, well->text->len > 0 ? " " : "");
        well->step = "";
        if (of->part->judge(of->concluded, well) == VERDICT_OK)
            linker->end->status = VERDICT_OK;
        if (!step[0])
            step = well->step;
    }
    if (well->text->len == 0)
        append_absent(linker, well->text);
    return step;
}

static void judge_no_fault(struct linker *linker, GString *text, GString *more)
{
    struct verdict_well well = {text, more, ""};
    const char *step = append_well(linker, &well);
    linker->end->cause = g_strdup("");
    linker->end->parts = (struct verdict_parts){
        .headline = g_strdup(text->str),
        .known = g_strdup(""),
        .symptom = g_strdup(""),
        .advice = g_strdup(step),
    };
    g_string_append_printf(text, "%s%s", step[0] ? " " : "", step);
    const char *limit = link_limit_touches(linker);
    if (limit) {
        linker->end->status = VERDICT_UNKNOWN;
        g_string_append_printf(more, " Some packets were not analysed: %s.", limit);
    }
}

/* How far the clocks of the points are apart, where that would mislead. */
static void append_clock(const struct linker *linker, GString *text)
{
    double offset = linker->end->clock_offset_s;
    if (linker->end->clocks_differ)
        g_string_append_printf(text,
                               " The clocks of the points differ: the outer one is %.1f s "
                               "%s the inner one.",
                               fabs(offset), offset > 0 ? "ahead of" : "behind");
}

static void judge_capture(struct linker *linker)
{
    const struct finding *worst = verdict_weightiest(linker);
    GString *text = g_string_new(NULL), *more = g_string_new(NULL);
    linker->end->worst = worst;
    if (worst)
        judge_fault(linker, worst, text);
    else
        judge_no_fault(linker, text, more);
    append_clock(linker, more);
    char *detail = g_strconcat(worst ? linker->end->parts.detail : "", more->str, NULL);
    g_free(linker->end->parts.detail);
    linker->end->parts.detail = g_strchug(detail);
    g_string_append(text, more->str);
    g_string_free(more, TRUE);
    linker->end->text = g_string_free(text, FALSE);
}

void link_verdict(struct linker *linker)
{
    for (guint i = 0; i < linker->end->nats->len; i++) {
        struct nat_device *nat = linker->end->nats->pdata[i];
        nat->worst = nat->attempt != 0 ? finding_log_get(linker->log, nat->attempt - 1) : NULL;
    }
    for (uint32_t i = 0; i < linker->end->member_count; i++)
        judge_links(linker, &linker->end->members[i]);
    for (guint i = 0; i < linker->end->nats->len; i++) {
        struct nat_device *nat = linker->end->nats->pdata[i];
        nat->text = nat->worst ? verdict_sentence(linker, nat->worst) : nat_well(linker, nat);
    }
    judge_capture(linker);
}
