/* Calls whose set-up one capture lost: what can still be told, and what cannot.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

/* The server's Set-Link-Info is not translated, and the inside has lost the call request: two
 * fields disagree, and the GRE headers settle which is wrong. Without them nothing does. */
static void gre_settles_which_field_is_wrong(void)
{
    for (int with_gre = 0; with_gre < 2; with_gre++) {
        struct path *path = path_new(2, 1);
        path_shake(path, 0);
        path_lose(path, path_say(path, 0, CLIENT, PPTP_OCRQ), INSIDE);
        path_say(path, 0, SERVER, PPTP_OCRP);
        guint wrong = path_say(path, 0, SERVER, PPTP_SLI);
        for (uint32_t place = 0; place < 2; place++)
            path_set_id(path, wrong, place, true, path->client[0].at[OUTSIDE].pns);
        if (with_gre)
            path_talk(path, 0, 4);
        path_tear_down(path, 0);
        struct analysis *analysis = path_feed(path);
        const char *text, *cause;
        enum verdict_status status = linker_verdict(analysis_linker(analysis), &text, &cause);
        if (with_gre) {
            const struct finding *finding = path_expect(analysis, FINDING_CALLID_MISTRANSLATED,
                                                        path_frame(path, wrong, INSIDE));
            g_assert_cmpint(finding->mistranslation, ==, MISTRANSLATION_UNTRANSLATED);
            g_assert_cmpuint(finding->expected, ==, path->client[0].at[INSIDE].pns);
            g_assert_null(path_finding(analysis, FINDING_CALLID_MISTRANSLATED, 1));
            g_assert_nonnull(strstr(text, "does not translate Set-Link-Info"));
        } else {
            path_expect_fine(analysis);
            g_assert_cmpint(status, ==, VERDICT_UNKNOWN);
            g_assert_nonnull(strstr(text, "disagree"));
        }
        path_done(path, analysis);
    }
}

/* More may arrive after the end: it is decided anew, the same way. */
static void what_gre_settled_can_be_taken_back(void)
{
    struct path *path = path_new(2, 1);
    path_shake(path, 0);
    path_lose(path, path_say(path, 0, CLIENT, PPTP_OCRQ), INSIDE);
    path_say(path, 0, SERVER, PPTP_OCRP);
    guint wrong = path_say(path, 0, SERVER, PPTP_SLI);
    for (uint32_t place = 0; place < 2; place++)
        path_set_id(path, wrong, place, true, path->client[0].at[OUTSIDE].pns);
    path_talk(path, 0, 4);
    struct analysis *analysis = path_feed(path);
    uint32_t before = finding_log_count(analysis_log(analysis));
    struct ip_fragment fragment = {.packet = {.frame = 1000, .has_ip_id = true}};
    analysis_fragment(analysis, &fragment);
    path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
    analysis_finish(analysis);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, wrong, INSIDE));
    g_assert_cmpuint(finding_log_count(analysis_log(analysis)), ==, before);
    path_done(path, analysis);
}

/* The ids of the connection's first or second call, from now on. */
static void use_call(struct path *path, int call)
{
    for (uint32_t place = 0; place < 2; place++) {
        path->client[0].at[place].pns = (uint16_t)((place ? 10001 : 256) + call);
        path->client[0].at[place].pac = (uint16_t)(1 + call);
    }
}

/* Two calls on one connection; one capture lost the set-up of the second, or a part of it. What the
 * second's messages say is no fault of the first's. */
static void the_second_call_is_not_taken_for_the_first(void)
{
    for (uint32_t place = 0; place < 2; place++) {
        for (unsigned lost = 1; lost < 4; lost++) {
            for (int pipelined = 0; pipelined < 2; pipelined++) {
                struct path *path = path_new(2, 1);
                path_shake(path, 0);
                use_call(path, 0);
                path_say(path, 0, CLIENT, PPTP_OCRQ);
                if (!pipelined)
                    path_say(path, 0, SERVER, PPTP_OCRP);
                use_call(path, 1);
                guint request = path_say(path, 0, CLIENT, PPTP_OCRQ);
                guint reply = path_say(path, 0, SERVER, PPTP_OCRP);
                use_call(path, 0);
                if (pipelined)
                    path_say(path, 0, SERVER, PPTP_OCRP);
                if (lost & 1)
                    path_lose(path, request, place);
                if (lost & 2)
                    path_lose(path, reply, place);
                for (int i = 0; i < 12; i++) {
                    use_call(path, i & 1);
                    path_talk(path, 0, 1);
                }
                for (int call = 1; call >= 0; call--) {
                    use_call(path, call);
                    path_say(path, 0, SERVER, PPTP_WEN);
                    path_say(path, 0, CLIENT, PPTP_CCRQ);
                    path_say(path, 0, SERVER, PPTP_CDN);
                }
                struct analysis *analysis = path_feed(path);
                path_expect_fine(analysis);
                path_done(path, analysis);
            }
        }
    }
}

/* The NAT chose the server's id for the client: the server's Set-Link-Info carries the client's. */
static void equal_ids_are_told_by_the_sender(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[INSIDE].pns = 256;
    path->client[0].at[OUTSIDE].pns = 10001;
    path->client[0].at[INSIDE].pac = path->client[0].at[OUTSIDE].pac = 10001;
    path_set_up(path, 0);
    guint message = path_say(path, 0, SERVER, PPTP_SLI);
    path_set_id(path, message, INSIDE, true, 256);
    path_set_id(path, message, OUTSIDE, true, 10001);
    path_talk(path, 0, 3);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

void test_link_lost(void)
{
#define TEST(name) g_test_add_func("/link_lost/" #name, name)
    TEST(gre_settles_which_field_is_wrong);
    TEST(what_gre_settled_can_be_taken_back);
    TEST(the_second_call_is_not_taken_for_the_first);
    TEST(equal_ids_are_told_by_the_sender);
}
