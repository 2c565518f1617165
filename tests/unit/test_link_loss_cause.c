/* What became of GRE at a hop (FINDINGS, "Across points"): each rule with what nearly meets it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

static struct path *with_call(uint32_t places)
{
    struct path *path = path_new(places, 1);
    path_set_up(path, 0);
    return path;
}

/* Packets of the client pass, so that the far points show GRE; those of `from` get lost. */
static guint talk_and_lose(struct path *path, enum path_end from, uint32_t place, uint32_t count)
{
    guint first = 0;
    for (uint32_t i = 0; i < count; i++) {
        guint event = path_gre(path, 0, from, 40);
        path_gre(path, 0, 1 - from, 40);
        path_lose_from(path, event, place);
        first = i == 0 ? event : first;
    }
    return first;
}

static void none_of_two_is_gre_not_forwarded(void)
{
    struct path *path = with_call(2);
    guint first = talk_and_lose(path, SERVER, 0, 2);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_cmpint(finding->direction, ==, DIRECTION_PAC_TO_PNS);
    g_assert_cmpuint(finding->deciding_frame, ==, 0);
    path_done(path, analysis);
}

static void none_of_one_is_only_maybe(void)
{
    struct path *path = with_call(2);
    guint first = talk_and_lose(path, SERVER, 0, 1);
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_GRE_MAYBE_NOT_FORWARDED, path_frame(path, first, 1));
    path_done(path, analysis);
}

static void an_icmp_error_makes_one_of_one_certain(void)
{
    struct path *path = with_call(2);
    guint first = talk_and_lose(path, SERVER, 0, 1);
    path_icmp(path, first, 1, 3, 2);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_nonnull(strstr(finding->text, "ICMP"));
    path_expect_none(analysis, FINDING_GRE_MAYBE_NOT_FORWARDED);
    path_done(path, analysis);
}

static void one_that_passes_is_enough(void)
{
    struct path *path = with_call(2);
    talk_and_lose(path, SERVER, 0, 2);
    path_gre(path, 0, SERVER, 40);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_PAC_TO_PNS].lost, ==, 2);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_PNS_TO_PAC].lost, ==, 0);
    path_done(path, analysis);
}

/* The capture filter there may have left GRE out. */
static void without_any_gre_at_the_far_point_it_is_not_captured(void)
{
    struct path *path = with_call(2);
    for (int i = 0; i < 3; i++)
        path_lose(path, path_gre(path, 0, SERVER, 40), 0);
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_CAPTURED, 0));
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_PAC_TO_PNS].lost, ==, 0);
    g_assert_true(path_link_says(analysis, 0, "Every Call ID of its control messages"));
    path_done(path, analysis);
}

/* An ICMP error before the hop is no sign that the point behind it captures more than TCP. */
static void an_icmp_error_at_one_point_says_nothing_about_the_other(void)
{
    struct path *path = with_call(2);
    guint first = path->packets->len / 2;
    for (int i = 0; i < 3; i++) {
        path_gre(path, 0, CLIENT, 40);
        path_icmp(path, path_gre(path, 0, SERVER, 40), 1, 3, 2);
    }
    for (guint event = first; event < path->packets->len / 2; event++)
        path_lose(path, event, 0);
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_CAPTURED, 0));
    path_done(path, analysis);
}

/* ... but one that has come less far than the end's packets was sent by the hop: that is proof, of
 * a single packet too. Not if it names a host that is gone, or a packet passed after it. */
static void an_icmp_error_of_the_hop_itself_is_proof(void)
{
    enum { REFUSED, HOST_GONE, TOO_LARGE, PASSES_LATER, CASES };
    static const uint8_t code[CASES] = {2, 1, 4, 2};
    for (int what = 0; what < CASES; what++) {
        struct path *path = with_call(2);
        guint refused = path_gre(path, 0, SERVER, 40);
        path_lose(path, refused, 0);
        guint error = path_icmp(path, refused, 1, 3, code[what]);
        path_packet(path, error, 1)->ttl = 64;
        if (what == PASSES_LATER)
            path_gre(path, 0, SERVER, 40);
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        struct analysis *analysis = path_feed(path);
        if (what == REFUSED) {
            const struct finding *finding =
                path_expect(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, refused, 1));
            g_assert_nonnull(strstr(finding->text, "the NAT itself refused"));
        } else {
            path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
        }
        path_done(path, analysis);
    }
}

/* A capture of TCP and ICMP shows errors about GRE that it left out. */
static void an_icmp_error_at_the_far_point_is_no_sign_of_gre(void)
{
    struct path *path = with_call(2);
    for (int i = 0; i < 5; i++) {
        guint out = path_gre(path, 0, CLIENT, 40), in = path_gre(path, 0, SERVER, 40);
        path_lose(path, out, 1);
        path_lose(path, in, 1);
        if (i == 4)
            path_icmp(path, in, 1, 3, 2);
    }
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    path_expect_none(analysis, FINDING_GRE_MAYBE_NOT_FORWARDED);
    path_done(path, analysis);
}

