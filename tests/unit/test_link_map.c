/* What a Call ID field must read behind a hop, and the kinds of wrong values in the order FINDINGS
 * tries them. A call with ids P 1536 -> 33244 (client behind the NAT) and A 4096 -> 4096.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/pptp/nat_rules.h"
#include "core/pptp/pptp_supplier.h"
#include "script.h"

#define INSIDE  0
#define OUTSIDE 1

static struct pptp_connection connections[2];
static struct call calls[2];
static struct session *sessions[2];

static struct link example(void)
{
    connections[0] = (struct pptp_connection){.end = {{.port = 5000}, {.port = 1723}}};
    connections[1] = (struct pptp_connection){.end = {{.port = 33244}, {.port = 1723}}};
    for (int i = 0; i < 2; i++) {
        calls[i] = (struct call){.connection = as_connection(&connections[i]),
                                 .has_id[PPTP_OWNER_PNS] = true,
                                 .id[PPTP_OWNER_PNS] = i ? 33244 : 1536,
                                 .has_id[PPTP_OWNER_PAC] = true,
                                 .id[PPTP_OWNER_PAC] = 4096};
        pointers_add(&connections[i].calls, &calls[i]);
        sessions[i] = as_session(&calls[i]);
    }
    static struct link_position at[2];
    memset(at, 0, sizeof at);
    struct link link = {.view = {.count = 2, .session = sessions}, .at = at};
    for (int owner = 0; owner < 2; owner++)
        link.map[owner].firm = true;
    link_put_id(&link, PPTP_OWNER_PNS, INSIDE, 1536);
    link_put_id(&link, PPTP_OWNER_PNS, OUTSIDE, 33244);
    link_put_id(&link, PPTP_OWNER_PAC, INSIDE, 4096);
    link_put_id(&link, PPTP_OWNER_PAC, OUTSIDE, 4096);
    return link;
}

static void done(void)
{
    for (int i = 0; i < 2; i++)
        pointers_clear(&connections[i].calls);
}

static void expected_values_follow_the_owner_of_what_was_sent(void)
{
    static const struct {
        uint32_t near, far;
        enum id_owner owner;
        uint16_t meant, expected;
    } script[] = {
        /* 1 */ {INSIDE, OUTSIDE, PPTP_OWNER_PNS, 1536, 33244}, /* CCRQ, RFC 2637 2.12 */
        /* 2 */ {OUTSIDE, INSIDE, PPTP_OWNER_PNS, 33244, 1536}, /* OCRP's Peer's Call ID, 2.8 */
        /* 3 */ {OUTSIDE, INSIDE, PPTP_OWNER_PAC, 4096, 4096},  /* OCRP's Call ID */
        /* 4 */ {OUTSIDE, INSIDE, PPTP_OWNER_PAC, 33244, 1536}, /* SLI from a Windows server: P */
        /* 5 */ {OUTSIDE, INSIDE, PPTP_OWNER_PNS, 4096, 4096},  /* npppd's SLI: A */
        /* 6 */ {OUTSIDE, INSIDE, PPTP_OWNER_PNS, 77, 77},      /* neither: must pass unchanged */
    };
    struct link link = example();
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        uint16_t expected = 0;
        enum id_owner owner = script[i].owner;
        g_assert_true(link_map_expected(&link, script[i].near, script[i].far, script[i].meant,
                                        &owner, &expected));
        g_assert_cmpuint(expected, ==, script[i].expected);
    }
    done();
}

static void nothing_is_expected_before_the_maps_are_known(void)
{
    struct link link = example();
    uint16_t expected = 4711;
    enum id_owner owner = PPTP_OWNER_PAC;
    link.map[PPTP_OWNER_PAC].known = 1u << INSIDE;
    g_assert_false(link_map_expected(&link, OUTSIDE, INSIDE, 4096, &owner, &expected));
    g_assert_cmpuint(expected, ==, 4711);
    done();
}

static void own_clear(struct nat_own *own)
{
    if (!own->owners)
        return;
    candidates_free(own->owners);
    g_hash_table_destroy(own->owned);
}

static void kinds_are_tried_in_order(void)
{
    static const struct {
        uint16_t expected, meant, seen;
        enum mistranslation kind;
    } script[] = {
        /* 1 */ {1536, 33244, 33244, MISTRANSLATION_UNTRANSLATED}, /* also the TCP port */
        /* 2 */ {1536, 33244, 0, MISTRANSLATION_ZERO},
        /* 3 */ {1536, 700, 33244, MISTRANSLATION_TCP_PORT},
        /* 4 */ {1536, 33244, 6, MISTRANSLATION_BYTE_SWAPPED}, /* 0x0600 -> 0x0006 */
        /* 5 */ {1536, 33244, 4096, MISTRANSLATION_OTHER_OWNER},
        /* 6 */ {1536, 33244, 999, MISTRANSLATION_UNKNOWN},
    };
    struct finding_log *log = finding_log_new();
    struct tracker *tracker = tracker_new(log);
    struct nat_own of_pptp = {NULL, NULL, NULL, NULL, NULL};
    struct linker linker = {.facts = tracker_facts(tracker),
                            .supplier = &pptp_supplier,
                            .own = &of_pptp,
                            .log = log,
                            .links = g_ptr_array_new()};
    struct link link = example();
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++)
        g_assert_cmpint(link_map_kind(&linker, &link, INSIDE, PPTP_OWNER_PNS, script[i].expected,
                                      script[i].meant, script[i].seen),
                        ==, script[i].kind);
    own_clear(&of_pptp);
    g_ptr_array_free(linker.links, TRUE);
    tracker_free(tracker);
    finding_log_free(log);
    done();
}

