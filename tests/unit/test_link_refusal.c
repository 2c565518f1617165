/* Which ICMP error is the hop's own refusal of a call's GRE (FINDINGS, gre_not_forwarded): what it
 * says, and that it has come less far than the packets of the end beyond the hop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

#define OF_HOP 64
#define OF_END 63

static struct net_address long_ip(uint8_t last)
{
    return (struct net_address){.length = 16, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = last}};
}

static struct path *with_call(bool longer)
{
    struct path *path = path_new(2, 1);
    if (longer) {
        path->client[0].at[INSIDE].address[CLIENT] = long_ip(20);
        path->client[0].at[OUTSIDE].address[CLIENT] = long_ip(30);
        path->client[0].at[INSIDE].address[SERVER] = long_ip(10);
        path->client[0].at[OUTSIDE].address[SERVER] = long_ip(10);
        path->no_ip_id = true;
    }
    path_set_up(path, 0);
    return path;
}

/* One packet of `from` ends at the hop, and an error at the point before it quotes it. */
static guint refuse(struct path *path, enum path_end from, uint8_t type, uint8_t code, uint8_t ttl)
{
    uint32_t near = from == CLIENT ? INSIDE : OUTSIDE;
    guint refused = path_gre(path, 0, from, 40);
    path_lose_from(path, refused, 1 - near);
    path_packet(path, path_icmp(path, refused, near, type, code), near)->ttl = ttl;
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
    return refused;
}

static void expect(struct path *path, guint refused, enum path_end from, bool of_hop)
{
    struct analysis *analysis = path_feed(path);
    if (of_hop) {
        const struct finding *finding =
            path_expect(analysis, FINDING_GRE_NOT_FORWARDED,
                        path_frame(path, refused, from == CLIENT ? INSIDE : OUTSIDE));
        g_assert_nonnull(strstr(finding->text, "the NAT itself refused it (ICMP type "));
    } else {
        path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    }
    path_done(path, analysis);
}

/* RFC 792, RFC 1122 3.2.2.1, RFC 4443 3.1: that a host is gone is no refusal, nor that a packet is
 * too large or too old. */
static void what_the_error_says(void)
{
    static const struct {
        bool longer;
        uint8_t type, code;
        bool refuses;
    } script[] = {
        {false, 3, 0, true},   {false, 3, 1, false}, {false, 3, 2, true},  {false, 3, 3, true},
        {false, 3, 4, false},  {false, 3, 7, false}, {false, 3, 13, true}, {false, 11, 0, false},
        {false, 1, 13, false}, {true, 1, 0, true},   {true, 1, 1, true},   {true, 1, 3, false},
        {true, 2, 0, false},   {true, 3, 0, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct path *path = with_call(script[i].longer);
        guint refused = refuse(path, SERVER, script[i].type, script[i].code, OF_HOP);
        expect(path, refused, SERVER, script[i].refuses);
    }
}

/* Hosts begin with 64, 128 or 255; the end's own errors have crossed the hop. */
static void how_far_the_error_has_come(void)
{
    static const struct {
        uint8_t ttl;
        bool of_hop;
    } script[] = {{64, true},   {128, true},  {255, true}, {OF_END, false},
                  {127, false}, {254, false}, {0, false}};
    for (enum path_end from = CLIENT; from <= SERVER; from++) {
        for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
            struct path *path = with_call(false);
            guint refused = refuse(path, from, 3, 2, script[i].ttl);
            expect(path, refused, from, script[i].of_hop);
        }
    }
}

/* Where a point shows no TTL, nobody can say who sent it. */
static void without_the_ends_ttl_it_is_nobodys(void)
{
    for (uint32_t place = 0; place < 2; place++) {
        struct path *path = with_call(false);
        guint refused = refuse(path, SERVER, 3, 2, OF_HOP);
        for (guint i = 0; i < path->packets->len; i++) {
            struct path_packet *packet = path->packets->pdata[i];
            if (packet->place == place && packet->kind == PATH_TCP)
                packet->ttl = 0;
        }
        expect(path, refused, SERVER, false);
    }
}

/* The server is behind the hop, which refuses what comes for it; its own error does not count. */
static void the_server_is_behind_the_hop(void)
{
    for (int of_hop = 0; of_hop < 2; of_hop++) {
        struct path *path = path_new(2, 1);
        for (uint32_t place = 0; place < 2; place++) {
            struct path_view *view = &path->client[0].at[place];
            view->address[CLIENT] = path_ip(198, 51, 100, 77);
            view->address[SERVER] = place ? path_ip(192, 168, 1, 10) : path_ip(203, 0, 113, 30);
            view->pns = 256;
        }
        path_set_up(path, 0);
        guint refused = refuse(path, CLIENT, 3, 2, of_hop ? OF_HOP : OF_END);
        expect(path, refused, CLIENT, of_hop);
    }
}

/* What passes after the error shows that it was of no importance. */
static void a_packet_that_passes_later_clears_the_hop(void)
{
    for (int later = 0; later < 2; later++) {
        struct path *path = with_call(false);
        guint early = path_gre(path, 0, SERVER, 40);
        path_lose_from(path, early, INSIDE);
        if (!later)
            path_gre(path, 0, SERVER, 40);
        guint refused = refuse(path, SERVER, 3, 2, OF_HOP);
        if (later)
            path_gre(path, 0, SERVER, 40);
        struct analysis *analysis = path_feed(path);
        const struct finding *finding = path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0);
        if (later)
            g_assert_null(finding);
        else
            g_assert_cmpuint(finding->judged_frame, ==, path_frame(path, refused, OUTSIDE));
        path_done(path, analysis);
    }
}

#define TEST(name) g_test_add_func("/link_refusal/" #name, name)

void test_link_refusal(void)
{
    TEST(what_the_error_says);
    TEST(how_far_the_error_has_come);
    TEST(without_the_ends_ttl_it_is_nobodys);
    TEST(the_server_is_behind_the_hop);
    TEST(a_packet_that_passes_later_clears_the_hop);
}
