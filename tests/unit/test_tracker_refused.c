/* Which end refuses PPP (FINDINGS, ppp_refused): each kind, what it is called, and what nearly is
 * one: made good later, everyday, or no end of a call that ever came up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P 0x0600
#define A 0x1000

#define LINES_LIMIT 20

/* PPP frames in hexadecimal behind who sends them, "C" or "S"; NULL ends the list. */
struct talk {
    const char *lines[LINES_LIMIT];
    int judged;       /* index of the line; -1: nothing is refused */
    const char *said; /* its text */
    bool unanswered;
};

/* clang-format off */
#define LCP_REQUEST_C "C ff03 c021 01 01 0004"
#define LCP_REQUEST_S "S ff03 c021 01 01 0004"
#define LCP_ACK_C     "C ff03 c021 02 01 0004"
#define LCP_ACK_S     "S ff03 c021 02 01 0004"
#define LCP_UP        LCP_REQUEST_C, LCP_REQUEST_S, LCP_ACK_C, LCP_ACK_S
#define CHALLENGE     "S c223 01 01 0004"
#define RESPONSE      "C c223 02 01 0004"
#define SUCCESS       "S c223 03 01 0004"
#define FAILURE_691   "S c223 04 01 0009 453d363931"
#define FAILURE_648   "S c223 04 02 0009 453d363438"
#define LOGGED_IN     LCP_UP, CHALLENGE, RESPONSE, SUCCESS
#define IPCP_REQUEST_C "C 8021 01 01 0004"
#define IPCP_REQUEST_S "S 8021 01 01 0004"
#define IPCP_ACK_C    "C 8021 02 01 0004"
#define IPCP_ACK_S    "S 8021 02 01 0004"
#define IPCP_TERMINATE_ACK "S 8021 06 01 0004"
#define CCP_REQUEST_C "C 80fd 01 01 0004"
#define CCP_REQUEST_S "S 80fd 01 01 0004"
#define CCP_REJECT    "C ff03 c021 08 01 000a 80fd 0101 0004"
#define TERMINATE_C   "C ff03 c021 05 09 0004"
#define TERMINATE_S   "S ff03 c021 05 09 0004"
#define DATA          "C 21 4500"
/* clang-format on */

static uint16_t octets_of(const char *text, uint8_t *octets)
{
    uint16_t length = 0;
    for (text++; *text != '\0'; text += 2) {
        while (*text == ' ')
            text++;
        octets[length++] =
            (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
    }
    return length;
}

/* Returns the frame number of line `judged`. */
static uint32_t say_lines(struct wire *wire, const struct talk *talk)
{
    uint32_t seq[2] = {0}, judged = 0;
    for (int i = 0; i < LINES_LIMIT && talk->lines[i]; i++) {
        enum script_who who = talk->lines[i][0] == 'C' ? CLIENT : SERVER;
        uint8_t octets[64];
        uint16_t length = octets_of(talk->lines[i], octets);
        uint32_t frame =
            wire_gre(wire, who, who == CLIENT ? A : P, seq[who]++, NO_NUMBER, octets, length);
        judged = i == talk->judged ? frame : judged;
    }
    return judged;
}

static void expect_refused(struct script *script, const struct talk *talk, uint32_t judged)
{
    script_conclude(script);
    const struct finding *finding = script_find(script, FINDING_PPP_REFUSED);
    g_test_message("%s: %s", talk->said ? talk->said : talk->lines[5],
                   finding ? finding->text : "nothing");
    g_assert_cmpuint(script_count(script, FINDING_PPP_REFUSED), ==, talk->judged >= 0);
    const struct call *call = tracker_call(script->tracker, 0);
    if (!finding) {
        return;
    }
    g_assert_cmpuint(finding->judged_frame, ==, judged);
    g_assert_cmpuint(finding->deciding_frame, ==, 0);
    g_assert_cmpstr(finding->text, ==, talk->said);
    struct ppp_refusal refusal;
    g_assert_true(tracker_ppp_refusal(call, &refusal));
    g_assert_cmpint(refusal.unanswered, ==, talk->unanswered);
    g_assert_cmpuint(script_count(script, FINDING_PPP_STALLED), ==, 0);
}

static void run(const struct talk *talks, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct script *script = script_new();
        struct wire wire = wire_established(script, P, A);
        uint32_t judged = say_lines(&wire, &talks[i]);
        wire_close(&wire, CLIENT);
        expect_refused(script, &talks[i], judged);
        script_free(script);
    }
}

