/* GRE that does not go where its control connection goes: other hosts, other addresses, other
 * uplinks, another source (FINDINGS: gre_misdelivered, gre_other_address, gre_other_source), and
 * what only looks like it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1
#define UPLINK  2

#define COUNT 5

/* `count` packets of one end, three seconds apart; returns the first. */
static guint requests(struct path *path, uint32_t client, enum path_end from, uint32_t count)
{
    guint first = 0;
    for (uint32_t i = 0; i < count; i++) {
        guint event = path_gre(path, client, from, 40);
        first = i == 0 ? event : first;
        path_wait(path, 3);
    }
    return first;
}

static void send_to(struct path *path, guint first, uint32_t count, uint32_t place,
                    struct net_address host)
{
    for (guint i = 0; i < count; i++)
        path_packet(path, first + i, place)->destination = host;
}

static void send_from(struct path *path, guint first, uint32_t count, uint32_t place,
                      struct net_address host)
{
    for (guint i = 0; i < count; i++)
        path_packet(path, first + i, place)->source = host;
}

static void lose_all(struct path *path, uint32_t place, int kind)
{
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        if (packet->place == place && (int)packet->kind == kind)
            packet->lost = true;
    }
}

static struct analysis *feed(struct path *path, bool by_place)
{
    return by_place ? path_feed_by_place(path) : path_feed(path);
}

/* All packets of the call to one end come to a DMZ host: both hosts are named, none has passed, and
 * the host's flow is no call that was set up outside the capture. */
static void a_static_forward_takes_the_packets(void)
{
    for (int i = 0; i < 2; i++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        guint first = requests(path, 0, SERVER, COUNT);
        send_to(path, first, COUNT, INSIDE, path_ip(192, 168, 11, 2));
        path_tear_down(path, 0);
        struct analysis *analysis = feed(path, i);
        const struct finding *finding =
            path_expect(analysis, FINDING_GRE_MISDELIVERED, path_frame(path, first, INSIDE));
        g_assert_cmpstr(finding->text, ==,
                        "GRE for the client is delivered to 192.168.11.2 instead of 192.168.11.20, "
                        "the host of its control connection; none of 5 packets reached the right "
                        "host");
        path_expect_none(analysis, FINDING_GRE_WITHOUT_CALL);
        path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
        path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
        const struct link_hop_count *hop =
            &linker_link(analysis_linker(analysis), 0)->hops[0].count[DIRECTION_PAC_TO_PNS];
        g_assert_cmpuint(hop->passed, ==, 0);
        g_assert_cmpuint(hop->elsewhere, ==, COUNT);
        g_assert_cmpuint(linker_unlinked_count(analysis_linker(analysis)), ==, 0);
        const struct finding *one_way = path_finding(analysis, FINDING_GRE_ONE_WAY, 0);
        g_assert_nonnull(one_way);
        g_assert_cmpuint(one_way->cause, ==, finding->index);
        path_done(path, analysis);
    }
}

/* What the inside capture shows of it, GRE to one host, is the NAT's own call if the client's
 * packets start at the NAT, and else may be the client. */
static void the_client_is_the_nat_itself(void)
{
    static const struct {
        uint8_t ttl;
        bool other_way; /* the host inside sends GRE of the call, too */
        bool misdelivered;
    } script[] = {{64, false, true}, {63, false, false}, {64, true, false}, {128, false, true}};
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        guint first = requests(path, 0, SERVER, COUNT);
        send_to(path, first, COUNT, INSIDE, path_ip(192, 168, 11, 2));
        guint answers = requests(path, 0, CLIENT, COUNT);
        for (guint k = 0; k < COUNT; k++) {
            path_packet(path, answers + k, INSIDE)->source = path_ip(192, 168, 11, 2);
            path_packet(path, answers + k, INSIDE)->lost = !script[i].other_way;
        }
        path_tear_down(path, 0);
        lose_all(path, INSIDE, PATH_TCP);
        for (guint k = 0; k < path->packets->len; k++) {
            struct path_packet *packet = path->packets->pdata[k];
            if (packet->place == OUTSIDE && packet->from == CLIENT)
                packet->ttl = script[i].ttl;
        }
        struct analysis *analysis = path_feed(path);
        if (script[i].misdelivered)
            path_expect(analysis, FINDING_GRE_MISDELIVERED, path_frame(path, first, INSIDE));
        else
            path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
        path_done(path, analysis);
    }
}

