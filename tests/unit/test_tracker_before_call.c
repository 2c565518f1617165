/* What one point shows of a connection before there is a call: attempts that fail, ends that close
 * early, and other services on the port. For each, what raises it and what nearly does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include <string.h>

#define P 0x0600
#define A 0x1000

static uint32_t syn(struct wire *wire)
{
    wire->next[CLIENT] = 1000;
    return wire_segment(wire, CLIENT, TCP_FLAG_SYN, NULL, 0);
}

/* The one finding of this kind, or none if `judged` is 0. */
static void expect(struct script *script, enum finding_id id, uint32_t judged, uint32_t deciding)
{
    script_conclude(script);
    g_test_message("%s on %u", finding_kind(id)->filter, judged);
    g_assert_cmpuint(script_count(script, id), ==, judged != 0);
    if (judged == 0)
        return;
    g_assert_cmpuint(script_find(script, id)->judged_frame, ==, judged);
    g_assert_cmpuint(script_find(script, id)->deciding_frame, ==, deciding);
}

/* F08. Windows sends its SYN again after a reset. */
static void test_a_reset_refuses(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    uint32_t first = syn(&wire);
    wire_segment(&wire, SERVER, TCP_FLAG_RST | TCP_FLAG_ACK, NULL, 0);
    script_wait(script, 0.5);
    syn(&wire);
    wire_segment(&wire, SERVER, TCP_FLAG_RST | TCP_FLAG_ACK, NULL, 0);
    expect(script, FINDING_TCP_REFUSED, first, 0);
    g_assert_nonnull(
        strstr(script_find(script, FINDING_TCP_REFUSED)->text, "2 connection requests"));
    script_free(script);
}

/* Three over three seconds, or one and a minute of capture; and only the client's SYNs. */
static void test_silence_refuses_after_three_requests_or_a_minute(void)
{
    static const struct {
        unsigned syns;
        double pause, after;
        bool refused;
    } attempts[] = {
        {3, 2, 0, true}, {3, 1, 0, false}, {2, 5, 0, false}, {1, 0, 61, true}, {1, 0, 50, false},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(attempts); i++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script),
                    other = wire_at(script, 0, "192.168.11.77", 9, "192.168.1.10");
        uint32_t first = 0;
        for (unsigned n = 0; n < attempts[i].syns; n++) {
            script_wait(script, n == 0 ? 0 : attempts[i].pause);
            uint32_t frame = syn(&wire);
            first = n == 0 ? frame : first;
        }
        script_wait(script, attempts[i].after);
        wire_start(&other);
        expect(script, FINDING_TCP_REFUSED, attempts[i].refused ? first : 0, 0);
        script_free(script);
    }
}

/* The first SYN was merely lost; an answer was seen in one direction only. */
static void test_what_is_answered_is_not_refused(void)
{
    struct script *script = script_new();
    struct wire slow = wire_lan(script),
                half = wire_at(script, 0, "192.168.11.24", 1, "192.168.1.10");
    syn(&slow);
    script_wait(script, 3);
    slow.next[CLIENT] = 1000;
    wire_start(&slow);
    wire_call(&slow, P, A);
    syn(&half);
    wire_segment(&half, CLIENT, TCP_FLAG_ACK, NULL, 0);
    script_wait(script, 100);
    wire_say(&slow, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
    expect(script, FINDING_TCP_REFUSED, 0, 0);
    script_free(script);
}

/* 1723 is the client's own port there: no PPTP. */
static void test_a_clients_own_port_is_no_pptp(void)
{
    static const uint8_t octets[] = "\x00\x00\x00\x85\xffSMBr\x00\x00\x00\x00";
    for (int way = 0; way < 3; way++) {
        struct script *script = script_new();
        struct wire wire = wire_at(script, 0, "192.168.11.22", PPTP_PORT, "192.168.1.77");
        wire.server_port = 445;
        for (int n = 0; n < 3; n++) {
            syn(&wire);
            script_wait(script, 30);
        }
        if (way == 1)
            wire_segment(&wire, SERVER, TCP_FLAG_RST | TCP_FLAG_ACK, NULL, 0);
        if (way == 2) {
            wire_segment(&wire, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
            wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets, sizeof octets);
            wire_segment(&wire, SERVER, TCP_FLAG_ACK, octets, sizeof octets);
            wire_close(&wire, SERVER);
        }
        script_conclude(script);
        g_assert_cmpuint(finding_log_count(script_log(script)), ==, 0);
        g_assert_false(tracker_connection(script->tracker, 0)->is_ours);
        script_free(script);
    }
}

/* A service that is none of PPTP, whichever side speaks, whole or in single octets; nothing else is
 * said of it, and nothing at all of one that was joined in its middle. */
static void test_another_service_is_said_once(void)
{
    static const char *const said[][2] = {
        {"GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 400 Bad Request\r\n\r\n"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-dropbear\r\n"},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "\x15\x03\x03\x00\x02\x02\x28"},
        {"QUIT\r\n", NULL},
        {NULL, "220 ready\r\n"},
    };
    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(said); i++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        bool joined = i >= G_N_ELEMENTS(said);
        uint32_t first = 0;
        if (!joined)
            wire_open(&wire);
        for (int round = 0; round < 3; round++) {
            for (int end = 0; end < 2; end++) {
                const char *words = said[i % G_N_ELEMENTS(said)][end];
                if (!words)
                    continue;
                uint32_t frame = wire_segment(&wire, (enum script_who)end, TCP_FLAG_ACK,
                                              (const uint8_t *)words, (uint32_t)strlen(words));
                first = first != 0 ? first : frame;
            }
        }
        wire_reset(&wire, SERVER);
        expect(script, FINDING_NOT_PPTP, joined ? 0 : first, 0);
        g_assert_cmpuint(finding_log_count(script_log(script)), ==, !joined);
        script_free(script);
    }
}

/* One direction right: the octets of the other one are a fault of PPTP, before or after. */
static void test_octets_are_wrong_where_the_other_end_speaks_pptp(void)
{
    static const uint8_t octets[] = "HTTP/1.0 400 Bad Request\r\n";
    for (int first = 0; first < 2; first++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        wire_open(&wire);
        uint32_t bad = 0, right;
        if (first)
            bad = wire_segment(&wire, SERVER, TCP_FLAG_ACK, octets, sizeof octets);
        right = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_SCCRQ));
        if (!first)
            bad = right = wire_segment(&wire, SERVER, TCP_FLAG_ACK, octets, sizeof octets);
        expect(script, FINDING_BAD_COOKIE, bad, right);
        g_assert_cmpuint(script_count(script, FINDING_NOT_PPTP), ==, 0);
        script_free(script);
    }
}

