/* In which order the points of a path lie (DESIGN section 4), and what a row of NATs and links
 * without a NAT look like. Names of clients' networks: path.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

/* The only link that is shown, whose first place is on that interface. */
static const struct link_view *expect_link(const struct analysis *analysis, uint32_t count,
                                           uint32_t inside_interface)
{
    const struct linker *linker = analysis_linker(analysis);
    const struct link_view *found = NULL;
    for (uint32_t i = 0; i < linker_link_count(linker); i++) {
        if (!link_view_is_shown(linker_link(linker, i)))
            continue;
        g_assert_null(found);
        found = linker_link(linker, i);
    }
    g_assert_nonnull(found);
    g_assert_cmpuint(found->count, ==, count);
    g_assert_cmpuint(linker_point(linker, found->point[0])->point, ==, inside_interface);
    return found;
}

static struct path *usual(uint32_t places)
{
    struct path *path = path_new(places, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 5);
    path_tear_down(path, 0);
    return path;
}

static void two_nats_are_two_hops(void)
{
    struct path *path = usual(3);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct link_view *link = expect_link(analysis, 3, 0);
    for (uint32_t place = 0; place < 3; place++) {
        g_assert_cmpuint(link->places[place].id[PPTP_OWNER_PNS], ==, path->client[0].at[place].pns);
        g_assert_cmpuint(link->places[place].seen[0], ==, 5);
        g_assert_cmpuint(link->places[place].seen[1], ==, 5);
    }
    const struct linker *linker = analysis_linker(analysis);
    g_assert_cmpuint(linker_nat_count(linker), ==, 2);
    g_assert_cmpstr(linker_point(linker, link->point[0])->role, ==, "inside");
    g_assert_cmpstr(linker_point(linker, link->point[1])->role, ==, "middle");
    g_assert_cmpstr(linker_point(linker, link->point[2])->role, ==, "outside");
    analysis_free(analysis);
    path_free(path);
}

/* A mirror port of one direction: the TTL of the end that does not change tells, too. */
static void one_direction_tells_the_order(void)
{
    for (int from = CLIENT; from <= SERVER; from++) {
        struct path *path = path_new(2, 1);
        path->interface[0] = 1;
        path->interface[1] = 0;
        path->client[0].at[1].address[CLIENT] = path_ip(192, 168, 1, 30);
        path_set_up(path, 0);
        path_talk(path, 0, 5);
        for (guint i = 0; i < path->packets->len; i++) {
            struct path_packet *packet = path->packets->pdata[i];
            packet->lost = (int)packet->from != from;
        }
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        const struct linker *linker = analysis_linker(analysis);
        g_assert_cmpuint(linker_point(linker, linker_link(linker, 0)->point[0])->point, ==, 1);
        path_done(path, analysis);
    }
}

static void the_file_with_the_middle_may_come_last(void)
{
    struct path *path = usual(3);
    path->interface[0] = 0;
    path->interface[1] = 2;
    path->interface[2] = 1;
    path->clock_ns[1] = G_GINT64_CONSTANT(3600) * 1000000000;
    struct analysis *analysis = path_feed_by_place(path);
    path_expect_fine(analysis);
    const struct link_view *link = expect_link(analysis, 3, 0);
    g_assert_cmpuint(linker_point(analysis_linker(analysis), link->point[1])->point, ==, 2);
    g_assert_cmpuint(link->places[1].id[PPTP_OWNER_PNS], ==, path->client[0].at[1].pns);
    analysis_free(analysis);
    path_free(path);
}

static void the_second_nat_is_the_wrong_one(void)
{
    struct path *path = path_new(3, 1);
    path_set_up(path, 0);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, 2, false, path->client[0].at[1].pns);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, 2));
    g_assert_cmpuint(finding->hop, ==, 1);
    g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, clear, 1));
    g_assert_cmpint(finding->mistranslation, ==, MISTRANSLATION_UNTRANSLATED);
    g_assert_null(path_finding(analysis, FINDING_CALLID_MISTRANSLATED, 1));
    const struct linker *linker = analysis_linker(analysis);
    g_assert_cmpuint(linker_nat(linker, 0)->faults, ==, 0);
    g_assert_cmpuint(linker_nat(linker, 1)->faults, ==, 1);
    analysis_free(analysis);
    path_free(path);
}

/* The server's address changes and the client's does not: its end is behind the NAT. */
static void behind_nat(struct path *path)
{
    for (uint32_t place = 0; place < 2; place++) {
        struct path_view *view = &path->client[0].at[place];
        view->address[CLIENT] = path_ip(203, 0, 113, 77);
        view->address[SERVER] = place == 0 ? path_ip(198, 51, 100, 10) : path_ip(192, 168, 1, 2);
        view->pns = 300;
        view->pac = place == 0 ? 40000 : 128;
    }
}

