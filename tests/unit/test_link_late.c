/* Links by GRE alone, by time and by the order of the points, where little tells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

/* Empty packets and bare acknowledgments are alike in all calls: no evidence. */
static void packets_without_content_prove_nothing(void)
{
    struct path *path = path_new(2, 2);
    for (int i = 0; i < 20; i++) {
        for (uint32_t client = 0; client < 2; client++) {
            path_gre(path, client, CLIENT, 0);
            guint event = path_gre(path, client, SERVER, 40);
            for (uint32_t place = 0; place < 2; place++) {
                struct path_packet *packet = path_packet(path, event, place);
                packet->octets[0] &= 0xEF; /* no sequence number, */
                packet->octets[1] |= 0x80; /* its place holds an acknowledgment */
                packet->octets[4] = packet->octets[5] = 0;
                packet->length = 12;
            }
        }
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    g_assert_cmpuint(path_shown_links(analysis), ==, 0);
    path_done(path, analysis);
}

/* A call that shares packets with one call, and then with another, is neither's. */
static void a_call_with_two_candidates_is_linked_to_none(void)
{
    struct path *path = path_new(2, 2);
    for (int i = 0; i < 8; i++) {
        guint other = path_gre(path, 1, CLIENT, 40), event = path_gre(path, 0, CLIENT, 40);
        path_lose(path, other, OUTSIDE);
        if (i % 2 == 1)
            memcpy(path_packet(path, event, OUTSIDE)->octets + 12,
                   path_packet(path, other, INSIDE)->octets + 12, 40);
    }
    struct analysis *analysis = path_feed(path);
    g_assert_cmpuint(path_shown_links(analysis), ==, 0);
    bool said = false;
    for (uint32_t i = 0; i < linker_unlinked_count(analysis_linker(analysis)); i++)
        said = said || strstr(linker_unlinked(analysis_linker(analysis), i)->reason, "several");
    g_assert_true(said);
    path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
    path_done(path, analysis);
}

/* Without interfaces: equal TTLs at both places are two calls that look alike (RFC 791). */
static void equal_ttls_at_one_interface_are_no_path(void)
{
    for (int control = 0; control < 2; control++) {
        struct path *path = path_new(2, 1);
        path->interface[OUTSIDE] = 0;
        if (control)
            path_set_up(path, 0);
        path_talk(path, 0, 8);
        for (guint i = 0; i < path->packets->len; i++)
            ((struct path_packet *)path->packets->pdata[i])->ttl = 64;
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        g_assert_cmpuint(path_shown_links(analysis), ==, 0);
        path_done(path, analysis);
    }
}

/* Three points, GRE alone: whatever of it is linked, nobody is blamed. */
static void three_points_that_show_gre_only(void)
{
    struct path *path = path_new(3, 1);
    path_talk(path, 0, 40);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    g_assert_cmpuint(linker_point_count(analysis_linker(analysis)), ==, 3);
    path_done(path, analysis);
}

/* GRE before the call's set-up in the file: adopted by the call at both points, and linked. */
static void gre_that_lies_before_its_set_up(void)
{
    struct path *path = path_new(2, 1);
    path->now_ns += G_GINT64_CONSTANT(100000000);
    path_talk(path, 0, 10);
    path->now_ns -= G_GINT64_CONSTANT(100000000);
    for (guint i = 0; i < path->packets->len; i++)
        ((struct path_packet *)path->packets->pdata[i])->time_ns -= 1;
    path_set_up(path, 0);
    guint last = path_gre(path, 0, SERVER, 40);
    path_set_id(path, last, INSIDE, false, 10001);
    path_wait(path, 1);
    path_talk(path, 0, 3);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpuint(path_shown_links(analysis), ==, 1);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    path_done(path, analysis);
}

/* The other half comes after the window: still the same call, and nothing is lost. */
static void a_short_window_loses_nothing(void)
{
    struct path *path = path_new(2, 1);
    path->options.window_s = 1;
    path_set_up(path, 0);
    for (int i = 0; i < 30; i++) {
        path_talk(path, 0, 1);
        path_wait(path, 2);
    }
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        packet->time_ns += packet->place == OUTSIDE ? G_GINT64_CONSTANT(9000000000) : 0;
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->hops[0].count[0].lost + link->hops[0].count[1].lost, ==, 0);
    path_done(path, analysis);
}

