/* Control messages as numbered scripts of {who, message, ids} and what they make of a call: its
 * state after the message, and the finding decided on it (RFC 2637 2 and 3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P                0x0600 /* assigned by the PNS */
#define A                0x1000 /* assigned by the PAC */
#define RUN(wire, lines) wire_run(wire, lines, G_N_ELEMENTS(lines))

static struct call *first_call(const struct script *script)
{
    return tracker_call(script->tracker, 0);
}

/* RFC2637-3.2.4: outgoing call, from the request to its end. */
static void test_an_outgoing_call_from_request_to_end(void)
{
    static const struct line lines[] = {
        {1, CLIENT, SAY(PPTP_SCCRQ), CALL_UNKNOWN, NOTHING},
        {2, SERVER, SAY(PPTP_SCCRP), CALL_UNKNOWN, NOTHING},
        {3, CLIENT, SAY(PPTP_OCRQ, .call_id = P, .serial = 7, .window = 64), CALL_WAIT_REPLY,
         NOTHING},
        {4, SERVER, SAY(PPTP_OCRP, .call_id = A, .peer = P, .window = 16), CALL_ESTABLISHED,
         NOTHING},
        {5, CLIENT, SAY(PPTP_SLI, .peer = A), CALL_ESTABLISHED, NOTHING},
        {6, SERVER, SAY(PPTP_WEN, .peer = P), CALL_ESTABLISHED, NOTHING},
        {7, CLIENT, SAY(PPTP_ECHO_REQUEST, .identifier = 1), CALL_UNKNOWN, NOTHING},
        {8, SERVER, SAY(PPTP_ECHO_REPLY, .identifier = 1), CALL_UNKNOWN, NOTHING},
        {9, CLIENT, SAY(PPTP_CCRQ, .call_id = P), CALL_WAIT_DISCONNECT, NOTHING},
        {10, SERVER, SAY(PPTP_CDN, .call_id = A), CALL_CLOSED, NOTHING},
        {11, CLIENT, SAY(PPTP_STOPCCRQ), CALL_UNKNOWN, NOTHING},
        {12, SERVER, SAY(PPTP_STOPCCRP), CALL_UNKNOWN, NOTHING},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_open(&wire);
    RUN(&wire, lines);
    const struct call *call = first_call(script);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    g_assert_cmpint(call->kind, ==, CALL_KIND_OUTGOING);
    g_assert_true(call->has_id[PPTP_OWNER_PNS] && call->has_id[PPTP_OWNER_PAC] && call->has_serial);
    g_assert_cmpuint(call->id[PPTP_OWNER_PNS], ==, P);
    g_assert_cmpuint(call->id[PPTP_OWNER_PAC], ==, A);
    g_assert_cmpuint(call->call_serial_number, ==, 7);
    g_assert_cmpuint(call->window[0], ==, 64);
    g_assert_cmpuint(call->window[1], ==, 16);
    g_assert_cmpuint(call->end_a, ==, 0);
    g_assert_cmpint(call->ended_by, ==, CALL_END_CLEAR);
    g_assert_cmpuint(call->setup_frame, ==, 6);
    g_assert_cmpuint(call->reply_frame, ==, 7);
    g_assert_cmpuint(call->ended_frame, ==, 12);
    g_assert_cmpint(connection_of(call->connection)->state, ==, CONTROL_STOPPED);
    script_free(script);
}

/* RFC2637-3.2.3: the PAC asks; it may be the one that opened TCP (1.3). */
static void test_an_incoming_call_whose_pac_opened_tcp(void)
{
    static const struct line lines[] = {
        {1, CLIENT, SAY(PPTP_ICRQ, .call_id = A), CALL_WAIT_REPLY, NOTHING},
        {2, SERVER, SAY(PPTP_ICRP, .call_id = P, .peer = A), CALL_WAIT_CONNECT, NOTHING},
        {3, CLIENT, SAY(PPTP_ICCN, .peer = P), CALL_ESTABLISHED, NOTHING},
        {4, CLIENT, SAY(PPTP_ICCN, .peer = P), CALL_ESTABLISHED, FINDING_UNEXPECTED_IN_STATE},
        /* Lab scenario i: the clear request and the notify come from the wrong ends. */
        {5, CLIENT, SAY(PPTP_CCRQ, .call_id = A), CALL_WAIT_DISCONNECT, NOTHING},
        {6, SERVER, SAY(PPTP_CDN, .call_id = P), CALL_CLOSED, NOTHING},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    RUN(&wire, lines);
    const struct call *call = first_call(script);
    g_assert_cmpint(call->kind, ==, CALL_KIND_INCOMING);
    g_assert_cmpuint(call->end_a, ==, 1);
    g_assert_cmpuint(call->id[PPTP_OWNER_PNS], ==, P);
    g_assert_cmpuint(call->id[PPTP_OWNER_PAC], ==, A);
    script_free(script);
}

/* RFC2637-2: the seven pairs; an Incoming-Call-Reply is a reply and a request. */
static void test_every_reply_finds_its_request(void)
{
    static const struct {
        enum script_who who;
        struct said said;
        uint32_t answers; /* lines before this one; 0: a request */
    } lines[] = {
        {CLIENT, SAY(PPTP_ECHO_REQUEST, .identifier = 5), 0},
        {CLIENT, SAY(PPTP_ECHO_REQUEST, .identifier = 6), 0},
        {SERVER, SAY(PPTP_ECHO_REPLY, .identifier = 6), 1},
        {SERVER, SAY(PPTP_ECHO_REPLY, .identifier = 5), 3},
        {CLIENT, SAY(PPTP_OCRQ, .call_id = 1), 0},
        {CLIENT, SAY(PPTP_OCRQ, .call_id = 2), 0},
        {SERVER, SAY(PPTP_OCRP, .call_id = 20, .peer = 2), 1},
        {SERVER, SAY(PPTP_OCRP, .call_id = 10, .peer = 1), 3},
        {SERVER, SAY(PPTP_ICRQ, .call_id = 30), 0},
        {CLIENT, SAY(PPTP_ICRP, .call_id = 3, .peer = 30), 1},
        {SERVER, SAY(PPTP_ICCN, .peer = 3), 1},
        {CLIENT, SAY(PPTP_CCRQ, .call_id = 2), 0},
        {SERVER, SAY(PPTP_CDN, .call_id = 20), 1},
        {CLIENT, SAY(PPTP_STOPCCRQ), 0},
        {SERVER, SAY(PPTP_STOPCCRP), 1},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    g_assert_cmpuint(message_response_to(tracker_messages_on(script->tracker, 5)), ==, 4);
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        uint32_t frame = wire_say(&wire, lines[i].who, lines[i].said);
        const struct message_record *record = tracker_messages_on(script->tracker, frame);
        uint32_t request = lines[i].answers != 0 ? frame - lines[i].answers : 0;
        g_test_message("%s", pptp_message_name(lines[i].said.type));
        g_assert_cmpuint(message_response_to(record), ==, request);
        if (request == 0)
            continue;
        g_assert_cmpuint(tracker_messages_on(script->tracker, request)->response_in, ==, frame);
        g_assert_cmpint(message_response_time_ns(record) / 1000000, ==, lines[i].answers);
    }
    script_expect_no_fault(script);
    script_free(script);
}

/* Sections 3.2 and 9 of the field notes: what real programs put into these fields. */
static void test_known_ids_of_the_other_owner_are_accepted(void)
{
    static const struct line lines[] = {
        {1, SERVER, SAY(PPTP_SLI, .peer = P), CALL_ESTABLISHED, NOTHING}, /* Windows */
        {2, SERVER, SAY(PPTP_SLI, .peer = A), CALL_ESTABLISHED, NOTHING}, /* npppd */
        {3, SERVER, SAY(PPTP_CDN, .call_id = P), CALL_CLOSED, NOTHING},   /* accel-ppp */
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_call(&wire, P, A);
    RUN(&wire, lines);
    g_assert_cmpint(first_call(script)->ended_by, ==, CALL_END_DISCONNECT);
    script_free(script);
}

/* F01, F26: an SLI is about the only live call, whatever it names. */
static void test_an_unknown_id_is_an_error_where_the_set_up_was_seen(void)
{
    static const struct line lines[] = {
        {1, SERVER, SAY(PPTP_SLI, .peer = 0x81DC), CALL_ESTABLISHED, FINDING_UNKNOWN_CALL_ID},
        {2, SERVER, SAY(PPTP_WEN, .peer = 0x0777), CALL_ESTABLISHED, FINDING_UNKNOWN_CALL_ID},
        {3, CLIENT, SAY(PPTP_CCRQ, .call_id = P), CALL_WAIT_DISCONNECT, NOTHING},
        /* The only pending request is meant. */
        {4, SERVER, SAY(PPTP_CDN, .call_id = 0x0777), CALL_CLOSED, FINDING_UNKNOWN_CALL_ID},
        {5, CLIENT, SAY(PPTP_CCRQ, .call_id = 0x0777), CALL_UNKNOWN, FINDING_UNKNOWN_CALL_ID},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_call(&wire, P, A);
    RUN(&wire, lines);
    script_free(script);
}

static void test_an_unknown_id_is_nothing_where_the_set_up_was_not_seen(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_SLI, .peer = 0x81DC));
    wire_call(&wire, P, A); /* an earlier call may own the id all the same */
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_SLI, .peer = 0x81DC));
    script_expect_no_fault(script);
    script_free(script);
}

