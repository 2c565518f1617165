/* The two interfaces of a tap, known to be one point only when a connection shows both: what lay at
 * either of them is found at the one point from then on, and no call is seen twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P 0x0600
#define A 0x1000

#define FROM_CLIENTS 0
#define FROM_SERVER  1

static struct wire tap(struct script *script, unsigned host)
{
    char client[32];
    g_snprintf(client, sizeof client, "192.168.%u.%u", 11 + host / 200, 20 + host % 200);
    struct wire wire =
        wire_at(script, FROM_CLIENTS, client, (uint16_t)(42000 + host), "192.168.1.10");
    wire.interface[SERVER] = FROM_SERVER;
    return wire;
}

/* The server's half of a connection was seen alone, with a call that it asks for; then another
 * connection shows that the interfaces are one point, and the client answers there. */
static void test_a_half_that_was_seen_alone_is_completed(void)
{
    struct script *script = script_new();
    struct wire half = tap(script, 0), whole = tap(script, 1);
    wire_say(&half, SERVER, (struct said)SAY(PPTP_OCRQ, .call_id = P, .serial = 1));
    wire_start(&whole);
    g_assert_cmpuint(tracker_point(script->tracker, FROM_SERVER), ==,
                     tracker_point(script->tracker, FROM_CLIENTS));
    wire_say(&half, CLIENT, (struct said)SAY(PPTP_OCRP, .call_id = A, .peer = P));
    wire_gre(&half, SERVER, A, 0, NO_NUMBER, NULL, 0);
    wire_gre(&half, CLIENT, P, 0, 0, NULL, 0);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 2);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    const struct call *call = tracker_call(script->tracker, 0);
    g_assert_true(call->established);
    g_assert_cmpuint(call->point, ==, tracker_point(script->tracker, FROM_CLIENTS));
    g_assert_nonnull(call->flow[0]);
    g_assert_nonnull(call->flow[1]);
    script_expect_no_fault(script);
    script_free(script);
}

/* The half has been followed by another connection with the same addresses and ports: what the
 * client sends then is of the later one. */
static void test_the_latest_of_two_halves_is_completed(void)
{
    struct script *script = script_new();
    struct wire half = tap(script, 0), whole = tap(script, 1);
    wire_segment(&half, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
    wire_close(&half, SERVER);
    script_wait(script, 60);
    half.next[SERVER] = 7000000;
    half.next[CLIENT] = 8000000;
    wire_segment(&half, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 2);
    wire_start(&whole);
    wire_say(&half, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    wire_say(&half, SERVER, (struct said)SAY(PPTP_SCCRP));
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 3);
    g_assert_cmpuint(tracker_connection(script->tracker, 0)->messages.count, ==, 0);
    g_assert_cmpuint(tracker_connection(script->tracker, 1)->messages.count, ==, 2);
    script_free(script);
}

/* The larger of the two points keeps its number, however the first whole connection is seen; where
 * they differ little it is the client's. */
static void test_the_larger_point_keeps_its_number(void)
{
    for (int many = 0; many < 2; many++) {
        struct script *script = script_new();
        unsigned halves = many ? 90 : 3;
        for (unsigned i = 0; i < halves; i++) {
            struct wire half = tap(script, i);
            wire_segment(&half, SERVER, TCP_FLAG_ACK, NULL, 0);
        }
        struct wire whole = tap(script, halves);
        wire_start(&whole);
        uint32_t point = tracker_point(script->tracker, FROM_SERVER);
        g_assert_cmpuint(point, ==, tracker_point(script->tracker, FROM_CLIENTS));
        g_assert_cmpuint(point, ==, many ? FROM_SERVER : FROM_CLIENTS);
        for (unsigned i = 0; i <= halves; i++)
            g_assert_cmpuint(tracker_connection(script->tracker, i)->point, ==, point);
        for (unsigned i = 0; i < halves; i++) {
            struct wire half = tap(script, i);
            wire_segment(&half, CLIENT, TCP_FLAG_ACK, NULL, 0);
        }
        g_assert_cmpuint(tracker_connection_count(script->tracker), ==, halves + 1);
        script_free(script);
    }
}

/* Three interfaces of one point: two servers' directions, and that of all clients. A fourth that
 * shows both directions of its own is another point. */
static void test_three_interfaces_are_one_point(void)
{
    struct script *script = script_new();
    struct wire first = tap(script, 0), second = tap(script, 1), other = tap(script, 2);
    second.interface[SERVER] = 2;
    other.interface[CLIENT] = other.interface[SERVER] = 3;
    wire_start(&first);
    wire_start(&second);
    wire_start(&other);
    for (uint32_t interface = 0; interface < 3; interface++)
        g_assert_cmpuint(tracker_point(script->tracker, interface), ==,
                         tracker_point(script->tracker, 0));
    g_assert_cmpuint(tracker_point(script->tracker, 3), ==, 3);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 3);
    script_expect_no_fault(script);
    script_free(script);
}

/* Both points show the whole connection, one direction first: an interface that shows both is no
 * half of a tap. */
static void test_an_interface_with_both_directions_is_no_half(void)
{
    struct script *script = script_new();
    struct wire at[2] = {tap(script, 0), tap(script, 0)}, before = tap(script, 1);
    before.interface[SERVER] = 0;
    wire_start(&before); /* interface 0 shows both directions */
    at[0].interface[SERVER] = 0;
    at[1].interface[CLIENT] = 1;
    wire_segment(&at[0], CLIENT, TCP_FLAG_SYN, NULL, 0);
    wire_segment(&at[1], CLIENT, TCP_FLAG_SYN, NULL, 0);
    at[0].next[SERVER] = at[1].next[SERVER] = 5000;
    wire_segment(&at[1], SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
    wire_segment(&at[0], SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
    g_assert_cmpuint(tracker_point(script->tracker, 0), !=, tracker_point(script->tracker, 1));
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 3);
    script_free(script);
}

#define TEST(name) g_test_add_func("/tracker_tap/" #name, test_##name)

void test_tracker_tap(void)
{
    TEST(a_half_that_was_seen_alone_is_completed);
    TEST(the_latest_of_two_halves_is_completed);
    TEST(the_larger_point_keeps_its_number);
    TEST(three_interfaces_are_one_point);
    TEST(an_interface_with_both_directions_is_no_half);
}
