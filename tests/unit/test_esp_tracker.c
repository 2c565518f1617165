/* ESP SAs: order and copies, which SAs are one tunnel, whose they are, keepalives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipsec/ipsec_internal.h"
#include "ipsec_script.h"

#define OUT 0x89402308u
#define IN  0xE2D88E15u

static const struct esp_sa *esp(const struct ipsec_script *script, uint32_t index)
{
    const struct esp_sa *sa = ipsec_tracker_esp(script->tracker, index);
    g_assert_nonnull(sa);
    return sa;
}

static void test_a_tunnel_has_two_sas_of_one_ike_sa(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 157, 62636, 1);
    ipsec_establish(&peers, true);
    for (uint32_t seq = 1; seq <= 5; seq++) {
        g_assert_nonnull(ipsec_esp(&peers, IPSEC_CLIENT, OUT, seq));
        g_assert_nonnull(ipsec_esp(&peers, IPSEC_SERVER, IN, seq));
    }
    const struct esp_sa *out = esp(script, 0);
    const struct esp_sa *in = esp(script, 1);
    g_assert_cmphex(out->spi, ==, OUT);
    g_assert_cmpint(out->encapsulation, ==, ESP_IN_UDP);
    g_assert_cmpuint(out->packets, ==, 5);
    g_assert_cmpuint(out->source.latest->endpoint.port, ==, 62636);
    g_assert_cmpuint(in->target.latest->endpoint.port, ==, 62636);
    g_assert_true(out->reverse == in && in->reverse == out);
    g_assert_true(out->ike == ipsec_tracker_ike(script->tracker, 0) && in->ike == out->ike);
    g_assert_cmpuint(out->sender, ==, 0);
    g_assert_cmpuint(in->sender, ==, 1);
    g_assert_true(out->child == in->child && out->child->esp[1] == in);
    ipsec_expect_no_finding(script);
    ipsec_script_free(script);
}

/* RFC4303-3.3.3: one number a packet, and none twice. */
static void test_order_loss_and_duplicates(void)
{
    static const struct {
        uint32_t seq;
        uint8_t flags;
        uint16_t lost;
    } lines[] = {
        {1, 0, 0},
        {2, 0, 0},
        {5, IPSEC_RECORD_GAP, 2},
        {3, IPSEC_RECORD_LATE, 0},
        {3, IPSEC_RECORD_DUPLICATE, 0},
        {6, 0, 0},
        {200000, 0, 0}, /* a new start */
        {200070, IPSEC_RECORD_GAP, 69},
        {200001, IPSEC_RECORD_LATE, 0}, /* too old to tell */
    };
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        const struct ipsec_record *record = ipsec_native(&peers, IPSEC_CLIENT, OUT, lines[i].seq);
        g_test_message("line %u", i);
        g_assert_cmphex(record->flags, ==, lines[i].flags);
        g_assert_cmpuint(record->lost, ==, lines[i].lost);
        g_assert_cmpuint(record->seq, ==, lines[i].seq);
    }
    const struct esp_sa *sa = esp(script, 0);
    g_assert_cmpint(sa->encapsulation, ==, ESP_NATIVE);
    g_assert_cmpuint(sa->first_seq, ==, 1);
    g_assert_cmpuint(sa->last_seq, ==, 200001);
    g_assert_cmpuint(sa->window.duplicates, ==, 1);
    g_assert_cmpuint(sa->window.out_of_order, ==, 1);
    ipsec_script_free(script);
}