/* RFC2637-3.2.2: unique among the live calls of its owner; 0 is a value. */
static void test_an_id_is_in_use_while_its_call_is_alive(void)
{
    static const struct line lines[] = {
        {1, CLIENT, SAY(PPTP_OCRQ, .call_id = 0), CALL_WAIT_REPLY, NOTHING},
        {2, SERVER, SAY(PPTP_OCRP, .call_id = 0, .peer = 0), CALL_ESTABLISHED, NOTHING},
        {3, CLIENT, SAY(PPTP_OCRQ, .call_id = 0), CALL_WAIT_REPLY, FINDING_CALL_ID_IN_USE},
        {4, SERVER, SAY(PPTP_OCRP, .call_id = 128, .peer = 0), CALL_ESTABLISHED, NOTHING},
        {5, CLIENT, SAY(PPTP_OCRQ, .call_id = 1), CALL_WAIT_REPLY, NOTHING},
        {6, SERVER, SAY(PPTP_OCRP, .call_id = 128, .peer = 1), CALL_ESTABLISHED,
         FINDING_CALL_ID_IN_USE},
        {7, CLIENT, SAY(PPTP_CCRQ, .call_id = 1), CALL_WAIT_DISCONNECT, NOTHING},
        {8, CLIENT, SAY(PPTP_OCRQ, .call_id = 1), CALL_WAIT_REPLY, NOTHING}, /* re-dial */
        {9, SERVER, SAY(PPTP_OCRP, .call_id = 0, .peer = 1, .result = 7), CALL_REFUSED,
         FINDING_REFUSED},
        {10, CLIENT, SAY(PPTP_OCRQ, .call_id = 1), CALL_WAIT_REPLY, NOTHING},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    RUN(&wire, lines);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 5);
    g_assert_cmpuint(tracker_call(script->tracker, 1)->id[PPTP_OWNER_PAC], ==, 128);
    g_assert_cmpint(tracker_call(script->tracker, 3)->ended_by, ==, CALL_END_REFUSED);
    script_free(script);
}