/* The kind of Call ID 2048 in a message about `own`, which is at the inner of two points. */
static enum mistranslation kind_of_2048(const struct script *script, struct call *own)
{
    struct nat_own of_pptp = {NULL, NULL, NULL, NULL, NULL};
    struct linker linker = {
        .facts = tracker_facts(script->tracker),
        .supplier = &pptp_supplier,
        .own = &of_pptp,
        .log = script->log,
        .links = g_ptr_array_new(),
        .session_marks = g_array_new(FALSE, TRUE, sizeof(struct session_mark)),
    };
    struct session *row[2] = {as_session(own)};
    struct link_position at[2] = {0};
    struct link link = {.view = {.count = 2, .session = row}, .at = at};
    linker.times = point_times_new();
    point_times_note(linker.times, 0, 0);
    point_times_note(linker.times, 1, 0); /* two points, so that a bound is spoken of */
    linker.reported = g_hash_table_new(NULL, NULL);
    enum mistranslation kind =
        link_map_kind(&linker, &link, INSIDE, PPTP_OWNER_PNS, 1536, 33244, 2048);
    g_hash_table_destroy(linker.reported);
    own_clear(&of_pptp);
    g_ptr_array_free(linker.links, TRUE);
    g_array_free(linker.session_marks, TRUE);
    point_times_free(linker.times);
    return kind;
}

static void another_calls_id_is_told_from_an_earlier_ones(void)
{
    struct script *script = script_new();
    struct wire wire = wire_established(script, 1536, 4096);
    struct call *own = tracker_call(script->tracker, 0);
    g_assert_cmpint(kind_of_2048(script, own), ==, MISTRANSLATION_UNKNOWN);
    wire_call(&wire, 2048, 4097);
    g_assert_cmpint(kind_of_2048(script, own), ==, MISTRANSLATION_OTHER_CALL);
    wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = 2048));
    g_assert_cmpint(kind_of_2048(script, own), ==, MISTRANSLATION_OTHER_CALL); /* it was, then */
    own = wire_call(&wire, 1537, 4098);
    g_assert_cmpint(kind_of_2048(script, own), ==, MISTRANSLATION_EARLIER_CALL);
    script_free(script);
}

/* The client dials again and again from one port; its first call had the id. Connections without a
 * call cost nothing, and those with one up to a bound. */
static void calls_of_earlier_connections_are_looked_up(void)
{
    for (uint32_t over = 0; over < 2; over++) {
        struct script *script = script_new();
        struct wire wire = wire_lan(script);
        struct call *own = NULL;
        for (uint32_t i = 0; i < NAT_EARLIER_CONNECTIONS + over; i++) {
            for (uint32_t attempts = 0; attempts < 100; attempts++) {
                wire.next[CLIENT] += 100000;
                wire_segment(&wire, CLIENT, TCP_FLAG_SYN, NULL, 0);
            }
            wire.next[CLIENT] += 100000;
            wire.next[SERVER] += 100000;
            wire_start(&wire);
            own = wire_call(&wire, i == 0 ? 2048 : 1536, 4096);
            wire_close(&wire, CLIENT);
            wire_close(&wire, SERVER);
        }
        g_assert_cmpuint(tracker_connection_count(script->tracker), >, 6400);
        g_assert_cmpint(kind_of_2048(script, own), ==,
                        over ? MISTRANSLATION_UNKNOWN : MISTRANSLATION_EARLIER_CALL);
        g_assert_cmpuint(script_count(script, FINDING_LIMIT_REACHED), ==, over);
        script_free(script);
    }
}

void test_link_map(void)
{
    g_test_add_func("/link_map/expected values follow the owner of what was sent",
                    expected_values_follow_the_owner_of_what_was_sent);
    g_test_add_func("/link_map/nothing is expected before the maps are known",
                    nothing_is_expected_before_the_maps_are_known);
    g_test_add_func("/link_map/kinds are tried in order", kinds_are_tried_in_order);
    g_test_add_func("/link_map/another call's id is told from an earlier one's",
                    another_calls_id_is_told_from_an_earlier_ones);
    g_test_add_func("/link_map/calls of earlier connections are looked up",
                    calls_of_earlier_connections_are_looked_up);
}
