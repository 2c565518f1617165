/* The findings that one capture point proves: for each, what raises it and what nearly does. Those
 * that a single message raises are in test_tracker.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P 0x0600
#define A 0x1000

/* The one finding of this kind, decided on `deciding` and about `judged`. */
static void expect(const struct script *script, enum finding_id id, uint32_t judged,
                   uint32_t deciding)
{
    const struct finding *finding = script_find(script, id);
    g_test_message("%s", finding_kind(id)->filter);
    g_assert_cmpuint(script_count(script, id), ==, 1);
    g_assert_cmpuint(finding->judged_frame, ==, judged);
    g_assert_cmpuint(finding->deciding_frame, ==, deciding);
    g_assert_nonnull(finding->text);
}

/* RFC2637-3: a reply is expected within 60 seconds. */
static void test_no_reply_is_said_on_the_first_packet_after_a_minute(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    uint32_t request = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = 2));
    uint32_t echo = wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
    script_wait(script, 59);
    wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
    script_expect_no_fault(script);
    script_wait(script, 1);
    uint32_t first = wire_ip(&wire, CLIENT, A, 1, NO_NUMBER);
    wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    expect(script, FINDING_NO_REPLY, request, first);
    expect(script, FINDING_ECHO_UNANSWERED, echo, first);
    g_assert_true(finding_log_has(script->log, first));
    script_conclude(script);
    g_assert_cmpuint(script_count(script, FINDING_NO_REPLY), ==, 1);
    script_free(script);
}

static void test_no_reply_is_not_said_of_a_late_reply_a_close_or_a_half_seen_connection(void)
{
    struct script *script = script_new();
    struct wire answered = wire_established(script, P, A);
    wire_say(&answered, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = 2));
    script_wait(script, 59);
    wire_say(&answered, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = 20, .peer = 2));
    /* pptp-linux clears and closes, however long it takes */
    wire_say(&answered, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = 2));
    script_wait(script, 70);
    wire_close(&answered, CLIENT);
    /* only one direction was captured */
    struct wire half = wire_at(script, 0, "192.168.11.22", 42061, "192.168.1.10");
    wire_say(&half, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    wire_say(&half, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = 2));
    script_wait(script, 70);
    wire_say(&half, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    script_conclude(script);
    script_expect_no_fault(script);
    script_free(script);
}

/* The end of the file decides too, and takes it back when more is fed. */
static void test_the_end_of_the_file_can_be_taken_back(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    uint32_t echo = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
    struct wire other = wire_at(script, 0, "192.168.11.22", 42061, "192.168.1.10");
    script_wait(script, 61);
    wire_start(&other); /* time passes on this interface */
    script_conclude(script);
    expect(script, FINDING_ECHO_UNANSWERED, echo, 0);
    uint32_t finished = finding_log_count(script_log(script));
    script_conclude(script);
    g_assert_cmpuint(finding_log_count(script_log(script)), ==, finished);
    uint32_t reply = wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 1));
    expect(script, FINDING_ECHO_UNANSWERED, echo, reply);
    script_free(script);
}