/* The host rejects the packets by ICMP, and the client goes on sending, or does not. */
static void an_icmp_error_tells_another_host(void)
{
    for (int goes_on = 0; goes_on < 2; goes_on++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        guint first = requests(path, 0, SERVER, COUNT);
        send_to(path, first, COUNT, INSIDE, path_ip(192, 168, 11, 2));
        path_icmp(path, first + COUNT - 1, INSIDE, 3, 2);
        guint answers = goes_on ? requests(path, 0, CLIENT, COUNT) : path_gre(path, 0, CLIENT, 40);
        for (guint k = 0; k < (goes_on ? COUNT : 1); k++)
            path_packet(path, answers + k, INSIDE)->lost = true;
        if (!goes_on)
            path_packet(path, answers, OUTSIDE)->time_ns =
                path_packet(path, first, OUTSIDE)->time_ns + 1000;
        lose_all(path, INSIDE, PATH_TCP);
        struct analysis *analysis = path_feed(path);
        if (goes_on)
            path_expect(analysis, FINDING_GRE_MISDELIVERED, path_frame(path, first, INSIDE));
        else
            path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
        path_done(path, analysis);
    }
}

/* The third place stands beside the second: the same number of hops from the first. */
static struct path *with_uplinks(guint *ret_first)
{
    struct path *path = path_new(3, 1);
    path_set_up(path, 0);
    *ret_first = requests(path, 0, CLIENT, COUNT);
    path_tear_down(path, 0);
    lose_all(path, OUTSIDE, PATH_GRE);
    lose_all(path, UPLINK, PATH_TCP);
    for (guint i = 0; i < COUNT; i++) {
        struct path_packet *packet = path_packet(path, *ret_first + i, UPLINK);
        packet->ttl = path_packet(path, *ret_first + i, OUTSIDE)->ttl;
        packet->source = path_ip(198, 51, 100, 30);
    }
    return path;
}

static void gre_leaves_by_another_uplink(void)
{
    for (int i = 0; i < 2; i++) {
        guint first;
        struct path *path = with_uplinks(&first);
        struct analysis *analysis = feed(path, i);
        const struct finding *finding =
            path_expect(analysis, FINDING_GRE_OTHER_ADDRESS, path_frame(path, first, UPLINK));
        g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, first, INSIDE));
        g_assert_cmpuint(finding->interface, ==, UPLINK);
        path_expect_none(analysis, FINDING_GRE_NOT_CAPTURED);
        path_expect_none(analysis, FINDING_GRE_WITHOUT_CALL);
        g_assert_cmpuint(
            linker_link(analysis_linker(analysis), 0)->hops[0].count[DIRECTION_PNS_TO_PAC].passed,
            ==, COUNT);
        path_done(path, analysis);
    }
}

/* A point behind the second, where GRE alone was captured, has it one hop further on. */
static void a_point_behind_the_row_is_no_uplink(void)
{
    guint first;
    struct path *path = with_uplinks(&first);
    for (guint i = 0; i < COUNT; i++)
        path_packet(path, first + i, UPLINK)->ttl--;
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_OTHER_ADDRESS);
    path_done(path, analysis);
}

static void an_address_that_is_not_translated_at_all(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    guint first = requests(path, 0, CLIENT, COUNT);
    send_from(path, first, COUNT, OUTSIDE, path->client[0].at[INSIDE].address[CLIENT]);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_GRE_OTHER_ADDRESS, path_frame(path, first, OUTSIDE));
    g_assert_cmpint(finding->mistranslation, ==, MISTRANSLATION_UNTRANSLATED);
    g_assert_nonnull(strstr(finding->text, "not translated"));
    path_expect_none(analysis, FINDING_GRE_OTHER_SOURCE);
    path_done(path, analysis);
}

