/* The verdict in words: per call, per NAT, for the capture. One cause is named, the rest stands
 * under it in the list of findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "link_internal.h"
#include "verdict_advice.h"
#include "verdict_count.h"

/* What names the cause when a call has several findings: the first of these. */
static const enum finding_id by_weight[] = {
    FINDING_SETUP_UNTRANSLATED,
    FINDING_CALLID_MISTRANSLATED,
    FINDING_MAPPING_CHANGED,
    FINDING_CALL_ID_IN_USE,
    FINDING_GRE_MISDELIVERED,
    FINDING_TUNNEL_AMBIGUOUS,
    FINDING_LARGE_PACKETS_LOST,
    FINDING_GRE_NOT_FORWARDED,
    FINDING_PAYLOAD_ALTERED,
    FINDING_CHECKSUM_NOT_UPDATED,
    FINDING_FRAGMENT_LOST,
    FINDING_CONTROL_NOT_FORWARDED,
    FINDING_RETRANSMISSION_DIFFERS,
    FINDING_GRE_OTHER_ADDRESS,
    FINDING_TUNNEL_MAYBE_AMBIGUOUS,
    FINDING_GRE_MAYBE_NOT_FORWARDED,
    FINDING_UNKNOWN_CALL_ID,
    FINDING_TCP_REFUSED,
    FINDING_PPP_REFUSED,
    FINDING_PPP_STALLED,
    FINDING_GRE_ONE_WAY,
};

static unsigned weight_of(enum finding_id id)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(by_weight); i++) {
        if (by_weight[i] == id)
            return i;
    }
    return G_N_ELEMENTS(by_weight);
}

static bool is_fault(const struct finding *finding)
{
    return finding_kind(finding->id)->severity >= SEVERITY_WARN;
}

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

#define ANY_HOP UINT32_MAX

/* Findings by the link they are about: a counting sort, so that judging many links of many findings
 * does not take the square. */
struct by_link {
    uint32_t *start; /* per link, into `findings`; one more at the end */
    uint32_t *findings;
};

static void sort_by_link(const struct linker *linker, struct by_link *by_link)
{
    uint32_t count = finding_log_count(linker->log), links = linker->links->len;
    by_link->start = g_new0(uint32_t, links + 2);
    by_link->findings = g_new(uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct link *link = link_of_finding(linker, finding_log_get(linker->log, i));
        if (link)
            by_link->start[link->face.index + 2]++;
    }
    for (uint32_t i = 2; i < links + 2; i++)
        by_link->start[i] += by_link->start[i - 1];
    for (uint32_t i = 0; i < count; i++) {
        const struct link *link = link_of_finding(linker, finding_log_get(linker->log, i));
        if (link)
            by_link->findings[by_link->start[link->face.index + 1]++] = i;
    }
}

/* What the causes of a finding lead back to. A ring of them ends somewhere. */
static const struct finding *root_of(const struct linker *linker, const struct finding *finding)
{
    for (int depth = 0; finding->cause != FINDING_NOBODY && depth < 4; depth++)
        finding = finding_log_get(linker->log, finding->cause);
    return finding;
}

/* The hop that a finding is about. One that a single point shows is of no hop: it is its cause's,
 * and without one the first's. */
static uint32_t hop_of(const struct linker *linker, const struct finding *finding)
{
    uint32_t hop = finding->hop != FINDING_NOBODY ? finding->hop : root_of(linker, finding)->hop;
    return hop != FINDING_NOBODY ? hop : 0;
}

/* The weightiest finding that passes: of `link`, or of all if NULL, and of that hop of it. A cause
 * that is only a note (no editor) stands for what follows from it. */
static const struct finding *weightiest(const struct linker *linker, const struct by_link *by_link,
                                        const struct link *link, uint32_t hop)
{
    const struct finding *best = NULL;
    uint32_t from = link ? by_link->start[link->face.index] : 0;
    uint32_t to = link ? by_link->start[link->face.index + 1] : finding_log_count(linker->log);
    for (uint32_t i = from; i < to; i++) {
        const struct finding *finding =
            finding_log_get(linker->log, link ? by_link->findings[i] : i);
        if (!is_fault(finding) || (hop != ANY_HOP && hop != hop_of(linker, finding)))
            continue;
        if (!best || weight_of(finding->id) < weight_of(best->id))
            best = finding;
    }
    return best ? root_of(linker, best) : NULL;
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
    return g_strdup_printf("The reset of the connection in frame %u is its consequence. ",
                           call->ended_frame);
}

