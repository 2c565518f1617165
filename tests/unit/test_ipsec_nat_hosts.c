/* What two points say of whose packets are whose: shared ports, wrong hosts, changed contents,
 * ports that change. Each finding raised, and what nearly does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_world.h"

#define EXPECT(world, ...)                                                                         \
    ipsec_world_expect_only(world, (const enum finding_id[]){__VA_ARGS__, FINDING_COUNT})

static void talk_both(struct world_client *one, struct world_client *two, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        ipsec_world_talk(one, 1, false);
        ipsec_world_talk(two, 1, false);
    }
}

/* Two hosts on one port: on both families, named once each, at the later one's first message. */
static void test_two_clients_on_one_port(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client two = ipsec_world_client(world, 2, 500, 4500);
    const struct finding *finding;
    ipsec_world_establish(&one, true);
    ipsec_world_talk(&one, 3, false);
    uint32_t first = world->frame + 2;
    ipsec_world_establish(&two, true);
    talk_both(&one, &two, 4);
    EXPECT(world, IPSEC_PORT_SHARED);
    g_assert_cmpuint(ipsec_world_count(world, IPSEC_PORT_SHARED, &finding), ==, 2);
    g_assert_cmpuint(finding->judged_frame, ==, first);
    /* The fault is the first one's, too: IKE and ESP of both tunnels say so. */
    const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
    g_assert_cmpuint(ipsec_links_count(links), ==, 6);
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        const struct ipsec_link *link = ipsec_links_get(links, i);
        g_assert_cmpint(link->status, ==, i == finding->ipsec_link ? VERDICT_FAULT : VERDICT_OK);
        g_assert_true(link->status == VERDICT_FAULT ||
                      strstr(link->text, "but another client leaves from the same outside port"));
    }
    ipsec_world_free(world);
}

/* From outside alone: both go on side by side. */
static void test_two_clients_on_one_port_from_outside(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client two = ipsec_world_client(world, 2, 500, 4500);
    world->captures[WORLD_INSIDE] = false;
    ipsec_world_establish(&one, true);
    ipsec_world_talk(&one, 3, false);
    ipsec_world_establish(&two, true);
    talk_both(&one, &two, 4);
    EXPECT(world, IPSEC_PORT_SHARED);
    ipsec_world_free(world);
}

/* The first one has gone: a restart, a re-key, another host that got the port after it. */
static void test_one_client_after_another_on_a_port(void)
{
    for (unsigned outside_only = 0; outside_only < 2; outside_only++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client one = ipsec_world_client(world, 1, 500, 4500);
        struct world_client two = ipsec_world_client(world, 2, 500, 4500);
        world->captures[WORLD_INSIDE] = !outside_only;
        ipsec_world_establish(&one, true);
        ipsec_world_talk(&one, 5, false);
        ipsec_world_delete(&one);
        ipsec_world_establish(&two, true);
        ipsec_world_talk(&two, 5, false);
        ipsec_world_expect_no_fault(world);
        ipsec_world_free(world);
    }
}

/* One host with two IKE SAs on its own port: its business. */
static void test_one_host_with_two_sas(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client two = ipsec_world_client(world, 2, 500, 4500);
    two.at[WORLD_INSIDE].client = one.at[WORLD_INSIDE].client;
    ipsec_world_establish(&one, true);
    ipsec_world_establish(&two, true);
    talk_both(&one, &two, 4);
    ipsec_world_expect_no_fault(world);
    ipsec_world_free(world);
}

static void test_an_answer_for_another_host(void)
{
    for (unsigned number = 2; number <= 6; number += 2) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        const struct finding *finding;
        uint32_t frame = 0;
        for (unsigned i = 1; i <= 6; i++) {
            ipsec_world_main(&client, i, true, i < 5 ? IKE_ON_500 : IKE_ON_4500,
                             i == number ? WORLD_MISDIRECTED : 0);
            frame = i == number ? world->last[WORLD_INSIDE] : frame;
        }
        EXPECT(world, IPSEC_IKE_MISDELIVERED);
        ipsec_world_count(world, IPSEC_IKE_MISDELIVERED, &finding);
        g_assert_cmpuint(finding->judged_frame, ==, frame);
        ipsec_world_free(world);
    }
}

