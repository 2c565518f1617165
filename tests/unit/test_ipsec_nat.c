/* What two points say of IKE and ESP: each finding raised, and what nearly does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_world.h"

#define EXPECT(world, ...)                                                                         \
    ipsec_world_expect_only(world, (const enum finding_id[]){__VA_ARGS__, FINDING_COUNT})

static void test_a_healthy_pair_is_linked_and_well(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client one = ipsec_world_client(world, 1, 500, 4500);
    struct world_client two = ipsec_world_client(world, 2, 236, 61000);
    const char *text;
    world->ahead_s = -37;
    ipsec_world_establish(&one, true);
    ipsec_world_establish(&two, true);
    ipsec_world_talk(&one, 5, false);
    ipsec_world_talk(&two, 5, false);
    ipsec_world_esp(&one, IPSEC_SERVER, false, WORLD_TWICE);
    ipsec_world_esp(&one, IPSEC_SERVER, false, WORLD_LOST);
    ipsec_world_talk(&one, 1, false);
    ipsec_world_delete(&one);
    ipsec_world_expect_no_fault(world);
    g_assert_cmpint(ipsec_world_status(world, &text), ==, VERDICT_OK);
    g_assert_nonnull(strstr(text, "2 tunnels linked"));
    g_assert_nonnull(strstr(text, "1 of 24 ESP packets were lost"));
    g_assert_nonnull(strstr(text, "The clocks of the points differ: the outer one is 37.0 s behind "
                                  "the inner one."));

    const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
    g_assert_cmpuint(ipsec_links_count(links), ==, 6);
    uint32_t position;
    const struct ipsec_link *link = ipsec_links_of_frame(links, 1, &position);
    g_assert_cmpuint(position, ==, WORLD_INSIDE);
    g_assert_cmpuint(ipsec_links_peer(links, 1), ==, 2);
    g_assert_cmpuint(ipsec_links_peer(links, 2), ==, 1);
    g_assert_cmpint(link->kind, ==, IPSEC_LINK_IKE);
    g_assert_cmpuint(link->places[IKE_ON_500][1]->first->endpoint.port, ==, 500);
    g_assert_true(link->hop[0].translates);
    g_assert_nonnull(strstr(
        link->text,
        "Every packet that passed is unchanged. 10 IKE messages passed from point 0 to point 1."));
    uint32_t duplicated = 0, lost = 0;
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        duplicated += ipsec_links_get(links, i)->hop[0].duplicated;
        lost += ipsec_links_get(links, i)->hop[0].lost;
        g_assert_cmpint(ipsec_links_get(links, i)->status, ==, VERDICT_OK);
    }
    g_assert_cmpuint(duplicated, ==, 1);
    g_assert_cmpuint(lost, ==, 1);
    ipsec_world_free(world);
}

static void test_traversal_that_is_not_announced(void)
{
    for (unsigned routed = 0; routed < 2; routed++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client =
            routed ? ipsec_world_routed(world, 1) : ipsec_world_client(world, 1, 500, 4500);
        ipsec_world_establish(&client, false);
        ipsec_world_talk(&client, 5, true);
        if (routed)
            ipsec_world_expect_no_fault(world);
        else
            EXPECT(world, IPSEC_NATT_MISSING, IPSEC_ESP_NATIVE);
        ipsec_world_free(world);
    }
}

/* Message 5 on 500 although both could: a fault behind a NAT only. */
static void test_traversal_that_is_not_used(void)
{
    for (unsigned kind = 0; kind < 3; kind++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client =
            kind == 1 ? ipsec_world_routed(world, 1) : ipsec_world_client(world, 1, 500, 4500);
        world->captures[WORLD_INSIDE] = kind != 2; /* the hashes alone show it */
        for (unsigned number = 1; number <= 6; number++)
            ipsec_world_main(&client, number, true, IKE_ON_500, 0);
        if (kind == 1)
            ipsec_world_expect_no_fault(world);
        else
            EXPECT(world, IPSEC_NATT_NOT_USED);
        ipsec_world_free(world);
    }
}

static struct ipsec_world *until_float(struct world_client *client)
{
    struct ipsec_world *world = ipsec_world_new();
    *client = ipsec_world_client(world, 1, 500, 4500);
    for (unsigned number = 1; number <= 4; number++)
        ipsec_world_main(client, number, true, IKE_ON_500, 0);
    return world;
}

static void repeat_message_5(struct world_client *client, unsigned fate)
{
    for (unsigned time = 0; time < 4; time++) {
        ipsec_world_main(client, 5, true, IKE_ON_4500, fate);
        ipsec_world_wait(client->world, 1);
    }
}

