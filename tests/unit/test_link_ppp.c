/* PPP that does not come up, as two points show it: whose fault it is, what it follows from, and
 * what another point knows better (FINDINGS, ppp_refused and ppp_stalled).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "path.h"

static guint ppp(struct path *path, enum path_end from, const char *text)
{
    return path_ppp(path, 0, from, text);
}

#define LCP_REQUEST "c021 01 01 0004"
#define LCP_ACK     "c021 02 01 0004"
#define LCP_REJECT  "c021 04 01 0004"
#define CHALLENGE   "c223 01 01 0004"
#define RESPONSE    "c223 02 01 0004"
#define SUCCESS     "c223 03 01 0004"
#define FAILURE     "c223 04 01 0009 453d363931"
#define TERMINATE   "c021 05 09 0004"

static struct path *with_call(void)
{
    struct path *path = path_new(2, 1);
    path_shake(path, 0);
    path_say(path, 0, CLIENT, PPTP_OCRQ);
    path_say(path, 0, SERVER, PPTP_OCRP);
    return path;
}

static void lcp_up(struct path *path)
{
    ppp(path, CLIENT, LCP_REQUEST);
    ppp(path, SERVER, LCP_REQUEST);
    ppp(path, CLIENT, LCP_ACK);
    ppp(path, SERVER, LCP_ACK);
}

static const char *verdict_of(const struct analysis *analysis, const char *cause)
{
    const char *text, *found;
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &found), ==, VERDICT_FAULT);
    g_test_message("%s", text);
    g_assert_cmpstr(found, ==, cause);
    g_assert_null(strstr(text, "other side of the NAT"));
    return text;
}

/* One finding at each point, one cause, and nobody is sent to capture more. */
static void a_refusal_is_said_at_both_points_and_is_not_the_nat(void)
{
    struct path *path = with_call();
    lcp_up(path);
    ppp(path, SERVER, CHALLENGE);
    ppp(path, CLIENT, RESPONSE);
    guint failure = ppp(path, SERVER, FAILURE);
    path_tear_down(path, 0);
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_PPP_REFUSED, path_frame(path, failure, 0));
    path_expect(analysis, FINDING_PPP_REFUSED, path_frame(path, failure, 1));
    g_assert_null(path_finding(analysis, FINDING_PPP_REFUSED, 2));
    const char *text = verdict_of(analysis, "pptp.analysis.ppp_refused");
    g_assert_nonnull(strstr(text, "Not the NAT: the login is refused"));
    g_assert_nonnull(strstr(text, "691"));
    path_done(path, analysis);
}

/* The client gives up because the server's answers end at the NAT. */
static void a_refusal_follows_from_what_was_lost_before(void)
{
    struct path *path = with_call();
    for (int i = 0; i < 4; i++) {
        ppp(path, CLIENT, LCP_REQUEST);
        path_lose_from(path, ppp(path, SERVER, LCP_REQUEST), 0);
        path_lose_from(path, ppp(path, SERVER, LCP_ACK), 0);
        path_wait(path, 3);
    }
    guint terminate = ppp(path, CLIENT, TERMINATE);
    path_tear_down(path, 0);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_PPP_REFUSED, path_frame(path, terminate, 0));
    g_assert_cmpuint(finding->cause, !=, FINDING_NONE);
    g_assert_nonnull(strstr(finding->text, "got no answer"));
    path_expect_none(analysis, FINDING_PPP_STALLED);
    const char *text = verdict_of(analysis, "pptp.nat.gre_not_forwarded");
    g_assert_null(strstr(text, "Not the NAT"));
    path_done(path, analysis);
}

/* A refusal first, and only then GRE that does not pass: each is a fact of its own. */
static void what_is_lost_later_is_no_cause(void)
{
    struct path *path = with_call();
    lcp_up(path);
    ppp(path, SERVER, CHALLENGE);
    ppp(path, CLIENT, RESPONSE);
    guint failure = ppp(path, SERVER, FAILURE);
    for (int i = 0; i < 4; i++) {
        path_wait(path, 2);
        path_lose_from(path, ppp(path, SERVER, CHALLENGE), 0);
        ppp(path, CLIENT, RESPONSE);
    }
    path_tear_down(path, 0);
    struct analysis *analysis = path_feed(path);
    g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0));
    for (uint32_t place = 0; place < 2; place++)
        g_assert_cmpuint(
            path_expect(analysis, FINDING_PPP_REFUSED, path_frame(path, failure, place))->cause, ==,
            FINDING_NONE);
    path_done(path, analysis);
}