enum source_case {
    SECOND_ADDRESS,
    RIGHT_ONE_TOO,    /* the right address sends as well */
    ONE_PACKET,       /* too few */
    BEFORE_THE_CALL,  /* an older call's, which had begun before */
    COUNTED_ON,       /* an older call's, by its numbers */
    HAS_A_CONNECTION, /* an address with a control connection */
    SOURCE_CASES
};

static void gre_from_an_address_without_control_connection(void)
{
    const struct net_address other = path_ip(198, 51, 100, 12);
    for (int i = 0; i < SOURCE_CASES; i++) {
        for (uint32_t places = 1; places < 3; places++) {
            struct path *path = path_new(places, 2);
            const uint32_t outside = places - 1;
            guint early = 0;
            if (i == HAS_A_CONNECTION) {
                path->client[1] = path->client[0];
                path->client[1].isn[0] += 77777;
                path->client[1].isn[1] += 99999;
                for (uint32_t place = 0; place < places; place++) {
                    path->client[1].at[place].address[SERVER] = other;
                    path->client[1].at[place].port[CLIENT] += 7;
                    path->client[1].at[place].pns += 7;
                }
                path_shake(path, 1);
            }
            if (i == COUNTED_ON)
                path->client[0].gre[SERVER] = 1000;
            if (i == BEFORE_THE_CALL)
                early = path_gre(path, 0, SERVER, 40);
            path_set_up(path, 0);
            guint first = requests(path, 0, SERVER, i == ONE_PACKET ? 1 : COUNT);
            for (guint k = 0; k < (i == ONE_PACKET ? 1 : COUNT); k++) {
                path_packet(path, first + k, outside)->source = other;
                if (places > 1)
                    path_packet(path, first + k, INSIDE)->lost = true;
            }
            if (i == BEFORE_THE_CALL) {
                path_packet(path, early, outside)->source = other;
                if (places > 1)
                    path_packet(path, early, INSIDE)->lost = true;
            }
            if (i == RIGHT_ONE_TOO)
                requests(path, 0, SERVER, 1);
            path_tear_down(path, 0);
            struct analysis *analysis = path_feed(path);
            if (i == SECOND_ADDRESS) {
                const struct finding *finding = path_expect(analysis, FINDING_GRE_OTHER_SOURCE,
                                                            path_frame(path, first, outside));
                g_assert_cmpint(finding->direction, ==, DIRECTION_PAC_TO_PNS);
                path_expect_none(analysis, FINDING_GRE_WITHOUT_CALL);
            } else {
                path_expect_none(analysis, FINDING_GRE_OTHER_SOURCE);
            }
            path_done(path, analysis);
        }
    }
}

/* Another host at the server's side gets some of the packets. The end of the file may come twice:
 * it is said once, in the same words. */
static void packets_for_the_server_go_astray(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    guint first = requests(path, 0, CLIENT, COUNT);
    send_to(path, first, COUNT, OUTSIDE, path_ip(198, 51, 100, 99));
    path_tear_down(path, 0);
    struct analysis *analysis = path_feed(path);
    for (int i = 0; i < 2; i++) {
        const struct finding *finding =
            path_expect(analysis, FINDING_GRE_MISDELIVERED, path_frame(path, first, OUTSIDE));
        g_assert_cmpstr(finding->text, ==,
                        "GRE for the server is delivered to 198.51.100.99 instead of "
                        "198.51.100.10, the host of its control connection; this happened to 5 of "
                        "8 packets");
        g_assert_null(path_finding(analysis, FINDING_GRE_MISDELIVERED, 1));
        analysis_finish(analysis);
    }
    path_done(path, analysis);
}

/* The server runs on the hop, which forwards GRE to a host behind it. That it is the hop tell its
 * packets, which start there; also where the server sends no GRE. */
