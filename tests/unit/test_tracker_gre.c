/* GRE beside control connections: which call a packet is of, what its record says, and how two
 * calls with one key are told apart (RFC 2637 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P           0x0600 /* assigned by the PNS: carried by packets to it */
#define A           0x1000 /* assigned by the PAC */
#define ACK_NOTHING 4294967295

static const struct gre_flow *flow_on(const struct script *script, uint32_t frame)
{
    return tracker_gre_flow(script->tracker, frame, tracker_gre_on(script->tracker, frame));
}

/* RFC2637-4.1: the receiver's id, so the two directions carry different ones. */
static void test_packets_carry_the_receivers_id(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    const struct call *call = wire_call(&wire, P, A);
    uint32_t out = wire_ip(&wire, CLIENT, A, 1, NO_NUMBER);
    uint32_t in = wire_ip(&wire, SERVER, P, 0, 1);
    g_assert_true(flow_on(script, out) == gre_of(call->flow[DIRECTION_PNS_TO_PAC]));
    g_assert_true(flow_on(script, in) == gre_of(call->flow[DIRECTION_PAC_TO_PNS]));
    g_assert_cmpuint(tracker_flow_count(script->tracker), ==, 2);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 1);
    g_assert_null(gre_of(call->flow[0])->sharing);
    g_assert_cmpuint(tracker_gre_on(script->tracker, in)->state_stage, ==,
                     CALL_ESTABLISHED << 4 | PPP_STAGE_OPEN);
    g_assert_null(tracker_gre_on(script->tracker, 1));
    script_free(script);
}

/* Numbered script: sequence, acknowledgment, and what the record of the packet says. */
static void test_records_tell_loss_order_duplicates_and_acknowledgments(void)
{
    static const struct {
        unsigned number;
        enum script_who who;
        int64_t seq;
        int64_t ack;
        unsigned flags;
        unsigned lost;
        unsigned acks; /* number of the line */
        unsigned outstanding;
    } lines[] = {
        {1, CLIENT, 1, NO_NUMBER, PACKET_DATA, 0, 0, 0},
        {2, SERVER, 0, ACK_NOTHING, PACKET_DATA | PACKET_ACK, 0, 0, 0},
        {3, CLIENT, 2, 0, PACKET_DATA | PACKET_ACK, 0, 2, 0},
        {4, SERVER, NO_NUMBER, 1, PACKET_ACK, 0, 1, 1},
        {5, SERVER, NO_NUMBER, 1, PACKET_ACK, 0, 0, 1}, /* a repeat acknowledges nothing */
        {6, CLIENT, 5, 0, PACKET_DATA | PACKET_ACK | PACKET_GAP, 2, 0, 0},
        {7, CLIENT, 4, 0, PACKET_DATA | PACKET_ACK | PACKET_LATE, 0, 0, 0},
        {8, CLIENT, 4, 0, PACKET_DATA | PACKET_ACK | PACKET_DUPLICATE, 0, 0, 0},
        {9, SERVER, NO_NUMBER, 4, PACKET_ACK, 0, 7, 1},
        {10, SERVER, NO_NUMBER, 9, PACKET_ACK, 0, 0, 1}, /* nobody sent that */
        {11, SERVER, NO_NUMBER, 5, PACKET_ACK, 0, 6, 0},
    };
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    const struct call *call = wire_call(&wire, P, A);
    uint32_t base = script->frame;
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        bool data = lines[i].seq != NO_NUMBER;
        uint32_t frame = wire_gre(&wire, lines[i].who, lines[i].who == CLIENT ? A : P, lines[i].seq,
                                  lines[i].ack, NULL, data ? 40 : 0);
        const struct packet_record *record = tracker_gre_on(script->tracker, frame);
        struct packet_detail detail = tracker_gre_detail_on(script->tracker, frame);
        g_test_message("line %u", lines[i].number);
        g_assert_cmphex(record->flags, ==, lines[i].flags | PACKET_USED);
        g_assert_cmpuint(detail.lost, ==, lines[i].lost);
        g_assert_cmpuint(detail.acks_frame, ==, lines[i].acks != 0 ? base + lines[i].acks : 0);
        g_assert_cmpuint(detail.outstanding, ==, lines[i].outstanding);
        g_assert_cmpuint(record->length, ==, data ? 40 : 0);
    }
    const struct gre_flow *out = gre_of(call->flow[0]);
    g_assert_cmpuint(out->packets, ==, 5);
    g_assert_cmpuint(out->data_packets, ==, 5);
    g_assert_cmpuint(out->bytes, ==, 200);
    g_assert_cmpuint(out->first_seq, ==, 1);
    g_assert_cmpuint(out->last_seq, ==, 4);
    g_assert_cmpuint(out->window.lost, ==, 1);
    g_assert_cmpuint(out->window.out_of_order, ==, 1);
    g_assert_cmpuint(out->window.duplicates, ==, 1);
    g_assert_cmpuint(call->flow[1]->packets, ==, 6);
    g_assert_cmpuint(call->flow[1]->data_packets, ==, 1);
    script_free(script);
}