/* All GRE passes, one end answers, the other takes no notice: that one's own firewall. */
static void a_host_that_takes_no_notice(void)
{
    static const char *const name[] = {"the client's own firewall", "the server's own firewall"};
    for (enum path_end deaf = CLIENT; deaf <= SERVER; deaf++) {
        for (int terminated = 0; terminated < 2; terminated++) {
            struct path *path = with_call();
            for (int i = 0; i < 5; i++) {
                ppp(path, deaf, LCP_REQUEST);
                ppp(path, 1 - deaf, LCP_REJECT);
                ppp(path, 1 - deaf, LCP_REQUEST);
                path_wait(path, 3);
            }
            if (terminated)
                ppp(path, deaf, TERMINATE);
            path_tear_down(path, 0);
            struct analysis *analysis = path_feed(path);
            const char *text = verdict_of(analysis, terminated ? "pptp.analysis.ppp_refused"
                                                               : "pptp.analysis.ppp_stalled");
            g_assert_nonnull(strstr(text, name[deaf]));
            g_assert_null(strstr(text, "ee whether GRE passes"));
            path_done(path, analysis);
        }
    }
}

/* All GRE of one end passes, and the other end sends none: it is not the hop. */
static void an_end_that_sends_nothing_is_named(void)
{
    static const char *const name[] = {"client's own firewall", "server's own firewall"};
    for (int sender = 0; sender < 2; sender++) {
        for (int lost = 0; lost < 2; lost++) {
            struct path *path = with_call();
            for (int i = 0; i < 5; i++) {
                guint request = ppp(path, (enum path_end)sender, LCP_REQUEST);
                if (lost)
                    path_lose_from(path, request, sender == CLIENT ? 1 : 0);
                path_wait(path, 3);
            }
            path_tear_down(path, 0);
            struct analysis *analysis = path_feed(path);
            const char *text = verdict_of(analysis, "pptp.analysis.ppp_stalled");
            g_assert_cmpint(strstr(text, name[1 - sender]) != NULL, ==, !lost);
            g_assert_cmpint(strstr(text, "ee whether GRE passes") != NULL, ==, lost);
            path_done(path, analysis);
        }
    }
}

/* Lost answers, or both ends answering: no firewall is accused. */
static void nobody_is_deaf_where_answers_are_lost(void)
{
    for (int lost = 0; lost < 2; lost++) {
        struct path *path = with_call();
        for (int i = 0; i < 5; i++) {
            ppp(path, CLIENT, LCP_REQUEST);
            ppp(path, SERVER, LCP_REQUEST);
            guint answer = ppp(path, SERVER, LCP_REJECT);
            if (lost && i == 2)
                path_lose_from(path, answer, 0);
            if (!lost && i == 0)
                ppp(path, CLIENT, LCP_ACK);
            path_wait(path, 3);
        }
        path_tear_down(path, 0);
        struct analysis *analysis = path_feed(path);
        const char *text = verdict_of(analysis, "pptp.analysis.ppp_stalled");
        g_assert_null(strstr(text, "own firewall"));
        path_done(path, analysis);
    }
}

/* One end asks, what the other one answers ends at the hop: the point beside that one shows all of
 * it, and yet the first end ignores nothing. */
static void an_end_that_gets_no_answers_ignores_none(void)
{
    for (enum path_end deaf = CLIENT; deaf <= SERVER; deaf++) {
        struct path *path = with_call();
        for (int i = 0; i < 5; i++) {
            ppp(path, deaf, LCP_REQUEST);
            guint answer = ppp(path, 1 - deaf, LCP_REJECT);
            path_lose_from(path, answer, deaf == CLIENT ? 0 : 1);
            path_wait(path, 3);
        }
        path_tear_down(path, 0);
        struct analysis *analysis = path_feed(path);
        const struct finding *finding;
        for (uint32_t i = 0; (finding = path_finding(analysis, FINDING_PPP_STALLED, i)) != NULL;
             i++)
            g_assert_null(strstr(finding->text, "ignores it"));
        verdict_of(analysis, "pptp.nat.gre_not_forwarded");
        path_done(path, analysis);
    }
}