/* RFC2637-3.2: the states; nothing is unexpected after the end. */
static void test_what_the_state_tables_do_not_allow(void)
{
    static const struct line before[] = {
        {1, CLIENT, SAY(PPTP_SCCRQ), CALL_UNKNOWN, NOTHING},
        {2, CLIENT, SAY(PPTP_OCRQ, .call_id = P), CALL_WAIT_REPLY, FINDING_UNEXPECTED_IN_STATE},
        {3, SERVER, SAY(PPTP_SCCRP), CALL_UNKNOWN, NOTHING},
        {4, SERVER, SAY(PPTP_OCRP, .call_id = A, .peer = P), CALL_ESTABLISHED, NOTHING},
        {5, SERVER, SAY(PPTP_OCRP, .call_id = A, .peer = P), CALL_ESTABLISHED,
         FINDING_UNEXPECTED_IN_STATE},
        {6, SERVER, SAY(PPTP_SCCRP), CALL_UNKNOWN, FINDING_UNEXPECTED_IN_STATE},
    };
    static const struct line after[] = {
        {7, CLIENT, SAY(PPTP_CCRQ, .call_id = P), CALL_CLOSED, NOTHING},
        {8, CLIENT, SAY(PPTP_SCCRQ), CALL_UNKNOWN, NOTHING},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_open(&wire);
    RUN(&wire, before);
    wire_close(&wire, SERVER);
    RUN(&wire, after);
    g_assert_cmpint(first_call(script)->ended_by, ==, CALL_END_TCP_CLOSE);
    g_assert_cmpuint(connection_of(first_call(script)->connection)->closed_by, ==, 1);
    script_free(script);
}

static void test_the_first_sign_of_the_end_counts(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    struct call *stopped = wire_call(&wire, 1, 10);
    struct call *cleared = wire_call(&wire, 2, 20);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = 20));
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = 2));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_STOPCCRQ));
    wire_close(&wire, SERVER);
    struct wire second = wire_at(script, 0, "192.168.11.22", 42061, "192.168.1.10");
    wire_start(&second);
    struct call *reset = wire_call(&second, 1, 30);
    wire_reset(&second, CLIENT);
    g_assert_cmpstr(call_end_name(cleared->ended_by), ==, "call-disconnect");
    g_assert_cmpstr(call_end_name(stopped->ended_by), ==, "stop");
    g_assert_cmpstr(call_end_name(reset->ended_by), ==, "tcp-reset");
    g_assert_cmpint(cleared->state, ==, CALL_CLOSED);
    script_expect_no_fault(script);
    script_free(script);
}

