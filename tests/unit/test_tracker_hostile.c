/* Control traffic that is wrong, unusual or too much: what is said of it, and what stays as it was.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P                0x0600 /* assigned by the PNS */
#define A                0x1000 /* assigned by the PAC */
#define RUN(wire, lines) wire_run(wire, lines, G_N_ELEMENTS(lines))

struct form {
    const char *what;
    unsigned offset; /* of the octet of an Echo-Request that is changed, */
    uint8_t value;
    enum finding_id finding;
};

/* RFC2637-1.4: the header's fields have one right value each. */
static void test_each_octet_of_a_header_is_judged(void)
{
    static const struct form forms[] = {
        {"nothing", 11, 0, NOTHING},
        {"reserved", 11, 1, FINDING_RESERVED_NOT_ZERO},
        {"management", 3, 2, FINDING_UNKNOWN_TYPE},
        {"unknown", 9, 77, FINDING_UNKNOWN_TYPE},
        {"length", 9, PPTP_STOPCCRP + 20, FINDING_UNKNOWN_TYPE},
        {"length", 9, PPTP_ECHO_REPLY, FINDING_BAD_LENGTH},
        {"cookie", 4, 0x99, FINDING_BAD_COOKIE},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(forms); i++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        wire_start(&wire);
        uint8_t octets[PPTP_MAX_LENGTH];
        struct said echo = SAY(PPTP_ECHO_REQUEST, .identifier = 1);
        uint32_t length = script_message(&echo, octets);
        octets[forms[i].offset] = forms[i].value;
        uint32_t frame = wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets, length);
        g_test_message("%s", forms[i].what);
        const struct message_record *record = tracker_messages_on(script->tracker, frame);
        g_assert_nonnull(record);
        if (forms[i].finding == NOTHING)
            script_expect_no_fault(script);
        else
            g_assert_cmpuint(script_count(script, forms[i].finding), ==, 1);
        /* Whatever it was, what follows is understood. */
        struct said next = SAY(PPTP_ECHO_REQUEST, .identifier = 2);
        frame = wire_say(&wire, CLIENT, next);
        record = tracker_messages_on(script->tracker, frame);
        g_assert_nonnull(record);
        g_assert_cmpint(record->type, ==, PPTP_ECHO_REQUEST);
        script_free(script);
    }
}

/* RFC2637-2.13: a notify with an id that nobody has answers the only Call-Clear-Request there is.
 */