/* The host that asks stands for the IKE SA, not the one that the answers come to: two ports in one.
 */
static void test_answers_to_the_second_client_that_come_to_the_first(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client two = ipsec_world_client(world, 2, 500, 4500);
    const struct finding *finding;
    ipsec_world_establish(&one, true);
    ipsec_world_talk(&one, 3, false);
    ipsec_world_main(&two, 1, true, IKE_ON_500, 0);
    world->wrong_host = one.at[WORLD_INSIDE].client;
    ipsec_world_main(&two, 2, true, IKE_ON_500, WORLD_MISDIRECTED);
    ipsec_world_main(&two, 4, true, IKE_ON_500, WORLD_MISDIRECTED);
    ipsec_world_talk(&one, 3, false);
    EXPECT(world, IPSEC_PORT_SHARED, IPSEC_IKE_MISDELIVERED);
    ipsec_world_count(world, IPSEC_IKE_MISDELIVERED, &finding);
    const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
    const struct ike_sa *shown = ipsec_links_get(links, finding->ipsec_link)->ike[0];
    g_assert_true(net_address_equal(&shown->places[0][IKE_ON_500].first->endpoint.address,
                                    &two.at[WORLD_INSIDE].client));
    ipsec_world_free(world);
}

static void test_esp_for_another_host(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client two = ipsec_world_client(world, 2, 236, 61000);
    const struct finding *finding;
    ipsec_world_establish(&one, true);
    ipsec_world_talk(&one, 3, false);
    ipsec_world_establish(&two, true);
    world->wrong_host = one.at[WORLD_INSIDE].client;
    ipsec_world_esp(&two, IPSEC_CLIENT, false, 0);
    for (unsigned i = 0; i < 3; i++)
        ipsec_world_esp(&two, IPSEC_SERVER, false, WORLD_MISDIRECTED);
    ipsec_world_talk(&one, 3, false);
    EXPECT(world, IPSEC_ESP_MISDELIVERED);
    ipsec_world_count(world, IPSEC_ESP_MISDELIVERED, &finding);
    const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
    g_assert_cmpuint(ipsec_links_get(links, finding->ipsec_link)->hop[0].elsewhere, ==, 3);
    ipsec_world_free(world);
}

/* In clear it is said which payload; a repetition that is edited is compared too. */
static void test_contents_that_change(void)
{
    for (unsigned number = 1; number <= 6; number++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        const struct finding *finding;
        for (unsigned i = 1; i <= 6; i++)
            ipsec_world_main(&client, i, true, i < 5 ? IKE_ON_500 : IKE_ON_4500,
                             i == number ? WORLD_EDITED : 0);
        EXPECT(world, IPSEC_PAYLOAD_ALTERED);
        g_assert_cmpuint(ipsec_world_count(world, IPSEC_PAYLOAD_ALTERED, &finding), ==, 1);
        g_assert_cmpuint(finding->judged_frame, ==, 2 * number);
        g_assert_cmpuint(finding->peer_frame, ==, 2 * number - 1);
        g_assert_nonnull(strstr(finding->text, number <= 2   ? "its Vendor ID payload"
                                               : number <= 4 ? "its NAT-D payload"
                                                             : "its encrypted part"));
        ipsec_world_free(world);
    }
}

static void test_esp_that_changes(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    ipsec_world_establish(&client, true);
    ipsec_world_talk(&client, 3, false);
    ipsec_world_esp(&client, IPSEC_CLIENT, false, WORLD_EDITED);
    ipsec_world_talk(&client, 3, false);
    EXPECT(world, IPSEC_PAYLOAD_ALTERED);
    ipsec_world_free(world);
}