static void the_server_is_the_hop_itself(void)
{
    static const struct {
        uint8_t ttl;
        bool answers;
        bool misdelivered;
    } script[] = {
        {64, true, true}, {255, true, true}, {64, false, true}, {63, true, false}, {0, true, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct path *path = path_new(2, 1);
        path->client[0].at[OUTSIDE].address[CLIENT] = path->client[0].at[INSIDE].address[CLIENT];
        path->client[0].at[OUTSIDE].pns = path->client[0].at[INSIDE].pns;
        path_set_up(path, 0);
        guint first = requests(path, 0, CLIENT, COUNT);
        send_to(path, first, COUNT, OUTSIDE, path_ip(192, 168, 1, 9));
        guint answers = script[i].answers ? requests(path, 0, SERVER, COUNT) : 0;
        for (guint k = 0; script[i].answers && k < COUNT; k++)
            path_lose(path, answers + k, OUTSIDE);
        path_tear_down(path, 0);
        lose_all(path, OUTSIDE, PATH_TCP);
        for (guint k = 0; k < path->packets->len; k++) {
            struct path_packet *packet = path->packets->pdata[k];
            if (packet->place == INSIDE && packet->from == SERVER)
                packet->ttl = script[i].ttl;
        }
        struct analysis *analysis = path_feed(path);
        if (script[i].misdelivered) {
            const struct finding *finding =
                path_expect(analysis, FINDING_GRE_MISDELIVERED, path_frame(path, first, OUTSIDE));
            g_assert_nonnull(strstr(finding->text, "GRE for the server is delivered to 192.168.1.9 "
                                                   "instead of the NAT itself"));
        } else {
            path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
        }
        path_done(path, analysis);
    }
}

/* From outside alone: the client's GRE comes from another address than its connection. The client's
 * side may have several uplinks, so the NAT is not cleared. */
static void gre_for_the_server_from_another_address(void)
{
    enum { ALL, ONE, RIGHT_ONE_TOO, TWO_AWAIT_IT, CALL_IS_OVER, CASES };
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(1, 2);
        const uint32_t count = what == ONE ? 1 : COUNT;
        path_set_up(path, 0);
        path->client[1].at[0].pac = path->client[0].at[0].pac;
        if (what == TWO_AWAIT_IT)
            path_set_up(path, 1);
        if (what == CALL_IS_OVER)
            path_tear_down(path, 0);
        guint first = requests(path, 0, CLIENT, count);
        send_from(path, first, count, 0, path_ip(203, 0, 113, 99));
        requests(path, 0, SERVER, 2);
        if (what == RIGHT_ONE_TOO)
            requests(path, 0, CLIENT, 1);
        path_tear_down(path, 0);
        struct analysis *analysis = path_feed(path);
        if (what == ALL) {
            const struct finding *finding =
                path_expect(analysis, FINDING_GRE_OTHER_SOURCE, path_frame(path, first, 0));
            g_assert_cmpint(finding->direction, ==, DIRECTION_PNS_TO_PAC);
            path_expect_none(analysis, FINDING_GRE_WITHOUT_CALL);
            const char *text, *cause;
            linker_verdict(analysis_linker(analysis), &text, &cause);
            g_assert_cmpstr(cause, ==, "pptp.analysis.gre_other_source");
            g_assert_nonnull(strstr(text, "The client's side sends GRE and TCP from different"));
            g_assert_null(strstr(text, "Not the NAT"));
        } else {
            path_expect_none(analysis, FINDING_GRE_OTHER_SOURCE);
        }
        path_done(path, analysis);
    }
}

void test_link_hosts(void)
{
    g_test_add_func("/link_hosts/a static forward takes the packets",
                    a_static_forward_takes_the_packets);
    g_test_add_func("/link_hosts/the client is the NAT itself", the_client_is_the_nat_itself);
    g_test_add_func("/link_hosts/an ICMP error tells another host",
                    an_icmp_error_tells_another_host);
    g_test_add_func("/link_hosts/GRE leaves by another uplink", gre_leaves_by_another_uplink);
    g_test_add_func("/link_hosts/a point behind the row is no uplink",
                    a_point_behind_the_row_is_no_uplink);
    g_test_add_func("/link_hosts/an address that is not translated at all",
                    an_address_that_is_not_translated_at_all);
    g_test_add_func("/link_hosts/GRE from an address without control connection",
                    gre_from_an_address_without_control_connection);
    g_test_add_func("/link_hosts/packets for the server go astray",
                    packets_for_the_server_go_astray);
    g_test_add_func("/link_hosts/GRE for the server from another address",
                    gre_for_the_server_from_another_address);
    g_test_add_func("/link_hosts/the server is the hop itself", the_server_is_the_hop_itself);
}
