/* The state machines of RFC 2637 3.1 and 3.2 as scripts of {message, result, state, allowed}.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/pptp/call_state.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define OK               true
#define FAILED           false
#define ALLOWED          true
#define UNEXPECTED       false

struct control_line {
    enum pptp_message_type type;
    bool success;
    enum control_state state;
    bool allowed;
};

static void run_control(enum control_state state, const struct control_line *lines, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        bool allowed;

        state = control_state_next(state, lines[i].type, lines[i].success, &allowed);
        g_test_message("line %u: %s", i + 1, pptp_message_name(lines[i].type));
        g_assert_cmpstr(control_state_name(state), ==, control_state_name(lines[i].state));
        g_assert_true(allowed == lines[i].allowed);
    }
}

/* RFC2637-3.1.1, 3.1.2 */
static void test_a_control_connection_from_start_to_stop(void)
{
    static const struct control_line lines[] = {
        {PPTP_SCCRQ, OK, CONTROL_WAIT_REPLY, ALLOWED},
        {PPTP_SCCRP, OK, CONTROL_ESTABLISHED, ALLOWED},
        {PPTP_OCRQ, OK, CONTROL_ESTABLISHED, ALLOWED},
        {PPTP_OCRP, FAILED, CONTROL_ESTABLISHED, ALLOWED},
        {PPTP_ECHO_REQUEST, OK, CONTROL_ESTABLISHED, ALLOWED},
        {PPTP_ECHO_REPLY, OK, CONTROL_ESTABLISHED, ALLOWED},
        {PPTP_STOPCCRQ, OK, CONTROL_WAIT_STOP_REPLY, ALLOWED},
        {PPTP_CDN, OK, CONTROL_WAIT_STOP_REPLY, ALLOWED}, /* was under way */
        {PPTP_STOPCCRP, OK, CONTROL_STOPPED, ALLOWED},
        {PPTP_CCRQ, OK, CONTROL_STOPPED, ALLOWED},
    };

    run_control(CONTROL_IDLE, lines, LENGTH_OF(lines));
}

static void test_a_refused_start_stops(void)
{
    static const struct control_line lines[] = {
        {PPTP_SCCRQ, OK, CONTROL_WAIT_REPLY, ALLOWED},
        {PPTP_SCCRP, FAILED, CONTROL_STOPPED, ALLOWED},
    };

    run_control(CONTROL_IDLE, lines, LENGTH_OF(lines));
}

/* A client that does not wait for the reply: one remark, and none for the reply itself. */
static void test_a_request_sent_too_early_does_not_accuse_the_reply(void)
{
    static const struct control_line lines[] = {
        {PPTP_SCCRQ, OK, CONTROL_WAIT_REPLY, ALLOWED},
        {PPTP_OCRQ, OK, CONTROL_WAIT_REPLY, UNEXPECTED},
        {PPTP_SCCRP, OK, CONTROL_ESTABLISHED, ALLOWED},
        {PPTP_OCRP, OK, CONTROL_ESTABLISHED, ALLOWED},
    };

    run_control(CONTROL_IDLE, lines, LENGTH_OF(lines));
}

static void test_messages_out_of_their_state_assert_one(void)
{
    static const struct {
        enum control_state from;
        struct control_line line;
    } rows[] = {
        {CONTROL_IDLE, {PPTP_SCCRP, OK, CONTROL_ESTABLISHED, UNEXPECTED}},
        {CONTROL_IDLE, {PPTP_SCCRP, FAILED, CONTROL_STOPPED, UNEXPECTED}},
        {CONTROL_IDLE, {PPTP_OCRQ, OK, CONTROL_ESTABLISHED, UNEXPECTED}},
        {CONTROL_IDLE, {PPTP_STOPCCRQ, OK, CONTROL_WAIT_STOP_REPLY, UNEXPECTED}},
        {CONTROL_WAIT_REPLY, {PPTP_SCCRQ, OK, CONTROL_WAIT_REPLY, UNEXPECTED}},
        {CONTROL_WAIT_REPLY, {PPTP_OCRP, OK, CONTROL_ESTABLISHED, UNEXPECTED}},
        {CONTROL_ESTABLISHED, {PPTP_SCCRQ, OK, CONTROL_WAIT_REPLY, UNEXPECTED}},
        {CONTROL_ESTABLISHED, {PPTP_STOPCCRP, OK, CONTROL_STOPPED, UNEXPECTED}},
        {CONTROL_ESTABLISHED, {(enum pptp_message_type)0, OK, CONTROL_ESTABLISHED, ALLOWED}},
        {CONTROL_ESTABLISHED, {(enum pptp_message_type)99, OK, CONTROL_ESTABLISHED, ALLOWED}},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++)
        run_control(rows[i].from, &rows[i].line, 1);
}