/* "<summary> (frame 15: details). <consequence> <advice>" */
static char *sentence(const struct linker *linker, const struct finding *finding)
{
    char *reset = reset_words(linker, finding);
    char *words = g_strdup_printf(
        "%s%s (frame %u: %s). %s%s", finding_kind(finding->id)->summary, direction_words(finding),
        finding->judged_frame, finding->text ? finding->text : "", reset,
        verdict_advice(finding, message_of(linker, finding), link_of_finding(linker, finding)));
    g_free(reset);
    return words;
}

/* What is said of every Call ID is not true of one that Linux's helper rewrites (FINDINGS:
 * disconnect_rewritten). `link`: of it, or of all if NULL. */
static const char *but_disconnect(const struct linker *linker, const struct by_link *by_link,
                                  const struct link *link)
{
    uint32_t from = link ? by_link->start[link->face.index] : 0;
    uint32_t to = link ? by_link->start[link->face.index + 1] : finding_log_count(linker->log);
    for (uint32_t i = from; i < to; i++) {
        uint32_t index = link ? by_link->findings[i] : i;
        if (finding_log_get(linker->log, index)->id == FINDING_DISCONNECT_REWRITTEN)
            return " but that of a Call-Disconnect-Notify (see the note)";
    }
    return "";
}

static bool is_empty(const struct link *link)
{
    for (uint32_t place = 0; place < link->face.count; place++) {
        if (link->face.call[place])
            return false;
    }
    return true;
}

#define DISPUTED                                                                                   \
    "The control messages of a call disagree about its Call ID. Which of them is wrong takes a "   \
    "capture of its set-up at both points."

/* Two fields disagree about an id of this call, and nothing tells which is right. */
static bool is_disputed(const struct link *link)
{
    return link->pns.dropped || link->pac.dropped;
}

static void append_link_well(GString *text, bool has_fault, bool with_gre, const char *except)
{
    if (has_fault)
        g_string_append(text, " The NAT translates this call's ids rightly.");
    else if (with_gre)
        g_string_append_printf(text, "The NAT is fine: every Call ID%s reads as it must.", except);
    else
        g_string_append_printf(text, "Every Call ID of its control messages%s reads as it must.",
                               except);
}

static void judge_link(const struct linker *linker, const struct by_link *by_link,
                       struct link *link)
{
    const struct finding *worst = weightiest(linker, by_link, link, ANY_HOP);
    GString *text = g_string_new(NULL);
    bool by_nat = worst && (finding_is_nat(worst->id) || worst->id == FINDING_CALL_ID_IN_USE ||
                            worst->id == FINDING_UNKNOWN_CALL_ID);
    bool sure = link->chain && !is_disputed(link);
    link->face.status = by_nat ? VERDICT_FAULT : sure ? VERDICT_OK : VERDICT_UNKNOWN;
    if (worst) {
        char *words = sentence(linker, worst);
        g_string_append(text, words);
        g_free(words);
    }
    if (!by_nat && !link->chain)
        g_string_append(text,
                        "Only GRE of this call was captured at both points; its Call IDs stay "
                        "the same all along. Whether the control messages fit takes a capture "
                        "of its set-up.");
    else if (!by_nat && !sure)
        g_string_append(text, DISPUTED);
    else if (!by_nat)
        append_link_well(text, worst != NULL, verdict_has_gre_twice(&link->face),
                         but_disconnect(linker, by_link, link));
    verdict_append_counts(text, &link->face);
    g_free(link->face.text);
    link->face.text = g_string_free(text, FALSE);
}

static void judge_nat(const struct linker *linker, const struct by_link *by_link,
                      struct nat_device *nat, const char *except)
{
    const struct finding *worst = NULL;
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        for (uint32_t hop = 0; hop + 1 < link->face.count && !is_empty(link); hop++) {
            if (link->face.side[hop] != nat->inside || link->face.side[hop + 1] != nat->outside)
                continue;
            const struct finding *own = weightiest(linker, by_link, link, hop);
            if (own && finding_is_nat(own->id) &&
                (!worst || weight_of(own->id) < weight_of(worst->id)))
                worst = own;
        }
    }
    if (worst)
        nat->text = sentence(linker, worst);
    else
        nat->text = nat->pptp_editor == EDITOR_YES
                        ? g_strdup_printf("The NAT is fine: it translates Call IDs, and each one%s "
                                          "rightly.",
                                          except)
                        : g_strdup("The NAT is fine for these calls: it changed no Call ID and had "
                                   "none to change.");
}

