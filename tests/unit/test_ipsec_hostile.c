/* Hostile input: random octets, damaged messages, and captures written to make look-ups slow or
 * memory grow. The model holds together after each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_invariants.h"
#include "ipsec_script.h"

/* Of a thing whose cost must not grow with the square: that would take hours. */
#define MANY 100000

static void test_random_octets_on_our_ports(void)
{
    static const uint16_t ports[] = {500, 4500, 1701, 53, 62636};
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t octets[120];
        uint32_t length = (uint32_t)g_test_rand_int_range(0, sizeof octets);
        for (unsigned at = 0; at < sizeof octets; at++)
            octets[at] = (uint8_t)g_test_rand_int();
        if (i % 3 == 0)
            memset(octets, 0, 4);
        if (i % 2 == 0)
            octets[i % 3 == 0 ? 21 : 17] = i % 4 == 0 ? 0x10 : 0x20;
        uint8_t *exact = g_memdup2(octets, length);
        ipsec_say_udp(&peers, (enum ipsec_who)(i & 1), ports[i % 5], ports[i / 5 % 5], exact,
                      length);
        g_free(exact);
    }
    ipsec_check_model(script->tracker, script->log);
    ipsec_script_free(script);
}

static void test_damaged_messages(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    for (unsigned i = 0; i < 5000; i++) {
        struct ike_builder message = ipsec_main(&peers, 1 + i % 6, true);
        for (unsigned change = 0; change < 1 + i % 4; change++)
            message.octets[g_test_rand_int_range(0, (gint32)message.length)] =
                (uint8_t)g_test_rand_int();
        ipsec_say(&peers, (enum ipsec_who)(g_test_rand_int() & 1),
                  (enum ike_family)(g_test_rand_int() & 1), &message);
    }
    ipsec_check_model(script->tracker, script->log);
    ipsec_script_free(script);
}

/* Clocks that run backwards, and frame numbers that come again. */
static void test_time_and_frames_may_be_anything(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    for (unsigned i = 0; i < 2000; i++) {
        script->now = g_test_rand_double_range(0, 4e9);
        script->frame = (uint32_t)g_test_rand_int_range(0, 200);
        if (i % 3 == 0)
            ipsec_keepalive(&peers, (enum ipsec_who)(i & 1));
        else
            ipsec_esp(&peers, (enum ipsec_who)(i & 1), 0x1000 + i % 2, i);
        if (i % 100 == 0)
            ipsec_establish(&peers, true);
    }
    ipsec_check_model(script->tracker, script->log);
    ipsec_script_free(script);
}

/* One initiator SPI with a responder SPI of its own in each message. */
static void test_many_sas_of_one_initiator_spi(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    for (unsigned i = 0; i < MANY; i++) {
        peers.responder_spi++;
        struct ike_builder message = ipsec_secret(&peers, IKE_V1_QUICK, i, 32, 1);
        ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &message);
    }
    g_assert_cmpuint(ipsec_tracker_ike_count(script->tracker), ==, MANY);
    ipsec_check_model(script->tracker, script->log);
    ipsec_script_free(script);
}

/* New SPIs and new ports with every packet, between endpoints that IKE has proven. */
static void test_many_esp_sas_and_ports(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    ipsec_establish(&peers, true);
    for (uint32_t i = 0; i < MANY; i++) {
        peers.port_4500 = (uint16_t)(4500 + i % 50000);
        if (i < 50000)
            ipsec_keepalive(&peers, IPSEC_CLIENT);
        ipsec_esp(&peers, (enum ipsec_who)(i & 1), 0x10000 + i, 1);
    }
    g_assert_cmpuint(ipsec_tracker_esp_count(script->tracker), ==, MANY);
    ipsec_check_model(script->tracker, script->log);
    ipsec_script_free(script);
}

/* An SA that comes from another port each time keeps the first places and says that it is full. */
static void test_places_are_bounded_and_it_is_said(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    for (uint32_t i = 0; i < 3 * IPSEC_PLACE_LIMIT; i++) {
        struct ike_builder message = ipsec_secret(&peers, IKE_V1_INFORMATIONAL, i, 32, 1);
        peers.port_4500++;
        ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &message);
        if (i + 1 == IPSEC_PLACE_LIMIT)
            g_assert_cmpuint(ipsec_tracker_limit(script->tracker, IPSEC_LIMIT_PLACES).frame, ==, 0);
    }
    const struct ipsec_places *places =
        &ipsec_tracker_ike(script->tracker, 0)->places[0][IKE_ON_4500];
    struct ipsec_limit_note note = ipsec_tracker_limit(script->tracker, IPSEC_LIMIT_PLACES);
    g_assert_cmpuint(places->count, ==, IPSEC_PLACE_LIMIT);
    g_assert_cmpuint(places->first->endpoint.port, ==, 4501);
    g_assert_cmpuint(places->latest->endpoint.port, ==, 4500 + 3 * IPSEC_PLACE_LIMIT);
    g_assert_cmpuint(note.frame, ==, IPSEC_PLACE_LIMIT + 1);
    g_assert_cmpuint(note.bound, ==, IPSEC_PLACE_LIMIT);
    for (int limit = 0; limit < IPSEC_LIMIT_COUNT; limit++)
        g_assert_nonnull(ipsec_tracker_limit(script->tracker, (enum ipsec_limit)limit).what);
    ipsec_check_model(script->tracker, script->log);
    ipsec_script_free(script);
    ipsec_tracker_free(NULL);
}

/* Both ends are one endpoint: a loop, or a spoofed packet. */
static void test_a_host_that_talks_to_itself(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.10", 500, 4500, 1);
    ipsec_establish(&peers, true);
    for (uint32_t seq = 1; seq < 50; seq++) {
        ipsec_esp(&peers, IPSEC_CLIENT, 0x1001, seq);
        ipsec_esp(&peers, IPSEC_SERVER, 0x1002, seq);
        ipsec_native(&peers, IPSEC_SERVER, 0x1003, seq);
    }
    ipsec_keepalive(&peers, IPSEC_SERVER);
    ipsec_check_model(script->tracker, script->log);
    ipsec_script_free(script);
}

void test_ipsec_hostile(void)
{
    g_test_add_func("/ipsec-hostile/random octets on our ports", test_random_octets_on_our_ports);
    g_test_add_func("/ipsec-hostile/damaged messages", test_damaged_messages);
    g_test_add_func("/ipsec-hostile/time and frames may be anything",
                    test_time_and_frames_may_be_anything);
    g_test_add_func("/ipsec-hostile/many SAs of one initiator SPI",
                    test_many_sas_of_one_initiator_spi);
    g_test_add_func("/ipsec-hostile/many ESP SAs and ports", test_many_esp_sas_and_ports);
    g_test_add_func("/ipsec-hostile/places are bounded and it is said",
                    test_places_are_bounded_and_it_is_said);
    g_test_add_func("/ipsec-hostile/a host that talks to itself", test_a_host_that_talks_to_itself);
}
