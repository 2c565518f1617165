/* Order, holes, retransmissions and bounds of a control stream, as scripts of segments. How the
 * expected lines read: control_tester.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_tester.h"

static void test_segments_out_of_order_are_put_in_order(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN + 324, octets + 324, 56);
    feed(&t, 3, ISN + 156, octets + 156, 168);
    assert_delivered(&t, "");
    feed(&t, 4, ISN, octets, 156); /* completes them all */
    assert_delivered(&t, "SCCRQ 156/156 4-4\n"
                         "OCRQ 168/168 3-4\n"
                         "Echo-Request 16/16 2-4\n"
                         "SLI 24/24 2-4 not-first\n"
                         "CCRQ 16/16 2-4 not-first\n");
    close_stream(&t);
}

static void test_retransmissions_are_told_and_compared(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 156);
    feed(&t, 3, ISN + 156, octets + 156, 168);
    assert_delivered(&t, "SCCRQ 156/156 2-2\nOCRQ 168/168 3-3\n");

    feed(&t, 4, ISN + 156, octets + 156, 168); /* the same again */
    g_assert_true(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);

    octets[168] ^= 1; /* the Call ID of the OCRQ: an editor translated the two copies differently */
    feed(&t, 5, ISN + 156, octets + 156, 168);
    g_assert_true(t.verdict.retransmission);
    g_assert_true(t.verdict.differs);
    g_assert_cmpuint(t.verdict.differs_frame, ==, 3);

    feed(&t, 6, ISN, octets, 324); /* both, put together by the sender's TCP */
    g_assert_true(t.verdict.retransmission);
    g_assert_true(t.verdict.differs);
    g_assert_cmpuint(t.verdict.differs_frame, ==, 3);

    octets[168] ^= 1;
    feed(&t, 7, ISN + 300, octets + 300, 40); /* half old, half new */
    g_assert_false(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);
    assert_delivered(&t, "Echo-Request 16/16 7-7 not-first\n");
    close_stream(&t);
}

static void test_a_copy_of_a_waiting_segment_is_compared_with_it(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN + 156, octets + 156, 168);
    feed(&t, 3, ISN + 156, octets + 156, 168);
    g_assert_true(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);
    octets[168] ^= 1;
    feed(&t, 4, ISN + 156, octets + 156, 168);
    g_assert_true(t.verdict.retransmission);
    g_assert_true(t.verdict.differs);
    g_assert_cmpuint(t.verdict.differs_frame, ==, 2);
    feed(&t, 5, ISN, octets, 156);
    assert_delivered(&t, "SCCRQ 156/156 5-5\nOCRQ 168/168 2-5\n");
    close_stream(&t);
}

/* What is older than CONTROL_STREAM_HISTORY is a retransmission, but nothing to compare with. */
static void test_old_retransmissions_are_not_compared(void)
{
    struct tester t = open_stream();
    uint8_t octets[16];
    uint32_t seq = ISN;

    put_right(octets, PPTP_ECHO_REQUEST);
    feed_syn(&t, 1, ISN);
    for (uint32_t frame = 2; frame < 102; frame++, seq += 16)
        feed(&t, frame, seq, octets, 16);
    octets[15] ^= 1;
    feed(&t, 200, seq - 1024, octets, 16);
    g_assert_true(t.verdict.differs);
    g_assert_cmpuint(t.verdict.differs_frame, ==, 101 - 63);
    feed(&t, 201, ISN, octets, 16);
    g_assert_true(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);
    close_stream(&t);
}

/* RFC1122-4.2.3.6: a keep-alive repeats the number before the next one, with one octet of anything
 * or none. */
static void test_keep_alives_are_nothing(void)
{
    static const uint8_t anything[] = {0};
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN - 1, anything, 1);
    feed(&t, 3, ISN, octets, 156);
    feed(&t, 4, ISN + 155, anything, 1);
    g_assert_true(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);
    feed(&t, 5, ISN + 155, NULL, 0);
    feed(&t, 6, ISN + 156, octets + 156, 168);
    assert_delivered(&t, "SCCRQ 156/156 3-3\nOCRQ 168/168 6-6\n");
    close_stream(&t);
}

static void test_the_octet_of_a_keep_alive_is_nothing_to_compare_with(void)
{
    static const uint8_t anything[] = {0};
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed(&t, 1, ISN + 155, anything, 1); /* the capture begins with it */
    feed(&t, 2, ISN + 156, octets + 156, 168);
    assert_delivered(&t, "OCRQ 168/168 2-2 resync\n");
    feed(&t, 3, ISN + 155, octets + 155, 169);
    g_assert_true(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);
    close_stream(&t);
}

