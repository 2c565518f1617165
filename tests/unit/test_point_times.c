/* When each capture point showed its first packet and its latest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/flow/point_times.h"

#include <glib.h>

static void spans_grow_both_ways(void)
{
    struct point_times *times = point_times_new();
    point_times_note(times, 3, 50);
    point_times_note(times, 3, -20);
    point_times_note(times, 3, 70);
    struct point_span span = point_times_of(times, 3);
    g_assert_true(span.seen);
    g_assert_cmpint(span.first_ns, ==, -20);
    g_assert_cmpint(span.latest_ns, ==, 70);
    point_times_free(times);
    point_times_free(NULL);
}

static void points_between_are_not_seen(void)
{
    struct point_times *times = point_times_new();
    g_assert_cmpuint(point_times_count(times), ==, 0);
    point_times_note(times, 3, 50);
    g_assert_false(point_times_several(times));
    g_assert_false(point_times_of(times, 2).seen);
    g_assert_false(point_times_of(times, 4).seen);
    g_assert_cmpuint(point_times_count(times), ==, 4);
    point_times_note(times, 0, 0);
    g_assert_true(point_times_several(times));
    g_assert_true(point_times_of(times, 0).seen);
    point_times_free(times);
}

void test_point_times(void)
{
    g_test_add_func("/point_times/spans grow both ways", spans_grow_both_ways);
    g_test_add_func("/point_times/points between are not seen", points_between_are_not_seen);
}