static void test_port_4500_that_is_blocked_outwards(void)
{
    struct world_client client;
    struct ipsec_world *world = until_float(&client);
    const struct finding *finding, *reply;
    uint32_t first = world->frame + 1;
    repeat_message_5(&client, WORLD_LOST);
    ipsec_world_keepalive(&client, WORLD_LOST);
    EXPECT(world, IPSEC_FLOAT_BLOCKED);
    ipsec_world_count(world, IPSEC_FLOAT_BLOCKED, &finding);
    g_assert_cmpuint(finding->judged_frame, ==, first);
    g_assert_cmpuint(ipsec_world_count(world, IPSEC_NO_REPLY, &reply), ==, 1);
    g_assert_cmpuint(reply->cause, ==, finding->index);
    ipsec_world_free(world);
}

static void test_port_4500_that_is_blocked_inwards(void)
{
    struct world_client client;
    struct ipsec_world *world = until_float(&client);
    for (unsigned time = 0; time < 3; time++) {
        ipsec_world_main(&client, 5, true, IKE_ON_4500, 0);
        ipsec_world_main(&client, 6, true, IKE_ON_4500, WORLD_LOST);
        ipsec_world_wait(world, 1);
    }
    EXPECT(world, IPSEC_FLOAT_BLOCKED);
    ipsec_world_free(world);
}

/* A keepalive passed, so the port is open: what is fragmented is lost for that. Without one it may
 * be the port, too; one that is lost as well shows that it is. */
static void test_a_fragmented_message_that_is_lost(void)
{
    static const char may_be_the_port[] = "; nothing smaller was sent on port 4500";
    enum { PASSES, NONE, LOST, KINDS };
    struct world_client client;
    for (int keepalive = PASSES; keepalive < KINDS; keepalive++) {
        struct ipsec_world *world = until_float(&client);
        const struct finding *finding;
        repeat_message_5(&client, WORLD_LOST | WORLD_FRAGMENTED);
        if (keepalive != NONE)
            ipsec_world_keepalive(&client, keepalive == LOST ? WORLD_LOST : 0);
        if (keepalive == LOST) {
            EXPECT(world, IPSEC_FLOAT_BLOCKED);
        } else {
            EXPECT(world, IPSEC_FRAGMENT_LOST);
            ipsec_world_count(world, IPSEC_FRAGMENT_LOST, &finding);
            g_assert_true((strstr(finding->text, may_be_the_port) != NULL) == (keepalive == NONE));
        }
        ipsec_world_free(world);
    }
}

static void test_a_fragmented_message_that_came_the_second_time(void)
{
    struct world_client client;
    struct ipsec_world *world = until_float(&client);
    ipsec_world_main(&client, 5, true, IKE_ON_4500, WORLD_LOST | WORLD_FRAGMENTED);
    ipsec_world_main(&client, 5, true, IKE_ON_4500, WORLD_FRAGMENTED);
    ipsec_world_main(&client, 6, true, IKE_ON_4500, 0);
    ipsec_world_expect_no_fault(world);
    ipsec_world_free(world);
}

static void test_one_lost_message_on_4500_is_no_block(void)
{
    struct world_client client;
    struct ipsec_world *world = until_float(&client);
    ipsec_world_main(&client, 5, true, IKE_ON_4500, WORLD_LOST);
    ipsec_world_expect_no_fault(world);
    ipsec_world_main(&client, 5, true, IKE_ON_4500, 0);
    ipsec_world_main(&client, 6, true, IKE_ON_4500, 0);
    ipsec_world_expect_no_fault(world);
    ipsec_world_free(world);
}

/* The server answers message 5 on 500: it came and could not be decrypted. */
static void test_an_answer_on_500_shows_that_4500_is_open(void)
{
    struct world_client client;
    struct ipsec_world *world = until_float(&client);
    struct ike_builder answer =
        ipsec_secret(&client.at[WORLD_OUTSIDE], IKE_V1_INFORMATIONAL, 7, 64, 3);
    world->misses[WORLD_OUTSIDE][IPSEC_CLIENT] = true; /* from here on */
    repeat_message_5(&client, 0);
    world->misses[WORLD_OUTSIDE][IPSEC_CLIENT] = false;
    ipsec_world_ike(&client, IPSEC_SERVER, IKE_ON_500, &answer, 0);
    g_assert_cmpuint(ipsec_world_count(world, IPSEC_FLOAT_BLOCKED, NULL), ==, 0);
    ipsec_world_free(world);
}

/* Nothing but IKE: not answered, without ESP though it finished or did not, and captured from its
 * middle on. */