static void test_a_hole_the_other_end_has_acknowledged(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 156);
    feed(&t, 3, ISN + 324, octets + 324, 16); /* the OCRQ was not captured */
    acked(&t, 4, ISN + 156);                  /* says nothing about the hole */
    acked(&t, 5, ISN + 200);                  /* nor does this: the rest may come */
    assert_delivered(&t, "SCCRQ 156/156 2-2\n");
    acked(&t, 6, ISN + 340);
    assert_delivered(&t, "Echo-Request 16/16 3-6 resync\n");
    feed(&t, 7, ISN + 340, octets + 340, 24);
    assert_delivered(&t, "SLI 24/24 7-7\n");
    close_stream(&t);
}

static void test_a_hole_acknowledged_before_the_next_segment(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 156);
    acked(&t, 3, ISN + 324);
    feed(&t, 4, ISN + 324, octets + 324, 16);
    assert_delivered(&t, "SCCRQ 156/156 2-2\nEcho-Request 16/16 4-4 resync\n");
    close_stream(&t);
}

/* Length leads over a hole if the header was captured. */
static void test_a_hole_in_a_message(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 156 + 40);
    feed(&t, 3, ISN + 300, octets + 300, 24 + 16);
    acked(&t, 4, ISN + 340);
    assert_delivered(&t, "SCCRQ 156/156 2-2\n"
                         "OCRQ 40/168 2-4 split not-first\n"
                         "Echo-Request 16/16 3-4 not-first\n");
    feed(&t, 5, ISN + 196, octets + 196, 104); /* comes after all */
    g_assert_false(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);
    close_stream(&t);
}

static void test_a_hole_longer_than_any_message(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];
    uint32_t far = ISN + 0x40000000u;

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 200);
    feed(&t, 3, far, octets + 156, 168);
    acked(&t, 4, far + 168);
    assert_delivered(&t, "SCCRQ 156/156 2-2\n"
                         "OCRQ 44/168 2-4 split not-first\n"
                         "OCRQ 168/168 3-4 resync\n");
    close_stream(&t);
}

static void test_sequence_numbers_wrap(void)
{
    for (uint32_t before = 0; before <= CLIENT_LENGTH; before += 19) {
        struct tester t = open_stream();
        uint8_t octets[CLIENT_LENGTH];
        uint32_t isn = 0 - before;

        put_client(octets);
        feed_syn(&t, 1, isn);
        feed(&t, 2, isn + 160, octets + 160, 164);
        feed(&t, 3, isn, octets, 160);
        feed(&t, 4, isn, octets, 160);
        g_assert_true(t.verdict.retransmission);
        feed(&t, 5, isn + 364, octets + 364, 16);
        acked(&t, 6, isn + 380);
        assert_delivered(&t, "SCCRQ 156/156 3-3\n"
                             "OCRQ 168/168 3-3 split not-first\n"
                             "CCRQ 16/16 5-6 resync\n");
        close_stream(&t);
    }
}

static void test_a_syn_begins_anew(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 100);
    feed(&t, 3, ISN + 324, octets + 324, 16);
    feed_syn(&t, 4, 5000000);
    feed(&t, 5, 5000000, octets, 156);
    assert_delivered(&t, "SCCRQ 156/156 5-5\n");
    close_stream(&t);
}

/* A bound that is reached gives up the hole in front, and says so. */
static void test_too_many_waiting_segments(void)
{
    struct tester t = open_stream();
    uint8_t octets[16];

    put_right(octets, PPTP_ECHO_REQUEST);
    feed_syn(&t, 1, ISN);
    for (uint32_t i = 0; i < CONTROL_STREAM_PENDING; i++) {
        feed(&t, 2 + i, ISN + 100 + 16 * i, octets, 16);
        g_assert_false(t.verdict.limit);
    }
    assert_delivered(&t, "");
    feed(&t, 99, ISN + 100 + 16 * CONTROL_STREAM_PENDING, octets, 16);
    g_assert_true(t.verdict.limit);
    g_assert_true(g_str_has_prefix(t.log->str, "Echo-Request 16/16 2-99 resync\n"
                                               "Echo-Request 16/16 3-99\n"));
    g_assert_true(g_str_has_suffix(t.log->str, "Echo-Request 16/16 99-99\n"));
    close_stream(&t);
}

static void test_too_many_waiting_octets(void)
{
    struct tester t = open_stream();
    uint8_t octets[3000] = {0};

    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN + 100, octets, 3000);
    feed(&t, 3, ISN + 3100, octets, 3000);
    g_assert_false(t.verdict.limit);
    feed(&t, 4, ISN + 6100, octets, 3000);
    g_assert_true(t.verdict.limit);
    close_stream(&t);
}