/* Lost, and another one that the near point missed: not one packet. */
static void test_a_lost_message_and_a_new_one_are_two(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    ipsec_world_establish(&client, true);
    ipsec_world_talk(&client, 3, false);
    ipsec_world_esp(&client, IPSEC_CLIENT, false, WORLD_LOST);
    ipsec_world_esp(&client, IPSEC_CLIENT, false, WORLD_UNCAPTURED);
    ipsec_world_talk(&client, 3, false);
    ipsec_world_expect_no_fault(world);
    ipsec_world_free(world);
}

static void test_a_port_that_changes_in_mid_life(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    const struct finding *finding;
    ipsec_world_establish(&client, true);
    ipsec_world_talk(&client, 5, false);
    client.at[WORLD_OUTSIDE].port_4500 = 61316;
    ipsec_world_esp(&client, IPSEC_CLIENT, false, 0);
    uint32_t first = world->last[WORLD_OUTSIDE];
    g_assert_cmpuint(ipsec_world_count(world, IPSEC_MAPPING_CHANGED, &finding), ==, 1);
    g_assert_null(strchr(finding->text, ';')); /* nothing was lost so far */
    for (unsigned i = 0; i < 10; i++) {
        struct world_client old = client;
        ipsec_world_wait(world, 0.5);
        ipsec_world_esp(&client, IPSEC_CLIENT, false, 0);
        old.at[WORLD_OUTSIDE].port_4500 = 4500;
        old.seq[IPSEC_SERVER] = client.seq[IPSEC_SERVER]++;
        ipsec_world_esp(&old, IPSEC_SERVER, false, WORLD_LOST);
    }
    EXPECT(world, IPSEC_MAPPING_CHANGED);
    ipsec_world_count(world, IPSEC_MAPPING_CHANGED, &finding);
    g_assert_cmpuint(finding->judged_frame, ==, first);
    g_assert_nonnull(strstr(finding->text, "10 packets to the old port were lost"));
    ipsec_world_free(world);
}

/* The client itself changed it; or it went to and fro, as over two uplinks. */
static void test_ports_that_the_nat_did_not_change(void)
{
    for (unsigned to_and_fro = 0; to_and_fro < 2; to_and_fro++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        ipsec_world_establish(&client, true);
        ipsec_world_talk(&client, 3, false);
        client.at[WORLD_OUTSIDE].port_4500 = 61316;
        if (!to_and_fro)
            client.at[WORLD_INSIDE].port_4500 = 4501;
        ipsec_world_talk(&client, 3, false);
        if (to_and_fro)
            client.at[WORLD_OUTSIDE].port_4500 = 4500;
        ipsec_world_talk(&client, 3, false);
        ipsec_world_expect_no_fault(world);
        ipsec_world_free(world);
    }
}

/* After a flush of the NAT two clients have each other's port, and what the server still sends to
 * the old one comes to the other host: the cause is that the ports changed. */
static void test_ports_that_two_clients_swap(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client two = ipsec_world_client(world, 2, 236, 61000);
    ipsec_world_establish(&one, true);
    ipsec_world_establish(&two, true);
    talk_both(&one, &two, 3);
    two.at[WORLD_OUTSIDE].port_4500 = 4500;
    ipsec_world_esp(&two, IPSEC_CLIENT, false, 0);
    world->wrong_host = two.at[WORLD_INSIDE].client;
    for (unsigned i = 0; i < 3; i++)
        ipsec_world_esp(&one, IPSEC_SERVER, false, WORLD_MISDIRECTED);
    ipsec_world_talk(&two, 3, false);
    EXPECT(world, IPSEC_MAPPING_CHANGED);
    g_assert_cmpuint(ipsec_world_count(world, IPSEC_MAPPING_CHANGED, NULL), ==, 1);
    one.at[WORLD_OUTSIDE].port_4500 = 61000;
    talk_both(&one, &two, 3);
    EXPECT(world, IPSEC_MAPPING_CHANGED);
    g_assert_cmpuint(ipsec_world_count(world, IPSEC_MAPPING_CHANGED, NULL), ==, 2);
    ipsec_world_free(world);
}