static void test_ike_alone(void)
{
    enum { UNANSWERED, MIDDLE, UNFINISHED, FINISHED, KINDS };
    static const char *const says[] = {"no capture shows an answer", "Start both captures before",
                                       "but no ESP follows"};
    for (int kind = UNANSWERED; kind < KINDS; kind++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        const char *text;
        for (unsigned number = kind == MIDDLE ? 3 : 1; number <= 4; number++)
            ipsec_world_main(&client, kind == UNANSWERED ? 1 : number, true, IKE_ON_500, 0);
        if (kind != UNANSWERED) {
            repeat_message_5(&client, 0);
            ipsec_world_main(&client, 6, true, IKE_ON_4500, 0);
        }
        if (kind == FINISHED)
            ipsec_world_quick(&client, IKE_ON_4500);
        ipsec_world_expect_no_fault(world);
        g_assert_cmpint(ipsec_world_status(world, &text), ==, VERDICT_UNKNOWN);
        for (int i = UNANSWERED; i <= UNFINISHED; i++)
            g_assert_true((strstr(text, says[i]) != NULL) == (i == MIN(kind, UNFINISHED)));
        ipsec_world_free(world);
    }
}

/* What follows message 6: quick mode, a delete, nothing for a while, keepalives alone, or message 5
 * again, as the client did not hear it. */
enum follows { QUICK, DELETE, SILENCE, KEEPALIVES, UNHEARD, THE_END };

static void test_a_server_behind_a_nat(void)
{
    for (int follows = QUICK; follows <= THE_END; follows++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        struct world_client other = ipsec_world_client(world, 2, 237, 62000);
        struct net_address seen_as = client.at[WORLD_OUTSIDE].server;
        for (unsigned number = 1; number <= 6; number++) {
            if (number == 4) /* it hashes the address that it has */
                client.at[WORLD_OUTSIDE].server = ipsec_address("10.0.0.1");
            struct ike_builder message = ipsec_main(
                &client.at[number % 2 == 1 ? WORLD_INSIDE : WORLD_OUTSIDE], number, true);
            client.at[WORLD_OUTSIDE].server = seen_as;
            ipsec_world_ike(&client, number % 2 == 1 ? IPSEC_CLIENT : IPSEC_SERVER,
                            number < 5 ? IKE_ON_500 : IKE_ON_4500, &message, 0);
        }
        bool is_suspect = follows != QUICK && follows != UNHEARD && follows != THE_END;
        if (follows == UNHEARD)
            ipsec_world_main(&client, 5, true, IKE_ON_4500, 0);
        if (follows == QUICK)
            ipsec_world_quick(&client, IKE_ON_4500);
        if (follows == DELETE)
            ipsec_world_delete(&client);
        ipsec_world_wait(world, follows == DELETE || follows == THE_END ? 0 : 6);
        if (follows == KEEPALIVES)
            ipsec_world_keepalive(&client, 0);
        else
            ipsec_world_main(&other, 1, true, IKE_ON_500, 0);
        g_assert_cmpuint(ipsec_world_count(world, IPSEC_SERVER_BEHIND_NAT, NULL), ==, is_suspect);
        const char *text;
        g_assert_cmpint(ipsec_world_status(world, &text), ==, VERDICT_UNKNOWN);
        g_assert_true((strstr(text, "AssumeUDPEncapsulationContextOnSendRule") != NULL) ==
                      is_suspect);
        ipsec_world_free(world);
    }
}

/* A row of three: the NAT is where the addresses change, and what it does is said of that hop. */
static void test_three_points(void)
{
    struct ipsec_world *world = ipsec_world_new();
    struct world_client client = ipsec_world_client(world, 1, 500, 4500);
    const struct finding *finding;
    const char *text;
    world->has_third = true;
    ipsec_world_establish(&client, true);
    ipsec_world_talk(&client, 5, false);
    ipsec_world_expect_no_fault(world);
    const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
    g_assert_cmpuint(ipsec_links_count(links), ==, 3);
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        const struct ipsec_link *link = ipsec_links_get(links, i);
        g_assert_cmpuint(link->count, ==, 3);
        for (uint32_t position = 0; position < 3; position++)
            g_assert_cmpuint(
                linker_point(analysis_linker(world->analysis), link->point[position])->point, ==,
                position);
        g_assert_true(link->hop[0].translates && !link->hop[1].translates);
        g_assert_cmpuint(link->hop[0].passed, ==, link->hop[1].passed);
    }
    g_assert_cmpuint(linker_nat_count(analysis_linker(world->analysis)), ==, 1);
    for (unsigned i = 0; i < 10; i++) {
        ipsec_world_wait(world, 0.5);
        ipsec_world_esp(&client, IPSEC_CLIENT, false, WORLD_LOST);
        ipsec_world_esp(&client, IPSEC_SERVER, false, 0);
    }
    EXPECT(world, IPSEC_ESP_NOT_FORWARDED);
    g_assert_cmpuint(ipsec_world_count(world, IPSEC_ESP_NOT_FORWARDED, &finding), ==, 1);
    g_assert_cmpuint(finding->hop, ==, 0);
    g_assert_cmpint(ipsec_world_status(world, &text), ==, VERDICT_FAULT);
    g_assert_nonnull(strstr(text, "The NAT between point 0 and point 1 does not forward ESP"));
    ipsec_world_free(world);
}

