/* The linker's bounds (DESIGN section 4): reaching one is said once, and one step before it nothing
 * is. What is slow to fill is filled through pptp/nat_rules.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/outcome/outcome.h"
#include "core/pptp/nat_rules.h"
#include "core/pptp/pptp_outcome.h"
#include "core/pptp/pptp_supplier.h"
#include "script.h"

#define INSIDE  1
#define OUTSIDE 2

struct bench {
    struct script *script;
    struct linker *linker;
    struct outcome *outcome; /* NULL: not asked */
};

static struct bench bench_new(void)
{
    struct bench bench = {.script = script_new()};
    struct linker_options options = {0};
    bench.linker = pptp_linker_new(bench.script->tracker, bench.script->log, &options);
    struct tracker_observer observer = pptp_linker_observer(bench.linker);
    tracker_observe(bench.script->tracker, &observer);
    return bench;
}

/* What follows if no more is fed; told() then counts that, too. */
static void bench_conclude(struct bench *bench)
{
    const struct outcome_member pptp = {.part = &pptp_outcome_part};
    const struct outcome_facts of = {
        .facts = tracker_facts(bench->script->tracker),
        .supplier = &pptp_supplier,
        .linker = bench->linker,
        .log = bench->script->log,
        .members = &pptp,
        .member_count = 1,
    };
    outcome_free(bench->outcome);
    bench->outcome = outcome_new(&of);
}

static void bench_free(struct bench *bench)
{
    outcome_free(bench->outcome);
    linker_free(bench->linker);
    script_free(bench->script);
}

/* How many findings of this bound were made; each bound's text is known by a word of it. */
static unsigned told(const struct bench *bench, const char *word)
{
    unsigned count = 0;
    const struct finding_log *log =
        bench->outcome ? outcome_log(bench->outcome) : bench->script->log;
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        count += finding->id == FINDING_LIMIT_REACHED && strstr(finding->text, word) != NULL;
    }
    return count;
}

/* `count` tunnels from one address to another, all with the PNS's Call ID 256. */
static struct bench calls_of_one_key(uint32_t count)
{
    struct bench bench = bench_new();
    for (uint32_t i = 0; i < count; i++) {
        struct wire wire =
            wire_at(bench.script, OUTSIDE, "203.0.113.30", (uint16_t)(1024 + i), "198.51.100.10");
        wire.next[CLIENT] = i * 0x10001u;
        wire.next[SERVER] = i * 0x20003u;
        wire_start(&wire);
        wire_call(&wire, 256, (uint16_t)(1000 + i));
    }
    return bench;
}

static void more_calls_of_one_key_than_are_compared(void)
{
    for (uint32_t over = 0; over < 2; over++) {
        struct bench bench = calls_of_one_key(NAT_SAME_KEY_LIMIT + over);
        g_assert_cmpuint(told(&bench, "live calls have the same addresses"), ==, over);
        g_assert_cmpuint(told(&bench, "live calls with the same addresses"), ==, over);
        bench_free(&bench);
    }
}

/* Each call is compared with those before it, 64 at most: 64 * 63 / 2 pairs, then 64 for each. */
static void more_pairs_of_one_key_than_are_watched(void)
{
    struct bench bench = calls_of_one_key(96);
    g_assert_cmpuint(tunnels_watched(nat_own(bench.linker)->tunnels), ==, 2016 + 32 * 64);
    g_assert_cmpuint(told(&bench, "not watched"), ==, 0);
    bench_free(&bench);
    bench = calls_of_one_key(97);
    g_assert_cmpuint(tunnels_watched(nat_own(bench.linker)->tunnels), ==, NAT_WATCH_LIMIT);
    g_assert_cmpuint(told(&bench, "not watched"), ==, 1);
    bench_free(&bench);
}

static void points_of_one_connection(uint32_t count, unsigned expected)
{
    struct bench bench = bench_new();
    for (uint32_t i = 0; i < count; i++) {
        char *client = g_strdup_printf("10.0.%u.30", i);
        struct wire wire = wire_at(bench.script, i + 1, client, 1024, "198.51.100.10");
        wire.next[CLIENT] = 111;
        wire.next[SERVER] = 222;
        wire_start(&wire);
        g_free(client);
    }
    g_assert_cmpuint(told(&bench, "points show one connection"), ==, expected);
    bench_free(&bench);
}

