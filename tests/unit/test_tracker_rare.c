/* One point under rare conditions: packets out of order in the file, numbers that jump, tunnels
 * with one key whose packets say little, and requests that only the end of something answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P 0x0600
#define A 0x1000

/* A reader that numbers a frame below one it has shown still finds the messages of both. */
static void test_frames_may_come_in_any_order(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_open(&wire);
    script->frame = 50;
    uint32_t late = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    script->frame = 20;
    uint32_t early = wire_say(&wire, SERVER, (struct said)SAY(PPTP_SCCRP));
    script->frame = 30;
    uint32_t middle = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    g_assert_cmpint(tracker_messages_on(script->tracker, late)->type, ==, PPTP_SCCRQ);
    g_assert_cmpint(tracker_messages_on(script->tracker, early)->type, ==, PPTP_SCCRP);
    g_assert_cmpint(tracker_messages_on(script->tracker, middle)->type, ==, PPTP_ECHO_REQUEST);
    /* The same number again: the latest packet's. */
    script->frame = 29;
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY));
    g_assert_cmpint(tracker_messages_on(script->tracker, 30)->type, ==, PPTP_ECHO_REPLY);
    script_free(script);
}

/* RFC2637-4.3: sequence numbers count packets. A jump is loss up to a point, and a new start of the
 * sender beyond it; what is older than all that is remembered is only old. */
static void test_numbers_that_jump(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    static const int64_t numbers[] = {0, 1, 2, 3, 200, 1, 199, 4000000, 4000001, 5, 6, 7, 8};
    const struct gre_flow *flow = NULL;
    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++) {
        uint32_t frame = wire_ip(&wire, CLIENT, A, numbers[i], NO_NUMBER);
        const struct packet_record *record = tracker_gre_on(script->tracker, frame);
        g_assert_nonnull(record);
        flow = tracker_gre_flow(script->tracker, frame, record);
        g_assert_cmpuint(flow->packets, ==, i + 1);
    }
    for (int64_t i = 0; i < 100; i++) {
        wire_ip(&wire, SERVER, P, i, NO_NUMBER);
        wire_ip(&wire, CLIENT, A, 9 + i, i);
        /* Acknowledges what was never sent, or long ago. */
        wire_ip(&wire, CLIENT, A, NO_NUMBER, 1000 + i);
        wire_ip(&wire, CLIENT, A, NO_NUMBER, 0);
    }
    g_assert_cmpuint(flow->data_packets, <=, flow->packets);
    g_assert_cmpuint(tracker_flow_count(script->tracker), ==, 2);
    script_free(script);
}

/* Two calls with one key (F06), and packets that say next to nothing: no number, or an
 * acknowledgment of nothing. The first call has them; nobody is blamed. */
static void test_packets_of_one_key_that_say_little(void)
{
    struct script *script = script_new();
    struct wire first = wire_at(script, 0, "203.0.113.30", 5001, "198.51.100.10");
    struct wire second = wire_at(script, 0, "203.0.113.30", 5002, "198.51.100.10");
    second.next[CLIENT] = 77000;
    wire_start(&first);
    wire_start(&second);
    const struct call *a = wire_call(&first, P, A);
    const struct call *b = wire_call(&second, P + 1, A);
    wire_ip(&first, CLIENT, A, NO_NUMBER, 0xFFFFFFFF);
    wire_ip(&first, CLIENT, A, NO_NUMBER, 5);
    wire_ip(&first, CLIENT, A, 0, NO_NUMBER);
    wire_ip(&first, CLIENT, A, 1, 0xFFFFFFFF);
    wire_ip(&first, CLIENT, A, 0, NO_NUMBER);
    wire_ip(&first, CLIENT, A, 1, 3);
    g_assert_nonnull(a->flow[DIRECTION_PNS_TO_PAC]);
    g_assert_cmpuint(
        a->flow[DIRECTION_PNS_TO_PAC]->packets +
            (b->flow[DIRECTION_PNS_TO_PAC] ? b->flow[DIRECTION_PNS_TO_PAC]->packets : 0),
        ==, 6);
    /* LCP of the second: its server answers with the client's Magic-Number (RFC1661-6.4). */
    second.ip_id[CLIENT] = 30000;
    wire_lcp(&second, CLIENT, A, 0, NO_NUMBER, 1, 0x11112222);
    wire_lcp(&second, SERVER, P + 1, 0, NO_NUMBER, 2, 0x11112222);
    wire_lcp(&second, SERVER, P + 1, 1, NO_NUMBER, 1, 0x33334444);
    wire_lcp(&second, CLIENT, A, 1, NO_NUMBER, 2, 0x33334444);
    g_assert_nonnull(b->flow[DIRECTION_PNS_TO_PAC]);
    g_assert_cmpuint(b->flow[DIRECTION_PNS_TO_PAC]->packets, >=, 1);
    script_free(script);
}