static void a_server_behind_the_nat_is_inside(void)
{
    struct path *path = path_new(2, 1);
    behind_nat(path);
    path_set_up(path, 0);
    path_talk(path, 0, 4);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct link_view *link = expect_link(analysis, 2, 1);
    g_assert_cmpuint(link->places[0].id[PPTP_OWNER_PAC], ==, 128);
    g_assert_cmpuint(link->places[1].id[PPTP_OWNER_PAC], ==, 40000);
    analysis_free(analysis);
    path_free(path);
}

static void its_set_link_info_is_judged_towards_the_server(void)
{
    struct path *path = path_new(2, 1);
    behind_nat(path);
    path_shake(path, 0);
    path_say(path, 0, CLIENT, PPTP_OCRQ);
    path_say(path, 0, SERVER, PPTP_OCRP);
    guint info = path_say(path, 0, CLIENT, PPTP_SLI);
    path_set_id(path, info, 1, true, 40000);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, info, 1));
    g_assert_cmpuint(finding->expected, ==, 128);
    g_assert_cmpuint(finding->seen, ==, 40000);
    analysis_free(analysis);
    path_free(path);
}

/* A router without NAT between two points: addresses and ids stay, TTL tells the order. */
static void no_nat_between_the_points_is_a_link_without_a_nat(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[1] = path->client[0].at[0];
    path_set_up(path, 0);
    path_talk(path, 0, 4);
    path_tear_down(path, 0);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_expect_none(analysis, FINDING_NO_EDITOR);
    expect_link(analysis, 2, 0);
    g_assert_cmpuint(linker_nat_count(analysis_linker(analysis)), ==, 0);
    analysis_free(analysis);
    path_free(path);
}

/* ... and yet a wrong id there is wrong. */
static void no_nat_must_change_no_id(void)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[1] = path->client[0].at[0];
    path_set_up(path, 0);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, 1, false, 777);
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, 1));
    analysis_free(analysis);
    path_free(path);
}

/* What tells the order when something else does not: expected inside interface. */
static void each_sign_of_the_order_decides_alone(void)
{
    static const struct net_address ten = {.length = 4, .octets = {10, 0, 0, 0}};
    static const uint32_t one = 1;
    struct link_subnet subnet = {.address = ten, .prefix = 8};
    static const struct {
        const char *name;
        bool ttl;
        uint8_t first[4], second[4]; /* the client's addresses on interfaces 0 and 1 */
        bool named_interface, named_subnet;
        uint32_t inside;
    } script[] = {
        {"TTL", true, {10, 1, 1, 1}, {10, 2, 2, 2}, false, false, 0},
        {"private address", false, {192, 168, 1, 9}, {203, 0, 113, 5}, false, false, 0},
        {"private, other side", false, {203, 0, 113, 5}, {172, 16, 1, 9}, false, false, 1},
        {"shared space is private", false, {203, 0, 113, 5}, {100, 64, 0, 9}, false, false, 1},
        {"100.128 is not", false, {192, 168, 1, 1}, {100, 128, 0, 9}, false, false, 0},
        {"interface named", true, {10, 1, 1, 1}, {10, 2, 2, 2}, true, false, 1},
        {"subnet named", true, {192, 168, 1, 1}, {10, 2, 2, 2}, false, true, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        g_test_message("%s", script[i].name);
        struct path *path = path_new(2, 1);
        path->no_ttl = !script[i].ttl;
        const uint8_t *a = script[i].first, *b = script[i].second;
        path->client[0].at[0].address[CLIENT] = path_ip(a[0], a[1], a[2], a[3]);
        path->client[0].at[1].address[CLIENT] = path_ip(b[0], b[1], b[2], b[3]);
        path->options.inside_interfaces = &one;
        path->options.inside_interface_count = script[i].named_interface;
        path->options.inside_subnets = &subnet;
        path->options.inside_subnet_count = script[i].named_subnet;
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        expect_link(analysis, 2, script[i].inside);
        analysis_free(analysis);
        path_free(path);
    }
}

static struct net_address six(uint8_t first, uint8_t last)
{
    struct net_address address = {.length = 16, .octets = {[15] = last}};
    address.octets[0] = first;
    return address;
}

/* NAT66 (RFC 4193 addresses inside), and a subnet whose prefix does not end at an octet. */
static void ipv6_is_ordered_alike(void)
{
    struct link_subnet subnet = {.address = six(0x20, 0), .prefix = 7};
    for (int named = 0; named < 2; named++) {
        struct path *path = path_new(2, 1);
        path->no_ttl = true;
        path->client[0].at[0].address[CLIENT] = six(0xFD, 1);
        path->client[0].at[1].address[CLIENT] = six(0x20, 2);
        for (int place = 0; place < 2; place++)
            path->client[0].at[place].address[SERVER] = six(0x24, 9);
        path->options.inside_subnets = &subnet;
        path->options.inside_subnet_count = (uint32_t)named;
        path_set_up(path, 0);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        expect_link(analysis, 2, (uint32_t)named);
        analysis_free(analysis);
        path_free(path);
    }
}

/* A bridge, whose points only time tells apart: the outer file comes first, for its clock is
 * behind.
 */
static void time_tells_the_order_of_whole_files(void)
{
    for (int late = 0; late < 2; late++) {
        struct path *path = path_new(2, 1);
        path->no_ttl = true;
        path->client[0].at[1] = path->client[0].at[0];
        path->clock_ns[late] = G_GINT64_CONSTANT(3600) * 1000000000;
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
        path_set_id(path, clear, 1, false, 777);
        struct analysis *analysis = path_feed(path);
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, 1));
        expect_link(analysis, 2, 0);
        path_done(path, analysis);
    }
}