/* Without control traffic nobody knows who is client and who is server: no firewall is named. */
static void without_control_traffic_no_firewall_is_named(void)
{
    struct path *path = with_call();
    for (int i = 0; i < 5; i++) {
        ppp(path, CLIENT, LCP_REQUEST);
        ppp(path, SERVER, LCP_REJECT);
        ppp(path, SERVER, LCP_REQUEST);
        path_wait(path, 3);
    }
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        packet->lost = packet->kind == PATH_TCP;
    }
    struct analysis *analysis = path_feed(path);
    g_assert_cmpuint(path_shown_links(analysis), ==, 1);
    g_assert_null(strstr(verdict_of(analysis, "pptp.analysis.ppp_stalled"), "own firewall"));
    path_done(path, analysis);
}

/* The reply names a wrong id inside. Requests without an answer follow from it; a login that is
 * refused does not. */
static void only_unanswered_requests_follow_from_a_wrong_id(void)
{
    for (int answered = 0; answered < 2; answered++) {
        struct path *path = path_new(2, 1);
        path_shake(path, 0);
        path_say(path, 0, CLIENT, PPTP_OCRQ);
        path_set_id(path, path_say(path, 0, SERVER, PPTP_OCRP), 0, true, 777);
        if (answered) {
            lcp_up(path);
            ppp(path, SERVER, CHALLENGE);
            ppp(path, CLIENT, RESPONSE);
            ppp(path, SERVER, FAILURE);
        } else {
            for (int i = 0; i < 4; i++) {
                ppp(path, SERVER, LCP_REQUEST);
                path_wait(path, 3);
            }
            ppp(path, CLIENT, LCP_REQUEST);
            ppp(path, SERVER, TERMINATE);
        }
        path_tear_down(path, 0);
        struct analysis *analysis = path_feed(path);
        const struct finding *refused = path_finding(analysis, FINDING_PPP_REFUSED, 0);
        const struct finding *wrong = path_finding(analysis, FINDING_CALLID_MISTRANSLATED, 0);
        g_assert_nonnull(refused);
        g_assert_nonnull(wrong);
        g_assert_cmpuint(refused->cause, ==, answered ? FINDING_NONE : wrong->index);
        path_done(path, analysis);
    }
}

/* The outer file ends after the failure; the inner one shows the retry. */
static void another_point_knows_that_it_came_up(void)
{
    struct path *path = with_call();
    lcp_up(path);
    ppp(path, SERVER, CHALLENGE);
    ppp(path, CLIENT, RESPONSE);
    ppp(path, SERVER, FAILURE);
    guint last = path->packets->len / 2;
    ppp(path, CLIENT, RESPONSE);
    ppp(path, SERVER, SUCCESS);
    path_gre(path, 0, CLIENT, 40);
    path_gre(path, 0, SERVER, 40);
    path_tear_down(path, 0);
    for (guint event = last; event < last + 4; event++)
        path_lose(path, event, 1);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_PPP_REFUSED);
    path_done(path, analysis);
}

#define TEST(name) g_test_add_func("/link_ppp/" #name, name)

void test_link_ppp(void)
{
    TEST(a_refusal_is_said_at_both_points_and_is_not_the_nat);
    TEST(a_refusal_follows_from_what_was_lost_before);
    TEST(what_is_lost_later_is_no_cause);
    TEST(a_host_that_takes_no_notice);
    TEST(an_end_that_sends_nothing_is_named);
    TEST(nobody_is_deaf_where_answers_are_lost);
    TEST(an_end_that_gets_no_answers_ignores_none);
    TEST(without_control_traffic_no_firewall_is_named);
    TEST(only_unanswered_requests_follow_from_a_wrong_id);
    TEST(another_point_knows_that_it_came_up);
}