struct ends {
    const char *what;
    struct net_address inside, outside;
    bool inside_first; /* else the order of the files stands */
};

/* RFC1918, RFC6598: without TTLs, private addresses lie inside public ones; two of a kind tell
 * nothing, and then no order is claimed by a finding. */
static void private_addresses_lie_inside(void)
{
    const struct ends table[] = {
        {"192.168/16", path_ip(192, 168, 0, 1), path_ip(203, 0, 113, 1), true},
        {"192.169/16", path_ip(203, 0, 113, 2), path_ip(192, 169, 0, 1), false},
        {"172.16/12", path_ip(172, 31, 0, 1), path_ip(172, 32, 0, 1), true},
        {"100.64/10", path_ip(100, 127, 0, 1), path_ip(100, 128, 0, 1), true},
        {"two public ones", path_ip(9, 9, 9, 9), path_ip(8, 8, 8, 8), false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        for (uint32_t swap = 0; swap < 2; swap++) {
            g_test_message("%s", table[i].what);
            struct path *path = path_new(2, 1);
            path->no_ttl = true;
            path->client[0].at[swap].address[CLIENT] = table[i].inside;
            path->client[0].at[1 - swap].address[CLIENT] = table[i].outside;
            path_set_up(path, 0);
            path_talk(path, 0, 3);
            struct analysis *analysis = path_feed(path);
            path_expect_fine(analysis);
            const struct link_view *link = linker_link(analysis_linker(analysis), 0);
            uint32_t first = linker_point(analysis_linker(analysis), link->point[0])->point;
            if (table[i].inside_first)
                g_assert_cmpuint(first, ==, swap);
            path_done(path, analysis);
        }
    }
}

/* Several clients inside have one address outside: that is the outside, whatever else is equal. */
static void many_to_one_is_the_outside(void)
{
    struct path *path = path_new(2, 3);
    path->no_ttl = true;
    for (uint32_t i = 0; i < 3; i++) {
        path->client[i].at[INSIDE].address[CLIENT] = path_ip(10, 1, 0, (uint8_t)i);
        path->client[i].at[OUTSIDE].address[CLIENT] = path_ip(10, 2, 0, 1);
        path_set_up(path, i);
        path_talk(path, i, 3);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    g_assert_cmpuint(path_shown_links(analysis), ==, 3);
    path_done(path, analysis);
}

/* A subnet of the other family names no address. */
static void a_subnet_of_ipv6_names_no_ipv4_address(void)
{
    struct path *path = path_new(2, 1);
    const struct link_subnet subnets[] = {
        {.address = {.length = 16, .octets = {0x20, 1}}, .prefix = 16},
        {.address = path_ip(203, 0, 113, 0), .prefix = 29}, /* .30 is not in it */
        {.address = path_ip(203, 0, 113, 24), .prefix = 29},
    };
    path->options.inside_subnets = subnets;
    path->options.inside_subnet_count = G_N_ELEMENTS(subnets);
    path_set_up(path, 0);
    struct analysis *analysis = path_feed(path);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(linker_point(analysis_linker(analysis), link->point[0])->point, ==, OUTSIDE);
    path_done(path, analysis);
}

void test_link_late(void)
{
#define TEST(name) g_test_add_func("/link_late/" #name, name)
    TEST(packets_without_content_prove_nothing);
    TEST(a_call_with_two_candidates_is_linked_to_none);
    TEST(equal_ttls_at_one_interface_are_no_path);
    TEST(three_points_that_show_gre_only);
    TEST(gre_that_lies_before_its_set_up);
    TEST(a_short_window_loses_nothing);
    TEST(private_addresses_lie_inside);
    TEST(many_to_one_is_the_outside);
    TEST(a_subnet_of_ipv6_names_no_ipv4_address);
}
