/* See verdict_headline.h. The sentences are a table; the first row that fits is taken.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_headline.h"

#include <string.h>

#include "verdict_advice.h"

/* What a sentence is about. */
struct subject {
    const struct verdict_case *about;
    int sender; /* the end of the control connection that sent the packet; -1: not known */
    bool client_is_pac;
    const char *nat;
};

static const struct call *call_about(const struct verdict_case *about)
{
    const struct link *link = about->link;
    const struct call *call =
        call_final(tracker_call(tracker_of(about->linker), about->finding->session));
    for (uint32_t i = 0; link && i < link->view.count; i++) {
        if (call && call->connection && call->roles_known)
            break;
        call = link->view.session[i] ? call_of(link->view.session[i]) : call;
    }
    return call;
}

/* Who sent what is no message: a SYN, a RST, or who closed. */
static int sender_of_segment(const struct verdict_case *about)
{
    const struct pptp_connection *connection = verdict_connection(about);
    uint32_t frame = about->finding->judged_frame;
    for (int end = 0; connection && end < 2; end++) {
        if (connection->tcp[end].syn.frame == frame ||
            connection_rst(connection, end).frame == frame ||
            connection_fin(connection, end).frame == frame)
            return end;
    }
    return -1;
}

static int sender_of(const struct verdict_case *about)
{
    const struct call *call = call_about(about);
    if (about->finding->direction == DIRECTION_NONE)
        return about->message ? about->message->sender : sender_of_segment(about);
    return call && call->connection && call->roles_known
               ? session_sender(as_session(call), about->finding->direction)
               : -1;
}

static struct subject subject_of(const struct verdict_case *about, const char *nat)
{
    const struct call *call = call_about(about);
    bool client_is_pac = call && call->connection && call->roles_known && call->end_a != 0;
    return (struct subject){about, sender_of(about), client_is_pac, nat};
}

static bool has_message(const struct subject *subject)
{
    return subject->about->message != NULL;
}

static bool is_kind(const struct subject *subject, enum mistranslation kind)
{
    return subject->about->finding->mistranslation == kind;
}

static bool is_untranslated(const struct subject *subject)
{
    return is_kind(subject, MISTRANSLATION_UNTRANSLATED);
}

static bool is_zero(const struct subject *subject)
{
    return is_kind(subject, MISTRANSLATION_ZERO);
}

static bool is_tcp_port(const struct subject *subject)
{
    return is_kind(subject, MISTRANSLATION_TCP_PORT);
}

static bool is_byte_swapped(const struct subject *subject)
{
    return is_kind(subject, MISTRANSLATION_BYTE_SWAPPED);
}

static bool is_other_owner(const struct subject *subject)
{
    return is_kind(subject, MISTRANSLATION_OTHER_OWNER);
}

static bool is_other_call(const struct subject *subject)
{
    return is_kind(subject, MISTRANSLATION_OTHER_CALL);
}

static bool is_earlier_call(const struct subject *subject)
{
    return is_kind(subject, MISTRANSLATION_EARLIER_CALL);
}

/* The hop leaves the Call IDs of other fields as they are. */
static bool is_rewritten(const struct subject *subject)
{
    return verdict_has_no_editor(subject->about);
}

/* The NAT has lost the call: what it did before, it does no more. */
static bool has_lost_state(const struct subject *subject)
{
    const struct verdict_case *about = subject->about;
    return about->link && link_has_lost_state(about->linker, about->link, about->finding);
}

static bool has_ceased(const struct subject *subject)
{
    const struct link *link = subject->about->link;
    return link && link->ceased.reported == subject->about->finding->index + 1;
}

static bool is_syn(const struct subject *subject)
{
    return !has_message(subject) && subject->sender == 0;
}

static bool is_syn_ack(const struct subject *subject)
{
    return !has_message(subject) && subject->sender == 1;
}

static bool is_sender_known(const struct subject *subject)
{
    return subject->sender >= 0;
}

static bool is_disconnect(const struct subject *subject)
{
    return has_message(subject) && subject->about->message->type == PPTP_CDN;
}

static bool is_call_reply(const struct subject *subject)
{
    return has_message(subject) && (subject->about->message->type == PPTP_OCRP ||
                                    subject->about->message->type == PPTP_ICRP);
}

static bool has_refusal(const struct subject *subject, enum ppp_refusal_kind kind)
{
    const struct finding *finding = subject->about->finding;
    const struct call *call = tracker_call(tracker_of(subject->about->linker), finding->session);
    struct ppp_refusal refusal;
    return call && tracker_ppp_refusal(call, &refusal) && refusal.kind == kind;
}

