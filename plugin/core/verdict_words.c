/* See verdict_words.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_words.h"

#include "verdict_advice.h"

/* The control message at the judged frame that was found wrong; NULL for GRE. */
static const struct message_record *message_of(const struct linker *linker,
                                               const struct finding *finding)
{
    const struct message_record *message =
        tracker_messages_on(linker->tracker, finding->judged_frame);
    while (message && finding->has_seen && message->next_on_frame &&
           message->mistranslation == MISTRANSLATION_NONE)
        message = message->next_on_frame;
    return message;
}

static const char *direction_words(const struct finding *finding)
{
    switch (finding->direction) {
    case DIRECTION_PNS_TO_PAC:
        return ", from the PNS (client) to the PAC (server)";
    case DIRECTION_PAC_TO_PNS:
        return ", from the PAC (server) to the PNS (client)";
    case DIRECTION_NONE:
        break;
    }
    return "";
}

/* An end that is strict about Call IDs resets the connection: the reset is a consequence. */
static char *reset_words(const struct linker *linker, const struct finding *finding)
{
    const struct call *call =
        finding->call == FINDING_NOBODY ? NULL : tracker_call(linker->tracker, finding->call);
    bool wrong_id =
        finding->id == FINDING_UNKNOWN_CALL_ID || finding->id == FINDING_CALLID_MISTRANSLATED;
    if (!wrong_id || !call || call->ended_by != CALL_END_TCP_RESET ||
        call->ended_frame <= finding->judged_frame)
        return g_strdup("");
    return g_strdup_printf("The reset of the connection in frame %u is its consequence.",
                           call->ended_frame);
}

struct verdict_words verdict_words_new(const struct linker *linker, const struct finding *finding)
{
    const struct verdict_case about = {finding, message_of(linker, finding),
                                       link_of_finding(linker, finding)};
    return (struct verdict_words){
        .headline = g_strconcat(finding_kind(finding->id)->summary, direction_words(finding), NULL),
        .detail = g_strdup_printf("frame %u: %s", finding->judged_frame,
                                  finding->text ? finding->text : ""),
        .consequence = reset_words(linker, finding),
        .advice = verdict_advice(&about),
    };
}

void verdict_words_clear(struct verdict_words *words)
{
    g_free(words->headline);
    g_free(words->detail);
    g_free(words->consequence);
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
    g_string_append_printf(text, "%s (%s).", words->headline, words->detail);
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
