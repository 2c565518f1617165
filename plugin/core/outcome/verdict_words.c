/* See verdict_words.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_words.h"

#include "core/pptp/verdict_advice.h"

/* The control message at the judged frame that was found wrong; NULL for GRE. */
static const struct message_record *message_of(const struct linker *linker,
                                               const struct finding *finding)
{
    const struct message_record *message =
        tracker_messages_on(linker->tracker, finding->judged_frame);
    while (message && finding->has_seen && message->next_on_frame &&
           link_pairing_of(linker, message).mistranslation == MISTRANSLATION_NONE)
        message = message->next_on_frame;
    return message;
}

/* The client is the PNS, but for incoming calls that it places. */
static const char *direction_words(const struct linker *linker, const struct finding *finding)
{
    const struct call *call =
        finding->call == FINDING_NONE ? NULL : tracker_call(linker->tracker, finding->call);
    bool client_is_pac = call && call->roles_known && call->pns != 0;
    switch (finding->direction) {
    case DIRECTION_A_TO_B:
        return client_is_pac ? ", from the server (PNS) to the client (PAC)"
                             : ", from the client (PNS) to the server (PAC)";
    case DIRECTION_B_TO_A:
        return client_is_pac ? ", from the client (PAC) to the server (PNS)"
                             : ", from the server (PAC) to the client (PNS)";
    case DIRECTION_NONE:
        break;
    }
    return "";
}

/* An end that is strict about Call IDs resets the connection: the reset is a consequence. */
static char *reset_words(const struct linker *linker, const struct finding *finding)
{
    const struct call *call =
        finding->call == FINDING_NONE ? NULL : tracker_call(linker->tracker, finding->call);
    bool wrong_id =
        finding->id == FINDING_UNKNOWN_CALL_ID || finding->id == FINDING_CALLID_MISTRANSLATED;
    if (!wrong_id || !call || call->ended_by != CALL_END_TCP_RESET ||
        call->ended_frame <= finding->judged_frame)
        return g_strdup("");
    return g_strdup_printf("The connection reset in frame %u is a consequence.", call->ended_frame);
}

char *verdict_nat_name(const struct linker *linker, const struct nat_device *nat)
{
    return linker->end->nats->len > 1
               ? g_strdup_printf("The %s between point %u and point %u",
                                 nat->calls + nat->others > 0 ? "NAT" : "device", nat->inside,
                                 nat->outside)
               : g_strdup("The NAT");
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

static char *between_words(const struct nat_device *nat, uint32_t inside, uint32_t outside)
{
    return g_strdup_printf(", at the %s between point %u and point %u",
                           nat && nat->calls + nat->others > 0 ? "NAT" : "device", inside, outside);
}

/* Which hop, where there are several. A bridge that translates no address is no NAT. */
static char *hop_words(const struct linker *linker, const struct verdict_case *about)
{
    const struct link *link = about->link;
    uint32_t hop = about->finding->hop, inside, outside;
    if (linker->end->part && linker->end->part->has(about->finding->id))
        return linker->points->len > 2 &&
                       linker->end->part->where(linker->end->of_part, about->finding, &inside,
                                                &outside)
                   ? between_words(link_nat_of_points(linker, inside, outside), inside, outside)
                   : g_strdup("");
    const struct nat_device *nat = nat_of_attempt(linker, about->finding);
    if (nat && linker->end->nats->len > 1)
        return between_words(nat, nat->inside, nat->outside);
    if (!link || link->view.count < 3 || hop + 1 >= link->view.count || hop == FINDING_NONE)
        return g_strdup("");
    return between_words(link_nat_at(linker, link, hop), link->view.point[hop],
                         link->view.point[hop + 1]);
}

/* "frame 15. Set-Link-Info: Peer's Call ID is ..." */
static char *detail_words(const struct finding *finding)
{
    if (!finding->text)
        return g_strdup_printf("frame %u", finding->judged_frame);
    return g_strdup_printf("frame %u. %c%s", finding->judged_frame,
                           g_ascii_toupper(finding->text[0]), finding->text + 1);
}

struct verdict_words verdict_words_new(const struct linker *linker, const struct finding *finding)
{
    const struct verdict_case about = {linker, finding, message_of(linker, finding),
                                       link_of_finding(linker, finding)};
    char *where = hop_words(linker, &about);
    struct verdict_words words = {
        .headline = g_strconcat(finding_kind(finding->id)->summary,
                                direction_words(linker, finding), where, NULL),
        .detail = detail_words(finding),
        .consequence = reset_words(linker, finding),
        .advice = linker->end->part && linker->end->part->has(finding->id)
                      ? linker->end->part->advice(finding)
                      : verdict_advice(&about),
    };
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