/* However the octets are cut, ordered and repeated, the same messages come out. */
static void test_any_segmentation_gives_the_same_messages(void)
{
    GRand *random = g_rand_new_with_seed(1723);

    for (unsigned round = 0; round < 300; round++) {
        struct tester t = open_stream();
        uint8_t octets[CLIENT_LENGTH];
        uint32_t isn = g_rand_int(random);
        uint32_t start[CLIENT_LENGTH + 1];
        unsigned count = 0;
        char **lines;

        put_client(octets);
        for (uint32_t at = 0; at < CLIENT_LENGTH; at += (uint32_t)g_rand_int_range(random, 20, 120))
            start[count++] = at;
        start[count] = CLIENT_LENGTH;
        feed_syn(&t, 1, isn);
        for (unsigned i = 0; i < count; i++) {
            unsigned other = (unsigned)g_rand_int_range(random, 0, (int)count);

            /* a random one out of turn, then the one whose turn it is */
            feed(&t, 2, isn + start[other], octets + start[other], start[other + 1] - start[other]);
            g_assert_false(t.verdict.differs);
            feed(&t, 3, isn + start[i], octets + start[i], start[i + 1] - start[i]);
            g_assert_false(t.verdict.differs || t.verdict.limit);
        }
        lines = g_strsplit(t.log->str, "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, G_N_ELEMENTS(client_types) + 1);
        for (unsigned i = 0; i < G_N_ELEMENTS(client_types); i++) {
            g_assert_true(g_str_has_prefix(lines[i], pptp_layout(client_types[i])->abbreviation));
            g_assert_null(strstr(lines[i], "resync"));
        }
        g_strfreev(lines);
        close_stream(&t);
    }
    g_rand_free(random);
}

/* Nothing that a capture can hold makes it read or write where it must not. */
static void test_hostile_segments_do_no_harm(void)
{
    GRand *random = g_rand_new_with_seed(47);

    for (unsigned round = 0; round < 300; round++) {
        struct tester t = open_stream();
        uint32_t base = g_rand_int(random);

        for (uint32_t frame = 1; frame < 60; frame++) {
            uint8_t octets[400];
            uint32_t captured = (uint32_t)g_rand_int_range(random, 0, 400);
            uint32_t length = captured + (uint32_t)g_rand_int_range(random, 0, 40);
            uint32_t seq = base + (uint32_t)g_rand_int_range(random, 0, 1500);

            for (unsigned i = 0; i < sizeof octets; i++)
                octets[i] = (uint8_t)g_rand_int(random);
            for (unsigned i = 0; i + 240 < sizeof octets; i += (unsigned)octets[i] % 90 + 1)
                put(octets + i, octets[i] % 15 + 1u, octets[i + 1] % 2 ? octets[i + 2] * 8u : 24);
            if (g_rand_int_range(random, 0, 30) == 0)
                seq = g_rand_int(random);
            if (g_rand_int_range(random, 0, 30) == 0)
                length = g_rand_int(random);
            if (g_rand_int_range(random, 0, 40) == 0)
                feed_syn(&t, frame, seq);
            feed_cut(&t, frame, seq, octets, captured, length);
            if (g_rand_int_range(random, 0, 10) == 0)
                acked(&t, frame, seq + length);
        }
        close_stream(&t);
    }
    control_stream_free(NULL);
    g_rand_free(random);
}

void test_control_stream(void)
{
#define TEST(name, function) g_test_add_func("/control-stream/" name, function)
    TEST("segments out of order are put in order", test_segments_out_of_order_are_put_in_order);
    TEST("retransmissions are told and compared", test_retransmissions_are_told_and_compared);
    TEST("a copy of a waiting segment is compared with it",
         test_a_copy_of_a_waiting_segment_is_compared_with_it);
    TEST("old retransmissions are not compared", test_old_retransmissions_are_not_compared);
    TEST("keep-alives are nothing", test_keep_alives_are_nothing);
    TEST("the octet of a keep-alive is nothing to compare with",
         test_the_octet_of_a_keep_alive_is_nothing_to_compare_with);
    TEST("a hole the other end has acknowledged", test_a_hole_the_other_end_has_acknowledged);
    TEST("a hole acknowledged before the next segment",
         test_a_hole_acknowledged_before_the_next_segment);
    TEST("a hole in a message", test_a_hole_in_a_message);
    TEST("a hole longer than any message", test_a_hole_longer_than_any_message);
    TEST("sequence numbers wrap", test_sequence_numbers_wrap);
    TEST("a SYN begins anew", test_a_syn_begins_anew);
    TEST("too many waiting segments", test_too_many_waiting_segments);
    TEST("too many waiting octets", test_too_many_waiting_octets);
    TEST("any segmentation gives the same messages", test_any_segmentation_gives_the_same_messages);
    TEST("hostile segments do no harm", test_hostile_segments_do_no_harm);
}
