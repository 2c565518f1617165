/* How far the clocks of two points are apart, as their packets tell.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define OUTSIDE 1

/* Clocks: the outside runs 500 s ahead; with two packets each way the middle of the bounds is it.
 */
static void the_clocks_difference_is_estimated(void)
{
    struct path *path = path_new(2, 1);
    path->clock_ns[OUTSIDE] = G_GINT64_CONSTANT(500) * 1000000000;
    path_set_up(path, 0);
    for (int i = 0; i < 10; i++) {
        path_wait(path, 20);
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
    }
    struct analysis *analysis = path_feed(path);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_true(link->hops[0].has_clock);
    g_assert_cmpfloat_with_epsilon(link->hops[0].clock_offset_s, 500, 0.001);
    g_assert_cmpfloat_with_epsilon(link->hops[0].clock_drift_ppm, 0, 1);
    g_assert_true(link->hops[0].has_drift);
    const char *text, *cause;
    linker_verdict(analysis_linker(analysis), &text, &cause);
    g_assert_nonnull(strstr(text, "the outer one is 500.0 s ahead of the inner one"));
    path_done(path, analysis);
}

/* A second of packets tells no drift, and equal clocks are not worth a word. */
static void a_short_connection_tells_no_drift(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    struct analysis *analysis = path_feed(path);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_true(link->hops[0].has_clock && !link->hops[0].has_drift);
    const char *text, *cause;
    linker_verdict(analysis_linker(analysis), &text, &cause);
    g_assert_null(strstr(text, "clocks"));
    path_done(path, analysis);
}

/* The outer clock is set back while the call is up: the bounds cross, and nothing is negative. */
static void an_uncertainty_is_never_negative(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    for (int i = 0; i < 10; i++) {
        guint request = path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        guint reply = path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
        path_wait(path, 20);
        if (i < 5)
            continue;
        path_packet(path, request, 1)->time_ns -= G_GINT64_CONSTANT(2000000000);
        path_packet(path, reply, 1)->time_ns -= G_GINT64_CONSTANT(2000000000);
    }
    struct analysis *analysis = path_feed(path);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_true(link->hops[0].has_clock);
    g_assert_cmpfloat(link->hops[0].clock_uncertainty_s, ==, 0);
    path_done(path, analysis);
}

void test_link_clock(void)
{
    g_test_add_func("/link_clock/a short connection tells no drift",
                    a_short_connection_tells_no_drift);
    g_test_add_func("/link_clock/an uncertainty is never negative",
                    an_uncertainty_is_never_negative);
    g_test_add_func("/link_clock/the clocks' difference is estimated",
                    the_clocks_difference_is_estimated);
}
