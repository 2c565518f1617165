/* Links of whatever is captured: damaged, cut, strayed, out of all order. They hold together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_world.h"

static unsigned below(unsigned limit)
{
    return (unsigned)g_test_rand_int_range(0, (gint32)limit);
}

static void check_link(const struct ipsec_links *links, const struct ipsec_link *link,
                       const struct linker *linker)
{
    g_assert_cmpuint(link->count, >=, 2);
    g_assert_cmpuint(link->count, <=, LINK_POINTS_LIMIT);
    g_assert_nonnull(link->text);
    g_assert_true(link->ike_link == IPSEC_NONE ||
                  ipsec_links_get(links, link->ike_link)->kind == IPSEC_LINK_IKE);
    for (uint32_t i = 0; i < link->count; i++) {
        g_assert_cmpuint(link->point[i], <, linker_point_count(linker));
        g_assert_true(link->kind == IPSEC_LINK_IKE ? link->esp[i] == NULL : link->ike[i] == NULL);
        for (uint32_t j = 0; j < i; j++)
            g_assert_cmpuint(link->point[j], !=, link->point[i]);
        if (i + 1 == link->count)
            continue;
        const struct ipsec_hop *hop = &link->hop[i];
        uint32_t both = link->seen[i] + link->seen[i + 1];
        g_assert_cmpuint(2 * hop->passed, <=, both);
        g_assert_cmpuint(hop->elsewhere, <=, hop->passed);
        g_assert_cmpuint(hop->lost + hop->passed, <=, both);
    }
}

static void check(struct ipsec_world *world)
{
    analysis_finish(world->analysis);
    const struct ipsec_links *links = analysis_ipsec_links(world->analysis);
    const struct linker *linker = analysis_linker(world->analysis);
    const struct finding_log *log = analysis_log(world->analysis);
    for (uint32_t i = 0; i < ipsec_links_count(links); i++)
        check_link(links, ipsec_links_get(links, i), linker);
    for (uint32_t frame = 0; frame <= world->frame + 1; frame++) {
        uint32_t peer = ipsec_links_peer(links, frame), position;
        const struct ipsec_link *link = ipsec_links_of_frame(links, frame, &position);
        g_assert_cmpuint(peer, <=, world->frame);
        g_assert_true(link == NULL || position < link->count);
        g_assert_true(peer == 0 || link != NULL);
    }
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        g_assert_true(finding->cause == FINDING_NONE || finding->cause < finding_log_count(log));
        g_assert_true(finding->text == NULL || g_utf8_validate(finding->text, -1, NULL));
        g_assert_true(finding->ipsec_link == FINDING_NONE ||
                      ipsec_links_get(links, finding->ipsec_link) != NULL);
    }
    const char *text;
    ipsec_world_status(world, &text);
    g_assert_true(g_utf8_validate(text, -1, NULL));
}

static unsigned any_fate(void)
{
    return below(3) == 0 ? below(64) : 0;
}

static void say_something(struct world_client *client)
{
    enum ipsec_who who = (enum ipsec_who)below(2);
    uint8_t octets[100];
    switch (below(8)) {
    case 0:
        ipsec_world_main(client, 1 + below(6), below(2) == 0, (enum ike_family)below(2),
                         any_fate());
        break;
    case 1:
        ipsec_world_quick(client, (enum ike_family)below(2));
        break;
    case 2:
        client->at[WORLD_OUTSIDE].port_4500 = (uint16_t)(4500 + below(3));
        break;
    case 3:
        client->world->without_4500[below(2)] = below(4) == 0;
        client->world->snaplen[below(2)] = below(3) * 30;
        client->world->misses[below(2)][below(2)] = below(4) == 0;
        break;
    case 4:
        for (unsigned i = 0; i < sizeof octets; i++)
            octets[i] = (uint8_t)below(256);
        ipsec_world_send(client, who, (enum ike_family)below(2), below(4) == 0, octets,
                         1 + below(sizeof octets), any_fate());
        break;
    case 5:
        client->seq[who] -= MIN(client->seq[who], below(4)); /* numbers that came before */
        client->world->now -= 0.02 * below(3);
        break;
    default:
        ipsec_world_esp(client, who, below(4) == 0, any_fate());
        break;
    }
}

static void test_links_of_anything_hold_together(void)
{
    for (unsigned round = 0; round < 150; round++) {
        struct ipsec_world *world = ipsec_world_new();
        struct world_client clients[3];
        world->has_third = below(2) == 0;
        for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++)
            clients[i] = below(4) == 0
                             ? ipsec_world_routed(world, i + 1)
                             : ipsec_world_client(world, i + 1, (uint16_t)(500 - i), 4500);
        for (unsigned i = 0; i < 250; i++)
            say_something(&clients[below(G_N_ELEMENTS(clients))]);
        check(world);
        ipsec_world_free(world);
    }
}

void test_ipsec_link_hostile(void)
{
    g_test_add_func("/ipsec-nat/links of anything hold together",
                    test_links_of_anything_hold_together);
}