/* Each point shows one direction only: links, but nothing is lost. */
static void test_points_that_show_one_direction(void)
{
    for (int who = IPSEC_CLIENT; who <= IPSEC_SERVER; who++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        client.at[WORLD_OUTSIDE].client = ipsec_address("198.51.100.30"); /* tells the order */
        world->misses[WORLD_INSIDE][who] = true;
        world->misses[WORLD_OUTSIDE][1 - who] = true;
        ipsec_world_establish(&client, true);
        ipsec_world_talk(&client, 20, false);
        ipsec_world_expect_no_fault(world);
        const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
        g_assert_cmpuint(ipsec_links_count(links), >, 0);
        for (uint32_t i = 0; i < ipsec_links_count(links); i++)
            g_assert_cmpuint(ipsec_links_get(links, i)->hop[0].lost, ==, 0);
        ipsec_world_free(world);
    }
}

static void test_a_filter_that_left_port_4500_out(void)
{
    for (int point = WORLD_INSIDE; point <= WORLD_OUTSIDE; point++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        world->without_4500[point] = true;
        ipsec_world_establish(&client, true);
        ipsec_world_talk(&client, 20, false);
        ipsec_world_delete(&client);
        ipsec_world_expect_no_fault(world);
        ipsec_world_free(world);
    }
}

/* One point captured the first octets only: what was not captured is not compared. */
static void test_a_point_that_cuts_packets(void)
{
    for (int point = WORLD_INSIDE; point <= WORLD_OUTSIDE; point++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client client = ipsec_world_client(world, 1, 500, 4500);
        world->snaplen[point] = 40;
        ipsec_world_establish(&client, true);
        ipsec_world_talk(&client, 20, false);
        ipsec_world_expect_no_fault(world);
        const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
        g_assert_cmpuint(ipsec_links_count(links), ==, 3);
        for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
            g_assert_cmpuint(ipsec_links_get(links, i)->hop[0].lost, ==, 0);
            g_assert_cmpuint(ipsec_links_get(links, i)->hop[0].passed, >=, 9);
        }
        ipsec_world_free(world);
    }
}

void test_ipsec_nat(void)
{
    g_test_add_func("/ipsec-nat/a healthy pair is linked and well",
                    test_a_healthy_pair_is_linked_and_well);
    g_test_add_func("/ipsec-nat/traversal that is not announced",
                    test_traversal_that_is_not_announced);
    g_test_add_func("/ipsec-nat/traversal that is not used", test_traversal_that_is_not_used);
    g_test_add_func("/ipsec-nat/port 4500 that is blocked outwards",
                    test_port_4500_that_is_blocked_outwards);
    g_test_add_func("/ipsec-nat/port 4500 that is blocked inwards",
                    test_port_4500_that_is_blocked_inwards);
    g_test_add_func("/ipsec-nat/a fragmented message that is lost",
                    test_a_fragmented_message_that_is_lost);
    g_test_add_func("/ipsec-nat/a fragmented message that came the second time",
                    test_a_fragmented_message_that_came_the_second_time);
    g_test_add_func("/ipsec-nat/one lost message on 4500 is no block",
                    test_one_lost_message_on_4500_is_no_block);
    g_test_add_func("/ipsec-nat/an answer on 500 shows that 4500 is open",
                    test_an_answer_on_500_shows_that_4500_is_open);
    g_test_add_func("/ipsec-nat/three points", test_three_points);
    g_test_add_func("/ipsec-nat/points that show one direction",
                    test_points_that_show_one_direction);
    g_test_add_func("/ipsec-nat/a filter that left port 4500 out",
                    test_a_filter_that_left_port_4500_out);
    g_test_add_func("/ipsec-nat/a point that cuts packets", test_a_point_that_cuts_packets);
    g_test_add_func("/ipsec-nat/IKE alone", test_ike_alone);
    g_test_add_func("/ipsec-nat/a server behind a NAT", test_a_server_behind_a_nat);
}