static void the_far_point_must_see_the_calls_tcp_in_that_direction(void)
{
    struct path *path = with_call(2);
    guint events = path->packets->len / 2;
    for (guint event = 0; event < events; event++) {
        if (path_packet(path, event, 0)->from == SERVER)
            path_lose(path, event, 0);
    }
    talk_and_lose(path, SERVER, 0, 3);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    path_done(path, analysis);
}

static void it_is_the_hop_where_it_ends(void)
{
    struct path *path = with_call(3);
    guint first = talk_and_lose(path, CLIENT, 2, 3);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_cmpuint(finding->hop, ==, 1);
    path_done(path, analysis);
}

/* The NAT's mapping ran out: packets pass, a pause, then none for at least 3 packets and 3 s. */
static guint with_tail(struct path *path, uint32_t lost, double apart_s)
{
    path_talk(path, 0, 4);
    path_wait(path, 60);
    guint first = 0;
    for (uint32_t i = 0; i < lost; i++) {
        guint event = path_gre(path, 0, SERVER, 40);
        path_gre(path, 0, CLIENT, 40);
        path_lose(path, event, 0);
        first = i == 0 ? event : first;
        path_wait(path, apart_s);
    }
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
    return first;
}

static void none_after_some_moment(void)
{
    struct path *path = with_call(2);
    guint first = with_tail(path, 4, 1.5);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_nonnull(strstr(finding->text, "idle for 60.0 s"));
    path_done(path, analysis);
}

static void two_at_the_end_or_three_at_once_are_loss(void)
{
    static const struct {
        uint32_t lost;
        double apart_s;
    } script[] = {{2, 10}, {5, 0.1}};
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct path *path = with_call(2);
        with_tail(path, script[i].lost, script[i].apart_s);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* What is sent when the call is over, the NAT may have forgotten rightly. */
static void after_the_calls_end_nothing_has_to_pass(void)
{
    struct path *path = with_call(2);
    path_talk(path, 0, 4);
    path_tear_down(path, 0);
    for (int i = 0; i < 5; i++) {
        path_lose(path, path_gre(path, 0, SERVER, 40), 0);
        path_wait(path, 2);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* And what passes then does not tell when the direction was passed before. */
static void what_arrives_after_the_calls_end_only_says_nothing(void)
{
    struct path *path = with_call(2);
    talk_and_lose(path, SERVER, 0, 2);
    path_wait(path, 4);
    talk_and_lose(path, SERVER, 0, 2);
    path_tear_down(path, 0);
    path_gre(path, 0, SERVER, 40);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

void test_link_loss_cause(void)
{
    g_test_add_func("/link_loss_cause/an ICMP error at one point says nothing about the other",
                    an_icmp_error_at_one_point_says_nothing_about_the_other);
    g_test_add_func("/link_loss_cause/an ICMP error of the hop itself is proof",
                    an_icmp_error_of_the_hop_itself_is_proof);
    g_test_add_func("/link_loss_cause/none of two is gre_not_forwarded",
                    none_of_two_is_gre_not_forwarded);
    g_test_add_func("/link_loss_cause/none of one is only maybe", none_of_one_is_only_maybe);
    g_test_add_func("/link_loss_cause/an ICMP error makes one of one certain",
                    an_icmp_error_makes_one_of_one_certain);
    g_test_add_func("/link_loss_cause/one that passes is enough", one_that_passes_is_enough);
    g_test_add_func("/link_loss_cause/without any GRE at the far point it is not captured",
                    without_any_gre_at_the_far_point_it_is_not_captured);
    g_test_add_func("/link_loss_cause/an ICMP error at the far point is no sign of GRE",
                    an_icmp_error_at_the_far_point_is_no_sign_of_gre);
    g_test_add_func("/link_loss_cause/the far point must see the call's TCP in that direction",
                    the_far_point_must_see_the_calls_tcp_in_that_direction);
    g_test_add_func("/link_loss_cause/it is the hop where it ends", it_is_the_hop_where_it_ends);
    g_test_add_func("/link_loss_cause/none after some moment", none_after_some_moment);
    g_test_add_func("/link_loss_cause/two at the end, or many at once, are loss",
                    two_at_the_end_or_three_at_once_are_loss);
    g_test_add_func("/link_loss_cause/after the call's end nothing has to pass",
                    after_the_calls_end_nothing_has_to_pass);
    g_test_add_func("/link_loss_cause/what arrives after the call's end only says nothing",
                    what_arrives_after_the_calls_end_only_says_nothing);
}
