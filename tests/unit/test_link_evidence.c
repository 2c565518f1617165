/* Which sightings are one connection, and what only the end of the file decides: ties, reconnects,
 * other sequence numbers, tunnels that cannot be told apart, NATs without an editor.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static void evidence_has_names(void)
{
    char *text = evidence_text(EVIDENCE_ISN | EVIDENCE_DATA | EVIDENCE_TIME);
    g_assert_cmpstr(text, ==, "isn,gre,time");
    g_free(text);
    g_assert_cmpstr(evidence_name(EVIDENCE_ECHO), ==, "echo");
    g_assert_null(evidence_name(0x8000));
    g_assert_cmpstr(verdict_status_name(VERDICT_OK), ==, "ok");
    g_assert_cmpstr(verdict_status_name(VERDICT_UNKNOWN), ==, "unknown");
}

/* The same tuple again after the first connection's end: two links, each with its own ids. */
static void a_reconnect_is_a_link_of_its_own(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    path_tear_down(path, 0);
    path_wait(path, 5);
    for (int end = 0; end < 2; end++)
        path->client[0].next[end] = path->client[0].isn[end] = 0xABCD0000u + (uint32_t)end;
    path->client[0].at[OUTSIDE].pns = 10777;
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    g_assert_cmpuint(path_shown_links(analysis), ==, 2);
    g_assert_cmpuint(linker_link(analysis_linker(analysis), 0)->places[1].id[PPTP_OWNER_PNS], ==,
                     10001);
    g_assert_cmpuint(linker_link(analysis_linker(analysis), 1)->places[1].id[PPTP_OWNER_PNS], ==,
                     10777);
    path_done(path, analysis);
}

/* A firewall that chooses new initial sequence numbers: messages in their order are the evidence.
 */
static void randomised_sequence_numbers(void)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        struct path *path = path_new(2, 2);
        guint clear = 0;
        for (uint32_t i = 0; i < 2; i++) {
            path->client[i].at[OUTSIDE].shift[CLIENT] = 0x55555555u * (i + 1);
            path->client[i].at[OUTSIDE].shift[SERVER] = 0x12345678u * (i + 1);
            path_set_up(path, i);
            path_say(path, i, CLIENT, PPTP_ECHO_REQUEST);
            path_say(path, i, SERVER, PPTP_ECHO_REPLY);
            clear = path_say(path, i, CLIENT, PPTP_CCRQ);
        }
        if (wrong)
            path_set_id(path, clear, OUTSIDE, false, 4711);
        struct analysis *analysis = path_feed(path);
        g_assert_cmpuint(path_shown_links(analysis), ==, 2);
        if (wrong)
            path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
        else
            path_expect_fine(analysis);
        g_assert_cmpuint(linker_link(analysis_linker(analysis), 0)->evidence & EVIDENCE_ISN, ==, 0);
        path_done(path, analysis);
    }
}

/* Made-up captures give every connection the same numbers: two candidates fit equally. */
static struct path *twins(bool ip_ids)
{
    struct path *path = path_new(2, 2);
    path->no_ip_id = !ip_ids;
    for (int end = 0; end < 2; end++)
        path->client[1].isn[end] = path->client[1].next[end] = path->client[0].isn[end];
    for (uint32_t i = 0; i < 2; i++)
        path_shake(path, i);
    for (uint32_t i = 0; i < 2; i++) {
        path_say(path, i, CLIENT, PPTP_OCRQ);
        path_say(path, i, SERVER, PPTP_OCRP);
    }
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        if (packet->type == PPTP_OCRQ)
            memset(packet->octets + 14, 0, 2); /* the Call Serial Number */
        packet->time_ns += packet->place * G_GINT64_CONSTANT(60000000000);
    }
    return path;
}

static void a_tie_links_none_and_is_said(void)
{
    struct path *path = twins(false);
    struct analysis *analysis = path_feed_by_place(path);
    g_assert_cmpuint(path_shown_links(analysis), ==, 0);
    const struct finding *finding = path_finding(analysis, FINDING_LINK_AMBIGUOUS, 0);
    g_assert_nonnull(finding);
    const struct linker *linker = analysis_linker(analysis);
    bool said = false;
    for (uint32_t i = 0; i < linker_unlinked_count(linker); i++)
        said = said || strstr(linker_unlinked(linker, i)->reason, "several candidates");
    g_assert_true(said);
    path_done(path, analysis);
}

static void ip_ids_break_the_tie(void)
{
    struct path *path = twins(true);
    struct analysis *analysis = path_feed_by_place(path);
    path_expect_none(analysis, FINDING_LINK_AMBIGUOUS);
    g_assert_cmpuint(path_shown_links(analysis), ==, 2);
    g_assert_cmpuint(linker_link(analysis_linker(analysis), 0)->evidence & EVIDENCE_IP_ID, !=, 0);
    path_done(path, analysis);
}