static void test_a_notify_of_an_unknown_id_answers_the_only_clear_request(void)
{
    static const struct line lines[] = {
        {1, CLIENT, SAY(PPTP_OCRQ, .call_id = P), CALL_WAIT_REPLY, NOTHING},
        {2, SERVER, SAY(PPTP_OCRP, .call_id = A, .peer = P), CALL_ESTABLISHED, NOTHING},
        {3, CLIENT, SAY(PPTP_OCRQ, .call_id = P + 1), CALL_WAIT_REPLY, NOTHING},
        {4, SERVER, SAY(PPTP_OCRP, .call_id = A + 1, .peer = P + 1), CALL_ESTABLISHED, NOTHING},
        {5, CLIENT, SAY(PPTP_CCRQ, .call_id = P), CALL_WAIT_DISCONNECT, NOTHING},
        {6, SERVER, SAY(PPTP_CDN, .call_id = 999), CALL_CLOSED, FINDING_UNKNOWN_CALL_ID},
        {7, SERVER, SAY(PPTP_WEN, .peer = 42060), CALL_ESTABLISHED, FINDING_UNKNOWN_CALL_ID},
        {8, SERVER, SAY(PPTP_WEN, .peer = 1723), CALL_ESTABLISHED, FINDING_UNKNOWN_CALL_ID},
        {9, CLIENT, SAY(PPTP_SLI, .peer = 999), CALL_ESTABLISHED, FINDING_UNKNOWN_CALL_ID},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    RUN(&wire, lines);
    bool client = false, server = false;
    for (uint32_t i = 0; i < finding_log_count(script_log(script)); i++) {
        const struct finding *finding = finding_log_get(script_log(script), i);
        client = client || strstr(finding->text, "the client's TCP port");
        server = server || strstr(finding->text, "the server's TCP port");
    }
    g_assert_true(client && server);
    script_free(script);
}

/* RFC2637-3.2.2: ids are unique among live calls only, and each end numbers by itself. */
static void test_an_id_may_be_the_other_ends_or_an_older_calls(void)
{
    static const struct line both[] = {
        {1, CLIENT, SAY(PPTP_OCRQ, .call_id = P), CALL_WAIT_REPLY, NOTHING},
        {2, SERVER, SAY(PPTP_OCRP, .call_id = A, .peer = P), CALL_ESTABLISHED, NOTHING},
        {3, CLIENT, SAY(PPTP_OCRQ, .call_id = A), CALL_WAIT_REPLY, NOTHING},
        {4, SERVER, SAY(PPTP_OCRP, .call_id = P, .peer = A), CALL_ESTABLISHED, NOTHING},
        {5, CLIENT, SAY(PPTP_CCRQ, .call_id = A), CALL_WAIT_DISCONNECT, NOTHING},
        {6, SERVER, SAY(PPTP_CDN, .call_id = P), CALL_CLOSED, NOTHING},
        {7, CLIENT, SAY(PPTP_SLI, .peer = P), CALL_ESTABLISHED, NOTHING}, /* only the live one */
        {8, CLIENT, SAY(PPTP_CCRQ, .call_id = P), CALL_WAIT_DISCONNECT, NOTHING},
        {9, SERVER, SAY(PPTP_CDN, .call_id = A), CALL_CLOSED, NOTHING},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    RUN(&wire, both);
    script_free(script);

    /* The newest call with the id is over, an older one is not. */
    script = script_new();
    wire = wire_lan(script);
    wire_start(&wire);
    struct call *older = wire_call(&wire, P, A);
    struct call *other = wire_call(&wire, P + 9, A + 9);
    struct call *newer = wire_call(&wire, P, A + 1);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = A + 1));
    g_assert_cmpint(newer->ended_by, ==, CALL_END_DISCONNECT);
    uint32_t frame = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
    g_assert_true(tracker_messages_on(script->tracker, frame)->session == as_session(older));
    g_assert_cmpint(other->ended_by, ==, CALL_END_NONE);
    script_free(script);
}

/* Replies that echo no pending request's id, or come from the wrong end, answer nothing. */
static void test_replies_that_answer_nothing(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = 1));
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = 2));
    /* One of two: nothing tells which. */
    uint32_t frame = wire_say(&wire, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = 3));
    g_assert_cmpuint(message_response_to(tracker_messages_on(script->tracker, frame)), ==, 0);
    g_assert_cmpuint(script_count(script, FINDING_UNKNOWN_CALL_ID), ==, 1);
    /* From the end that asked. */
    frame = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = 1));
    g_assert_cmpuint(message_response_to(tracker_messages_on(script->tracker, frame)), ==, 0);
    script_free(script);

    script = script_new();
    wire = wire_lan(script);
    wire_start(&wire);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P));
    const struct finding *finding = script_find(script, FINDING_UNEXPECTED_IN_STATE);
    g_assert_nonnull(finding);
    g_assert_nonnull(strstr(finding->text, "without a request"));
    script_free(script);
}

/* RFC2637-3.1: calls need an established connection, one Stop is enough, and the end is the end. */
static void test_messages_before_the_start_and_behind_the_stop(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_open(&wire);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A)); /* of no call at all */
    g_assert_cmpuint(script_count(script, FINDING_UNEXPECTED_IN_STATE), ==, 1);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_SCCRP));
    const struct call *call = wire_call(&wire, P, A);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_STOPCCRQ));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_STOPCCRQ));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_STOPCCRP));
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SLI, .peer = A));
    g_assert_cmpint(call->ended_by, ==, CALL_END_STOP);
    g_assert_cmpuint(script_count(script, FINDING_UNEXPECTED_IN_STATE), ==, 1);
    wire_reset(&wire, SERVER);
    wire_reset(&wire, CLIENT);
    script_wait(script, 3600);
    /* Long after the close its streams are gone, and what comes is heard by nobody. */
    struct wire next = wire_at(script, 0, "192.168.11.21", 42061, "192.168.1.10");
    wire_start(&next);
    uint32_t frame = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    g_assert_null(tracker_messages_on(script->tracker, frame));
    script_free(script);
}