static void more_points_than_a_path_has(void)
{
    points_of_one_connection(LINK_POINTS_LIMIT, 0);
    points_of_one_connection(LINK_POINTS_LIMIT + 1, 1);
}

/* A packet of that point: with one point alone no other half is looked for. */
static void show_point(struct bench *bench, uint32_t interface)
{
    struct wire other = wire_at(bench->script, interface, "203.0.113.30", 9, "198.51.100.10");
    wire_say(&other, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 99));
}

/* One point shows no handshake, and many connections repeat one message and its numbers. */
static void connections_of_one_message(uint32_t count, unsigned expected, bool other, bool late)
{
    struct bench bench = bench_new();
    if (other && !late)
        show_point(&bench, OUTSIDE);
    for (uint32_t i = 0; i < count; i++) {
        struct wire wire =
            wire_at(bench.script, INSIDE, "10.0.0.20", (uint16_t)(1024 + i), "198.51.100.10");
        wire.next[CLIENT] = 111;
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = 7));
    }
    if (other && late) {
        g_assert_cmpuint(told(&bench, "carry the same message"), ==, 0);
        show_point(&bench, OUTSIDE);
    }
    bench_conclude(&bench);
    g_assert_cmpuint(told(&bench, "carry the same message"), ==, expected);
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(outcome_linker(bench.outcome), &text, &cause), ==,
                    VERDICT_UNKNOWN);
    g_assert_cmpstr(cause, ==, "");
    g_assert_cmpint(strstr(text, "Some packets were not analysed") != NULL, ==, expected);
    bench_free(&bench);
}

static void more_connections_of_one_message_than_tell_anything(void)
{
    connections_of_one_message(LINK_FINGERPRINT_LIMIT, 0, true, false);
    connections_of_one_message(LINK_FINGERPRINT_LIMIT + 1, 1, true, false);
    connections_of_one_message(LINK_FINGERPRINT_LIMIT + 1, 1, true, true);
    connections_of_one_message(LINK_FINGERPRINT_LIMIT + 1, 0, false, false);
}

/* Two points, and connections that have nothing in common but their number of messages. */
static void connections_alone(uint32_t count, unsigned expected)
{
    struct bench bench = bench_new();
    for (uint32_t i = 0; i < count; i++) {
        struct wire wire =
            wire_at(bench.script, i % 2 ? INSIDE : OUTSIDE, i % 2 ? "10.0.0.20" : "203.0.113.30",
                    (uint16_t)(1024 + i), "198.51.100.10");
        wire.next[CLIENT] = i * 0x10001u;
        wire.next[SERVER] = i * 0x20003u;
        for (uint32_t k = 0; k < 4; k++)
            wire_say(&wire, CLIENT,
                     (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = i * 1000 + k));
    }
    bench_conclude(&bench);
    g_assert_cmpuint(told(&bench, "have no equal sequence numbers"), ==, expected);
    bench_conclude(&bench);
    g_assert_cmpuint(told(&bench, "have no equal sequence numbers"), ==, expected);
    bench_free(&bench);
}

static void more_connections_alone_than_are_compared(void)
{
    connections_alone(LINK_ALONE_LIMIT, 0);
    connections_alone(LINK_ALONE_LIMIT + 1, 1);
}

/* A chain of two points, of which the outer one fell silent after the handshake. */
static void messages_waiting(uint32_t count, unsigned expected)
{
    struct bench bench = bench_new();
    struct wire inside = wire_at(bench.script, INSIDE, "10.0.0.20", 1024, "198.51.100.10");
    struct wire outside = wire_at(bench.script, OUTSIDE, "203.0.113.30", 1024, "198.51.100.10");
    wire_open(&inside);
    wire_open(&outside);
    for (uint32_t i = 0; i < count; i++)
        wire_say(&inside, CLIENT, (struct said)SAY(PPTP_ECHO_REQUEST, .identifier = i));
    g_assert_cmpuint(told(&bench, "messages of one end wait"), ==, expected);
    bench_free(&bench);
}

