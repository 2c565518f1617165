/* Where messages begin and end in a control stream: several in a segment, split, cut, mislabelled,
 * and what is no message. How the expected lines read: control_tester.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_tester.h"

static void test_one_message_in_each_segment(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed_syn(&t, 2, ISN); /* retransmitted */
    feed(&t, 3, ISN, octets, 156);
    assert_delivered(&t, "SCCRQ 156/156 3-3\n");
    g_assert_false(t.verdict.retransmission);
    feed(&t, 4, ISN + 156, octets + 156, 168);
    assert_delivered(&t, "OCRQ 168/168 4-4\n");
    feed(&t, 5, ISN + 324, octets + 324, 16);
    assert_delivered(&t, "Echo-Request 16/16 5-5\n");
    close_stream(&t);
}

static void test_several_messages_in_a_segment(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, CLIENT_LENGTH);
    assert_delivered(&t, "SCCRQ 156/156 2-2\n"
                         "OCRQ 168/168 2-2 not-first\n"
                         "Echo-Request 16/16 2-2 not-first\n"
                         "SLI 24/24 2-2 not-first\n"
                         "CCRQ 16/16 2-2 not-first\n");
    close_stream(&t);
}

static void test_a_message_over_two_segments(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, octets, 166); /* SCCRQ and 10 octets of the OCRQ */
    assert_delivered(&t, "SCCRQ 156/156 2-2\n");
    feed(&t, 3, ISN + 166, octets + 166, 158 + 16);
    assert_delivered(&t, "OCRQ 168/168 2-3 split not-first\n"
                         "Echo-Request 16/16 3-3 not-first\n");
    close_stream(&t);
}

static void test_octet_by_octet(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    for (uint32_t i = 0; i < CLIENT_LENGTH; i++)
        feed(&t, 10 + i, ISN + i, octets + i, 1);
    assert_delivered(&t, "SCCRQ 156/156 10-165 split\n"
                         "OCRQ 168/168 166-333 split\n"
                         "Echo-Request 16/16 334-349 split\n"
                         "SLI 24/24 350-373 split\n"
                         "CCRQ 16/16 374-389 split\n");
    close_stream(&t);
}

static void test_a_stream_joined_in_its_middle(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed(&t, 1, ISN + 100, octets + 100, 56 + 168); /* no SYN, the end of the SCCRQ */
    assert_delivered(&t, "OCRQ 168/168 1-1 not-first resync\n");
    feed(&t, 2, ISN + 324, octets + 324, 16);
    assert_delivered(&t, "Echo-Request 16/16 2-2\n");
    close_stream(&t);
}

/* The header that is searched lies over two segments, cut anywhere. */
static void test_a_searched_header_may_be_split(void)
{
    for (uint32_t part = 1; part < 168; part++) {
        struct tester t = open_stream();
        uint8_t octets[CLIENT_LENGTH];

        put_client(octets);
        feed(&t, 1, ISN + 100, octets + 100, 56 + part);
        assert_delivered(&t, "");
        feed(&t, 2, ISN + 156 + part, octets + 156 + part, 168 - part);
        assert_delivered(&t, "OCRQ 168/168 1-2 split not-first resync\n");
        close_stream(&t);
    }
}

static void test_the_snap_length_cuts_a_message(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed_cut(&t, 2, ISN, octets, 20, 156);
    feed_cut(&t, 3, ISN + 156, octets + 156, 20, 168);
    feed(&t, 4, ISN + 324, octets + 324, 16);
    assert_delivered(&t, "SCCRQ 20/156 2-2\n"
                         "OCRQ 20/168 3-3\n"
                         "Echo-Request 16/16 4-4\n");
    octets[13] ^= 1; /* of the 20 octets that can be compared */
    feed_cut(&t, 5, ISN, octets, 20, 156);
    g_assert_true(t.verdict.retransmission);
    g_assert_true(t.verdict.differs);
    g_assert_cmpuint(t.verdict.differs_frame, ==, 2);
    feed_cut(&t, 6, ISN + 20, octets + 20, 100, 136); /* nothing to compare with */
    g_assert_true(t.verdict.retransmission);
    g_assert_false(t.verdict.differs);
    close_stream(&t);
}

/* In sync by Length after a cut message; not after a cut header. */
static void test_the_snap_length_cuts_a_header(void)
{
    struct tester t = open_stream();
    uint8_t octets[CLIENT_LENGTH];

    put_client(octets);
    feed_syn(&t, 1, ISN);
    feed_cut(&t, 2, ISN, octets, 156 + 11, 324); /* SCCRQ, and 11 octets of the OCRQ */
    feed(&t, 3, ISN + 324, octets + 324, 16);
    assert_delivered(&t, "SCCRQ 156/156 2-2\nEcho-Request 16/16 3-3 resync\n");
    feed_cut(&t, 4, ISN + 340, NULL, 0, 24); /* nothing at all of the SLI */
    feed(&t, 5, ISN + 364, octets + 364, 16);
    assert_delivered(&t, "CCRQ 16/16 5-5 resync\n");
    close_stream(&t);
}

/* Real senders write wrong lengths: the layout's is taken where the claimed one leads nowhere. */
static void test_a_wrong_length_that_the_next_header_or_the_segment_refutes(void)
{
    struct tester t = open_stream();
    uint8_t octets[200];
    uint32_t second;

    feed_syn(&t, 1, ISN);
    put(octets, PPTP_ICRP, 148); /* 24 octets */
    feed(&t, 2, ISN, octets, 24);
    assert_delivered(&t, "ICRP 24/24 2-2\n");
    second = put(octets, PPTP_ICRP, 148);
    put_right(octets + second, PPTP_ECHO_REQUEST);
    feed(&t, 3, ISN + 24, octets, 40);
    assert_delivered(&t, "ICRP 24/24 3-3\nEcho-Request 16/16 3-3 not-first\n");
    put(octets, PPTP_OCRQ, 16);
    feed(&t, 4, ISN + 64, octets, 168);
    assert_delivered(&t, "OCRQ 168/168 4-4\n");
    close_stream(&t);
}

