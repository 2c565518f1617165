/* Captures of which one begins later or ends earlier than the other, at any packet: nothing is said
 * to be lost that was not captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_world.h"

#define ROUNDS 4

static void say_v2(struct world_client *client, enum ipsec_who who, uint8_t exchange, uint32_t id)
{
    const struct ipsec_peers *own = &client->at[who == IPSEC_CLIENT ? WORLD_INSIDE : WORLD_OUTSIDE];
    bool is_first = exchange == IKE_V2_INIT;
    struct endpoint source = ipsec_end(own, who, IKE_ON_500);
    struct endpoint destination = ipsec_end(own, (enum ipsec_who)(1 - (int)who), IKE_ON_500);
    uint8_t body[64] = {(uint8_t)who, (uint8_t)id};
    struct ike_builder message =
        ike_begin(2, exchange, who == IPSEC_CLIENT ? IKE_FLAG_INITIATOR : IKE_FLAG_RESPONSE,
                  own->initiator_spi, is_first && who == IPSEC_CLIENT ? 0 : own->responder_spi, id);
    ike_add(&message, is_first ? IKE_V2_SA : IKE_V2_ENCRYPTED, body, sizeof body);
    if (is_first) {
        ike_add_natd(&message, IKE_NOTIFY_NATD_SOURCE, 20, &source);
        ike_add_natd(&message, IKE_NOTIFY_NATD_DESTINATION, 20, &destination);
    }
    ipsec_world_ike(client, who, is_first ? IKE_ON_500 : IKE_ON_4500, &message, 0);
}

static void establish_v2(struct world_client *client)
{
    for (uint32_t id = 0; id < 2; id++) {
        say_v2(client, IPSEC_CLIENT, id == 0 ? IKE_V2_INIT : IKE_V2_AUTH, id);
        say_v2(client, IPSEC_SERVER, id == 0 ? IKE_V2_INIT : IKE_V2_AUTH, id);
    }
}

/* A tunnel of IKEv1 or IKEv2, from its first packet to its last. */
static void play(struct ipsec_world *world, bool is_v2)
{
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    if (is_v2)
        establish_v2(&client);
    else
        ipsec_world_establish(&client, true);
    ipsec_world_talk(&client, ROUNDS, false);
    ipsec_world_keepalive(&client, 0);
    if (is_v2)
        say_v2(&client, IPSEC_CLIENT, IKE_V2_INFORMATIONAL, 2);
    else
        ipsec_world_delete(&client);
}

static unsigned count_packets(bool is_v2)
{
    struct ipsec_world *world = ipsec_world_new();
    play(world, is_v2);
    unsigned count = world->passed[WORLD_INSIDE];
    ipsec_world_expect_no_fault(world);
    ipsec_world_free(world);
    return count;
}

/* Then the verdict gives no other reason why nothing is judged. */
static bool says_contradiction(struct ipsec_world *world)
{
    const char *text;
    g_assert_cmpint(ipsec_world_status(world, &text), !=, VERDICT_FAULT);
    bool contradicts = strstr(text, "do not show for sure which end began IKE") != NULL;
    g_assert_true(!contradicts || strstr(text, "TTL are equal") == NULL);
    return contradicts;
}

/* `later`: the point whose capture is read behind the other one; 2: in order of time. Returns how
 * often the points contradict each other. */
static unsigned cut_anywhere(bool is_v2, bool at_the_end, unsigned later)
{
    unsigned count = count_packets(is_v2), seen = 0;
    for (unsigned point = 0; point < 2; point++) {
        for (unsigned number = 2; number <= count; number++) {
            struct ipsec_world *world = ipsec_world_new();
            if (later < 2)
                world->is_postponed[later] = true;
            *(at_the_end ? &world->ends[point] : &world->begins[point]) = number;
            play(world, is_v2);
            g_test_message("%s %s at packet %u, IKEv%u, later %u",
                           point == WORLD_INSIDE ? "inside" : "outside",
                           at_the_end ? "ends" : "begins", number, is_v2 ? 2 : 1, later);
            ipsec_world_expect_no_fault(world);
            seen += says_contradiction(world);
            ipsec_world_free(world);
        }
    }
    return seen;
}

static void test_a_capture_that_ends_early_is_no_fault(void)
{
    for (unsigned later = 0; later <= 2; later++) {
        g_assert_cmpuint(cut_anywhere(false, true, later), ==, 0);
        g_assert_cmpuint(cut_anywhere(true, true, later), ==, 0);
    }
}

/* RFC 2408 has no flag for who is who: each point may guess another one, and the verdict says so.
 */
static void test_a_capture_that_begins_late_is_no_fault(void)
{
    unsigned seen = 0;
    for (unsigned later = 0; later <= 2; later++) {
        seen += cut_anywhere(false, false, later);
        g_assert_cmpuint(cut_anywhere(true, false, later), ==, 0);
    }
    g_assert_cmpuint(seen, >, 0);
}

/* Two clients, so that it is known which of the points is outside. */
static unsigned play_two(struct ipsec_world *world)
{
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client other = ipsec_world_client(world, 2, 1, 1024);
    ipsec_world_establish(&one, true);
    ipsec_world_establish(&other, true);
    for (unsigned round = 0; round < ROUNDS; round++) {
        ipsec_world_talk(&one, 1, false);
        ipsec_world_talk(&other, 1, false);
    }
    ipsec_world_delete(&one);
    ipsec_world_delete(&other);
    return world->passed[WORLD_INSIDE];
}

/* One capture after the other, of clocks that are apart: they seem to be of one time, and nothing
 * tells that they are not. */
static void take_turns(enum world_point first, unsigned number, double ahead_s)
{
    struct ipsec_world *world = ipsec_world_new();
    world->ahead_s = ahead_s;
    world->ends[first] = number;
    world->begins[1 - (int)first] = number;
    play_two(world);
    g_test_message("%s first, until packet %u, clocks %.1f s apart",
                   first == WORLD_INSIDE ? "inside" : "outside", number, ahead_s);
    ipsec_world_expect_no_fault(world);
    ipsec_world_free(world);
}

static void test_captures_without_a_packet_in_common_are_no_fault(void)
{
    static const double ahead_s[] = {-2, -1, -0.1, 0.1, 1, 2};
    struct ipsec_world *whole = ipsec_world_new();
    unsigned count = play_two(whole);
    ipsec_world_expect_no_fault(whole);
    ipsec_world_free(whole);
    for (unsigned number = 2; number <= count; number++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(ahead_s); i++) {
            take_turns(WORLD_INSIDE, number, ahead_s[i]);
            take_turns(WORLD_OUTSIDE, number, ahead_s[i]);
        }
    }
}

void test_ipsec_cut(void)
{
    g_test_add_func("/ipsec_cut/a capture that ends early is no fault",
                    test_a_capture_that_ends_early_is_no_fault);
    g_test_add_func("/ipsec_cut/a capture that begins late is no fault",
                    test_a_capture_that_begins_late_is_no_fault);
    g_test_add_func("/ipsec_cut/captures without a packet in common are no fault",
                    test_captures_without_a_packet_in_common_are_no_fault);
}