static void more_messages_wait_than_are_kept(void)
{
    messages_waiting(LINK_MESSAGES_WAITING_LIMIT, 0);
    messages_waiting(LINK_MESSAGES_WAITING_LIMIT + 1, 1);
}

static void fragments(uint32_t count, unsigned expected)
{
    struct bench bench = bench_new();
    struct ip_fragment fragment = {
        .packet = {.interface = INSIDE,
                   .source = script_address("10.0.0.20"),
                   .destination = script_address("198.51.100.10"),
                   .has_ip_id = true},
        .more = true,
    };
    show_point(&bench, INSIDE);
    show_point(&bench, OUTSIDE);
    for (uint32_t i = 0; i < count; i++) {
        fragment.packet.frame = i + 1;
        fragment.packet.ip_id = (uint16_t)i;
        fragment.packet.source.octets[3] = (uint8_t)(i >> 16);
        linker_fragment(bench.linker, &fragment.packet);
        linker_fragment(bench.linker, &fragment.packet); /* the rest of the same packet */
    }
    g_assert_cmpuint(told(&bench, "IP fragments"), ==, expected);
    bench_free(&bench);
}

static void more_fragments_than_are_remembered(void)
{
    fragments(LINK_FRAGMENT_LIMIT, 0);
    fragments(LINK_FRAGMENT_LIMIT + 1, 1);
}

static void repeated(uint32_t count, unsigned expected)
{
    struct bench bench = bench_new();
    show_point(&bench, OUTSIDE);
    show_point(&bench, INSIDE);
    struct wire wire = wire_at(bench.script, INSIDE, "10.0.0.20", 1024, "198.51.100.10");
    uint8_t octets[PPTP_MAX_LENGTH];
    struct said said = SAY(PPTP_ECHO_REQUEST, .identifier = 7);
    uint32_t length = script_message(&said, octets);
    wire_start(&wire);
    wire_segment(&wire, CLIENT, TCP_FLAG_ACK, octets, length);
    for (uint32_t i = 0; i < count; i++)
        wire_repeat(&wire, CLIENT, octets, length, false);
    g_assert_cmpuint(told(&bench, "were retransmitted"), ==, expected);
    bench_free(&bench);
}

static void more_segments_are_sent_again_than_are_remembered(void)
{
    repeated(NAT_REPEATED_LIMIT, 0);
    repeated(NAT_REPEATED_LIMIT + 1, 1);
}

/* Bounds on work: the last step is taken, the one after it is not. */
static void steps_are_counted(void)
{
    static const enum link_limit limits[] = {LINK_LIMIT_COMPARISONS, LINK_LIMIT_STRAYS};
    static const uint32_t bounds[] = {LINK_COMPARISONS, LINK_STRAY_COMPARISONS};
    struct bench bench = bench_new();
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        bench.linker->spent[limits[i]] = bounds[i] - 1;
        g_assert_true(link_spend(bench.linker, limits[i]));
        g_assert_false(link_spend(bench.linker, limits[i]));
    }
    bench_free(&bench);
}

void test_link_limits(void)
{
    g_test_add_func("/link-limits/same-key", more_calls_of_one_key_than_are_compared);
    g_test_add_func("/link-limits/watches", more_pairs_of_one_key_than_are_watched);
    g_test_add_func("/link-limits/points", more_points_than_a_path_has);
    g_test_add_func("/link-limits/fingerprint", more_connections_of_one_message_than_tell_anything);
    g_test_add_func("/link-limits/alone", more_connections_alone_than_are_compared);
    g_test_add_func("/link-limits/messages-waiting", more_messages_wait_than_are_kept);
    g_test_add_func("/link-limits/fragments", more_fragments_than_are_remembered);
    g_test_add_func("/link-limits/repeated", more_segments_are_sent_again_than_are_remembered);
    g_test_add_func("/link-limits/steps", steps_are_counted);
}