/* Joined behind the handshake: raw sequence numbers of the messages. */
static void messages_link_without_the_handshake(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    for (guint event = 0; event < 3; event++) {
        path_lose(path, event, INSIDE);
        path_lose(path, event, OUTSIDE);
    }
    path_talk(path, 0, 3);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    g_assert_cmpuint(path_shown_links(analysis), ==, 1);
    unsigned evidence = linker_link(analysis_linker(analysis), 0)->evidence;
    g_assert_cmpuint(evidence & EVIDENCE_ISN, ==, 0);
    g_assert_cmpuint(evidence & EVIDENCE_SEQ, ==, EVIDENCE_SEQ);
    path_done(path, analysis);
}

/* Both clients' ids become one outside: GRE to it fits both tunnels (RFC2637-3.2.2). */
static struct analysis *colliding(struct path *path, bool alive, bool answered, bool other_server)
{
    path->client[1].at[OUTSIDE].pns = path->client[0].at[OUTSIDE].pns;
    path->client[0].at[OUTSIDE].port[CLIENT] = 6000;
    if (other_server) {
        for (uint32_t place = 0; place < 2; place++)
            path->client[1].at[place].address[SERVER] = path_ip(198, 51, 100, 11);
    }
    path_set_up(path, 0);
    if (!alive)
        path_tear_down(path, 0);
    path_shake(path, 1);
    path_say(path, 1, CLIENT, PPTP_OCRQ);
    if (answered)
        path_say(path, 1, SERVER, PPTP_OCRP);
    if (alive) {
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
        path_gre(path, 0, CLIENT, 30);
    }
    return path_feed(path);
}

static void two_live_calls_with_one_id_are_ambiguous(void)
{
    struct path *path = path_new(2, 2);
    struct analysis *analysis = colliding(path, true, true, false);
    const struct finding *finding = path_finding(analysis, FINDING_TUNNEL_AMBIGUOUS, 0);
    g_assert_nonnull(finding);
    g_assert_cmpuint(finding->interface, ==, OUTSIDE);
    g_assert_cmpuint(finding->seen, ==, 10001);
    g_assert_null(path_finding(analysis, FINDING_TUNNEL_AMBIGUOUS, 1));
    path_done(path, analysis);
}

static void unanswered_it_is_only_maybe(void)
{
    struct path *path = path_new(2, 2);
    struct analysis *analysis = colliding(path, true, false, false);
    path_expect_none(analysis, FINDING_TUNNEL_AMBIGUOUS);
    g_assert_nonnull(path_finding(analysis, FINDING_TUNNEL_MAYBE_AMBIGUOUS, 0));
    path_done(path, analysis);
}

static void a_dead_call_or_another_server_is_no_collision(void)
{
    for (int i = 0; i < 2; i++) {
        struct path *path = path_new(2, 2);
        struct analysis *analysis = colliding(path, i == 1, true, i == 1);
        path_expect_none(analysis, FINDING_TUNNEL_AMBIGUOUS);
        path_expect_none(analysis, FINDING_TUNNEL_MAYBE_AMBIGUOUS);
        path_done(path, analysis);
    }
}