static void test_what_was_joined_in_its_middle_allows_everything(void)
{
    for (unsigned type = 0; type <= PPTP_MESSAGE_TYPES + 1; type++) {
        bool allowed = false;

        control_state_next(CONTROL_UNKNOWN, (enum pptp_message_type)type, true, &allowed);
        g_assert_true(allowed);
        allowed = false;
        call_state_next(CALL_UNKNOWN, (enum pptp_message_type)type, false, &allowed);
        g_assert_true(allowed);
    }
}

struct call_line {
    enum pptp_message_type type;
    bool success;
    enum call_state state;
    bool allowed;
};

static void run_call(enum call_state state, const struct call_line *lines, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        bool allowed;

        state = call_state_next(state, lines[i].type, lines[i].success, &allowed);
        g_test_message("line %u: %s", i + 1, pptp_message_name(lines[i].type));
        g_assert_cmpstr(call_state_name(state), ==, call_state_name(lines[i].state));
        g_assert_true(allowed == lines[i].allowed);
    }
}

/* RFC2637-3.2.4, 3.2.5 */
static void test_an_outgoing_call(void)
{
    static const struct call_line lines[] = {
        {PPTP_OCRQ, OK, CALL_WAIT_REPLY, ALLOWED},
        {PPTP_OCRP, OK, CALL_ESTABLISHED, ALLOWED},
        {PPTP_SLI, OK, CALL_ESTABLISHED, ALLOWED},
        {PPTP_WEN, OK, CALL_ESTABLISHED, ALLOWED},
        {PPTP_CCRQ, OK, CALL_WAIT_DISCONNECT, ALLOWED},
        {PPTP_SLI, OK, CALL_WAIT_DISCONNECT, ALLOWED}, /* Windows, other way */
        {PPTP_CDN, OK, CALL_CLOSED, ALLOWED},
        {PPTP_CDN, OK, CALL_CLOSED, ALLOWED}, /* a client answers a notify with one */
        {PPTP_OCRQ, OK, CALL_WAIT_REPLY, ALLOWED},
        {PPTP_OCRP, FAILED, CALL_REFUSED, ALLOWED},
        {PPTP_CDN, OK, CALL_REFUSED, ALLOWED},
        {PPTP_OCRQ, OK, CALL_WAIT_REPLY, ALLOWED},
    };

    run_call(CALL_IDLE, lines, LENGTH_OF(lines));
}

/* RFC2637-3.2.3 */
static void test_an_incoming_call(void)
{
    static const struct call_line lines[] = {
        {PPTP_ICRQ, OK, CALL_WAIT_REPLY, ALLOWED},  {PPTP_ICRP, OK, CALL_WAIT_CONNECT, ALLOWED},
        {PPTP_ICCN, OK, CALL_ESTABLISHED, ALLOWED}, {PPTP_CDN, OK, CALL_CLOSED, ALLOWED},
        {PPTP_CCRQ, OK, CALL_CLOSED, ALLOWED}, /* crossed the notify */
    };

    run_call(CALL_IDLE, lines, LENGTH_OF(lines));
}

