/* What of GRE a far file can have shown at all: it begins or ends at other times, and its clock is
 * another one (FINDINGS, gre_not_forwarded).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

static struct path *with_call(uint32_t places)
{
    struct path *path = path_new(places, 1);
    path_set_up(path, 0);
    return path;
}

/* The far file ends earlier, or begins later, than the near one. */
static void what_the_far_file_does_not_cover_is_not_lost(void)
{
    for (int early = 0; early < 2; early++) {
        struct path *path = with_call(2);
        guint first = path->packets->len / 2;
        for (int i = 0; i < 20; i++) {
            path_gre(path, 0, i & 1 ? SERVER : CLIENT, 40);
            path_wait(path, 2);
        }
        guint end = path->packets->len / 2, middle = (first + end) / 2;
        for (guint event = early ? first : middle; event < (early ? middle : end); event++)
            path_lose(path, event, 0);
        for (guint event = 0; early && event < first; event++)
            path_lose(path, event, 0);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* It was stopped while the tunnel was being built: what the server sends first comes later. */
static void a_far_file_that_ends_before_the_first_packet_shows_nothing(void)
{
    for (int later = 0; later < 2; later++) {
        struct path *path = with_call(2);
        path_gre(path, 0, CLIENT, 40);
        path_wait(path, 0.3);
        for (int i = 0; i < 8; i++)
            path_lose(path, path_gre(path, 0, SERVER, 40), 0);
        guint event = path_gre(path, 0, CLIENT, 40);
        if (!later)
            path_lose(path, event, 0);
        struct analysis *analysis = path_feed(path);
        if (later)
            g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0));
        else
            path_expect_fine(analysis);
        const struct link_view *link = linker_link(analysis_linker(analysis), 0);
        g_assert_cmpuint(link->hops[0].count[DIRECTION_PAC_TO_PNS].lost, ==, later ? 8 : 0);
        g_assert_true(
            path_link_says(analysis, 0, later ? "0 of 8" : "of 1 GRE packets to the server"));
        path_done(path, analysis);
    }
}

/* GRE both ways that one place does not show, a pair each `apart_s`. */
static void talk_past(struct path *path, uint32_t count, double apart_s, uint32_t place)
{
    for (uint32_t i = 0; i < count; i++) {
        path_lose(path, path_gre(path, 0, CLIENT, 40), place);
        path_lose(path, path_gre(path, 0, SERVER, 40), place);
        path_wait(path, apart_s);
    }
}

/* Records count microseconds modulo 2^32, 71 minutes. */
static void a_far_file_may_begin_hours_earlier_and_end_earlier(void)
{
    struct path *path = path_new(2, 1);
    talk_past(path, 120, 60, 1);
    path_talk(path, 0, 300);
    talk_past(path, 10, 1, 0);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpuint(path_shown_links(analysis), ==, 1);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* After a day two clocks are seconds further apart than their mean difference says. */
static void clocks_that_drift_for_a_day_make_no_loss(void)
{
    static const double drifts[] = {-100e-6, 50e-6, 100e-6};
    for (size_t i = 0; i < G_N_ELEMENTS(drifts); i++) {
        struct path *path = with_call(2);
        int64_t start = path->now_ns;
        for (int minute = 0; minute < 24 * 60; minute++) {
            path_say(path, 0, CLIENT, PPTP_SLI);
            path_say(path, 0, SERVER, PPTP_SLI);
            path_talk(path, 0, 2);
            path_wait(path, 60);
        }
        path_talk(path, 0, 3);
        talk_past(path, 10, 1, 1);
        for (guint event = 0; event < path->packets->len / 2; event++) {
            struct path_packet *packet = path_packet(path, event, 1);
            packet->time_ns += (int64_t)((double)(packet->time_ns - start) * drifts[i]);
        }
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

void test_link_cover(void)
{
    g_test_add_func("/link_cover/what the far file does not cover is not lost",
                    what_the_far_file_does_not_cover_is_not_lost);
    g_test_add_func("/link_cover/a far file that ends before the first packet shows nothing",
                    a_far_file_that_ends_before_the_first_packet_shows_nothing);
    g_test_add_func("/link_cover/a far file may begin hours earlier and end earlier",
                    a_far_file_may_begin_hours_earlier_and_end_earlier);
    g_test_add_func("/link_cover/clocks that drift for a day make no loss",
                    clocks_that_drift_for_a_day_make_no_loss);
}