/* RFC 2759 6, RFC 1334 2.2.1, RFC 3748 4.2, RFC 1661 5.7. */
static void test_each_kind_is_named(void)
{
    static const struct talk talks[] = {
        {{LCP_UP, CHALLENGE, RESPONSE, FAILURE_691, TERMINATE_S},
         6,
         "CHAP Failure from the server, E=691",
         false},
        {{LCP_UP, CHALLENGE, RESPONSE, FAILURE_691, RESPONSE, FAILURE_648},
         6,
         "CHAP Failure from the server, E=691",
         false},
        {{LCP_UP, "C c023 01 01 0004", "S c023 03 01 0004"},
         5,
         "PAP Authenticate-Nak from the server",
         false},
        {{LCP_UP, "S c227 01 01 0004", "C c227 02 01 0004", "S c227 04 01 0004"},
         6,
         "EAP Failure from the server",
         false},
        {{LCP_UP, CHALLENGE, "C ff03 c021 08 01 000a c223 0101 0004"},
         5,
         "LCP Protocol-Reject of CHAP from the client",
         false},
        {{LOGGED_IN, IPCP_REQUEST_C, "S ff03 c021 08 01 000a 8021 0101 0004", TERMINATE_C},
         8,
         "LCP Protocol-Reject of IPCP from the server",
         false},
        {{LOGGED_IN, CCP_REQUEST_C, IPCP_REQUEST_C, IPCP_TERMINATE_ACK, CCP_REQUEST_C,
          IPCP_REQUEST_C, IPCP_TERMINATE_ACK, TERMINATE_C},
         9,
         "the server answers the IPCP Configure-Request with a Terminate-Ack",
         false},
        {{LOGGED_IN, CCP_REQUEST_C, "S 80fd 06 01 0004", TERMINATE_C},
         8,
         "the server answers the CCP Configure-Request with a Terminate-Ack",
         false},
    };
    run(talks, G_N_ELEMENTS(talks));
}

/* The Terminate-Request counts where nothing else was refused; it names what was turned down. */
static void test_a_terminated_link_names_what_was_turned_down(void)
{
    static const struct talk talks[] = {
        {{LCP_UP, TERMINATE_S, "C ff03 c021 06 09 0004"},
         4,
         "LCP Terminate-Request from the server",
         false},
        {{LCP_UP, TERMINATE_C}, 4, "LCP Terminate-Request from the client", false},
        {{LOGGED_IN, CCP_REQUEST_S, CCP_REJECT, TERMINATE_S},
         9,
         "LCP Terminate-Request from the server, after the client rejected CCP (MPPE "
         "encryption)",
         false},
        {{LOGGED_IN, CCP_REQUEST_S, "C 80fd 04 01 000a 1206 01000040", TERMINATE_S},
         9,
         "LCP Terminate-Request from the server, after the client rejected CCP (MPPE "
         "encryption)",
         false},
        {{LCP_REQUEST_C, LCP_ACK_S, LCP_REQUEST_S, "C ff03 c021 04 01 0008 0304 c023", TERMINATE_S},
         4,
         "LCP Terminate-Request from the server, after the client rejected the "
         "authentication",
         false},
        {{LOGGED_IN, IPCP_REQUEST_C, "S 8021 05 02 0004", TERMINATE_S},
         9,
         "LCP Terminate-Request from the server, after the server rejected IPCP",
         false},
        {{LCP_REQUEST_C, LCP_REQUEST_C, LCP_REQUEST_C, TERMINATE_C},
         3,
         "LCP Terminate-Request from the client, after requests that got no answer",
         true},
        {{LCP_UP, CHALLENGE, CHALLENGE, CHALLENGE, TERMINATE_S},
         7,
         "LCP Terminate-Request from the server, after requests that got no answer",
         true},
    };
    run(talks, G_N_ELEMENTS(talks));
}

/* accel-ppp#353; a retry; what a Windows or Linux end turns down every day; a hang-up. */
static void test_what_is_made_good_is_none(void)
{
    static const struct talk talks[] = {
        {.lines = {LOGGED_IN, CCP_REQUEST_C, IPCP_REQUEST_C, IPCP_TERMINATE_ACK,
                   "S 80fd 02 01 0004", IPCP_REQUEST_S, IPCP_ACK_C, IPCP_REQUEST_C, IPCP_ACK_S,
                   TERMINATE_C},
         .judged = -1},
        {.lines = {LCP_UP, CHALLENGE, RESPONSE, FAILURE_691, RESPONSE, SUCCESS, IPCP_REQUEST_S,
                   IPCP_ACK_C, IPCP_REQUEST_C, IPCP_ACK_S, TERMINATE_C},
         .judged = -1},
        {.lines = {LOGGED_IN, CCP_REQUEST_S, CCP_REJECT, DATA, TERMINATE_S}, .judged = -1},
        {.lines = {LCP_UP, DATA, TERMINATE_C}, .judged = -1},
        {.lines = {LOGGED_IN, CCP_REQUEST_S, CCP_REJECT}, .judged = -1},
        {.lines = {LOGGED_IN, "C 8057 01 01 0004", "S ff03 c021 08 01 000a 8057 0101 0004"},
         .judged = -1},
        {.lines = {LOGGED_IN, IPCP_REQUEST_C, "C 8021 05 02 0004", IPCP_TERMINATE_ACK},
         .judged = -1},
        {.lines = {LCP_REQUEST_C, LCP_ACK_S, LCP_REQUEST_S, "C ff03 c021 03 01 0009 0305 c22381",
                   LCP_REQUEST_S, LCP_ACK_C, CHALLENGE, RESPONSE, SUCCESS},
         .judged = -1},
    };
    run(talks, G_N_ELEMENTS(talks));
}