static uint32_t linked_calls(const struct linker *linker)
{
    uint32_t count = 0;
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        uint32_t places = 0;
        for (uint32_t place = 0; place < link->face.count; place++)
            places += link->face.call[place] != NULL;
        count += places > 1;
    }
    return count;
}

#define SECOND_CAPTURE                                                                             \
    "capture on the other side of the NAT at the same time (tcpdump -i IFACE -s 0 -w other.pcap "  \
    "\"tcp port 1723 or proto 47 or icmp or (ip[6:2] & 0x3fff != 0)\"), then run pptpnat on both " \
    "files"

static void judge_unlinked(struct linker *linker, GString *text)
{
    uint32_t calls = tracker_call_count(linker->tracker);
    linker->status = VERDICT_UNKNOWN;
    linker->cause = g_strdup("");
    if (calls == 0 && tracker_connection_count(linker->tracker) == 0)
        g_string_append(text, "No PPTP in this capture.");
    else if (linker->points->len > 1)
        g_string_append(text,
                        "Nothing seen at one point was seen at another: are the captures of the "
                        "same time, and is the NAT between them?");
    else
        g_string_append_printf(text,
                               "%u call%s, nothing wrong that one capture can show. Whether a NAT "
                               "translates rightly takes the other side: " SECOND_CAPTURE ".",
                               calls, calls == 1 ? "" : "s");
}

/* What was seen at two points of a linked call. */
struct seen_twice {
    bool control; /* messages */
    bool gre;     /* packets of one direction */
};

static struct seen_twice seen_twice(const struct linker *linker)
{
    struct seen_twice twice = {false, false};
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        uint32_t places = 0;
        for (uint32_t place = 0; place < link->face.count; place++)
            places += link->face.call[place] != NULL;
        twice.control = twice.control || (link->chain && places > 1);
        twice.gre = twice.gre || verdict_has_gre_twice(&link->face);
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
    char *count = g_strdup_printf("%u call%s", linked, linked == 1 ? "" : "s");
    if (!twice.control)
        g_string_append_printf(text,
                               "%s linked by GRE alone, whose Call IDs stay the same all along. "
                               "Whether the control messages fit takes a capture of the set-up.",
                               count);
    else if (!twice.gre)
        g_string_append_printf(text,
                               "The control messages of %s read as they must at every point. No "
                               "GRE was captured at two points, so whether the tunnel passes is "
                               "not known: capture with \"tcp port 1723 or proto 47\".",
                               count);
    else if (linker->nats->len > 0)
        g_string_append_printf(text,
                               "The NAT is fine: %s linked across it, and every Call ID%s reads "
                               "as it must.",
                               count, except);
    else
        g_string_append_printf(text,
                               "No NAT between the points: %s linked, no address changes on the "
                               "way, and every Call ID reads as it must.",
                               count);
    verdict_append_loss(linker, text);
    g_free(count);
    return twice.control && twice.gre ? VERDICT_OK : VERDICT_UNKNOWN;
}

static void judge_capture(struct linker *linker, const char *except)
{
    const struct finding *worst = weightiest(linker, NULL, NULL, ANY_HOP);
    uint32_t linked = linked_calls(linker);
    GString *text = g_string_new(NULL);
    if (worst) {
        char *words = sentence(linker, worst);
        linker->status = VERDICT_FAULT;
        linker->cause = g_strdup(finding_kind(worst->id)->filter);
        g_string_append(text, words);
        if (linked == 0)
            g_string_append(text, " To see who did it, " SECOND_CAPTURE ".");
        g_free(words);
    } else if (linked > 0) {
        linker->cause = g_strdup("");
        linker->status = append_all_well(linker, text, linked, except);
    } else {
        judge_unlinked(linker, text);
    }
    linker->text = g_string_free(text, FALSE);
}

void link_verdict(struct linker *linker)
{
    struct by_link by_link;
    sort_by_link(linker, &by_link);
    g_free(linker->text);
    g_free(linker->cause);
    for (guint i = 0; i < linker->links->len; i++)
        judge_link(linker, &by_link, linker->links->pdata[i]);
    const char *except = but_disconnect(linker, &by_link, NULL);
    for (guint i = 0; i < linker->nats->len; i++)
        judge_nat(linker, &by_link, linker->nats->pdata[i], except);
    judge_capture(linker, except);
    g_free(by_link.start);
    g_free(by_link.findings);
}