/* Another point's clock says nothing about this one's end of the file. */
static void test_a_clock_that_is_an_hour_ahead_makes_nobody_late(void)
{
    struct script *script = script_new();
    struct wire inside = wire_at(script, 1, "192.168.11.20", 42060, "192.168.1.10");
    struct wire outside = wire_at(script, 0, "192.168.1.30", 42060, "192.168.1.10");
    wire_start(&inside);
    wire_say(&inside, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    script_wait(script, 3600);
    wire_start(&outside);
    script_conclude(script);
    g_assert_cmpuint(script_count(script, FINDING_ECHO_UNANSWERED), ==, 0);
    script_free(script);
}

/* F07: at least 3 packets over at least 5 s one way, none the other. */
static void test_gre_one_way(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    uint32_t first = wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    wire_ip(&wire, SERVER, P, 1, NO_NUMBER);
    script_wait(script, 5);
    wire_ip(&wire, SERVER, P, 2, NO_NUMBER);
    g_assert_null(script_find(script, FINDING_GRE_ONE_WAY)); /* an answer may still come */
    script_conclude(script);
    expect(script, FINDING_GRE_ONE_WAY, first, 0);
    uint32_t last = wire_ip(&wire, SERVER, P, 3, NO_NUMBER);
    wire_ip(&wire, SERVER, P, 4, NO_NUMBER);
    expect(script, FINDING_GRE_ONE_WAY, first, last);
    g_assert_cmpint(script_find(script, FINDING_GRE_ONE_WAY)->direction, ==, DIRECTION_PAC_TO_PNS);
    script_free(script);
}

static void test_gre_that_is_answered_late_is_not_one_way(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    for (int64_t seq = 0; seq < 3; seq++) {
        wire_ip(&wire, SERVER, P, seq, NO_NUMBER);
        script_wait(script, 3);
    }
    wire_ip(&wire, CLIENT, A, 0, 2);
    wire_ip(&wire, SERVER, P, 3, 0);
    script_conclude(script);
    script_expect_no_fault(script);
    script_free(script);
}

/* The capture is judged, not the call: a filter left GRE out. */
static void test_gre_not_captured(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    uint32_t count = finding_log_count(script_log(script));
    script_wait(script, 8);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
    script_conclude(script);
    g_assert_cmpuint(finding_log_count(script_log(script)), ==, count);
    script_wait(script, 3);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
    script_conclude(script);
    expect(script, FINDING_GRE_NOT_CAPTURED, tracker_call(script->tracker, 0)->setup_frame, 0);
    wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
    script_conclude(script);
    g_assert_null(script_find(script, FINDING_GRE_NOT_CAPTURED));
    script_free(script);
}

static void test_gre_without_call_is_said_once_for_each_direction(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    uint32_t first = wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
    wire_ip(&wire, CLIENT, A, 1, NO_NUMBER);
    script_wait(script, 2);
    wire_ip(&wire, CLIENT, A, 2, NO_NUMBER);
    uint32_t answer = wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    g_assert_null(script_find(script, FINDING_GRE_WITHOUT_CALL)); /* its set-up may follow */
    script_conclude(script);
    g_assert_cmpuint(script_count(script, FINDING_GRE_WITHOUT_CALL), ==, 2);
    g_assert_cmpuint(finding_log_get(script_log(script), 0)->judged_frame, ==, first);
    g_assert_cmpuint(finding_log_get(script_log(script), 1)->judged_frame, ==, answer);
    /* What the linker explains is not said. */
    script_conclude_but(script, tracker_flow(script->tracker, 0));
    g_assert_cmpuint(script_count(script, FINDING_GRE_WITHOUT_CALL), ==, 1);
    script_free(script);
}

/* An error finds its call by what it quotes, and is not traffic of it. */
static void test_an_icmp_error_is_evidence_and_not_traffic(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    uint32_t error = wire_icmp(&wire, CLIENT, P);
    wire_icmp(&wire, CLIENT, 0x0777); /* about nobody's */
    const struct call *call = tracker_call(script->tracker, 0);
    expect(script, FINDING_GRE_REJECTED, error, error);
    g_assert_cmpuint(call->icmp_errors, ==, 1);
    g_assert_cmpuint(call->icmp_frame, ==, error);
    g_assert_cmpuint(call->flow[1]->packets, ==, 1);
    g_assert_null(call->flow[0]);
    script_free(script);
}

/* Three requests without an answer; an answer starts the count anew. */
static void test_ppp_stalls_where_requests_repeat_unanswered(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    wire_lcp(&wire, SERVER, P, 0, NO_NUMBER, 1, 7);
    wire_lcp(&wire, SERVER, P, 1, NO_NUMBER, 1, 7);
    wire_lcp(&wire, CLIENT, A, 0, NO_NUMBER, 3, 7); /* Configure-Nak: they talk */
    uint32_t first = wire_lcp(&wire, SERVER, P, 2, NO_NUMBER, 1, 8);
    wire_lcp(&wire, SERVER, P, 3, NO_NUMBER, 1, 8);
    script_expect_no_fault(script);
    wire_lcp(&wire, SERVER, P, 4, NO_NUMBER, 1, 8);
    wire_lcp(&wire, SERVER, P, 5, NO_NUMBER, 1, 8);
    script_expect_no_fault(script); /* an answer may still come */
    script_conclude(script);
    expect(script, FINDING_PPP_STALLED, first, 0);
    g_assert_nonnull(strstr(script_find(script, FINDING_PPP_STALLED)->text, "LCP"));
    script_free(script);
}

/* A lossy line: three requests were lost, the fourth is answered. */
static void test_ppp_that_succeeds_in_the_end_has_not_stalled(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    for (uint32_t seq = 0; seq < 4; seq++)
        wire_lcp(&wire, SERVER, P, seq, NO_NUMBER, 1, 8);
    wire_lcp(&wire, CLIENT, A, 0, 3, 2, 8);
    script_conclude(script);
    script_expect_no_fault(script);
    script_free(script);
}

/* packetlife's capture: the first request is lost, the second comes 10 s later and is answered. */
static void test_ppp_that_succeeds_at_the_second_try_has_not_stalled(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    wire_lcp(&wire, CLIENT, A, 0, NO_NUMBER, 1, 7);
    script_wait(script, 10.4);
    wire_lcp(&wire, CLIENT, A, 1, NO_NUMBER, 1, 7);
    wire_lcp(&wire, SERVER, P, 0, 1, 2, 7);
    wire_lcp(&wire, SERVER, P, 1, 1, 1, 9);
    g_assert_cmpint(tracker_call(script->tracker, 0)->stage, ==, PPP_STAGE_NONE);
    wire_lcp(&wire, CLIENT, A, 2, 1, 2, 9);
    g_assert_cmpint(tracker_call(script->tracker, 0)->stage, ==, PPP_STAGE_LCP);
    wire_ip(&wire, CLIENT, A, 3, 1);
    g_assert_cmpint(tracker_call(script->tracker, 0)->stage, ==, PPP_STAGE_OPEN);
    script_conclude(script);
    script_expect_no_fault(script);
    script_free(script);
}

/* Both sides' requests without answers for 10 s, but only two of them. */
static void test_ppp_stalls_after_ten_seconds_with_two_requests(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    uint32_t first = wire_lcp(&wire, CLIENT, A, 0, NO_NUMBER, 1, 7);
    script_wait(script, 8);
    wire_lcp(&wire, CLIENT, A, 1, NO_NUMBER, 1, 7);
    script_wait(script, 3);
    wire_lcp(&wire, SERVER, P, 0, NO_NUMBER, 1, 9);
    script_conclude(script);
    expect(script, FINDING_PPP_STALLED, first, 0);
    script_free(script);
}

/* RFC2637-4.2: chat only, once for each direction. */
static void test_window_exceeded(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = P, .window = 3));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P, .window = 100));
    wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    wire_ip(&wire, CLIENT, A, 0, 0);
    for (int64_t seq = 1; seq <= 3; seq++) {
        wire_ip(&wire, SERVER, P, seq, NO_NUMBER);
        wire_ip(&wire, CLIENT, A, seq, NO_NUMBER);
    }
    g_assert_null(script_find(script, FINDING_WINDOW_EXCEEDED));
    uint32_t fourth = wire_ip(&wire, SERVER, P, 4, NO_NUMBER);
    wire_ip(&wire, SERVER, P, 5, NO_NUMBER);
    expect(script, FINDING_WINDOW_EXCEEDED, fourth, fourth);
    script_free(script);
}

