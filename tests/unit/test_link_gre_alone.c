/* Calls of which a file shows GRE alone: what links them, and what is said of them (FINDINGS,
 * "Across points").
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static struct path *with_calls(uint32_t clients)
{
    struct path *path = path_new(2, clients);
    for (uint32_t i = 0; i < clients; i++)
        path_set_up(path, i);
    return path;
}

static struct path *gre_only(uint32_t places, uint32_t clients, uint32_t count)
{
    struct path *path = path_new(places, clients);
    for (uint32_t i = 0; i < clients; i++)
        path_talk(path, i, count);
    return path;
}

static void gre_alone_links_calls(void)
{
    struct path *path = gre_only(2, 2, 10);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    g_assert_cmpuint(path_shown_links(analysis), ==, 2);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->evidence & EVIDENCE_DATA, ==, EVIDENCE_DATA);
    g_assert_cmpuint(linker_point(analysis_linker(analysis), link->point[0])->point, ==, 0);
    path_done(path, analysis);
}

/* Outside all packets are between the same two hosts: which directions are one tunnel, only the
 * inside knows. They are no places of one row, and nothing is lost between them. */
static void the_other_point_tells_which_directions_are_one_tunnel(void)
{
    struct path *path = path_new(2, 2);
    for (int i = 0; i < 10; i++) {
        path_gre(path, 0, CLIENT, 40);
        path_gre(path, 1, CLIENT, 40);
        path_gre(path, 1, SERVER, 40);
        path_gre(path, 0, SERVER, 40);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    g_assert_cmpuint(path_shown_links(analysis), ==, 2);
    for (uint32_t i = 0; i < 2; i++) {
        const struct link_view *link = linker_link(analysis_linker(analysis), i);
        g_assert_cmpuint(link->count, ==, 2);
        for (uint32_t at = 0; at < 4; at++)
            g_assert_cmpuint(link->places[at % 2].seen[at / 2], ==, 10);
    }
    path_done(path, analysis);
}

static void three_packets_in_common_are_needed(void)
{
    struct path *path = path_new(2, 1);
    path_gre(path, 0, CLIENT, 40);
    path_gre(path, 0, CLIENT, 40);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpuint(path_shown_links(analysis), ==, 0);
    g_assert_cmpuint(linker_unlinked_count(analysis_linker(analysis)), ==, 2);
    path_done(path, analysis);
}

/* The second call's packets are the same as the first's, and are not taken for packets of that one
 * that went astray. */
static void equal_packets_of_two_calls_are_not_mixed_up(void)
{
    struct path *path = gre_only(2, 2, 10);
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        memset(packet->octets + 12, 0xFD, packet->length - 12);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

static void a_direction_that_ends_is_seen_without_control_traffic_too(void)
{
    struct path *path = gre_only(2, 1, 6);
    guint first = 0;
    path_wait(path, 40);
    for (int i = 0; i < 5; i++) {
        guint event = path_gre(path, 0, SERVER, 40);
        path_lose(path, event, INSIDE);
        path_gre(path, 0, CLIENT, 40);
        first = i == 0 ? event : first;
        path_wait(path, 2);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, OUTSIDE));
    path_done(path, analysis);
}

static void only_gre_of_a_call_says_so_in_the_verdict(void)
{
    struct path *path = gre_only(2, 1, 6);
    struct analysis *analysis = path_feed(path);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_true(path_link_says(analysis, 0, "Only GRE of this call"));
    g_assert_cmpint(link->status, ==, VERDICT_UNKNOWN);
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &cause), ==, VERDICT_UNKNOWN);
    path_done(path, analysis);
}

/* One file has the set-up, the other begins later: GRE finds the call's place in the chain. */
static void the_set_up_is_in_one_file_only(void)
{
    for (int which = 0; which < 2; which++) {
        struct path *path = with_calls(1);
        guint events = path->packets->len / 2;
        for (guint event = 0; event < events; event++)
            path_lose(path, event, (uint32_t)which);
        path_talk(path, 0, 6);
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
        path_talk(path, 0, 6);
        path_say(path, 0, CLIENT, PPTP_CCRQ);
        path_say(path, 0, SERVER, PPTP_CDN);
        struct analysis *analysis = path_feed(path);
        path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
        path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
        path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
        path_expect_none(analysis, FINDING_PAYLOAD_ALTERED);
        g_assert_cmpuint(path_shown_links(analysis), >=, 1);
        path_done(path, analysis);
    }
}

/* Linked by GRE alone, then by a message that differs outside its ids: a chain and a link without
 * one meet. */
static void control_traffic_behind_a_link_by_gre(void)
{
    struct path *path = with_calls(1);
    guint events = path->packets->len / 2;
    for (guint event = 0; event < events; event++)
        path_lose(path, event, OUTSIDE);
    path_talk(path, 0, 6);
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_packet(path, clear, OUTSIDE)->octets[15] ^= 1; /* Reserved1 */
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_PAYLOAD_ALTERED, path_frame(path, clear, OUTSIDE));
    path_done(path, analysis);
}

static void swapped_roles_are_found(void)
{
    /* At the far point the first packet seen is the server's, so directions a and b differ. */
    struct path *path = path_new(2, 1);
    guint first = path_gre(path, 0, CLIENT, 40);
    path_lose(path, first, OUTSIDE);
    path_gre(path, 0, SERVER, 40);
    path_talk(path, 0, 10);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(path_shown_links(analysis), ==, 1);
    g_assert_cmpuint(link->places[0].seen[0] + link->places[0].seen[1], ==, 22);
    g_assert_cmpuint(link->hops[0].count[0].lost + link->hops[0].count[1].lost, <=, 1);
    path_done(path, analysis);
}

void test_link_gre_alone(void)
{
    g_test_add_func("/link_gre_alone/the other point tells which directions are one tunnel",
                    the_other_point_tells_which_directions_are_one_tunnel);
    g_test_add_func("/link_gre_alone/GRE alone links calls", gre_alone_links_calls);
    g_test_add_func("/link_gre_alone/three packets in common are needed",
                    three_packets_in_common_are_needed);
    g_test_add_func("/link_gre_alone/equal packets of two calls are not mixed up",
                    equal_packets_of_two_calls_are_not_mixed_up);
    g_test_add_func("/link_gre_alone/a direction that ends is seen without control traffic too",
                    a_direction_that_ends_is_seen_without_control_traffic_too);
    g_test_add_func("/link_gre_alone/only GRE of a call says so in the verdict",
                    only_gre_of_a_call_says_so_in_the_verdict);
    g_test_add_func("/link_gre_alone/the set-up is in one file only",
                    the_set_up_is_in_one_file_only);
    g_test_add_func("/link_gre_alone/control traffic behind a link by GRE",
                    control_traffic_behind_a_link_by_gre);
    g_test_add_func("/link_gre_alone/swapped roles are found", swapped_roles_are_found);
}
