/* Packets before and behind a hop: which are one, what is lost and how.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/link/crossing.h"

#define LIMIT  64
#define SECOND G_GINT64_CONSTANT(1000000000)

/* A letter a packet, one each second; capitals are long ones. */
struct side {
    struct crossing_packet packets[LIMIT];
    uint32_t count;
};

static struct side side_of(const char *letters, int64_t from_ns)
{
    struct side side = {.count = 0};
    for (; *letters != '\0'; letters++, side.count++)
        side.packets[side.count] =
            (struct crossing_packet){.key = (uint8_t)*letters,
                                     .time_ns = from_ns + side.count * SECOND,
                                     .frame = side.count + 1,
                                     .length = g_ascii_isupper(*letters) ? 1400 : 100};
    return side;
}

static struct crossing cross(struct side *near, struct side *far, const char *before,
                             const char *behind)
{
    *near = side_of(before, 0);
    *far = side_of(behind, 20);
    return crossing_match(near->packets, near->count, far->packets, far->count);
}

static void test_packets_are_paired_once(void)
{
    struct side near, far;
    struct crossing crossing = cross(&near, &far, "abcad", "abacaxd");
    g_assert_cmpuint(crossing.passed, ==, 5);
    g_assert_cmpuint(crossing.duplicated, ==, 1);
    g_assert_cmpuint(crossing.reordered, ==, 1); /* the second a came before c */
    g_assert_cmpuint(crossing.arrived[4], ==, 6);
    g_assert_cmpuint(crossing.came[5], ==, CROSSING_NONE);
    g_assert_cmpint(crossing.least_delay_ns, <=, 20);
    crossing_clear(&crossing);

    crossing = cross(&near, &far, "bca", "aaac"); /* c tells, not which a is which */
    g_assert_cmpuint(crossing.passed, ==, 2);
    g_assert_cmpint(crossing.least_delay_ns, ==, 20 + 2 * SECOND);
    crossing_clear(&crossing);

    crossing = cross(&near, &far, "", "abc");
    g_assert_cmpuint(crossing.passed, ==, 0);
    g_assert_false(crossing.has_delay);
    struct crossing_loss loss = crossing_lose(&crossing);
    g_assert_cmpint(crossing_fate(&loss), ==, CROSSING_PASSED);
    crossing_clear(&crossing);
}

/* Letters are keys; capitals are long packets. */
static void test_how_packets_are_lost(void)
{
    static const struct {
        const char *before, *behind;
        enum crossing_fate fate;
        uint32_t first, lost;
    } rows[] = {
        {"abcdef", "abcdef", CROSSING_PASSED, 0, 0},
        {"abc", "", CROSSING_NONE_CAME, 0, 3},
        {"abcdefgh", "abcd", CROSSING_CEASED, 4, 4},
        {"aBcdefgh", "acd", CROSSING_CEASED, 1, 5},
        {"abcdefgh", "abcdef", CROSSING_NOW_AND_THEN, 6, 2},
        {"abcdefg", "abcd", CROSSING_NOW_AND_THEN, 4, 3}, /* over less than 3 s */
        {"abcdefgh", "abcdfgh", CROSSING_NOW_AND_THEN, 4, 1},
        {"aBcDeFg", "aceg", CROSSING_BY_SIZE, 1, 3},
        {"aBcDeFG", "aceG", CROSSING_NOW_AND_THEN, 1, 3},
        {"aBcDef", "ace", CROSSING_NOW_AND_THEN, 1, 3},
        {"aBcBeBg", "aceg", CROSSING_BY_SIZE, 1, 3},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct side near, far;
        struct crossing crossing = cross(&near, &far, rows[i].before, rows[i].behind);
        struct crossing_loss loss = crossing_lose(&crossing);
        g_test_message("%s", rows[i].before);
        g_assert_cmpint(crossing_fate(&loss), ==, rows[i].fate);
        g_assert_cmpuint(loss.first, ==, rows[i].first);
        g_assert_cmpuint(loss.lost, ==, rows[i].lost);
        crossing_clear(&crossing);
    }
}

/* The far clock is 1000 s ahead; it captured from second 2 to second 5. */
static void test_what_the_far_point_cannot_have_seen_is_left_out(void)
{
    struct side near, far;
    struct crossing_window window = {1002 * SECOND, 1005 * SECOND, 1000 * SECOND};
    struct crossing crossing = cross(&near, &far, "abcdefghi", "ce");
    crossing_cover(&crossing, &window, SECOND);
    g_assert_cmpuint(crossing.first, ==, 2);
    g_assert_cmpuint(crossing.end, ==, 7);
    struct crossing_loss loss = crossing_lose(&crossing);
    g_assert_cmpuint(loss.passed, ==, 2);
    g_assert_cmpuint(loss.lost, ==, 3);
    g_assert_cmpuint(loss.tail, ==, 2);
    g_assert_cmpint(loss.idle_ns, ==, SECOND);
    crossing_clear(&crossing);
}

void test_crossing(void)
{
    g_test_add_func("/crossing/packets are paired once", test_packets_are_paired_once);
    g_test_add_func("/crossing/how packets are lost", test_how_packets_are_lost);
    g_test_add_func("/crossing/what the far point cannot have seen is left out",
                    test_what_the_far_point_cannot_have_seen_is_left_out);
}