/* Bounds: reached once, said once, and what is inside them goes on. */
static void test_too_many_requests_and_calls(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    for (uint32_t i = 0; i < 300; i++)
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = i));
    g_assert_cmpuint(script_count(script, FINDING_LIMIT_REACHED), ==, 1);
    uint32_t last = wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 299));
    g_assert_cmpuint(message_response_to(tracker_messages_on(script->tracker, last)), !=, 0);
    uint32_t first = wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 0));
    g_assert_cmpuint(message_response_to(tracker_messages_on(script->tracker, first)), ==, 0);
    script_free(script);

    script = script_new();
    wire = wire_lan(script);
    wire_start(&wire);
    for (uint32_t i = 0; i < TRACKER_CALLS_PER_CONNECTION_LIMIT; i++)
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ICRQ, .call_id = (uint16_t)i));
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, TRACKER_CALLS_PER_CONNECTION_LIMIT);
    for (uint16_t i = 0; i < 2; i++) {
        uint32_t frame = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ICRQ, .call_id = i));
        g_assert_null(tracker_messages_on(script->tracker, frame)->session);
    }
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, TRACKER_CALLS_PER_CONNECTION_LIMIT);
    g_assert_cmpuint(script_count(script, FINDING_LIMIT_REACHED), ==, 2);
    script_free(script);
}

static void test_every_end_of_a_call_has_a_name(void)
{
    static const char *const names[] = {
        [CALL_END_NONE] = "",
        [CALL_END_REFUSED] = "refused",
        [CALL_END_CLEAR] = "call-clear",
        [CALL_END_DISCONNECT] = "call-disconnect",
        [CALL_END_STOP] = "stop",
        [CALL_END_TCP_CLOSE] = "tcp-close",
        [CALL_END_TCP_RESET] = "tcp-reset",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpstr(call_end_name((enum call_end)i), ==, names[i]);
    g_assert_cmpstr(call_end_name((enum call_end)99), ==, "");
    tracker_free(NULL);
}

/* A file may claim any time. */
static void test_times_that_no_clock_shows(void)
{
    static const struct {
        int64_t seconds;
        int64_t nanoseconds;
        int64_t time_ns;
    } script[] = {
        {0, 0, 0},
        {1700000000, 999999999, INT64_C(1700000000999999999)},
        {1700000000, 1000000000, INT64_C(1700000000000000000)},
        {-1, 999999999, 0},
        {INT64_MIN, INT64_MIN, 0},
        {3999999999, 999999999, PACKET_TIME_LIMIT_NS - 1},
        {4000000000, 0, PACKET_TIME_LIMIT_NS},
        {INT64_MAX, INT64_MAX, PACKET_TIME_LIMIT_NS},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(script); i++)
        g_assert_cmpint(packet_time_ns(script[i].seconds, script[i].nanoseconds), ==,
                        script[i].time_ns);
}

void test_tracker_hostile(void)
{
#define TEST(name) g_test_add_func("/tracker_hostile/" #name, test_##name)
    TEST(each_octet_of_a_header_is_judged);
    TEST(a_notify_of_an_unknown_id_answers_the_only_clear_request);
    TEST(an_id_may_be_the_other_ends_or_an_older_calls);
    TEST(replies_that_answer_nothing);
    TEST(messages_before_the_start_and_behind_the_stop);
    TEST(too_many_requests_and_calls);
    TEST(every_end_of_a_call_has_a_name);
    TEST(times_that_no_clock_shows);
}