/* RFC2637-2.8: a refused call has no tunnel, whoever's id it asked for. */
static void test_a_refused_call_gets_no_packets(void)
{
    struct script *script = script_new();
    struct wire first = wire_at(script, 0, "203.0.113.30", 5001, "198.51.100.10");
    struct wire second = wire_at(script, 0, "203.0.113.30", 5002, "198.51.100.10");
    second.next[CLIENT] = 77000;
    wire_start(&first);
    wire_start(&second);
    const struct call *a = wire_call(&first, P, A);
    wire_say(&second, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = P));
    wire_say(&second, SERVER, (struct said)SAY(PPTP_OCRP, .peer = P, .result = 2));
    const struct call *b = tracker_call(script->tracker, 1);
    g_assert_cmpint(b->ended_by, ==, CALL_END_REFUSED);
    for (int i = 0; i < 5; i++)
        wire_ip(&first, SERVER, P, i, NO_NUMBER);
    g_assert_cmpuint(a->flow[DIRECTION_PAC_TO_PNS]->packets, ==, 5);
    g_assert_null(b->flow[DIRECTION_PAC_TO_PNS]);
    script_free(script);
}

/* GRE of a call that was set up before the capture: the directions find each other by what they
 * acknowledge, or not at all. */
static void test_acknowledgments_of_nothing_pair_nobody(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_ip(&wire, CLIENT, A, NO_NUMBER, 7); /* never sent a number so far */
    wire_ip(&wire, SERVER, P, 8, 3);
    const struct call *call = tracker_call(script->tracker, 0);
    g_assert_nonnull(call->flow[1]);
    wire_ip(&wire, CLIENT, A + 1, 100, NO_NUMBER);
    wire_ip(&wire, SERVER, P + 1, 0, 5); /* older than all that was seen */
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 3);
    script_free(script);
}

/* RFC2637-3.1.4: what an end of the connection, or of the call, answers is not waited for. */
static void test_requests_that_an_end_answers(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
    script_wait(script, 61);
    wire_close(&wire, SERVER); /* instead of a Call-Disconnect-Notify */
    script_expect_no_fault(script);
    script_free(script);

    script = script_new();
    wire = wire_lan(script);
    wire_start(&wire);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_ICRQ, .call_id = A));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_ICRQ, .call_id = A + 1));
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ICRP, .call_id = P, .peer = A));
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ICRP, .peer = A + 1, .result = 2));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = A));
    script_wait(script, 61);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    g_assert_cmpuint(script_count(script, FINDING_NO_REPLY), ==, 0);
    g_assert_cmpuint(script_count(script, FINDING_REFUSED), ==, 1);
    script_free(script);
}

/* The capture lost octets of the other end: a reply may have been among them. */
static void test_a_reply_that_the_capture_lost_is_not_missed(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 5));
    wire.next[SERVER] += 20; /* sent, acknowledged, and not in the file */
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
    script_wait(script, 61);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
    g_assert_cmpuint(script_count(script, FINDING_ECHO_UNANSWERED), ==, 0);
    script_free(script);
}

static void acknowledge(struct wire *wire, enum script_who who)
{
    wire_segment(wire, who, TCP_FLAG_ACK, NULL, 0);
}

/* It is sent, and not in the file. */
static void lose(struct wire *wire, enum script_who who, struct said said)
{
    uint8_t octets[PPTP_MAX_LENGTH];
    wire->next[who] += script_message(&said, octets);
    wire->ip_id[who]++;
}

/* The same, and the sender spoke on before it was acknowledged: at one interface, and at a tap. */
static void test_a_message_lost_among_others_is_not_missed(void)
{
    for (uint32_t tap = 0; tap < 2; tap++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        wire.interface[SERVER] = tap;
        wire_start(&wire);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = P));
        lose(&wire, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P));
        wire_say(&wire, SERVER, (struct said)SAY(PPTP_SLI, .peer = P));
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
        wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
        wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
        lose(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 1));
        wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 9));
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 9));
        script_wait(script, 61);
        wire_ip(&wire, SERVER, P, 1, NO_NUMBER);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 2));
        wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 2));
        script_conclude(script);
        script_expect_no_fault(script);
        script_free(script);
    }
}

/* One lost segment does not stop the reading of a tap's half. */
static void test_a_half_of_a_tap_is_read_on_after_loss(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire.interface[SERVER] = 1;
    wire_start(&wire);
    wire_call(&wire, P, A);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < 24; i++) {
        struct said reply = SAY(PPTP_ECHO_REPLY, .identifier = i);
        script_wait(script, 60);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = i));
        uint32_t frame = i == 1 ? 0 : wire_say(&wire, SERVER, reply);
        if (i == 1)
            lose(&wire, SERVER, reply);
        acknowledge(&wire, CLIENT);
        seen += frame != 0 && tracker_messages_on(script->tracker, frame) != NULL;
    }
    script_conclude(script);
    script_expect_no_fault(script);
    g_assert_cmpuint(seen, >=, 22);
    g_assert_cmpuint(script_count(script, FINDING_RESYNCHRONISED), ==, 1);
    script_free(script);
}