static void test_a_wrong_length_that_leads_to_the_next_header_is_believed(void)
{
    struct tester t = open_stream();
    uint8_t octets[200] = {0};

    feed_syn(&t, 1, ISN);
    put(octets, PPTP_ECHO_REQUEST, 20); /* 4 octets more than it should have */
    put_right(octets + 20, PPTP_CCRQ);
    feed(&t, 2, ISN, octets, 36);
    assert_delivered(&t, "Echo-Request 20/20 2-2\nCCRQ 16/16 2-2 not-first\n");
    put(octets, PPTP_SLI, 16);
    put_right(octets + 16, PPTP_CCRQ);
    feed(&t, 3, ISN + 36, octets, 32);
    assert_delivered(&t, "SLI 16/16 3-3\nCCRQ 16/16 3-3 not-first\n");
    put(octets, PPTP_ECHO_REQUEST, 32); /* both lengths lead to a header: the claimed one */
    put_right(octets + 16, PPTP_CCRQ);
    put_right(octets + 32, PPTP_SLI);
    feed(&t, 4, ISN + 68, octets, 56);
    assert_delivered(&t, "Echo-Request 32/32 4-4\nSLI 24/24 4-4 not-first\n");
    close_stream(&t);
}

static void test_a_length_that_no_message_has(void)
{
    static const unsigned lengths[] = {0, 4, 11, 1025, 65535};

    for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
        struct tester t = open_stream();
        uint8_t octets[64];

        feed_syn(&t, 1, ISN);
        put(octets, PPTP_SLI, lengths[i]);
        feed(&t, 2, ISN, octets, 24);
        assert_delivered(&t, "SLI 24/24 2-2\n");
        put_right(octets + 24, PPTP_ECHO_REQUEST);
        feed(&t, 3, ISN + 24, octets + 24, 16); /* found again at the next segment */
        assert_delivered(&t, "Echo-Request 16/16 3-3 resync\n");
        feed(&t, 4, ISN + 40, octets, 40); /* and in the same one */
        assert_delivered(&t, "SLI 24/24 4-4\nEcho-Request 16/16 4-4 not-first resync\n");
        close_stream(&t);
    }
}

static void test_octets_that_are_no_message_are_delivered_once(void)
{
    static const uint8_t http[] = "GET / HTTP/1.0\r\nHost: vpn.example\r\n\r\n";
    struct tester t = open_stream();
    uint8_t octets[64];

    feed_syn(&t, 1, ISN);
    feed(&t, 2, ISN, http, 37);
    assert_delivered(&t, "? 37/37 2-2 bad-cookie\n");
    feed(&t, 3, ISN + 37, http, 37);
    assert_delivered(&t, "");
    memcpy(octets, http, 5);
    put_right(octets + 5, PPTP_ECHO_REQUEST);
    feed(&t, 4, ISN + 74, octets, 21);
    assert_delivered(&t, "Echo-Request 16/16 4-4 not-first resync\n");
    feed(&t, 5, ISN + 95, octets, 5); /* trailing octets: too few to tell */
    assert_delivered(&t, "");
    feed(&t, 6, ISN + 100, octets + 5, 16);
    assert_delivered(&t, "? 5/5 5-6 bad-cookie\nEcho-Request 16/16 6-6 resync\n");
    close_stream(&t);
}

static void test_management_and_unknown_messages_are_led_over(void)
{
    struct tester t = open_stream();
    uint8_t octets[64];

    feed_syn(&t, 1, ISN);
    put(octets, PPTP_SLI, 24);
    octets[3] = 2; /* RFC2637-1.4: management */
    put(octets + 24, PPTP_ECHO_REQUEST, 16);
    octets[24 + 9] = 99; /* no such control message */
    put_right(octets + 40, PPTP_CCRQ);
    feed(&t, 2, ISN, octets, 56);
    assert_delivered(&t, "SLI 24/24 2-2\n? 16/16 2-2 not-first\nCCRQ 16/16 2-2 not-first\n");
    close_stream(&t);
}

void test_control_framer(void)
{
#define TEST(name, function) g_test_add_func("/control-framer/" name, function)
    TEST("one message in each segment", test_one_message_in_each_segment);
    TEST("several messages in a segment", test_several_messages_in_a_segment);
    TEST("a message over two segments", test_a_message_over_two_segments);
    TEST("octet by octet", test_octet_by_octet);
    TEST("a stream joined in its middle", test_a_stream_joined_in_its_middle);
    TEST("a searched header may be split", test_a_searched_header_may_be_split);
    TEST("the snap length cuts a message", test_the_snap_length_cuts_a_message);
    TEST("the snap length cuts a header", test_the_snap_length_cuts_a_header);
    TEST("a wrong Length that the next header or the segment refutes",
         test_a_wrong_length_that_the_next_header_or_the_segment_refutes);
    TEST("a wrong Length that leads to the next header is believed",
         test_a_wrong_length_that_leads_to_the_next_header_is_believed);
    TEST("a Length that no message has", test_a_length_that_no_message_has);
    TEST("octets that are no message are delivered once",
         test_octets_that_are_no_message_are_delivered_once);
    TEST("management and unknown messages are led over",
         test_management_and_unknown_messages_are_led_over);
}