/* A retry that failed first and passed is no part of what the Terminate-Request says. */
static void test_what_was_agreed_on_later_is_not_named(void)
{
    static const struct talk talks[] = {
        {{LCP_UP, CHALLENGE, RESPONSE, FAILURE_691, RESPONSE, SUCCESS, TERMINATE_C},
         9,
         "LCP Terminate-Request from the client",
         false},
        {{LOGGED_IN, CCP_REQUEST_C, IPCP_REQUEST_C, IPCP_TERMINATE_ACK, IPCP_REQUEST_C, IPCP_ACK_S,
          TERMINATE_C},
         12,
         "LCP Terminate-Request from the client",
         false},
        {{LOGGED_IN, CCP_REQUEST_S, "C 80fd 03 01 000a 1206 01000040", CCP_REQUEST_S,
          "C 80fd 02 01 0004", TERMINATE_S},
         11,
         "LCP Terminate-Request from the server",
         false},
    };
    run(talks, G_N_ELEMENTS(talks));
}

/* Without its beginning nothing tells what came before: had PPP been up? */
static void test_ppp_in_mid_session_is_not_judged(void)
{
    static const struct talk talks[] = {
        {.lines = {CHALLENGE, RESPONSE, FAILURE_691, TERMINATE_S}, .judged = -1},
        {.lines = {"C ff03 c021 09 01 0008 00000000", "S ff03 c021 0a 01 0008 00000000",
                   TERMINATE_S},
         .judged = -1},
    };
    run(talks, G_N_ELEMENTS(talks));
}

/* While the call is up a retry may follow; 10 s later, or with the link given up, none does. */
static void test_a_call_that_goes_on_may_make_it_good(void)
{
    static const struct talk failed = {{LCP_UP, CHALLENGE, RESPONSE, FAILURE_691},
                                       6,
                                       "CHAP Failure from the server, E=691",
                                       false};
    static const struct talk open = {.lines = {LCP_UP, CHALLENGE, RESPONSE, FAILURE_691},
                                     .judged = -1};
    for (int late = 0; late < 2; late++) {
        struct script *script = script_new();
        struct wire wire = wire_established(script, P, A);
        uint32_t judged = say_lines(&wire, &failed);
        script_wait(script, late ? 10 : 5);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
        expect_refused(script, late ? &failed : &open, late ? judged : 0);
        script_free(script);
    }
}

/* The file ends, is shown, and goes on: what the end said is said anew. */
static void test_the_end_can_be_taken_back(void)
{
    static const struct talk talk = {
        {LCP_UP, TERMINATE_C}, 4, "LCP Terminate-Request from the client", false};
    struct script *script = script_new();
    struct wire wire = wire_established(script, P, A);
    uint32_t judged = say_lines(&wire, &talk);
    for (int i = 0; i < 2; i++) {
        expect_refused(script, &talk, judged);
    }
    wire_ip(&wire, CLIENT, A, 9, NO_NUMBER);
    script_conclude(script);
    g_assert_cmpuint(script_count(script, FINDING_PPP_REFUSED), ==, 0);
    script_free(script);
}

/* GRE alone, from its first number on: nobody tells the ends' names. */
static void test_without_the_control_connection(void)
{
    static const struct talk talk = {
        {LCP_UP, TERMINATE_C}, 4, "LCP Terminate-Request from the sender", false};
    struct script *script = script_new();
    struct wire wire = wire_at(script, 0, "192.168.11.20", 42060, "192.168.1.10");
    uint32_t judged = say_lines(&wire, &talk);
    expect_refused(script, &talk, judged);
    script_free(script);
}

/* RFC 2637 2.9: in an incoming call the client is the PAC. */
static void test_who_is_who_in_an_incoming_call(void)
{
    static const struct talk talk = {{"C ff03 c021 01 01 0004", "S ff03 c021 01 01 0004",
                                      "C ff03 c021 02 01 0004", "S ff03 c021 02 01 0004",
                                      TERMINATE_S},
                                     4,
                                     "LCP Terminate-Request from the server",
                                     false};
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ICRQ, .call_id = P));
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_ICRP, .call_id = A, .peer = P));
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ICCN, .peer = A));
    uint32_t judged = say_lines(&wire, &talk);
    wire_close(&wire, CLIENT);
    expect_refused(script, &talk, judged);
    g_assert_cmpint(script_find(script, FINDING_PPP_REFUSED)->direction, ==, DIRECTION_PNS_TO_PAC);
    script_free(script);
}

#define TEST(name) g_test_add_func("/tracker/refused/" #name, test_##name)

void test_tracker_refused(void)
{
    TEST(each_kind_is_named);
    TEST(a_terminated_link_names_what_was_turned_down);
    TEST(what_is_made_good_is_none);
    TEST(what_was_agreed_on_later_is_not_named);
    TEST(ppp_in_mid_session_is_not_judged);
    TEST(a_call_that_goes_on_may_make_it_good);
    TEST(the_end_can_be_taken_back);
    TEST(without_the_control_connection);
    TEST(who_is_who_in_an_incoming_call);
}
