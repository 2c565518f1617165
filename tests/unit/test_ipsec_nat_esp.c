/* ESP that ends at a NAT, and what nearly does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_row.h"
#include "ipsec_world.h"

#define EXPECT(world, ...)                                                                         \
    ipsec_world_expect_only(world, (const enum finding_id[]){__VA_ARGS__, FINDING_COUNT})

static void test_esp_that_ends_at_the_nat(void)
{
    for (unsigned lost = 2; lost < 12; lost += 8) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        const struct finding *finding;
        ipsec_world_establish(&client, true);
        ipsec_world_talk(&client, 5, false);
        uint32_t first = world->frame + 3;
        for (unsigned i = 0; i < lost; i++) {
            ipsec_world_wait(world, 0.5);
            ipsec_world_esp(&client, IPSEC_CLIENT, false, 0);
            ipsec_world_esp(&client, IPSEC_SERVER, false, WORLD_LOST);
        }
        ipsec_world_esp(&client, IPSEC_CLIENT, false, 0);
        if (lost == 2) {
            ipsec_world_expect_no_fault(world);
        } else {
            EXPECT(world, IPSEC_ESP_NOT_FORWARDED);
            ipsec_world_count(world, IPSEC_ESP_NOT_FORWARDED, &finding);
            g_assert_cmpuint(finding->judged_frame, ==, first);
            const char *text; /* NAT traversal is in use already */
            ipsec_world_status(world, &text);
            g_assert_nonnull(strstr(text, "Let UDP 4500 pass in both directions."));
            g_assert_null(strstr(text, "Enable NAT traversal"));
        }
        ipsec_world_free(world);
    }
}

/* Nothing of a direction comes; near: one packet, and a point that ended before. */
static void test_esp_of_which_nothing_comes(void)
{
    for (unsigned sent = 1; sent < 6; sent += 4) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        ipsec_world_establish(&client, true);
        for (unsigned i = 0; i < sent; i++)
            ipsec_world_esp(&client, IPSEC_CLIENT, false, WORLD_LOST);
        ipsec_world_esp(&client, IPSEC_SERVER, false, 0);
        if (sent == 1) {
            ipsec_world_expect_no_fault(world);
        } else {
            const char *text;
            EXPECT(world, IPSEC_ESP_NOT_FORWARDED);
            ipsec_world_status(world, &text);
            g_assert_true(g_str_has_prefix(text, "The NAT does not forward ESP")); /* by IKE */
        }
        ipsec_world_free(world);
    }
    struct ipsec_world *world = ipsec_world_new();
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    ipsec_world_establish(&client, true);
    world->captures[WORLD_OUTSIDE] = false;
    ipsec_world_wait(world, 5);
    ipsec_world_talk(&client, 20, false);
    ipsec_world_expect_no_fault(world);
    ipsec_world_free(world);
}

/* A capture filter left ESP out at one point: what comes from behind it passed it unseen. */
static void test_a_point_that_captures_no_esp(void)
{
    for (int point = WORLD_INSIDE; point <= WORLD_OUTSIDE; point++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        ipsec_world_establish(&client, true);
        world->captures[point] = false;
        ipsec_world_talk(&client, 20, false);
        world->captures[point] = true;
        ipsec_world_wait(world, 1);
        ipsec_world_quick(&client, IKE_ON_4500);
        ipsec_world_expect_no_fault(world);
        ipsec_world_free(world);
    }
}

/* Nothing of the tunnel is seen behind the NAT any more: that the point still captured shows in
 * what else it saw. Without that, nothing is said. */
static void test_esp_that_ends_while_the_far_point_sees_other_packets(void)
{
    enum { NOTHING, KEEPALIVE, OTHER_TUNNEL, L2TP, ICMP, FRAGMENT, KINDS };
    for (int other = NOTHING; other < KINDS; other++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        struct world_client second = ipsec_world_client(world, 2, 236, 61000);
        ipsec_world_establish(&client, true);
        ipsec_world_establish(&second, true);
        ipsec_world_talk(&client, 5, false);
        for (unsigned i = 0; i < 10; i++) {
            ipsec_world_wait(world, 0.5);
            ipsec_world_esp(&client, IPSEC_CLIENT, false, WORLD_LOST);
        }
        struct packet packet = {.frame = world->frame + 1,
                                .time_ns = (int64_t)((world->now + 1) * 1e9),
                                .interface = WORLD_OUTSIDE};
        if (other == KEEPALIVE)
            ipsec_world_keepalive(&client, 0);
        if (other == OTHER_TUNNEL)
            ipsec_world_esp(&second, IPSEC_SERVER, false, 0);
        if (other == L2TP) {
            struct ipsec_packet l2tp = {
                packet, 1701, 1701, 12, 12, (const uint8_t *)"\xC8\x02\0\x0C\0\1\0\0\0\0\0\0"};
            analysis_udp(world->analysis, &l2tp);
        }
        if (other == ICMP)
            analysis_icmp(world->analysis, &(struct icmp_error){.packet = packet});
        if (other == FRAGMENT)
            analysis_fragment(world->analysis, &(struct ip_fragment){.packet = packet});
        if (other == NOTHING)
            ipsec_world_expect_no_fault(world);
        else
            EXPECT(world, IPSEC_ESP_NOT_FORWARDED);
        ipsec_world_free(world);
    }
}

/* The point in the middle began after the set-up, so the IKE SA has fewer positions than ESP. */
static void test_a_finding_names_the_ike_sa_of_its_point(void)
{
    struct ipsec_row *row = ipsec_row_new(3);
    for (unsigned point = 0; point < 3; point++) {
        row->end[point][IPSEC_CLIENT] = point < 2 ? row_end_of("192.168.1.2", 500, 4500)
                                                  : row_end_of("198.51.100.7", 501, 4501);
        row->end[point][IPSEC_SERVER] = row_end_of("203.0.113.5", 500, 4500);
    }
    row->misses[1][IPSEC_CLIENT] = row->misses[1][IPSEC_SERVER] = true;
    ipsec_row_main(row);
    ipsec_row_quick(row);
    row->misses[1][IPSEC_CLIENT] = row->misses[1][IPSEC_SERVER] = false;
    ipsec_row_talk(row, 6);
    for (unsigned i = 0; i < 10; i++) {
        row->now += 0.5;
        ipsec_row_esp(row, IPSEC_CLIENT, 0);
        ipsec_row_esp(row, IPSEC_SERVER, 1);
    }
    const struct finding *finding = ipsec_row_expect(row, IPSEC_ESP_NOT_FORWARDED);
    const struct ike_sa *sa = ipsec_tracker_ike(analysis_ipsec(row->analysis), finding->ike_sa);
    g_assert_cmpuint(finding->hop, ==, 1);
    g_assert_cmpuint(finding->interface, ==, 2);
    g_assert_cmpuint(sa->point, ==, 2);
    ipsec_row_free(row);
}

void test_ipsec_nat_esp(void)
{
    g_test_add_func("/ipsec-nat/a finding names the IKE SA of its point",
                    test_a_finding_names_the_ike_sa_of_its_point);
    g_test_add_func("/ipsec-nat/ESP that ends at the NAT", test_esp_that_ends_at_the_nat);
    g_test_add_func("/ipsec-nat/ESP of which nothing comes", test_esp_of_which_nothing_comes);
    g_test_add_func("/ipsec-nat/a point that captures no ESP", test_a_point_that_captures_no_esp);
    g_test_add_func("/ipsec-nat/ESP that ends while the far point sees other packets",
                    test_esp_that_ends_while_the_far_point_sees_other_packets);
}
