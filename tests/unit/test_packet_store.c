/* Records of packets, and what does not fit into them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/flow/packet_store.h"

/* Flows up to what one bit more than a record has would hold, and peers near and far. */
static void test_a_record_tells_its_flow_and_peer_whatever_they_are(void)
{
    static const struct {
        uint32_t frame, flow, peer_frame;
        bool is_wide;
    } script[] = {
        {1, 0, 0, false},
        {2, (1u << 18) - 1, 1, false},
        {3, 1u << 18, 2, true},
        {4, (1u << 21) - 1, 0, true},
        {100000, 7, 100000 - 32768, false},
        {100001, 7, 100001 - 32769, true},
        {100002, 7, 100002 + 32767, false},
        {100003, 7, 100003 + 32768, true},
        {100004, 7, 1, true},
        {1000000, 9, 1000001, false},
        {1000002, 9, 5, true},
    };
    struct packet_store *store = packet_store_new();
    for (unsigned i = 0; i < G_N_ELEMENTS(script); i++) {
        uint32_t frame = script[i].frame;
        g_assert_null(packet_store_get(store, frame));
        struct packet_record *record = packet_store_put(store, frame, script[i].flow);
        record->seq = frame;
        g_assert_cmpuint(packet_store_flow(store, frame, record), ==, script[i].flow);
        g_assert_cmpuint(packet_store_peer(store, frame, record), ==, 0);
        packet_store_set_peer(store, frame, script[i].peer_frame);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(script); i++) {
        uint32_t frame = script[i].frame;
        const struct packet_record *record = packet_store_get(store, frame);
        g_assert_cmpuint(record->seq, ==, frame);
        g_assert_cmpuint(packet_store_flow(store, frame, record), ==, script[i].flow);
        g_assert_cmpuint(packet_store_peer(store, frame, record), ==, script[i].peer_frame);
        g_assert_true(((record->flags & PACKET_WIDE) != 0) == script[i].is_wide);
    }
    packet_store_free(store);
}

/* The nearest other point may turn out to be another one. */
static void test_a_peer_can_change(void)
{
    struct packet_store *store = packet_store_new();
    const struct packet_record *record = packet_store_put(store, 70000, 3);
    static const uint32_t peers[] = {69999, 1, 70001, 0};
    for (unsigned i = 0; i < G_N_ELEMENTS(peers); i++) {
        packet_store_set_peer(store, 70000, peers[i]);
        g_assert_cmpuint(packet_store_peer(store, 70000, record), ==, peers[i]);
        g_assert_cmpuint(packet_store_flow(store, 70000, record), ==, 3);
    }
    packet_store_free(store);
}

static void test_a_number_seen_again_starts_anew(void)
{
    struct packet_store *store = packet_store_new();
    packet_store_put(store, 7, 1u << 20);
    packet_store_set_peer(store, 7, 6);
    packet_store_put_detail(store, 7)->lost = 4;
    const struct packet_record *record = packet_store_put(store, 7, 2);
    g_assert_cmpuint(packet_store_flow(store, 7, record), ==, 2);
    g_assert_cmpuint(packet_store_peer(store, 7, record), ==, 0);
    g_assert_cmpuint(packet_store_detail(store, 7).lost, ==, 0);
    g_assert_null(packet_store_get(store, 8));
    g_assert_null(packet_store_get(store, 1000));
    packet_store_free(store);
    packet_store_free(NULL);
}

void test_packet_store(void)
{
    g_test_add_func("/packet-store/a record tells its flow and peer, whatever they are",
                    test_a_record_tells_its_flow_and_peer_whatever_they_are);
    g_test_add_func("/packet-store/a peer can change", test_a_peer_can_change);
    g_test_add_func("/packet-store/a number seen again starts anew",
                    test_a_number_seen_again_starts_anew);
}