static void test_an_acknowledgment_far_behind_still_finds_its_packet(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_call(&wire, P, A);
    wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
    wire_gre(&wire, SERVER, P, NO_NUMBER, 0, NULL, 0);
    uint32_t base = script->frame;
    for (int64_t seq = 1; seq <= 600; seq++)
        wire_ip(&wire, CLIENT, A, seq, NO_NUMBER);
    uint32_t ack = wire_gre(&wire, SERVER, P, NO_NUMBER, 100, NULL, 0);
    g_assert_cmpuint(tracker_gre_detail_on(script->tracker, ack).acks_frame, ==, base + 100);
    g_assert_cmpuint(tracker_gre_detail_on(script->tracker, ack).outstanding, ==, 500);
    for (int64_t seq = 601; seq <= 5000; seq++)
        wire_ip(&wire, CLIENT, A, seq, NO_NUMBER);
    ack = wire_gre(&wire, SERVER, P, NO_NUMBER, 101, NULL, 0); /* forgotten, not guessed */
    g_assert_cmpuint(tracker_gre_detail_on(script->tracker, ack).acks_frame, ==, 0);
    g_assert_cmpuint(tracker_call(script->tracker, 0)->flow[0]->recent_size, <=, 1024);
    script_free(script);
}

/* A number that was lost has no frame, although its place was another number's before. */
static void test_an_acknowledgment_of_a_lost_packet_finds_none(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_call(&wire, P, A);
    for (int64_t seq = 0; seq < 10; seq++)
        wire_ip(&wire, CLIENT, A, seq, NO_NUMBER);
    wire_ip(&wire, CLIENT, A, 20, NO_NUMBER);
    uint32_t ack = wire_gre(&wire, SERVER, P, NO_NUMBER, 17, NULL, 0);
    g_assert_cmpuint(tracker_gre_detail_on(script->tracker, ack).acks_frame, ==, 0);
    g_assert_cmpuint(tracker_gre_detail_on(script->tracker, ack).outstanding, ==, 3);
    script_free(script);
}

/* What a NAT changes is no content: the same packet elsewhere has the same fingerprint. */
static void test_the_fingerprint_leaves_out_addresses_and_id(void)
{
    struct script *script = script_new();
    struct wire inside = wire_lan(script);
    struct wire outside = wire_at(script, 1, "192.168.1.30", 42060, "192.168.1.10");
    uint32_t a = wire_lcp(&inside, SERVER, P, 0, 1, 1, 0x1234);
    uint32_t b = wire_lcp(&outside, SERVER, 42060, 0, 1, 1, 0x1234);
    uint32_t other_seq = wire_lcp(&outside, SERVER, 42060, 1, 1, 1, 0x1234);
    uint32_t other_octet = wire_lcp(&outside, SERVER, 42060, 0, 1, 1, 0x1235);
    uint32_t content = tracker_gre_on(script->tracker, a)->content;
    g_assert_cmphex(tracker_gre_on(script->tracker, b)->content, ==, content);
    g_assert_cmphex(tracker_gre_on(script->tracker, other_seq)->content, !=, content);
    g_assert_cmphex(tracker_gre_on(script->tracker, other_octet)->content, !=, content);
    script_free(script);
}