/* Roles come from the replies where the requests were not captured. */
static void test_a_reply_makes_a_call_in_a_connection_joined_late(void)
{
    static const struct line lines[] = {
        {1, SERVER, SAY(PPTP_OCRP, .call_id = A, .peer = P), CALL_ESTABLISHED,
         FINDING_RESYNCHRONISED},
        {2, SERVER, SAY(PPTP_ICCN, .peer = 9), CALL_ESTABLISHED, NOTHING},
        {3, CLIENT, SAY(PPTP_CCRQ, .call_id = 55), CALL_UNKNOWN, FINDING_RESYNCHRONISED},
        {4, CLIENT, SAY(PPTP_CCRQ, .call_id = P), CALL_WAIT_DISCONNECT, NOTHING},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire.next[1] += 17;
    RUN(&wire, lines);
    const struct call *outgoing = tracker_call(script->tracker, 0);
    const struct call *incoming = tracker_call(script->tracker, 1);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 2);
    g_assert_cmpuint(outgoing->setup_frame, ==, 1);
    g_assert_cmpint(outgoing->kind, ==, CALL_KIND_OUTGOING);
    g_assert_cmpuint(outgoing->end_a, ==, 0);
    g_assert_cmpint(incoming->kind, ==, CALL_KIND_INCOMING);
    g_assert_true(incoming->has_id[PPTP_OWNER_PNS] && !incoming->has_id[PPTP_OWNER_PAC]);
    script_expect_no_fault(script);
    script_free(script);
}

/* In a file that is not sorted a request may lie behind its reply. */
static void test_a_request_behind_its_reply_is_the_same_call(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    script_wait(script, 1);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P));
    script_wait(script, -1);
    uint32_t request =
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = P, .serial = 3));
    script_wait(script, 70);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    g_assert_cmpuint(first_call(script)->setup_frame, ==, request);
    g_assert_cmpuint(first_call(script)->call_serial_number, ==, 3);
    script_expect_no_fault(script);
    script_free(script);
}

/* k_split_ocrq, k2_pipelined: message framing is TCP's business, not the call's. */
static void test_messages_split_over_segments_and_sharing_one(void)
{
    uint8_t octets[2 * PPTP_MAX_LENGTH];
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    uint32_t length = script_message(&(struct said)SAY(PPTP_OCRQ, .call_id = P), octets);
    uint32_t first = wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets, 10);
    uint32_t last = wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets + 10, length - 10);
    const struct message_record *split = tracker_messages_on(script->tracker, last);
    g_assert_null(tracker_messages_on(script->tracker, first));
    g_assert_cmpuint(split->first_frame, ==, first);
    g_assert_cmpuint(script_find(script, FINDING_MESSAGE_SPLIT)->judged_frame, ==, last);
    g_assert_cmpuint(split->id_now[PPTP_OWNER_PNS], ==, P);
    g_assert_false(split->knows_id & 1 << PPTP_OWNER_PAC);
    length = script_message(&(struct said)SAY(PPTP_ECHO_REQUEST), octets);
    length += script_message(&(struct said)SAY(PPTP_OCRQ, .call_id = 2), octets + length);
    uint32_t both = wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets, length);
    const struct message_record *head = tracker_messages_on(script->tracker, both);
    g_assert_cmpint(head->type, ==, PPTP_ECHO_REQUEST);
    g_assert_cmpint(head->next_on_frame->type, ==, PPTP_OCRQ);
    g_assert_null(head->next_on_frame->next_on_frame);
    g_assert_cmpuint(script_count(script, FINDING_MESSAGE_NOT_FIRST), ==, 1);
    script_free(script);
}

/* A cut frame shows a message without its ids: nothing is made of what was not captured. */
static void test_a_cut_message_has_no_ids(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire.cut = true;
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = P));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_SLI, .peer = P));
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    g_assert_false(first_call(script)->has_id[PPTP_OWNER_PNS] ||
                   first_call(script)->has_id[PPTP_OWNER_PAC]);
    script_expect_no_fault(script);
    script_free(script);
}

void test_tracker(void)
{
#define TEST(name) g_test_add_func("/tracker/" #name, test_##name)
    TEST(an_outgoing_call_from_request_to_end);
    TEST(an_incoming_call_whose_pac_opened_tcp);
    TEST(every_reply_finds_its_request);
    TEST(known_ids_of_the_other_owner_are_accepted);
    TEST(an_unknown_id_is_an_error_where_the_set_up_was_seen);
    TEST(an_unknown_id_is_nothing_where_the_set_up_was_not_seen);
    TEST(an_id_is_in_use_while_its_call_is_alive);
    TEST(what_the_state_tables_do_not_allow);
    TEST(the_first_sign_of_the_end_counts);
    TEST(a_reply_makes_a_call_in_a_connection_joined_late);
    TEST(a_request_behind_its_reply_is_the_same_call);
    TEST(messages_split_over_segments_and_sharing_one);
    TEST(a_cut_message_has_no_ids);
}