static void test_a_copy_from_a_mirror_port_is_no_duplicate(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    ipsec_native(&peers, IPSEC_CLIENT, OUT, 1);
    script->ip_id--;
    const struct ipsec_record *record = ipsec_native(&peers, IPSEC_CLIENT, OUT, 1);
    g_assert_cmphex(record->flags, ==, IPSEC_RECORD_COPY);
    g_assert_cmpuint(esp(script, 0)->packets, ==, 1);
    g_assert_cmpuint(esp(script, 0)->copies, ==, 1);
    g_assert_cmpuint(esp(script, 0)->window.duplicates, ==, 0);
    /* The same number and IP ID, but another tail: somebody sent it. */
    uint8_t octets[64] = {0x89, 0x40, 0x23, 0x08, 0, 0, 0, 1, [63] = 1};
    struct ipsec_packet forged = {.packet = {.frame = 3,
                                             .source = peers.client,
                                             .destination = peers.server,
                                             .has_ip_id = true,
                                             .ip_id = script->ip_id},
                                  .length = sizeof octets,
                                  .captured = sizeof octets,
                                  .payload = octets};
    record = ipsec_tracker_feed_esp(script->tracker, &forged);
    g_assert_cmphex(record->flags, ==, IPSEC_RECORD_DUPLICATE);
    record = ipsec_native(&peers, IPSEC_CLIENT, OUT, 1); /* sent again: an IP ID of its own */
    g_assert_cmphex(record->flags, ==, IPSEC_RECORD_DUPLICATE);
    ipsec_script_free(script);
}

/* Where there is no IP ID, or none that differs, the time tells. */
static void test_copies_are_told_by_ip_id_or_time(void)
{
    static const struct {
        bool has_ip_id;
        uint16_t before;
        uint16_t now;
        int64_t passed_ns;
        bool is_copy;
    } rows[] = {
        {true, 7, 7, 5000000000, true}, {true, 7, 8, 0, false},      {true, 0, 0, 999999, true},
        {true, 0, 0, 1000000, false},   {true, 0, 7, 0, false},      {false, 0, 0, 0, true},
        {false, 7, 7, 1000000, false},  {false, 7, 8, 999999, true}, {false, 0, 0, -1, false},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct packet packet = {.has_ip_id = rows[i].has_ip_id,
                                .ip_id = rows[i].now,
                                .time_ns = 1000000000 + rows[i].passed_ns};
        struct ipsec_seen before = {rows[i].before, rows[i].has_ip_id, 1000000000};
        g_test_message("row %u", i);
        g_assert_true(ipsec_is_copy(&packet, &before) == rows[i].is_copy);
    }
}

/* Two clients behind one address whose ports the NAT keeps (L01): all on one 4-tuple. Which
 * exchange was the last before the first packet tells them apart. */
static void test_tunnels_on_one_pair_of_ports_are_told_by_their_exchanges(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers one = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    struct ipsec_peers two = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 2);
    ipsec_establish(&one, true);
    ipsec_esp(&one, IPSEC_CLIENT, 0x1001, 1);
    ipsec_esp(&one, IPSEC_SERVER, 0x1002, 1);
    ipsec_establish(&two, true);
    ipsec_esp(&two, IPSEC_SERVER, 0x2002, 1);
    ipsec_esp(&two, IPSEC_CLIENT, 0x2001, 1);
    for (uint32_t i = 0; i < 4; i++) {
        g_assert_cmpuint(esp(script, i)->ike->index, ==, i / 2);
        g_assert_cmphex(esp(script, i)->reverse->spi >> 12, ==, esp(script, i)->spi >> 12);
    }
    ipsec_script_free(script);
}

static void test_an_owner_that_cannot_be_told_is_none(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers one = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    struct ipsec_peers two = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 2);
    ipsec_establish(&one, true);
    ipsec_establish(&two, true); /* both have agreed on SAs that nobody has seen */
    ipsec_esp(&one, IPSEC_CLIENT, 0x1001, 1);
    g_assert_null(esp(script, 0)->ike);
    g_assert_true(esp(script, 0)->ike_ambiguous);
    ipsec_script_free(script);
}

/* The capture has IKE on 500 only, as where a filter left 4500 out for a while. */
static void test_ike_on_500_owns_esp_of_its_hosts(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    for (unsigned number = 1; number <= 4; number++)
        ipsec_say_main(&peers, number, true);
    ipsec_keepalive(&peers, IPSEC_CLIENT);
    ipsec_esp(&peers, IPSEC_SERVER, IN, 1);
    g_assert_cmpuint(esp(script, 0)->ike->index, ==, 0);
    g_assert_cmpuint(esp(script, 0)->sender, ==, 1);
    g_assert_null(esp(script, 0)->child);
    ipsec_script_free(script);
}