/* A NAT without an editor: told of every such NAT, and the cause only where somebody is hurt. */
static void a_nat_that_edits_nothing_is_no_editor(void)
{
    for (int hurt = 0; hurt < 2; hurt++) {
        struct path *path = path_new(2, 1);
        path->client[0].at[OUTSIDE].pns = path->client[0].at[INSIDE].pns;
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        for (int i = 0; i < 4; i++) {
            guint event = path_gre(path, 0, SERVER, 40);
            if (hurt)
                path_lose(path, event, INSIDE);
            path_gre(path, 0, CLIENT, 40);
            path_wait(path, 2);
        }
        struct analysis *analysis = path_feed(path);
        const struct finding *note = path_finding(analysis, FINDING_NO_EDITOR, 0);
        const struct finding *lost = path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0);
        const struct nat_device *nat = linker_nat(analysis_linker(analysis), 0);
        g_assert_nonnull(note);
        g_assert_cmpint(nat->editor, ==, EDITOR_NO);
        if (hurt)
            g_assert_cmpuint(lost->cause, ==, note->index);
        else
            path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

static void a_message_that_never_comes_out(void)
{
    for (int repeated = 0; repeated < 2; repeated++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        path_talk(path, 0, 2);
        guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
        path_lose(path, clear, OUTSIDE);
        if (repeated)
            path_lose(path, path_again(path, clear, false), OUTSIDE);
        path_gre(path, 0, SERVER, 40);
        struct analysis *analysis = path_feed(path);
        if (repeated)
            path_expect_only(analysis, FINDING_CONTROL_NOT_FORWARDED,
                             path_frame(path, clear, INSIDE));
        else
            path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
        path_done(path, analysis);
    }
}

/* The file of the far side may begin after the message, or end before it, or be read as a whole
 * behind the other one. */
static void a_message_that_the_far_file_does_not_cover(void)
{
    for (int variant = 0; variant < 4; variant++) {
        struct path *path = path_new(2, 1);
        path->clock_ns[OUTSIDE] = (variant & 2 ? 3600 : 0) * G_GINT64_CONSTANT(1000000000);
        if (variant & 1) {
            path_shake(path, 0);
            path_lose(path, path_again(path, path->packets->len / 2 - 2, false), OUTSIDE);
            for (guint event = 0; event < path->packets->len / 2; event++)
                path_lose(path, event, OUTSIDE);
            path_wait(path, 2);
        } else {
            path_set_up(path, 0);
        }
        path_talk(path, 0, 2);
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
        path_wait(path, 30);
        guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
        path_wait(path, 1);
        path_again(path, clear, false);
        guint end = path_say(path, 0, SERVER, PPTP_CDN);
        for (guint event = clear; !(variant & 1) && event <= end; event++)
            path_lose(path, event, OUTSIDE);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

static void the_verdict_of_what_is_not_linked(void)
{
    const char *text, *cause;
    struct path *path = path_new(2, 1);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &cause), ==, VERDICT_UNKNOWN);
    g_assert_nonnull(strstr(text, "No PPTP"));
    path_done(path, analysis);

    path = path_new(1, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    analysis = path_feed(path);
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &cause), ==, VERDICT_UNKNOWN);
    g_assert_nonnull(strstr(text, "one capture can show"));
    g_assert_cmpstr(linker_unlinked(analysis_linker(analysis), 0)->reason, ==,
                    "only one point was captured");
    path_done(path, analysis);
}

/* The file seemed to end and goes on: what the end had decided is taken back and decided anew. */
static void the_end_can_be_taken_back(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[OUTSIDE].pns = path->client[0].at[INSIDE].pns;
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    for (int i = 0; i < 4; i++) {
        path_lose(path, path_gre(path, 0, SERVER, 40), INSIDE);
        path_gre(path, 0, CLIENT, 40);
        path_wait(path, 2);
    }
    struct analysis *analysis = path_feed(path);
    g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0));
    uint32_t before = finding_log_count(analysis_log(analysis));
    struct ip_fragment fragment = {.packet = {.frame = 1000, .has_ip_id = true}};
    analysis_fragment(analysis, &fragment);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    analysis_finish(analysis);
    analysis_finish(analysis);
    g_assert_cmpuint(finding_log_count(analysis_log(analysis)), ==, before);
    path_done(path, analysis);
}

void test_link_evidence(void)
{
    g_test_add_func("/link_evidence/evidence has names", evidence_has_names);
    g_test_add_func("/link_evidence/a reconnect is a link of its own",
                    a_reconnect_is_a_link_of_its_own);
    g_test_add_func("/link_evidence/randomised sequence numbers", randomised_sequence_numbers);
    g_test_add_func("/link_evidence/a tie links none and is said", a_tie_links_none_and_is_said);
    g_test_add_func("/link_evidence/IP IDs break the tie", ip_ids_break_the_tie);
    g_test_add_func("/link_evidence/messages link without the handshake",
                    messages_link_without_the_handshake);
    g_test_add_func("/link_evidence/two live calls with one id are ambiguous",
                    two_live_calls_with_one_id_are_ambiguous);
    g_test_add_func("/link_evidence/unanswered it is only maybe", unanswered_it_is_only_maybe);
    g_test_add_func("/link_evidence/a dead call or another server is no collision",
                    a_dead_call_or_another_server_is_no_collision);
    g_test_add_func("/link_evidence/a NAT that edits nothing is no_editor",
                    a_nat_that_edits_nothing_is_no_editor);
    g_test_add_func("/link_evidence/a message that never comes out",
                    a_message_that_never_comes_out);
    g_test_add_func("/link_evidence/a message that the far file does not cover",
                    a_message_that_the_far_file_does_not_cover);
    g_test_add_func("/link_evidence/the verdict of what is not linked",
                    the_verdict_of_what_is_not_linked);
    g_test_add_func("/link_evidence/the end can be taken back", the_end_can_be_taken_back);
}