/* RFC2637-2.13: the id is the PAC's. Nobody knows it of a call that was not answered, or refused.
 */
static void test_a_disconnect_in_the_set_up_names_an_unknown_id(void)
{
    for (int refused = 0; refused < 2; refused++) {
        for (int cleared = refused; cleared < 2; cleared++) {
            struct script *script = script_new();
            struct wire wire = wire_lan(script);
            wire_start(&wire);
            wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = P));
            if (refused)
                wire_say(&wire, SERVER,
                         (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P, .result = 7));
            if (cleared)
                wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
            wire_say(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = A, .result = 1));
            script_wait(script, 61);
            wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
            wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 1));
            script_conclude(script);
            g_assert_cmpuint(script_count(script, FINDING_UNKNOWN_CALL_ID), ==, 0);
            g_assert_cmpuint(script_count(script, FINDING_NO_REPLY), ==, 0);
            g_assert_cmpint(tracker_call(script->tracker, 0)->ended_by, !=, CALL_END_NONE);
            script_free(script);
        }
    }
}

/* But of an established call it is known. */
static void test_a_disconnect_of_a_call_names_its_id(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = A + 1));
    g_assert_cmpuint(script_count(script, FINDING_UNKNOWN_CALL_ID), ==, 1);
    script_free(script);
}

/* Clocks of a capture are exact to some milliseconds: a request may be stamped behind its reply. A
 * second later it is another call's. */
static void test_a_request_may_be_stamped_behind_its_reply(void)
{
    for (unsigned later = 0; later < 2; later++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        wire_start(&wire);
        uint32_t request = wire.next[CLIENT];
        struct said asked = SAY(PPTP_OCRQ, .call_id = P);
        uint8_t octets[PPTP_MAX_LENGTH];
        wire.next[CLIENT] += script_message(&asked, octets);
        wire_say(&wire, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P));
        wire.next[CLIENT] = request;
        script_wait(script, later ? 2 : 0.001);
        wire_say(&wire, CLIENT, asked);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
        g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1 + later);
        g_assert_cmpuint(script_count(script, FINDING_CALL_ID_IN_USE), ==, 0);
        script_free(script);
    }
}

/* The first call was cleared where the capture has a hole; without the hole it is alive. */
static void test_an_id_may_be_free_again_after_a_hole(void)
{
    for (unsigned lost = 0; lost < 2; lost++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        wire_start(&wire);
        wire_call(&wire, P, A);
        if (lost) {
            lose(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
            lose(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = A));
            acknowledge(&wire, CLIENT);
            acknowledge(&wire, SERVER);
        }
        wire_call(&wire, P, A + 1);
        g_assert_cmpuint(script_count(script, FINDING_CALL_ID_IN_USE), ==, 1 - lost);
        script_free(script);
    }
}

/* The first call of a connection is found without a table, several by one; of two calls that have
 * had an id, the newest. */
static void test_calls_are_found_by_their_ids(void)
{
    enum { CALLS = 4 };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    const struct call *calls[CALLS];
    wire_start(&wire);
    const struct pptp_connection *connection = tracker_connection(script->tracker, 0);
    for (uint16_t i = 0; i < CALLS; i++) {
        calls[i] = wire_call(&wire, (uint16_t)(P + i), (uint16_t)(A + i));
        for (uint16_t k = 0; k < CALLS; k++) {
            const struct call *wanted = k <= i ? calls[k] : NULL;
            g_assert_true(tracker_call_with_id(script->tracker, connection, PPTP_OWNER_PNS,
                                               (uint16_t)(P + k)) == wanted);
            g_assert_true(tracker_call_with_id(script->tracker, connection, PPTP_OWNER_PAC,
                                               (uint16_t)(A + k)) == wanted);
        }
    }
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = A));
    const struct call *newest = wire_call(&wire, P, A + CALLS);
    g_assert_true(tracker_call_with_id(script->tracker, connection, PPTP_OWNER_PNS, P) == newest);
    g_assert_true(tracker_call_with_id(script->tracker, connection, PPTP_OWNER_PAC, A) == calls[0]);
    script_free(script);
}

void test_tracker_rare(void)
{
#define TEST(name) g_test_add_func("/tracker_rare/" #name, test_##name)
    TEST(frames_may_come_in_any_order);
    TEST(numbers_that_jump);
    TEST(packets_of_one_key_that_say_little);
    TEST(a_refused_call_gets_no_packets);
    TEST(acknowledgments_of_nothing_pair_nobody);
    TEST(requests_that_an_end_answers);
    TEST(a_reply_that_the_capture_lost_is_not_missed);
    TEST(a_message_lost_among_others_is_not_missed);
    TEST(a_half_of_a_tap_is_read_on_after_loss);
    TEST(a_disconnect_in_the_set_up_names_an_unknown_id);
    TEST(a_disconnect_of_a_call_names_its_id);
    TEST(a_request_may_be_stamped_behind_its_reply);
    TEST(an_id_may_be_free_again_after_a_hole);
    TEST(calls_are_found_by_their_ids);
}