struct told {
    unsigned ike;
    unsigned esp;
    unsigned without_octets;
};

static void count_ike(void *user, struct ike_record *record, const struct ipsec_packet *packet)
{
    struct told *told = user;
    g_assert_cmpuint(record->frame, ==, packet->packet.frame);
    told->ike++;
}

static void count_esp(void *user, struct esp_sa *sa, struct ipsec_record *record,
                      const struct ipsec_packet *packet)
{
    struct told *told = user;
    g_assert_cmpuint(record->index, ==, sa->index);
    told->esp++;
    told->without_octets += packet->payload == NULL;
}

static void test_an_observer_is_told_all_but_copies(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    struct told told = {0};
    struct ipsec_observer observer = {.user = &told, .ike = count_ike, .esp = count_esp};
    ipsec_tracker_observe(script->tracker, &observer);
    ipsec_esp(&peers, IPSEC_CLIENT, OUT, 1); /* waits */
    ipsec_establish(&peers, true);
    ipsec_esp(&peers, IPSEC_CLIENT, OUT, 2);
    script->ip_id--;
    ipsec_esp(&peers, IPSEC_CLIENT, OUT, 2); /* a copy */
    g_assert_cmpuint(told.ike, ==, 9);
    g_assert_cmpuint(told.esp, ==, 2);
    g_assert_cmpuint(told.without_octets, ==, 1);
    ipsec_script_free(script);
}

/* Native ESP goes between the hosts of its IKE SA. */
static void test_native_esp_belongs_to_its_hosts(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers one = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ipsec_peers two = ipsec_peers_at(script, "192.168.11.22", 500, 4500, 2);
    ipsec_establish(&one, false);
    ipsec_establish(&two, false);
    ipsec_native(&two, IPSEC_SERVER, 0x2002, 1);
    ipsec_native(&one, IPSEC_CLIENT, 0x1001, 1);
    ipsec_native(&one, IPSEC_SERVER, 0x1002, 1);
    g_assert_cmpuint(esp(script, 0)->ike->index, ==, 1);
    g_assert_cmpuint(esp(script, 1)->ike->index, ==, 0);
    g_assert_true(esp(script, 1)->reverse == esp(script, 2));
    g_assert_null(esp(script, 0)->reverse);
    ipsec_script_free(script);
}

/* An ESP re-key: the new pair is of the new exchange, the old one stays as it is. */
static void test_a_rekey_makes_a_second_pair(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    ipsec_establish(&peers, true);
    ipsec_esp(&peers, IPSEC_CLIENT, 0x1001, 1);
    ipsec_esp(&peers, IPSEC_SERVER, 0x1002, 1);
    ipsec_say_quick(&peers, IKE_ON_4500);
    ipsec_esp(&peers, IPSEC_SERVER, 0x1002, 2);
    ipsec_esp(&peers, IPSEC_CLIENT, 0x2001, 1);
    ipsec_esp(&peers, IPSEC_SERVER, 0x2002, 1);
    g_assert_true(esp(script, 0)->reverse == esp(script, 1));
    g_assert_true(esp(script, 2)->reverse == esp(script, 3));
    g_assert_true(esp(script, 2)->child != esp(script, 0)->child);
    g_assert_true(esp(script, 3)->ike == esp(script, 0)->ike);
    /* So many exchanges later the first one's place is another's: nothing points at it. */
    for (unsigned i = 0; i < IPSEC_RECENT; i++)
        ipsec_say_quick(&peers, IKE_ON_4500);
    g_assert_null(esp(script, 0)->child);
    g_assert_null(esp(script, 3)->child);
    ipsec_script_free(script);
}