/* More ports than are kept of one end: a note, and nothing is called well. */
static void test_a_bound_that_is_reached_is_said(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    const struct finding *finding;
    const char *text;
    ipsec_world_establish(&client, true);
    for (uint16_t port = 0; port <= IPSEC_PLACE_LIMIT; port++) {
        client.at[WORLD_INSIDE].port_4500 = (uint16_t)(4500 + port);
        ipsec_world_talk(&client, 1, false);
    }
    ipsec_world_expect_no_fault(world);
    g_assert_cmpuint(ipsec_world_count(world, FINDING_LIMIT_REACHED, &finding), ==, 1);
    g_assert_nonnull(strstr(finding->text, "more than 16 endpoints of one end of an SA"));
    g_assert_cmpint(ipsec_world_status(world, &text), ==, VERDICT_UNKNOWN);
    g_assert_nonnull(strstr(text, "Some packets were not analysed"));
    ipsec_world_free(world);
}

#define MANY 20000 /* of a thing whose cost must not grow with the square */

/* One SPI for everybody, one IKE SA that answers everybody: written to make linking slow. */
static void test_spis_that_are_all_the_same(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    ipsec_world_establish(&client, true);
    for (uint32_t i = 0; i < MANY; i++) {
        struct net_address *host = &client.at[i % 2].server;
        host->octets[2] = (uint8_t)(i >> 8);
        host->octets[3] = (uint8_t)i;
        ipsec_world_esp(&client, IPSEC_CLIENT, false, 0);
        world->wrong_host = *host;
        ipsec_world_main(&client, 2, true, IKE_ON_500, WORLD_MISDIRECTED);
    }
    ipsec_world_count(world, IPSEC_IKE_MISDELIVERED, NULL);
    g_assert_cmpuint(ipsec_tracker_esp_count(analysis_ipsec(world->analysis)), >, MANY / 2);
    ipsec_world_free(world);
}

void test_ipsec_nat_hosts(void)
{
    g_test_add_func("/ipsec-nat/two clients on one port", test_two_clients_on_one_port);
    g_test_add_func("/ipsec-nat/two clients on one port, from outside",
                    test_two_clients_on_one_port_from_outside);
    g_test_add_func("/ipsec-nat/one client after another on a port",
                    test_one_client_after_another_on_a_port);
    g_test_add_func("/ipsec-nat/one host with two SAs", test_one_host_with_two_sas);
    g_test_add_func("/ipsec-nat/an answer for another host", test_an_answer_for_another_host);
    g_test_add_func("/ipsec-nat/answers to the second client that come to the first",
                    test_answers_to_the_second_client_that_come_to_the_first);
    g_test_add_func("/ipsec-nat/ESP for another host", test_esp_for_another_host);
    g_test_add_func("/ipsec-nat/contents that change", test_contents_that_change);
    g_test_add_func("/ipsec-nat/ESP that changes", test_esp_that_changes);
    g_test_add_func("/ipsec-nat/a lost message and a new one are two",
                    test_a_lost_message_and_a_new_one_are_two);
    g_test_add_func("/ipsec-nat/a port that changes in mid-life",
                    test_a_port_that_changes_in_mid_life);
    g_test_add_func("/ipsec-nat/a bound that is reached is said",
                    test_a_bound_that_is_reached_is_said);
    g_test_add_func("/ipsec-nat/SPIs that are all the same", test_spis_that_are_all_the_same);
    g_test_add_func("/ipsec-nat/ports that two clients swap", test_ports_that_two_clients_swap);
    g_test_add_func("/ipsec-nat/ports that the NAT did not change",
                    test_ports_that_the_nat_did_not_change);
}