static bool is_login(const struct subject *subject)
{
    return has_refusal(subject, PPP_REFUSAL_LOGIN);
}

static bool is_hang_up(const struct subject *subject)
{
    return has_refusal(subject, PPP_REFUSAL_LINK);
}

/* $N the hop, $S who sent, $R the other end, $M the message or "GRE headers", $P "GRE" or "TCP". A
 * sentence with $N is for findings about a hop. */
static const struct {
    enum finding_id id;
    bool (*when)(const struct subject *subject); /* NULL: always */
    const char *words;
} rows[] = {
    {FINDING_CALLID_MISTRANSLATED, has_lost_state, "$N no longer translates $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, is_rewritten, "$N rewrites the Call ID of $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, is_untranslated, "$N does not translate $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, is_zero, "$N sets the Call ID of $M from $S to 0"},
    {FINDING_CALLID_MISTRANSLATED, is_tcp_port,
     "$N puts a TCP port into the Call ID of $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, is_byte_swapped,
     "$N swaps the bytes of the Call ID of $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, is_other_owner,
     "$N puts the wrong end's Call ID into $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, is_other_call, "$N puts another call's Call ID into $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, is_earlier_call,
     "$N puts an earlier call's Call ID into $M from $S"},
    {FINDING_CALLID_MISTRANSLATED, NULL, "$N puts a wrong Call ID into $M from $S"},
    {FINDING_SETUP_UNTRANSLATED, NULL, "$N does not translate $M from $S"},
    {FINDING_NO_EDITOR, NULL, "$N does not translate Call IDs: it passes $M from $S unchanged"},
    {FINDING_MAPPING_CHANGED, NULL, "$N changes the Call ID of $M from $S while the call is up"},
    {FINDING_TUNNEL_AMBIGUOUS, NULL, "$N gives GRE headers to $R one Call ID in two tunnels"},
    {FINDING_TUNNEL_AMBIGUOUS, NULL, "GRE headers to $R have one Call ID in two tunnels"},
    {FINDING_TUNNEL_MAYBE_AMBIGUOUS, NULL,
     "$N may give GRE headers to $R one Call ID in two tunnels"},
    {FINDING_TUNNEL_MAYBE_AMBIGUOUS, NULL, "GRE headers to $R may have one Call ID in two tunnels"},
    {FINDING_GRE_NOT_FORWARDED, has_ceased, "$N no longer forwards GRE from $S to $R"},
    {FINDING_GRE_NOT_FORWARDED, NULL, "$N does not forward GRE from $S to $R"},
    {FINDING_GRE_MAYBE_NOT_FORWARDED, NULL, "$N may not forward GRE from $S to $R"},
    {FINDING_GRE_MISDELIVERED, NULL, "$N delivers GRE from $S to a wrong host"},
    {FINDING_GRE_OTHER_ADDRESS, is_untranslated,
     "$N does not translate the address of GRE from $S"},
    {FINDING_GRE_OTHER_ADDRESS, NULL,
     "$N sends GRE from $S with another address than its control connection"},
    {FINDING_GRE_OTHER_SOURCE, NULL,
     "GRE from $S comes from another address than its control connection"},
    {FINDING_CONTROL_NOT_FORWARDED, has_message, "$N does not forward $M from $S"},
    {FINDING_CONTROL_NOT_FORWARDED, is_syn, "$N does not forward the SYN from $S"},
    {FINDING_CONTROL_NOT_FORWARDED, is_syn_ack, "$N does not forward the SYN-ACK from $S"},
    {FINDING_CONTROL_NOT_FORWARDED, is_syn, "The SYN from $S does not reach the next point"},
    {FINDING_RESET_INJECTED, is_sender_known, "$N resets the control connection in the name of $S"},
    {FINDING_RESET_INJECTED, is_sender_known, "The control connection is reset in the name of $S"},
    {FINDING_PAYLOAD_ALTERED, NULL, "$N changes bytes of $M from $S that are no Call ID"},
    {FINDING_CHECKSUM_NOT_UPDATED, NULL, "$N does not update the TCP checksum of $M from $S"},
    {FINDING_IP_CHECKSUM_WRONG, NULL, "$N does not update the IP checksum of $P from $S"},
    {FINDING_RETRANSMISSION_DIFFERS, has_message, "Two copies of $M from $S differ"},
    {FINDING_FRAGMENT_LOST, NULL, "$N does not forward IP fragments of GRE from $S to $R"},
    {FINDING_LARGE_PACKETS_LOST, NULL, "$N does not forward large GRE packets from $S to $R"},
    {FINDING_GRE_ONE_WAY, NULL, "GRE goes from $S to $R only"},
    {FINDING_UNKNOWN_CALL_ID, has_message, "$M from $S has the Call ID of no call"},
    {FINDING_CALL_ID_IN_USE, has_message, "$M from $S has the Call ID of another call"},
    {FINDING_BAD_COOKIE, is_sender_known, "A message from $S has a wrong Magic Cookie"},
    {FINDING_BAD_LENGTH, has_message, "$M from $S has a wrong Length"},
    {FINDING_UNKNOWN_TYPE, is_sender_known, "A message from $S is of no type of RFC 2637"},
    {FINDING_NO_REPLY, has_message, "$R does not answer $M"},
    {FINDING_ECHO_UNANSWERED, has_message, "$R does not answer $M"},
    {FINDING_REFUSED, is_disconnect, "$S ends the call with a failure ($M)"},
    {FINDING_REFUSED, is_call_reply, "$S refuses the call ($M)"},
    {FINDING_REFUSED, has_message, "$S refuses a request ($M)"},
    {FINDING_PPP_STALLED, NULL, "PPP requests from $S get no answer"},
    {FINDING_PPP_REFUSED, is_login, "$S refuses the login of PPP"},
    {FINDING_PPP_REFUSED, is_hang_up, "$S ends PPP before its network stage"},
    {FINDING_PPP_REFUSED, NULL, "$S refuses PPP"},
    {FINDING_TCP_REFUSED, NULL, "The server does not accept TCP from the client on the PPTP port"},
    {FINDING_CLOSED_EARLY, is_sender_known, "$S closes the control connection before a call"},
};

/* Of an incoming call the words say which end is which (RFC 2637 1.3). */
static const char *end_words(const struct subject *subject, bool is_sender)
{
    static const char *const words[2][2] = {{"the client", "the server"},
                                            {"the client (PAC)", "the server (PNS)"}};
    if (subject->sender < 0)
        return is_sender ? "one end" : "the other end";
    return words[subject->client_is_pac][is_sender ? subject->sender : 1 - subject->sender];
}

static const char *word_of(const struct subject *subject, char letter)
{
    const struct message_record *message = subject->about->message;
    switch (letter) {
    case 'N':
        return subject->nat;
    case 'S':
        return end_words(subject, true);
    case 'R':
        return end_words(subject, false);
    case 'M':
        return message ? pptp_message_name(message->type) : "GRE headers";
    default:
        return message ? "TCP" : "GRE";
    }
}

static bool fits(const struct subject *subject, unsigned row)
{
    return rows[row].id == subject->about->finding->id &&
           (subject->nat || !strstr(rows[row].words, "$N")) &&
           (!rows[row].when || rows[row].when(subject));
}

static char *fill(const struct subject *subject, const char *words)
{
    GString *text = g_string_new(NULL);
    for (const char *at = words; *at; at++) {
        if (*at == '$' && at[1])
            g_string_append(text, word_of(subject, *++at));
        else
            g_string_append_c(text, *at);
    }
    text->str[0] = g_ascii_toupper(text->str[0]);
    return g_string_free(text, FALSE);
}

char *pptp_headline(const struct verdict_case *about, const char *nat)
{
    struct subject subject = subject_of(about, nat);
    for (unsigned row = 0; row < G_N_ELEMENTS(rows); row++) {
        if (fits(&subject, row))
            return fill(&subject, rows[row].words);
    }
    return g_strdup(finding_kind(about->finding->id)->summary);
}

/* An end that is strict about Call IDs resets the connection: the reset is a consequence. */
char *pptp_consequence(const struct verdict_case *about)
{
    const struct finding *finding = about->finding;
    const struct call *call = tracker_call(tracker_of(about->linker), finding->session);
    bool wrong_id =
        finding->id == FINDING_UNKNOWN_CALL_ID || finding->id == FINDING_CALLID_MISTRANSLATED;
    if (!wrong_id || !call || call->ended_by != CALL_END_TCP_RESET ||
        call->ended_frame <= finding->judged_frame)
        return g_strdup("");
    return g_strdup_printf("The connection reset in frame %u is a consequence.", call->ended_frame);
}