/* Captured in mid-call, without IKE: the two directions of a pair of endpoints. */
static void test_without_ike_directions_are_paired(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 7252, 1);
    for (uint32_t seq = 8; seq < 12; seq++) {
        ipsec_esp(&peers, IPSEC_CLIENT, OUT, seq);
        ipsec_esp(&peers, IPSEC_SERVER, IN, seq);
    }
    g_assert_cmpuint(ipsec_tracker_esp_count(script->tracker), ==, 2);
    g_assert_cmpuint(esp(script, 0)->packets, ==, 4);
    g_assert_true(esp(script, 0)->reverse == esp(script, 1));
    g_assert_null(esp(script, 0)->ike);
    g_assert_false(esp(script, 0)->ike_ambiguous);
    const struct ipsec_way *ways = esp(script, 0)->conversation->way;
    g_assert_cmpuint(ways[esp(script, 0)->way].alone_packets, ==, 0); /* answered */
    g_assert_cmpuint(ways[esp(script, 1)->way].alone_packets, ==, 1);
    g_assert_cmpuint(ways[esp(script, 1)->way].alone_frame, ==, script->frame);
    ipsec_script_free(script);
}

static void test_keepalives_have_intervals(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 62636, 1);
    const struct ipsec_record *record = ipsec_keepalive(&peers, IPSEC_CLIENT);
    g_assert_cmpint(record->kind, ==, IPSEC_KEEPALIVE);
    ipsec_script_wait(script, 20);
    ipsec_keepalive(&peers, IPSEC_CLIENT);
    ipsec_script_wait(script, 35);
    ipsec_keepalive(&peers, IPSEC_CLIENT);
    struct endpoint client = {peers.client, 62636};
    struct endpoint server = {peers.server, 4500};
    const struct ipsec_conversation *conversation =
        ipsec_tracker_find_conversation(script->tracker, 0, &client, &server);
    g_assert_true(conversation ==
                  ipsec_tracker_find_conversation(script->tracker, 0, &server, &client));
    unsigned way = endpoint_equal(&conversation->end[0], &client) ? 0 : 1;
    g_assert_cmpuint(conversation->way[way].keepalives, ==, 3);
    g_assert_cmpuint(conversation->way[1 - way].keepalives, ==, 0);
    g_assert_cmpint(conversation->way[way].keepalive_shortest_ns / 1000000, ==, 20010);
    g_assert_cmpint(conversation->way[way].keepalive_longest_ns / 1000000, ==, 35010);
    g_assert_cmpuint(conversation->way[way].keepalive_last_frame, ==, script->frame);
    g_assert_true(conversation->hosts != conversation);
    g_assert_null(ipsec_tracker_find_conversation(script->tracker, 1, &client, &server));
    ipsec_script_free(script);
}

void test_esp_tracker(void)
{
    g_test_add_func("/esp-tracker/a tunnel has two SAs of one IKE SA",
                    test_a_tunnel_has_two_sas_of_one_ike_sa);
    g_test_add_func("/esp-tracker/order, loss and duplicates", test_order_loss_and_duplicates);
    g_test_add_func("/esp-tracker/a copy from a mirror port is no duplicate",
                    test_a_copy_from_a_mirror_port_is_no_duplicate);
    g_test_add_func("/esp-tracker/copies are told by IP ID or time",
                    test_copies_are_told_by_ip_id_or_time);
    g_test_add_func("/esp-tracker/tunnels on one pair of ports are told by their exchanges",
                    test_tunnels_on_one_pair_of_ports_are_told_by_their_exchanges);
    g_test_add_func("/esp-tracker/an owner that cannot be told is none",
                    test_an_owner_that_cannot_be_told_is_none);
    g_test_add_func("/esp-tracker/IKE on 500 owns ESP of its hosts",
                    test_ike_on_500_owns_esp_of_its_hosts);
    g_test_add_func("/esp-tracker/an observer is told all but copies",
                    test_an_observer_is_told_all_but_copies);
    g_test_add_func("/esp-tracker/native ESP belongs to its hosts",
                    test_native_esp_belongs_to_its_hosts);
    g_test_add_func("/esp-tracker/a re-key makes a second pair", test_a_rekey_makes_a_second_pair);
    g_test_add_func("/esp-tracker/without IKE directions are paired",
                    test_without_ike_directions_are_paired);
    g_test_add_func("/esp-tracker/keepalives have intervals", test_keepalives_have_intervals);
}
