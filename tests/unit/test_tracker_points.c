/* Connections and points: which segments are one connection, which interfaces are one point, and
 * what a mirror port and a retransmission look like.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P 0x0600
#define A 0x1000

static struct wire lan(struct script *script, uint32_t interface)
{
    return wire_at(script, interface, "192.168.11.20", 42060, "192.168.1.10");
}

static struct pptp_connection *connection(const struct script *script, uint32_t index)
{
    return tracker_connection(script->tracker, index);
}

static void test_the_sender_of_the_syn_is_end_0(void)
{
    struct script *script = script_new();
    struct wire wire = lan(script, 0);
    g_assert_false(tracker_knows_ports(script->tracker, PPTP_PORT, 42060));
    wire_open(&wire);
    const struct pptp_connection *whole = connection(script, 0);
    g_assert_cmpuint(whole->end[0].port, ==, 42060);
    g_assert_true(whole->has_isn[0] && whole->has_isn[1]);
    g_assert_cmpuint(whole->isn[0], ==, 1000);
    g_assert_cmpuint(whole->isn[1], ==, 9000);
    g_assert_cmpuint(whole->segments[0], ==, 2);
    g_assert_true(tracker_knows_ports(script->tracker, PPTP_PORT, 42060));
    g_assert_true(tracker_knows_ports(script->tracker, 42060, PPTP_PORT));
    g_assert_false(tracker_knows_ports(script->tracker, 42060, 42060));
    script_free(script);
}

/* Joined late: the end whose port is 1723 listened, else the one with the lower port. */
static void test_a_connection_joined_late_has_its_ends_by_their_ports(void)
{
    struct script *script = script_new();
    struct wire wire = lan(script, 0);
    wire_say(&wire, SERVER, (struct said)SAY(PPTP_ECHO_REQUEST));
    struct wire moved = lan(script, 0);
    moved.server_port = 47;
    wire_say(&moved, SERVER, (struct said)SAY(PPTP_ECHO_REQUEST));
    for (uint32_t i = 0; i < 2; i++) {
        g_assert_cmpuint(connection(script, i)->end[0].port, ==, 42060);
        g_assert_false(connection(script, i)->has_isn[0]);
        g_assert_cmpuint(
            ((struct message_record *)connection(script, i)->messages.items[0])->sender, ==, 1);
    }
    script_free(script);
}

static void test_a_new_syn_is_a_new_connection_and_a_repeated_one_is_not(void)
{
    struct script *script = script_new();
    struct wire wire = lan(script, 0);
    wire_segment(&wire, CLIENT, TCP_FLAG_SYN, NULL, 0);
    wire.next[CLIENT]--;
    wire_start(&wire);
    wire_call(&wire, P, A);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 1);
    wire_close(&wire, CLIENT);
    wire_close(&wire, SERVER);
    wire.next[CLIENT] = 5000000;
    wire.next[SERVER] = 7000000;
    wire_start(&wire);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 2);
    g_assert_true(connection(script, 1)->previous == connection(script, 0));
    g_assert_cmpint(connection(script, 0)->state, ==, CONTROL_CLOSED);
    g_assert_cmpint(connection(script, 1)->state, ==, CONTROL_ESTABLISHED);
    wire.next[CLIENT] = 9000000;
    wire.next[SERVER] = 11000000;
    wire_open(&wire);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 3);
    g_assert_true(connection(script, 2)->previous == connection(script, 0)); /* 1 has no calls */
    struct wire stray = wire_at(script, 0, "192.168.11.99", 1, "192.168.1.10");
    wire_reset(&stray, SERVER);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 3);
    script_free(script);
}

/* The two interfaces of a tap show one direction each. */
static void test_the_halves_of_a_tap_are_one_point(void)
{
    struct script *script = script_new();
    struct wire wire = lan(script, 3);
    wire.interface[SERVER] = 5;
    wire_start(&wire);
    wire_call(&wire, P, A);
    wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
    wire_ip(&wire, SERVER, P, 0, 0);
    struct wire other = wire_at(script, 3, "192.168.11.22", 42061, "192.168.1.10");
    other.interface[SERVER] = 5;
    wire_start(&other);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 2);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    g_assert_cmpuint(tracker_point(script->tracker, 5), ==, 3);
    g_assert_cmpuint(tracker_point(script->tracker, 3), ==, 3);
    g_assert_cmpuint(tracker_call(script->tracker, 0)->flow[1]->packets, ==, 1);
    g_assert_cmpuint(tracker_call(script->tracker, 0)->flow[1]->interface, ==, 5);
    script_expect_no_fault(script);
    script_free(script);
}

/* GRE that a half of the tap showed before it was known to be one moves with it. */
static struct wire gre_before_its_call(struct script *script, const struct call **ret_call)
{
    struct wire wire = lan(script, 0);
    wire.interface[SERVER] = 1;
    script_wait(script, 5);
    wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    script_wait(script, -5);
    wire_start(&wire);
    *ret_call = wire_call(&wire, P, A);
    return wire;
}