static void test_aborted_set_ups(void)
{
    static const struct {
        enum call_state from;
        struct call_line line;
    } rows[] = {
        {CALL_WAIT_REPLY, {PPTP_CCRQ, OK, CALL_WAIT_DISCONNECT, ALLOWED}},
        {CALL_WAIT_REPLY, {PPTP_CDN, OK, CALL_CLOSED, ALLOWED}},
        {CALL_WAIT_REPLY, {PPTP_ICRP, FAILED, CALL_REFUSED, ALLOWED}},
        {CALL_WAIT_CONNECT, {PPTP_CCRQ, OK, CALL_WAIT_DISCONNECT, ALLOWED}},
        {CALL_WAIT_CONNECT, {PPTP_CDN, OK, CALL_CLOSED, ALLOWED}},
        {CALL_WAIT_DISCONNECT, {PPTP_OCRP, OK, CALL_WAIT_DISCONNECT, ALLOWED}}, /* under way */
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++)
        run_call(rows[i].from, &rows[i].line, 1);
}

static void test_call_messages_out_of_their_state_assert_one(void)
{
    static const struct {
        enum call_state from;
        struct call_line line;
    } rows[] = {
        {CALL_IDLE, {PPTP_OCRP, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_IDLE, {PPTP_SLI, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_WAIT_REPLY, {PPTP_OCRQ, OK, CALL_WAIT_REPLY, UNEXPECTED}},
        {CALL_WAIT_REPLY, {PPTP_ICCN, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_WAIT_REPLY, {PPTP_SLI, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_WAIT_CONNECT, {PPTP_OCRP, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_ESTABLISHED, {PPTP_OCRP, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_ESTABLISHED, {PPTP_OCRQ, OK, CALL_WAIT_REPLY, UNEXPECTED}},
        {CALL_WAIT_DISCONNECT, {PPTP_CCRQ, OK, CALL_WAIT_DISCONNECT, UNEXPECTED}},
        {CALL_CLOSED, {PPTP_OCRP, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_REFUSED, {PPTP_ICCN, OK, CALL_ESTABLISHED, UNEXPECTED}},
        {CALL_ESTABLISHED, {PPTP_ECHO_REQUEST, OK, CALL_ESTABLISHED, ALLOWED}}, /* not a call's */
        {CALL_ESTABLISHED, {(enum pptp_message_type)77, OK, CALL_ESTABLISHED, ALLOWED}},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++)
        run_call(rows[i].from, &rows[i].line, 1);
}

static void test_which_states_carry_calls(void)
{
    g_assert_true(control_state_carries_calls(CONTROL_UNKNOWN));
    g_assert_true(control_state_carries_calls(CONTROL_ESTABLISHED));
    g_assert_true(control_state_carries_calls(CONTROL_WAIT_STOP_REPLY));
    g_assert_false(control_state_carries_calls(CONTROL_IDLE));
    g_assert_false(control_state_carries_calls(CONTROL_WAIT_REPLY));
    g_assert_false(control_state_carries_calls(CONTROL_STOPPED));
    g_assert_false(control_state_carries_calls(CONTROL_CLOSED));
}

void test_call_state(void)
{
    g_test_add_func("/call-state/a control connection from start to stop",
                    test_a_control_connection_from_start_to_stop);
    g_test_add_func("/call-state/a refused start stops", test_a_refused_start_stops);
    g_test_add_func("/call-state/a request sent too early does not accuse the reply",
                    test_a_request_sent_too_early_does_not_accuse_the_reply);
    g_test_add_func("/call-state/messages out of their state assert one",
                    test_messages_out_of_their_state_assert_one);
    g_test_add_func("/call-state/what was joined in its middle allows everything",
                    test_what_was_joined_in_its_middle_allows_everything);
    g_test_add_func("/call-state/an outgoing call", test_an_outgoing_call);
    g_test_add_func("/call-state/an incoming call", test_an_incoming_call);
    g_test_add_func("/call-state/aborted set-ups", test_aborted_set_ups);
    g_test_add_func("/call-state/call messages out of their state assert one",
                    test_call_messages_out_of_their_state_assert_one);
    g_test_add_func("/call-state/which states carry calls", test_which_states_carry_calls);
}