/* RFC2637-4.1: bits that must be 0, once for each bit. */
static void test_reserved_bits_of_the_gre_header(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    struct gre_packet packet = {
        .packet = {.frame = ++script->frame, .source = wire.client, .destination = wire.server},
        .header = {.flags = EGRE_FLAG_KEY | EGRE_FLAG_SSR | 1,
                   .protocol = EGRE_PROTOCOL_PPP,
                   .call_id = A},
    };
    tracker_feed_gre(script->tracker, &packet);
    expect(script, FINDING_RESERVED_NOT_ZERO, packet.packet.frame, packet.packet.frame);
    packet.packet.frame++;
    tracker_feed_gre(script->tracker, &packet);
    g_assert_cmpuint(script_count(script, FINDING_RESERVED_NOT_ZERO), ==, 1);
    packet.packet.frame++;
    packet.header.flags |= EGRE_MASK_RECUR;
    tracker_feed_gre(script->tracker, &packet);
    g_assert_cmpuint(script_count(script, FINDING_RESERVED_NOT_ZERO), ==, 2);
    script_free(script);
}

void test_tracker_findings(void)
{
#define TEST(name) g_test_add_func("/tracker_findings/" #name, test_##name)
    TEST(no_reply_is_said_on_the_first_packet_after_a_minute);
    TEST(no_reply_is_not_said_of_a_late_reply_a_close_or_a_half_seen_connection);
    TEST(the_end_of_the_file_can_be_taken_back);
    TEST(a_clock_that_is_an_hour_ahead_makes_nobody_late);
    TEST(gre_one_way);
    TEST(gre_that_is_answered_late_is_not_one_way);
    TEST(gre_not_captured);
    TEST(gre_without_call_is_said_once_for_each_direction);
    TEST(an_icmp_error_is_evidence_and_not_traffic);
    TEST(ppp_stalls_where_requests_repeat_unanswered);
    TEST(ppp_that_succeeds_in_the_end_has_not_stalled);
    TEST(ppp_that_succeeds_at_the_second_try_has_not_stalled);
    TEST(ppp_stalls_after_ten_seconds_with_two_requests);
    TEST(window_exceeded);
    TEST(reserved_bits_of_the_gre_header);
}
