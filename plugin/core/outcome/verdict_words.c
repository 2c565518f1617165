/* See verdict_words.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_words.h"

#include "verdict_weigh.h"

char *verdict_nat_name(const struct linker *linker, const struct nat_device *nat)
{
    return linker->end->nats->len > 1
               ? g_strdup_printf("The %s between point %u and point %u",
                                 nat->sessions + nat->others > 0 ? "NAT" : "device", nat->inside,
                                 nat->outside)
               : g_strdup("The NAT");
}

/* The name of a hop in a sentence. It is told by its points where there are several. */
static char *hop_name(const struct verdict_hop *hop, bool several)
{
    const char *what = hop->is_nat ? "NAT" : "device";
    if (several)
        return g_strdup_printf("the %s between point %u and point %u", what, hop->inside,
                               hop->outside);
    return g_strdup(hop->is_nat ? "the NAT" : "the device between the points");
}

/* Whether the hop is one of several, on the way of the finding's link or at all. */
static bool is_one_of_several(const struct linker *linker, const struct outcome_member *of,
                              const struct finding *finding)
{
    const uint32_t *points;
    uint32_t link = of->part->place(of->concluded, finding).link;
    return linker->end->nats->len > 1 ||
           (link != FINDING_NONE && of->part->points_of(of->concluded, link, &points) > 2);
}

char *linker_headline(const struct linker *linker, const struct finding *finding)
{
    const struct outcome_member *of = verdict_member(linker, finding->id);
    struct verdict_hop hop;
    char *nat = of->part->where(of->concluded, finding, &hop)
                    ? hop_name(&hop, is_one_of_several(linker, of, finding))
                    : NULL;
    char *headline = of->part->headline(of->concluded, finding, nat);
    g_free(nat);
    return headline;
}

static char *detail_words(const struct finding *finding)
{
    const char *text = finding->text;
    return text ? g_strdup_printf("%c%s.", g_ascii_toupper(text[0]), text + 1) : g_strdup("");
}

struct verdict_words verdict_words_new(const struct linker *linker, const struct finding *finding)
{
    const struct outcome_member *of = verdict_member(linker, finding->id);
    return (struct verdict_words){
        .headline = linker_headline(linker, finding),
        .where = g_strdup_printf("frame %u", finding->judged_frame),
        .detail = detail_words(finding),
        .consequence = of->part->consequence(of->concluded, finding),
        .advice = of->part->advice(of->concluded, finding),
    };
}

void verdict_words_clear(struct verdict_words *words)
{
    g_free(words->headline);
    g_free(words->where);
    g_free(words->detail);
    g_free(words->consequence);
}

void verdict_parts_clear(struct verdict_parts *parts)
{
    g_free(parts->headline);
    g_free(parts->detail);
    g_free(parts->known);
    g_free(parts->symptom);
    g_free(parts->advice);
    *parts = (struct verdict_parts){NULL, NULL, NULL, NULL, NULL};
}

/* Adds a sentence behind others. Steps of the advice stand on lines of their own, and follow each
 * other here. */
static void append_sentence(GString *text, const char *sentence)
{
    if (!sentence || !*sentence)
        return;
    g_string_append_c(text, ' ');
    for (const char *at = sentence; *at; at++)
        g_string_append_c(text, *at == '\n' ? ' ' : *at);
}

static char *where_and_detail(const struct verdict_words *words)
{
    GString *text = g_string_new(words->where);
    g_string_append_c(text, '.');
    append_sentence(text, words->detail);
    append_sentence(text, words->consequence);
    return g_string_free(text, FALSE);
}

struct verdict_parts verdict_words_parts(const struct verdict_words *words, const char *step)
{
    const struct verdict_advice *advice = &words->advice;
    bool both = advice->advice && step[0];
    return (struct verdict_parts){
        .headline = g_strconcat(words->headline, ".", NULL),
        .detail = where_and_detail(words),
        .known = g_strdup(advice->known ? advice->known : ""),
        .symptom = g_strdup(advice->symptom ? advice->symptom : ""),
        .advice = g_strconcat(advice->advice ? advice->advice : "", both ? "\n" : "", step, NULL),
    };
}

struct verdict_parts linker_parts_of(const struct linker *linker, const struct finding *finding)
{
    struct verdict_words words = verdict_words_new(linker, finding);
    struct verdict_parts parts = verdict_words_parts(&words, "");
    verdict_words_clear(&words);
    return parts;
}

char *verdict_words_text(const struct verdict_words *words)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s (%s).", words->headline, words->where);
    append_sentence(text, words->detail);
    append_sentence(text, words->consequence);
    append_sentence(text, words->advice.known);
    append_sentence(text, words->advice.symptom);
    append_sentence(text, words->advice.advice);
    return g_string_free(text, FALSE);
}

char *verdict_sentence(const struct linker *linker, const struct finding *finding)
{
    struct verdict_words words = verdict_words_new(linker, finding);
    char *text = verdict_words_text(&words);
    verdict_words_clear(&words);
    return text;
}