/* `tshark -2 -R`: a frame number belongs to the last packet that had it. */
static void test_a_frame_number_seen_again_is_overwritten(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    wire_call(&wire, P, A);
    wire_ip(&wire, CLIENT, A, 0, NO_NUMBER);
    script->frame--;
    uint32_t frame = wire_ip(&wire, CLIENT, A, 1, NO_NUMBER);
    g_assert_cmpuint(tracker_gre_on(script->tracker, frame)->seq, ==, 1);
    script->frame--;
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST));
    script->frame--;
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
    g_assert_cmpint(tracker_messages_on(script->tracker, frame)->type, ==, PPTP_CCRQ);
    g_assert_null(tracker_messages_on(script->tracker, frame)->next_on_frame);
    script_free(script);
}

/* In a file that is not sorted GRE may lie before the set-up of its call. */
static void test_a_call_adopts_its_packets_that_lie_before_it_in_the_file(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    script_wait(script, 10);
    uint32_t in = wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    uint32_t out = wire_ip(&wire, CLIENT, A, 0, 0);
    script_wait(script, -10);
    wire_start(&wire);
    const struct call *call = wire_call(&wire, P, A);
    script_wait(script, 12);
    wire_ip(&wire, CLIENT, A, 1, 0);
    const struct call *unknown = tracker_call(script->tracker, 0);
    g_assert_true(unknown->absorbed_by == as_session(call));
    g_assert_null(unknown->flow[0]);
    g_assert_null(unknown->flow[1]);
    g_assert_true(flow_on(script, in) == gre_of(call->flow[DIRECTION_PAC_TO_PNS]));
    g_assert_true(flow_on(script, out) == gre_of(call->flow[DIRECTION_PNS_TO_PAC]));
    g_assert_cmpuint(call->flow[0]->packets, ==, 2);
    g_assert_cmpuint(script_count(script, FINDING_GRE_WITHOUT_CALL), ==, 0);
    script_free(script);
}

/* Not so the packets of an earlier call that had the same id. */
static void test_a_call_does_not_adopt_what_is_older_than_itself(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_ip(&wire, SERVER, P, 500, NO_NUMBER);
    script_wait(script, 5);
    wire_start(&wire);
    const struct call *call = wire_call(&wire, P, A);
    wire_ip(&wire, SERVER, P, 0, NO_NUMBER);
    g_assert_null(tracker_call(script->tracker, 0)->absorbed_by);
    g_assert_cmpuint(call->flow[1]->packets, ==, 1);
    g_assert_cmpuint(call->flow[1]->first_seq, ==, 0);
    script_free(script);
}

static void test_two_directions_without_control_traffic_are_one_call(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    struct wire other = wire_at(script, 0, "192.168.11.22", 1, "192.168.1.10");
    wire_ip(&wire, CLIENT, 17, 100, NO_NUMBER);
    wire_ip(&other, CLIENT, 18, 100, NO_NUMBER);
    wire_ip(&wire, SERVER, 6016, 7, 100);
    const struct call *call = tracker_call(script->tracker, 0);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 2);
    g_assert_null(call->connection);
    g_assert_false(call->roles_known);
    g_assert_cmpuint(call->flow[0]->id, ==, 17);
    g_assert_cmpuint(call->flow[1]->id, ==, 6016);
    script_conclude(script);
    g_assert_cmpuint(script_count(script, FINDING_GRE_WITHOUT_CALL), ==, 3);
    script_free(script);
}