enum last_word { NO_MESSAGE, START, STARTED, CALLING, REFUSED, CALLED, STOPPED };

static void speak(struct wire *wire, enum last_word until)
{
    wire_open(wire);
    if (until >= START)
        wire_say(wire, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    if (until >= STARTED)
        wire_say(wire, SERVER, (struct said)SAY(PPTP_SCCRP));
    if (until >= CALLING && until <= CALLED)
        wire_say(wire, CLIENT, (struct said)SAY(PPTP_OCRQ, .call_id = P));
    if (until == REFUSED || until == CALLED)
        wire_say(wire, SERVER,
                 (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P,
                                  .result = until == REFUSED ? 7 : 1));
    if (until == STOPPED) {
        wire_say(wire, SERVER, (struct said)SAY(PPTP_STOPCCRQ));
        wire_say(wire, CLIENT, (struct said)SAY(PPTP_STOPCCRP));
    }
}

static void test_who_closes_before_a_call(void)
{
    static const struct {
        enum last_word until;
        enum script_who who;
        bool early;
    } cases[] = {
        {NO_MESSAGE, SERVER, false}, {NO_MESSAGE, CLIENT, false},
        {START, SERVER, true},       {START, CLIENT, true},
        {STARTED, SERVER, true},     {STARTED, CLIENT, false}, /* probe */
        {CALLING, SERVER, true},     {CALLING, CLIENT, true},
        {REFUSED, SERVER, false},    {REFUSED, CLIENT, false},
        {CALLED, SERVER, false},     {CALLED, CLIENT, false},
        {STOPPED, SERVER, false},    {STOPPED, CLIENT, false},
    };
    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
        unsigned n = i / 2;
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        speak(&wire, cases[n].until);
        uint32_t close = i % 2 ? wire_reset(&wire, cases[n].who) : wire_close(&wire, cases[n].who);
        wire_close(&wire, cases[n].who == CLIENT ? SERVER : CLIENT);
        expect(script, FINDING_CLOSED_EARLY, cases[n].early ? close : 0, close);
        const struct finding *finding = script_find(script, FINDING_CLOSED_EARLY);
        if (finding)
            g_assert_nonnull(
                strstr(finding->text, cases[n].who == SERVER ? "The server" : "The client"));
        script_free(script);
    }
}

/* The start is not in the capture; one direction of it is not. */
static void test_what_was_not_seen_whole_is_not_judged(void)
{
    struct script *script = script_new();
    struct wire late = wire_lan(script),
                half = wire_at(script, 0, "192.168.11.24", 1, "192.168.1.10");
    wire_say(&late, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    wire_close(&late, SERVER);
    syn(&half);
    wire_segment(&half, CLIENT, TCP_FLAG_ACK, NULL, 0);
    wire_say(&half, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    wire_close(&half, CLIENT);
    expect(script, FINDING_CLOSED_EARLY, 0, 0);
    script_free(script);
}

/* RFC2637-2.12: a Call-Clear-Request that a close follows, however late, was not ignored. */
static void test_a_clear_that_a_close_follows_has_its_answer(void)
{
    for (int closed = 0; closed < 2; closed++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        wire_start(&wire);
        wire_call(&wire, P, A);
        uint32_t clear = wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
        script_wait(script, 70);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
        wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REPLY, .identifier = 1, .result = 1));
        if (closed)
            wire_close(&wire, CLIENT);
        expect(script, FINDING_NO_REPLY, closed ? 0 : clear, 0);
        script_free(script);
    }
}

void test_tracker_before_call(void)
{
#define TEST(name) g_test_add_func("/tracker_before_call/" #name, test_##name)
    TEST(a_reset_refuses);
    TEST(silence_refuses_after_three_requests_or_a_minute);
    TEST(what_is_answered_is_not_refused);
    TEST(a_clients_own_port_is_no_pptp);
    TEST(another_service_is_said_once);
    TEST(octets_are_wrong_where_the_other_end_speaks_pptp);
    TEST(who_closes_before_a_call);
    TEST(what_was_not_seen_whole_is_not_judged);
    TEST(a_clear_that_a_close_follows_has_its_answer);
#undef TEST
}
