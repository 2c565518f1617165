/* Segments with a wrong TCP checksum, as scripts. How the expected lines read: control_tester.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_tester.h"

static struct tester open_after_syn(uint8_t *octets)
{
    struct tester t = open_stream();

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 156);
    assert_delivered(&t, "SCCRQ 156/156 2-2\n");
    return t;
}

static void assert_damaged(const struct tester *t, uint32_t frame, uint32_t right_frame)
{
    g_assert_false(t->verdict.differs);
    g_assert_cmpuint(t->verdict.damaged_count, ==, 1);
    g_assert_cmpuint(t->verdict.damaged[0].frame, ==, frame);
    g_assert_cmpuint(t->verdict.damaged[0].right_frame, ==, right_frame);
}

/* A message has the checksum of the segment that carried its last octet, if that completed it. */
static void test_a_message_knows_the_checksum_of_its_segment(void)
{
    enum { WHOLE, TAIL, HEAD, TAIL_FIRST, CASES };
    for (int which = WHOLE; which < CASES; which++) {
        uint8_t octets[CLIENT_LENGTH];
        struct tester t = open_after_syn(octets);

        if (which == WHOLE) {
            feed_wrong(&t, 3, ISN + 156, octets + 156, 168);
        } else if (which == TAIL) {
            feed(&t, 3, ISN + 156, octets + 156, 100);
            feed_wrong(&t, 4, ISN + 256, octets + 256, 68);
        } else if (which == HEAD) {
            feed_wrong(&t, 3, ISN + 156, octets + 156, 100);
            feed(&t, 4, ISN + 256, octets + 256, 68);
        } else {
            feed_wrong(&t, 3, ISN + 256, octets + 256, 68);
            feed(&t, 4, ISN + 156, octets + 156, 100);
        }
        g_assert_true(g_str_has_prefix(t.log->str, "OCRQ"));
        g_assert_true(t.checksum.wrong == (which == WHOLE || which == TAIL));
        if (t.checksum.wrong) {
            g_assert_cmpuint(t.checksum.seen, ==, 5);
            g_assert_cmpuint(t.checksum.right, ==, 7);
        }
        close_stream(&t);
    }
}

static void test_a_right_copy_takes_the_place_of_a_damaged_one(void)
{
    uint8_t octets[CLIENT_LENGTH];
    struct tester t = open_after_syn(octets);

    octets[168] ^= 1;
    feed_doubted(&t, 3, ISN + 156, octets + 156, 168, 0);
    octets[168] ^= 1;
    assert_delivered(&t, "");
    feed(&t, 4, ISN + 324, octets + 324, 16); /* what follows waits for the right copy */
    assert_delivered(&t, "");
    feed(&t, 5, ISN + 156, octets + 156, 168);
    assert_damaged(&t, 3, 5);
    assert_delivered(&t, "OCRQ 168/168 5-5\nEcho-Request 16/16 4-5\n");
    acked(&t, 6, ISN + 340);
    assert_delivered(&t, "");
    g_assert_false(control_stream_has_believed(t.stream));
    close_stream(&t);
}

static void test_a_right_copy_before_the_damaged_one_counts_too(void)
{
    uint8_t octets[CLIENT_LENGTH];
    struct tester t = open_after_syn(octets);

    octets[20] ^= 1;
    feed_doubted(&t, 3, ISN, octets, 156, 0);
    assert_damaged(&t, 3, 2);
    assert_delivered(&t, "");
    close_stream(&t);
}

static void test_a_right_copy_that_waits_is_better_than_a_damaged_one(void)
{
    uint8_t octets[CLIENT_LENGTH];
    struct tester t = open_after_syn(octets);

    octets[330] ^= 1;
    feed_doubted(&t, 3, ISN + 324, octets + 324, 16, 0);
    octets[330] ^= 1;
    feed(&t, 4, ISN + 324, octets + 324, 16); /* both behind a hole */
    assert_damaged(&t, 3, 4);
    feed(&t, 5, ISN + 156, octets + 156, 168);
    assert_delivered(&t, "OCRQ 168/168 5-5\nEcho-Request 16/16 4-5\n");
    close_stream(&t);
}