/* A bridge that was joined in mid-call: without SYNs the messages that both points saw tell, if
 * there are some each way. `from`: who is captured, or SERVER + 1 for both. */
static struct path *joined_bridge(int from, guint *ret_clear)
{
    struct path *path = path_new(2, 1);
    path->no_ttl = true;
    path->client[0].at[1] = path->client[0].at[0];
    path_set_up(path, 0);
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        packet->lost = packet->kind == PATH_TCP && packet->type == 0;
    }
    path_talk(path, 0, 3);
    *ret_clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, *ret_clear, 1, false, 777);
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        packet->lost = packet->lost || (from <= SERVER && packet->kind == PATH_TCP &&
                                        packet->type != 0 && (int)packet->from != from);
    }
    return path;
}

static void messages_tell_the_order_where_no_syn_does(void)
{
    for (int late = 0; late < 2; late++) {
        guint clear;
        struct path *path = joined_bridge(SERVER + 1, &clear);
        for (guint i = 0; i < path->packets->len; i++) {
            struct path_packet *packet = path->packets->pdata[i];
            packet->time_ns +=
                packet->place == (uint32_t)late ? G_GINT64_CONSTANT(3600000000000) : 0;
        }
        struct analysis *analysis = path_feed(path);
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, 1));
        expect_link(analysis, 2, 0);
        path_done(path, analysis);
    }
}

static void nothing_tells_the_order(void)
{
    guint clear;
    struct path *path = joined_bridge(CLIENT, &clear);
    struct analysis *analysis = path_feed(path);
    const char *text, *cause;
    path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
    const struct linker *linker = analysis_linker(analysis);
    g_assert_cmpint(linker_verdict(linker, &text, &cause), ==, VERDICT_UNKNOWN);
    g_assert_nonnull(strstr(text, "nearer to the client"));
    g_assert_cmpstr(linker_point(linker, 0)->role, ==, "unknown");
    path_done(path, analysis);
}

void test_link_path(void)
{
    g_test_add_func("/link_path/one direction tells the order", one_direction_tells_the_order);
    g_test_add_func("/link_path/two NATs are two hops", two_nats_are_two_hops);
    g_test_add_func("/link_path/the file with the middle may come last",
                    the_file_with_the_middle_may_come_last);
    g_test_add_func("/link_path/the second NAT is the wrong one", the_second_nat_is_the_wrong_one);
    g_test_add_func("/link_path/a server behind the NAT is inside",
                    a_server_behind_the_nat_is_inside);
    g_test_add_func("/link_path/its Set-Link-Info is judged towards the server",
                    its_set_link_info_is_judged_towards_the_server);
    g_test_add_func("/link_path/no NAT between the points is a link without a NAT",
                    no_nat_between_the_points_is_a_link_without_a_nat);
    g_test_add_func("/link_path/no NAT must change no id", no_nat_must_change_no_id);
    g_test_add_func("/link_path/each sign of the order decides alone",
                    each_sign_of_the_order_decides_alone);
    g_test_add_func("/link_path/IPv6 is ordered alike", ipv6_is_ordered_alike);
    g_test_add_func("/link_path/time tells the order of whole files",
                    time_tells_the_order_of_whole_files);
    g_test_add_func("/link_path/messages tell the order where no SYN does",
                    messages_tell_the_order_where_no_syn_does);
    g_test_add_func("/link_path/nothing tells the order", nothing_tells_the_order);
}