/* Several tunnels between two addresses: acknowledgments say which halves belong together. */
static void test_acknowledgments_pair_the_directions_of_unknown_calls(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_ip(&wire, CLIENT, 1, 100, NO_NUMBER);
    wire_ip(&wire, CLIENT, 2, 70000, NO_NUMBER);
    wire_ip(&wire, SERVER, 20, 0, 70000);
    wire_ip(&wire, SERVER, 30, 0, 900000); /* of neither */
    wire_ip(&wire, SERVER, 10, 0, 100);
    g_assert_cmpuint(tracker_call(script->tracker, 0)->flow[1]->id, ==, 10);
    g_assert_cmpuint(tracker_call(script->tracker, 1)->flow[1]->id, ==, 20);
    g_assert_null(tracker_call(script->tracker, 2)->flow[1]);
    g_assert_cmpuint(tracker_call_count(script->tracker), ==, 3);
    script_free(script);
}

struct tunnels {
    struct script *script;
    struct wire wire[2];
    struct call *call[2];
};

/* Two clients behind one NAT address, both with Call ID P: lab scenario c3. */
static struct tunnels two_tunnels_with_one_key(void)
{
    struct tunnels tunnels = {.script = script_new()};
    for (int i = 0; i < 2; i++) {
        tunnels.wire[i] =
            wire_at(tunnels.script, 0, "192.168.1.30", (uint16_t)(55298 + i), "192.168.1.10");
        tunnels.wire[i].ip_id[SERVER] = (uint16_t)(20000 + 7000 * i);
        wire_start(&tunnels.wire[i]);
        tunnels.call[i] = wire_call(&tunnels.wire[i], P, (uint16_t)(128 * i));
    }
    return tunnels;
}

/* Each line is a packet from the server, and the tunnel it really is of. */
static void test_two_tunnels_with_one_key_are_told_apart(void)
{
    static const struct {
        unsigned number;
        unsigned tunnel;
        int64_t seq;
        uint8_t code; /* of LCP: 1 Configure-Request, 2 Configure-Ack */
        uint32_t magic;
    } lines[] = {
        {1, 0, 0, 1, 0xE686225E}, /* nothing tells: the older call speaks first */
        {2, 0, 1, 2, 0xD974D82C}, /* answers the magic number of client 0 */
        {3, 1, 0, 1, 0x67FDBA97}, /* number 0 was used, and it is another sender */
        {4, 1, 1, 2, 0x8CF61661}, {5, 1, 2, 2, 0x8CF61661},
        {6, 0, 2, 2, 0xD974D82C}, {7, 1, 3, 1, 0x67FDBA97},
        {8, 0, 3, 1, 0xE686225E}, {9, 1, 4, 0, 0}, /* only the IP ID tells */
        {10, 0, 4, 0, 0},         {11, 0, 5, 0, 0},
        {12, 1, 5, 0, 0},
    };
    struct tunnels tunnels = two_tunnels_with_one_key();
    wire_lcp(&tunnels.wire[0], CLIENT, 0, 1, NO_NUMBER, 1, 0xD974D82C);
    wire_lcp(&tunnels.wire[1], CLIENT, 128, 1, NO_NUMBER, 1, 0x8CF61661);
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct wire *wire = &tunnels.wire[lines[i].tunnel];
        uint32_t frame = lines[i].code != 0 ? wire_lcp(wire, SERVER, P, lines[i].seq, NO_NUMBER,
                                                       lines[i].code, lines[i].magic)
                                            : wire_ip(wire, SERVER, P, lines[i].seq, NO_NUMBER);
        g_test_message("line %u", lines[i].number);
        g_assert_true(flow_on(tunnels.script, frame)->session ==
                      as_session(tunnels.call[lines[i].tunnel]));
    }
    g_assert_true(gre_of(tunnels.call[0]->flow[1])->sharing == gre_of(tunnels.call[1]->flow[1]));
    g_assert_true(gre_of(tunnels.call[1]->flow[1])->sharing == gre_of(tunnels.call[0]->flow[1]));
    g_assert_null(gre_of(tunnels.call[0]->flow[0])->sharing);
    script_free(tunnels.script);
}