static void test_what_is_acknowledged_without_a_better_copy_is_read_where_it_is(void)
{
    uint8_t octets[CLIENT_LENGTH];
    struct tester t = open_after_syn(octets);

    feed_doubted(&t, 3, ISN + 156, octets + 156, 168, 0);
    feed(&t, 5, ISN + 324, octets + 324, 16);
    acked(&t, 7, ISN + 300); /* not all of it */
    assert_delivered(&t, "");
    acked(&t, 8, ISN + 324);
    assert_delivered(&t, "OCRQ 168/168 3-3 unsure\nEcho-Request 16/16 5-5\n");
    g_assert_true(control_stream_has_believed(t.stream));
    close_stream(&t);
}

static void test_the_same_octets_sent_again_with_a_wrong_checksum_are_read(void)
{
    uint8_t octets[CLIENT_LENGTH];
    struct tester t = open_after_syn(octets);

    feed_doubted(&t, 3, ISN + 156, octets + 156, 168, 0);
    feed_doubted(&t, 4, ISN + 156, octets + 156, 168, 1); /* a mirror port's copy */
    assert_delivered(&t, "");
    feed_doubted(&t, 5, ISN + 156, octets + 156, 168, 300);
    assert_delivered(&t, "OCRQ 168/168 3-3\n");
    close_stream(&t);
}

static void test_of_two_different_damaged_copies_neither_is_read(void)
{
    uint8_t octets[CLIENT_LENGTH];
    struct tester t = open_after_syn(octets);

    octets[168] ^= 1;
    feed_doubted(&t, 3, ISN + 156, octets + 156, 168, 0);
    octets[168] ^= 3;
    feed_doubted(&t, 4, ISN + 156, octets + 156, 168, 300);
    octets[168] ^= 2;
    g_assert_false(t.verdict.differs);
    assert_delivered(&t, "");
    feed(&t, 5, ISN + 156, octets + 156, 168);
    g_assert_cmpuint(t.verdict.damaged_count, ==, 2);
    assert_delivered(&t, "OCRQ 168/168 5-5\n");
    close_stream(&t);
}

static void test_bounds_hold_while_nothing_acknowledges(void)
{
    uint8_t octets[CLIENT_LENGTH];
    struct tester t = open_after_syn(octets);

    feed_doubted(&t, 3, ISN + 156, octets + 156, 168, 0);
    for (uint32_t i = 0; i < CONTROL_STREAM_PENDING; i++)
        feed(&t, 4 + i, ISN + 324 + i, octets + 324 + i, 1);
    g_assert_false(t.verdict.limit);
    assert_delivered(&t, "OCRQ 168/168 3-3 unsure\nEcho-Request 16/16 4-19 split\n");
    close_stream(&t);
}

void test_control_doubt(void)
{
    g_test_add_func("/control-doubt/right-after",
                    test_a_right_copy_takes_the_place_of_a_damaged_one);
    g_test_add_func("/control-doubt/right-before",
                    test_a_right_copy_before_the_damaged_one_counts_too);
    g_test_add_func("/control-doubt/checksum", test_a_message_knows_the_checksum_of_its_segment);
    g_test_add_func("/control-doubt/waiting",
                    test_a_right_copy_that_waits_is_better_than_a_damaged_one);
    g_test_add_func("/control-doubt/acknowledged",
                    test_what_is_acknowledged_without_a_better_copy_is_read_where_it_is);
    g_test_add_func("/control-doubt/again",
                    test_the_same_octets_sent_again_with_a_wrong_checksum_are_read);
    g_test_add_func("/control-doubt/two", test_of_two_different_damaged_copies_neither_is_read);
    g_test_add_func("/control-doubt/bounds", test_bounds_hold_while_nothing_acknowledges);
}
