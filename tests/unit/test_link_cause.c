/* Which finding is the cause of which, and what the verdict advises (FINDINGS, "The verdict"): a
 * NAT that has lost a call in its middle forwards none of its GRE and translates none of its
 * fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static struct path *with_call_up(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 4);
    return path;
}

/* Both points go on after what was lost. */
static void go_on(struct path *path)
{
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
}

/* GRE of the server that the NAT drops, `apart_s` apart. */
static void lose(struct path *path, uint32_t count, double apart_s)
{
    for (uint32_t i = 0; i < count; i++) {
        path_lose(path, path_gre(path, 0, SERVER, 40), INSIDE);
        path_gre(path, 0, CLIENT, 40);
        path_wait(path, apart_s);
    }
}

/* The server's Set-Link-Info names P, as Windows' do, and reads `value` inside. */
static void wrong_link_info(struct path *path, uint16_t value)
{
    guint link_info = path_say(path, 0, SERVER, PPTP_SLI);
    path_set_id(path, link_info, OUTSIDE, true, path->client[0].at[OUTSIDE].pns);
    path_set_id(path, link_info, INSIDE, true, value);
}

static const char *verdict(const struct analysis *analysis, const char *expected_cause)
{
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &cause), ==, VERDICT_FAULT);
    g_assert_cmpstr(cause, ==, expected_cause);
    const struct finding *finding = linker_verdict_finding(analysis_linker(analysis));
    g_assert_nonnull(finding);
    g_assert_cmpstr(finding_kind(finding->id)->filter, ==, expected_cause);
    return text;
}

static void wrong_fields_follow_from_a_lost_state(void)
{
    for (int zero = 0; zero < 2; zero++) {
        struct path *path = with_call_up();
        lose(path, 4, 1.5);
        wrong_link_info(path, zero ? 0 : path->client[0].at[OUTSIDE].pns);
        struct analysis *analysis = path_feed(path);
        const struct finding *gre = path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0);
        const struct finding *field = path_finding(analysis, FINDING_CALLID_MISTRANSLATED, 0);
        g_assert_nonnull(gre);
        g_assert_nonnull(field);
        g_assert_cmpuint(gre->cause, ==, FINDING_NONE);
        g_assert_cmpuint(field->cause, ==, gre->index);
        g_assert_nonnull(strstr(verdict(analysis, "pptp.nat.gre_not_forwarded"),
                                "the NAT has most likely lost the call"));
        path_done(path, analysis);
    }
}

/* Nearly the same: the editor wrote something of its own, or GRE ceased after the wrong field. */
static void another_value_or_an_earlier_field_is_a_fault_of_its_own(void)
{
    for (int early = 0; early < 2; early++) {
        struct path *path = with_call_up();
        if (early)
            wrong_link_info(path, path->client[0].at[OUTSIDE].pns);
        lose(path, 4, 1.5);
        if (!early)
            wrong_link_info(path, 4711);
        go_on(path);
        struct analysis *analysis = path_feed(path);
        const struct finding *gre = path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0);
        const struct finding *field = path_finding(analysis, FINDING_CALLID_MISTRANSLATED, 0);
        g_assert_nonnull(gre);
        g_assert_nonnull(field);
        g_assert_cmpuint(field->cause, ==, FINDING_NONE);
        verdict(analysis, "pptp.nat.callid_mistranslated");
        path_done(path, analysis);
    }
}

/* Three packets within 3 s are no finding, and still tell why the field is wrong. */
static void a_short_loss_before_it_explains_a_wrong_field(void)
{
    static const struct {
        uint32_t lost;
        bool explains;
    } script[] = {{3, true}, {2, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct path *path = with_call_up();
        lose(path, script[i].lost, 0.1);
        wrong_link_info(path, path->client[0].at[OUTSIDE].pns);
        struct analysis *analysis = path_feed(path);
        path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
        const char *text = verdict(analysis, "pptp.nat.callid_mistranslated");
        g_assert_true((strstr(text, "stopped passing earlier") != NULL) == script[i].explains);
        g_assert_true((strstr(text, "does not translate Set-Link-Info") != NULL) !=
                      script[i].explains);
        path_done(path, analysis);
    }
}

static void after_a_pause_the_entry_timed_out(void)
{
    for (int idle = 0; idle < 2; idle++) {
        struct path *path = with_call_up();
        path_wait(path, idle ? 60 : 1);
        lose(path, 4, 1.5);
        go_on(path);
        struct analysis *analysis = path_feed(path);
        const char *text = verdict(analysis, "pptp.nat.gre_not_forwarded");
        g_assert_true((strstr(text, "timed out") != NULL) == (idle == 1));
        path_done(path, analysis);
    }
}

/* The NAT says by ICMP that it has lost the call: one packet is enough, and the clear request that
 * it no longer translates is a consequence. */
static void a_refusal_by_the_nat_precedes_a_wrong_field(void)
{
    struct path *path = with_call_up();
    guint refused = path_gre(path, 0, SERVER, 40);
    path_lose(path, refused, INSIDE);
    guint error = path_icmp(path, refused, OUTSIDE, 3, 2);
    path_packet(path, error, OUTSIDE)->ttl = 64;
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, path->client[0].at[INSIDE].pns);
    struct analysis *analysis = path_feed(path);
    const struct finding *gre =
        path_expect(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, refused, OUTSIDE));
    const struct finding *field =
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
    g_assert_cmpuint(field->cause, ==, gre->index);
    g_assert_nonnull(strstr(verdict(analysis, "pptp.nat.gre_not_forwarded"), "lost the call"));
    path_done(path, analysis);
}

static void gre_that_never_passed_needs_a_rule(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    lose(path, 4, 1.5);
    struct analysis *analysis = path_feed(path);
    g_assert_nonnull(
        strstr(verdict(analysis, "pptp.nat.gre_not_forwarded"), "Let IP protocol 47 pass"));
    path_done(path, analysis);
}

void test_link_cause(void)
{
    g_test_add_func("/link_cause/wrong fields follow from a lost state",
                    wrong_fields_follow_from_a_lost_state);
    g_test_add_func("/link_cause/another value, or an earlier field, is a fault of its own",
                    another_value_or_an_earlier_field_is_a_fault_of_its_own);
    g_test_add_func("/link_cause/a short loss before it explains a wrong field",
                    a_short_loss_before_it_explains_a_wrong_field);
    g_test_add_func("/link_cause/after a pause the entry timed out",
                    after_a_pause_the_entry_timed_out);
    g_test_add_func("/link_cause/a refusal by the NAT precedes a wrong field",
                    a_refusal_by_the_nat_precedes_a_wrong_field);
    g_test_add_func("/link_cause/GRE that never passed needs a rule",
                    gre_that_never_passed_needs_a_rule);
}
