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

static char *between_words(const struct nat_device *nat, uint32_t inside, uint32_t outside)
{
    return g_strdup_printf(", at the %s between point %u and point %u",
                           nat && nat->sessions + nat->others > 0 ? "NAT" : "device", inside,
                           outside);
}

/* Which hop, where there are several. A bridge that translates no address is no NAT. */
static char *hop_words(const struct linker *linker, const struct outcome_member *of,
                       const struct finding *finding)
{
    uint32_t inside, outside;
    if (linker->points->len < 3 || !of->part->where(of->concluded, finding, &inside, &outside))
        return g_strdup("");
    return between_words(link_nat_of_points(linker, inside, outside), inside, outside);
}

/* "frame 15. <the finding's text>" */
static char *detail_words(const struct finding *finding)
{
    if (!finding->text)
        return g_strdup_printf("frame %u", finding->judged_frame);
    return g_strdup_printf("frame %u. %c%s", finding->judged_frame,
                           g_ascii_toupper(finding->text[0]), finding->text + 1);
}

struct verdict_words verdict_words_new(const struct linker *linker, const struct finding *finding)
{
    const struct outcome_member *of = verdict_member(linker, finding->id);
    char *what = of->part->headline(of->concluded, finding),
         *where = hop_words(linker, of, finding);
    struct verdict_words words = {
        .headline = g_strconcat(what, where, NULL),
        .detail = detail_words(finding),
        .consequence = of->part->consequence(of->concluded, finding),
        .advice = of->part->advice(of->concluded, finding),
    };
    g_free(what);
    g_free(where);
    return words;
}

void verdict_words_clear(struct verdict_words *words)
{
    g_free(words->headline);
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

struct verdict_parts verdict_words_parts(const struct verdict_words *words, const char *step)
{
    const struct verdict_advice *advice = &words->advice;
    bool both = advice->advice && step[0];
    return (struct verdict_parts){
        .headline = g_strconcat(words->headline, ".", NULL),
        .detail = g_strconcat(words->detail, ".", words->consequence[0] ? " " : "",
                              words->consequence, NULL),
        .known = g_strdup(advice->known ? advice->known : ""),
        .symptom = g_strdup(advice->symptom ? advice->symptom : ""),
        .advice = g_strconcat(advice->advice ? advice->advice : "", both ? "\n" : "", step, NULL),
    };
}

/* Steps of the advice stand on lines of their own, and follow each other here. */
static void append_sentence(GString *text, const char *sentence)
{
    if (!sentence || !*sentence)
        return;
    g_string_append_c(text, ' ');
    for (const char *at = sentence; *at; at++)
        g_string_append_c(text, *at == '\n' ? ' ' : *at);
}

char *verdict_words_text(const struct verdict_words *words)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s, %s.", words->headline, words->detail);
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