static void test_gre_seen_before_the_halves_were_joined_is_adopted(void)
{
    struct script *script = script_new();
    const struct call *call;
    gre_before_its_call(script, &call);
    g_assert_true(tracker_call(script->tracker, 0)->absorbed_by == as_session(call));
    g_assert_cmpuint(call->flow[1]->point, ==, 0);
    script_free(script);
}

/* Before it was known that the interfaces are one point, one direction of a call without control
 * traffic was seen; then the other one comes. */
static void test_half_a_call_moves_with_its_interface(void)
{
    struct script *script = script_new();
    struct wire wire = lan(script, 0);
    wire.interface[SERVER] = 1;
    wire_ip(&wire, SERVER, 641, 0, NO_NUMBER);
    wire_start(&wire);
    wire_ip(&wire, CLIENT, 642, 0, NO_NUMBER);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    const struct call *unknown = tracker_call(script->tracker, 0);
    g_assert_nonnull(unknown->flow[0]);
    g_assert_nonnull(unknown->flow[1]);
    script_free(script);
}

/* The call that had been half a call before is none any more when the interfaces are parted. */
static void test_an_adopted_half_is_not_found_where_it_was_seen_first(void)
{
    struct script *script = script_new();
    const struct call *call;
    struct wire wire = gre_before_its_call(script, &call);
    wire.interface[CLIENT] = 1;
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    g_assert_cmpuint(tracker_point(script->tracker, 1), ==, 1);
    wire_ip(&wire, CLIENT, 642, 0, NO_NUMBER);
    const struct call *last =
        tracker_call(script->tracker, tracker_call_count(script->tracker) - 1);
    g_assert_true(last != call);
    g_assert_null(last->connection);
    g_assert_null(last->flow[1]);
    script_free(script);
}

