/* At which capture point is a connection, where interfaces do not tell?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

/* mergecap -I none: one interface, so the places are told apart by their hosts. */
static void lost_interfaces_make_two_places_of_one(void)
{
    struct path *path = path_new(2, 2);
    path->interface[1] = 0;
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    path_set_up(path, 1);
    path_talk(path, 1, 3);
    guint alone = path_gre(path, 0, CLIENT, 20);
    path_lose(path, alone, 1);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct linker *linker = analysis_linker(analysis);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < linker_link_count(linker); i++)
        shown += link_view_is_shown(linker_link(linker, i));
    g_assert_cmpuint(shown, ==, 2);
    g_assert_cmpuint(linker_point_count(linker), ==, 2);
    g_assert_cmpuint(linker_point(linker, 0)->point, ==, linker_point(linker, 1)->point);
    g_assert_cmpuint(linker_point(linker, 0)->position, !=, linker_point(linker, 1)->position);
    analysis_free(analysis);
    path_free(path);
}

/* A connection of which one place shows nothing else lies at the place that has its hosts. */
static void an_unlinked_connection_finds_its_place_by_its_hosts(void)
{
    struct path *path = path_new(2, 2);
    path->interface[1] = 0;
    path_set_up(path, 0);
    path->client[1].at[0].address[CLIENT] = path->client[0].at[0].address[CLIENT];
    guint first = path->packets->len / 2;
    path_set_up(path, 1);
    for (guint event = first; event < path->packets->len / 2; event++)
        path_lose(path, event, 1);
    struct analysis *analysis = path_feed(path);
    const struct tracker *tracker = analysis_tracker(analysis);
    const struct pptp_connection *alone =
        tracker_connection(tracker, tracker_connection_count(tracker) - 1);
    const struct link_point *point =
        linker_point_of_connection(analysis_linker(analysis), as_connection(alone));
    g_assert_cmpstr(point->role, ==, "inside");
    analysis_free(analysis);
    path_free(path);
}

void test_link_point(void)
{
    g_test_add_func("/link_point/lost interfaces make two places of one",
                    lost_interfaces_make_two_places_of_one);
    g_test_add_func("/link_point/an unlinked connection finds its place by its hosts",
                    an_unlinked_connection_finds_its_place_by_its_hosts);
}
