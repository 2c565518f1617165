/* ICMP errors: which call or attempt to connect one is about, and what it proves (RFC 792, RFC
 * 4443).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P 0x0600
#define A 0x1000

static struct icmp_error about(struct wire *wire, uint8_t protocol, uint8_t type, uint8_t code)
{
    return (struct icmp_error){
        .packet = {.frame = ++wire->script->frame,
                   .source = wire->server,
                   .destination = wire->client},
        .type = type,
        .code = code,
        .quoted_source = wire->client,
        .quoted_destination = wire->server,
        .quoted_protocol = protocol,
        .quoted_source_port = wire->client_port,
        .quoted_destination_port = wire->server_port,
    };
}

struct attempt {
    uint8_t type;
    uint8_t code;
    bool ipv6;
    bool refused;
};

static struct net_address ipv6(uint8_t last)
{
    return (struct net_address){.length = 16, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = last}};
}

/* RFC792: all codes of type 3 but fragmentation needed; RFC4443-3.1: type 1, whatever the code. */
static void test_only_unreachable_refuses_a_connection(void)
{
    static const struct attempt attempts[] = {
        {3, 1, false, true},  {3, 13, false, true}, {3, 4, false, false}, {11, 0, false, false},
        {1, 0, false, false}, {1, 4, true, true},   {3, 0, true, false},  {2, 0, true, false},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(attempts); i++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        if (attempts[i].ipv6) {
            wire.client = ipv6(1);
            wire.server = ipv6(2);
        }
        wire_segment(&wire, CLIENT, TCP_FLAG_SYN, NULL, 0);
        struct icmp_error error = about(&wire, 6, attempts[i].type, attempts[i].code);
        tracker_feed_icmp(script->tracker, &error);
        tracker_feed_icmp(script->tracker, &error); /* said once */
        script_conclude(script);
        g_test_message("type %u code %u", error.type, error.code);
        g_assert_cmpuint(script_count(script, FINDING_TCP_REFUSED), ==, attempts[i].refused);
        script_free(script);
    }
}

/* Not the first packet of a connection that nobody answered: no refusal. */
static void test_an_error_about_anything_else_refuses_nothing(void)
{
    struct script *script = script_new();
    struct wire open = wire_lan(script);
    wire_start(&open);
    struct icmp_error error = about(&open, 6, 3, 1);
    tracker_feed_icmp(script->tracker, &error);

    struct wire unknown = wire_at(script, 0, "192.168.11.21", 42061, "192.168.1.10");
    error = about(&unknown, 6, 3, 1);
    tracker_feed_icmp(script->tracker, &error);

    /* Joined in its middle: it was answered before. */
    struct wire late = wire_at(script, 0, "192.168.11.22", 42062, "192.168.1.10");
    wire_say(&late, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 1));
    error = about(&late, 6, 3, 1);
    tracker_feed_icmp(script->tracker, &error);

    error = about(&open, 17, 3, 3); /* UDP */
    tracker_feed_icmp(script->tracker, &error);
    script_expect_no_fault(script);
    script_free(script);
}

/* RFC792: 64 bits of the packet are quoted, which is up to the Call ID; some systems quote more. */
static void test_a_quoted_number_is_said(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    const struct call *call = wire_call(&wire, P, A);
    wire_ip(&wire, CLIENT, A, 7, NO_NUMBER);
    struct icmp_error error = about(&wire, 47, 3, 2);
    error.quoted_call_id = A;
    tracker_feed_icmp(script->tracker, &error);
    g_assert_null(strstr(script_find(script, FINDING_GRE_REJECTED)->text, "number"));
    error.packet.frame = ++script->frame;
    error.has_quoted_seq = true;
    error.quoted_seq = 7;
    tracker_feed_icmp(script->tracker, &error);
    g_assert_cmpuint(script_count(script, FINDING_GRE_REJECTED), ==, 2);
    const struct finding *second =
        finding_log_get(script_log(script), finding_log_count(script_log(script)) - 1);
    g_assert_nonnull(strstr(second->text, "number 7"));
    g_assert_cmpuint(call->icmp_errors, ==, 2);
    g_assert_cmpuint(call->icmp_frame, ==, error.packet.frame - 1);

    error.quoted_call_id = 999; /* nobody's */
    tracker_feed_icmp(script->tracker, &error);
    g_assert_cmpuint(call->icmp_errors, ==, 2);
    script_free(script);
}

/* RFC1191, RFC8201: whoever needs smaller packets says so, and refuses nothing. */
static void test_mtu_discovery_rejects_nothing(void)
{
    struct script *script = script_new();
    struct wire wire = wire_lan(script);
    wire_start(&wire);
    const struct call *call = wire_call(&wire, P, A);
    wire_ip(&wire, CLIENT, A, 7, NO_NUMBER);
    struct icmp_error error = about(&wire, 47, 3, 4);
    error.quoted_call_id = A;
    tracker_feed_icmp(script->tracker, &error);
    g_assert_cmpuint(script_count(script, FINDING_GRE_REJECTED), ==, 0);
    g_assert_cmpuint(call->icmp_errors, ==, 0);
    script_free(script);
}

/* F06: two tunnels with one key. The quoted number tells whose packet it was; else the first's. */
static void test_the_quoted_number_tells_tunnels_with_one_key_apart(void)
{
    struct script *script = script_new();
    struct wire first = wire_at(script, 0, "203.0.113.30", 5001, "198.51.100.10");
    struct wire second = wire_at(script, 0, "203.0.113.30", 5002, "198.51.100.10");
    first.ip_id[CLIENT] = 100;
    second.ip_id[CLIENT] = 30000;
    second.next[CLIENT] = 77000;
    wire_start(&first);
    wire_start(&second);
    const struct call *a = wire_call(&first, P, A);
    const struct call *b = wire_call(&second, P + 1, A);
    for (int i = 0; i < 4; i++) {
        wire_ip(&first, CLIENT, A, i, NO_NUMBER);
        wire_ip(&second, CLIENT, A, 5000 + i, NO_NUMBER);
    }
    struct icmp_error error = about(&first, 47, 3, 2);
    error.quoted_call_id = A;
    error.has_quoted_seq = true;
    error.quoted_seq = 5003;
    tracker_feed_icmp(script->tracker, &error);
    g_assert_cmpuint(b->icmp_errors, ==, 1);
    error.quoted_seq = 3;
    tracker_feed_icmp(script->tracker, &error);
    g_assert_cmpuint(a->icmp_errors, ==, 1);
    error.quoted_seq = 123456; /* neither's latest */
    tracker_feed_icmp(script->tracker, &error);
    g_assert_cmpuint(a->icmp_errors, ==, 2);
    error.has_quoted_seq = false;
    tracker_feed_icmp(script->tracker, &error);
    g_assert_cmpuint(a->icmp_errors, ==, 3);
    g_assert_cmpuint(b->icmp_errors, ==, 1);
    script_free(script);
}

void test_tracker_icmp(void)
{
    g_test_add_func("/tracker/icmp/unreachable", test_only_unreachable_refuses_a_connection);
    g_test_add_func("/tracker/icmp/nothing", test_an_error_about_anything_else_refuses_nothing);
    g_test_add_func("/tracker/icmp/number", test_a_quoted_number_is_said);
    g_test_add_func("/tracker/icmp/mtu", test_mtu_discovery_rejects_nothing);
    g_test_add_func("/tracker/icmp/one-key",
                    test_the_quoted_number_tells_tunnels_with_one_key_apart);
}