/* A LAN without NAT, captured twice: the same addresses at both points. */
static void test_one_conversation_at_two_points_is_two_connections(void)
{
    struct script *script = script_new();
    struct wire near = lan(script, 0);
    struct wire far = lan(script, 1);
    wire_segment(&near, CLIENT, TCP_FLAG_SYN, NULL, 0);
    wire_segment(&far, CLIENT, TCP_FLAG_SYN, NULL, 0);
    wire_segment(&far, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
    wire_segment(&near, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK, NULL, 0);
    wire_say(&near, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    wire_say(&far, CLIENT, (struct said)SAY(PPTP_SCCRQ));
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 2);
    for (uint32_t i = 0; i < 2; i++) {
        g_assert_cmpuint(connection(script, i)->point, ==, i);
        g_assert_cmpuint(connection(script, i)->messages.count, ==, 1);
        g_assert_cmpuint(connection(script, i)->duplicates, ==, 0);
    }
    script_free(script);
}

/* Joined late, two points can look like a tap for a moment; the next packet tells. */
static void test_two_points_that_were_taken_for_a_tap_are_parted(void)
{
    struct script *script = script_new();
    struct wire near = lan(script, 0);
    struct wire far = lan(script, 1);
    wire_say(&near, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    far.next[CLIENT] = near.next[CLIENT];
    wire_say(&far, SERVER, (struct said)SAY(PPTP_ECHO_REPLY));
    wire_say(&near, SERVER, (struct said)SAY(PPTP_ECHO_REPLY));
    wire_say(&near, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    wire_say(&far, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    g_assert_cmpuint(tracker_point(script->tracker, 0), ==, 0);
    g_assert_cmpuint(tracker_point(script->tracker, 1), ==, 1);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 2);
    g_assert_cmpuint(connection(script, 1)->point, ==, 1);
    script_free(script);
}

/* An interface that shows both directions of anything is no half of a tap. */
static void test_a_point_that_shows_both_directions_is_not_joined(void)
{
    struct script *script = script_new();
    struct wire whole = wire_at(script, 0, "192.168.11.22", 42061, "192.168.1.10");
    struct wire near = lan(script, 0);
    struct wire far = lan(script, 1);
    wire_start(&whole);
    wire_say(&near, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    wire_say(&far, SERVER, (struct said)SAY(PPTP_ECHO_REPLY));
    g_assert_cmpuint(tracker_point(script->tracker, 1), ==, 1);
    g_assert_cmpuint(tracker_connection_count(script->tracker), ==, 3);
    script_free(script);
}

/* F34: a mirror port shows packets twice, IP ID included; a retransmission has another one. */
static void test_second_copies_are_counted_once(void)
{
    uint8_t octets[PPTP_MAX_LENGTH];
    struct script *script = script_new();
    struct wire wire = lan(script, 0);
    wire_start(&wire);
    wire_call(&wire, P, A);
    uint32_t length = script_message(&(struct said)SAY(PPTP_SLI, .peer = A), octets);
    for (int i = 0; i < 3; i++) {
        wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets, length);
        wire_repeat(&wire, CLIENT, octets, length, i != 0);
    }
    const struct pptp_connection *only = connection(script, 0);
    g_assert_cmpuint(only->duplicates, ==, 2);
    g_assert_cmpuint(only->messages.count, ==, 7);
    g_assert_cmpuint(script_count(script, FINDING_DUPLICATE_CAPTURE), ==, 1);
    wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    wire.ip_id[SERVER]--;
    uint32_t copy = wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    wire_ip(&wire, SERVER, P, 0, NO_NUMBER); /* sent twice */
    const struct gre_flow *flow = gre_of(tracker_call(script->tracker, 0)->flow[1]);
    g_assert_cmpuint(flow->packets, ==, 2);
    g_assert_cmpuint(flow->window.duplicates, ==, 1);
    g_assert_true(packet_record_is_copy(tracker_gre_on(script->tracker, copy)));
    g_assert_false(packet_record_is_copy(tracker_gre_on(script->tracker, copy + 1)));
    g_assert_cmphex(tracker_gre_on(script->tracker, copy + 1)->flags & PACKET_DUPLICATE, !=, 0);
    script_free(script);
}

/* F15: two copies of one sequence range that differ. */
static void test_a_retransmission_that_differs_is_said(void)
{
    uint8_t octets[PPTP_MAX_LENGTH];
    struct script *script = script_new();
    struct wire wire = lan(script, 0);
    wire_start(&wire);
    uint32_t length = script_message(&(struct said)SAY(PPTP_OCRQ, .call_id = P), octets);
    wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets, length);
    wire_repeat(&wire, CLIENT, octets, length, false);
    g_assert_null(script_find(script, FINDING_RETRANSMISSION_DIFFERS));
    octets[13] ^= 1;
    uint32_t frame = wire_repeat(&wire, CLIENT, octets, length, false);
    g_assert_cmpuint(script_find(script, FINDING_RETRANSMISSION_DIFFERS)->judged_frame, ==, frame);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    script_free(script);
}

struct told {
    unsigned connections, segments, messages, calls, gre, icmp;
    uint32_t record_frame;
};

static void on_connection(void *user, struct pptp_connection *told)
{
    (void)told;
    ((struct told *)user)->connections++;
}

static void on_segment(void *user, struct pptp_connection *told, const struct tcp_segment *segment,
                       uint8_t sender, const struct control_segment_verdict *verdict)
{
    (void)told, (void)segment, (void)sender, (void)verdict;
    ((struct told *)user)->segments++;
}

static void on_message(void *user, struct message_record *record)
{
    (void)record;
    ((struct told *)user)->messages++;
}

static void on_call(void *user, struct call *call)
{
    (void)call;
    ((struct told *)user)->calls++;
}

static bool on_gre(void *user, struct gre_flow *flow, struct packet_record *record,
                   const struct gre_packet *packet)
{
    (void)packet;
    g_assert_cmpuint(record->narrow_flow, ==, flow->index);
    ((struct told *)user)->gre++;
    return false;
}

static void on_icmp(void *user, struct call *call, const struct icmp_error *error)
{
    (void)error;
    g_assert_nonnull(call);
    ((struct told *)user)->icmp++;
}

static void test_the_observer_is_told_what_becomes_known(void)
{
    struct told told = {0};
    struct tracker_observer observer = {
        .user = &told,
        .connection = on_connection,
        .segment = on_segment,
        .message = on_message,
        .call = on_call,
        .gre = on_gre,
        .icmp = on_icmp,
    };
    struct script *script = script_new();
    struct wire wire = lan(script, 0);
    tracker_observe(script->tracker, &observer);
    wire_start(&wire);
    g_assert_cmpuint(told.connections, ==, 2); /* new, and the second ISN */
    g_assert_cmpuint(told.segments, ==, 5);
    g_assert_cmpuint(told.messages, ==, 2);
    wire_call(&wire, P, A);
    g_assert_cmpuint(told.calls, ==, 2);
    wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
    wire_icmp(&wire, SERVER, A);
    g_assert_cmpuint(told.gre, ==, 1);
    g_assert_cmpuint(told.icmp, ==, 1);
    wire_close(&wire, CLIENT);
    g_assert_cmpuint(told.calls, ==, 3);
    g_assert_cmpint(tracker_end_ns(script->tracker) - tracker_start_ns(script->tracker), ==,
                    (int64_t)(script->frame - 1) * 1000000);
    script_free(script);
}

void test_tracker_points(void)
{
#define TEST(name) g_test_add_func("/tracker_points/" #name, test_##name)
    TEST(the_sender_of_the_syn_is_end_0);
    TEST(a_connection_joined_late_has_its_ends_by_their_ports);
    TEST(a_new_syn_is_a_new_connection_and_a_repeated_one_is_not);
    TEST(the_halves_of_a_tap_are_one_point);
    TEST(gre_seen_before_the_halves_were_joined_is_adopted);
    TEST(half_a_call_moves_with_its_interface);
    TEST(an_adopted_half_is_not_found_where_it_was_seen_first);
    TEST(one_conversation_at_two_points_is_two_connections);
    TEST(two_points_that_were_taken_for_a_tap_are_parted);
    TEST(a_point_that_shows_both_directions_is_not_joined);
    TEST(second_copies_are_counted_once);
    TEST(a_retransmission_that_differs_is_said);
    TEST(the_observer_is_told_what_becomes_known);
}