/* A host with one IP ID counter for everything: numbers and acknowledgments still tell. */
static void test_one_ip_id_counter_for_both_tunnels_misleads_nobody(void)
{
    struct tunnels tunnels = two_tunnels_with_one_key();
    uint16_t counter = 500;
    for (int64_t seq = 0; seq < 20; seq++) {
        for (int i = 0; i < 2; i++) {
            int64_t own = seq + 100 * i;
            wire_ip(&tunnels.wire[i], CLIENT, (uint16_t)(128 * i), own, NO_NUMBER);
            tunnels.wire[i].ip_id[SERVER] = counter++;
            uint32_t frame = wire_ip(&tunnels.wire[i], SERVER, P, own, own);
            g_assert_true(flow_on(tunnels.script, frame)->session == as_session(tunnels.call[i]));
        }
    }
    script_free(tunnels.script);
}

/* A host that sends 0 as IP ID: the magic numbers of both sides tell, whatever the order. */
static void test_magic_numbers_tell_tunnels_apart_without_ip_ids(void)
{
    struct tunnels tunnels = two_tunnels_with_one_key();
    for (int i = 0; i < 2; i++)
        wire_lcp(&tunnels.wire[i], CLIENT, (uint16_t)(128 * i), 0, NO_NUMBER, 1, 0x100u + i);
    for (int64_t seq = 0; seq < 3; seq++) {
        for (int i = 1; i >= 0; i--) { /* the younger call answers first */
            tunnels.wire[i].ip_id[SERVER] = UINT16_MAX;
            uint32_t frame = wire_lcp(&tunnels.wire[i], SERVER, P, seq, 0, 2, 0x100u + i);
            g_assert_true(flow_on(tunnels.script, frame)->session == as_session(tunnels.call[i]));
        }
    }
    script_free(tunnels.script);
}

/* F06, look-alike: the older call is over, or nothing was heard of it for minutes. */
static void test_a_reconnect_shares_nothing(void)
{
    struct script *script = script_new();
    struct wire first = wire_at(script, 0, "192.168.1.30", 1025, "192.168.1.10");
    struct wire second = wire_at(script, 0, "192.168.1.30", 1026, "192.168.1.10");
    struct wire third = wire_at(script, 0, "192.168.1.30", 1027, "192.168.1.10");
    wire_start(&first);
    wire_call(&first, P, 0);
    wire_ip(&first, SERVER, P, 0, NO_NUMBER);
    wire_close(&first, SERVER);
    wire_start(&second);
    const struct call *call = wire_call(&second, P, 128);
    wire_ip(&second, SERVER, P, 0, NO_NUMBER);
    g_assert_null(gre_of(call->flow[1])->sharing);
    script_wait(script, 200); /* the client was switched off */
    wire_start(&third);
    call = wire_call(&third, P, 256);
    wire_ip(&third, SERVER, P, 0, NO_NUMBER);
    g_assert_null(gre_of(call->flow[1])->sharing);
    g_assert_cmpuint(call->flow[1]->packets, ==, 1);
    script_free(script);
}

void test_tracker_gre(void)
{
#define TEST(name) g_test_add_func("/tracker_gre/" #name, test_##name)
    TEST(packets_carry_the_receivers_id);
    TEST(records_tell_loss_order_duplicates_and_acknowledgments);
    TEST(an_acknowledgment_far_behind_still_finds_its_packet);
    TEST(an_acknowledgment_of_a_lost_packet_finds_none);
    TEST(the_fingerprint_leaves_out_addresses_and_id);
    TEST(a_frame_number_seen_again_is_overwritten);
    TEST(a_call_adopts_its_packets_that_lie_before_it_in_the_file);
    TEST(a_call_does_not_adopt_what_is_older_than_itself);
    TEST(two_directions_without_control_traffic_are_one_call);
    TEST(acknowledgments_pair_the_directions_of_unknown_calls);
    TEST(two_tunnels_with_one_key_are_told_apart);
    TEST(one_ip_id_counter_for_both_tunnels_misleads_nobody);
    TEST(magic_numbers_tell_tunnels_apart_without_ip_ids);
    TEST(a_reconnect_shares_nothing);
}
