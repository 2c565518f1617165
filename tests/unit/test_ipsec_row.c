/* Rows of points, and of NATs, in which nothing is wrong: nothing is said. What nearly is the same
 * and wrong stands beside it. All of it also where a capture lost its interfaces (mergecap without
 * -I none, editcap -F pcap), so that the points share one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_shapes.h"

static void whole(struct ipsec_row *row, const struct shape *shape, unsigned version, unsigned kind)
{
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    if (kind > 0)
        shape_rekey(row, version);
    ipsec_row_talk(row, 6);
    if (kind > 1 && version != IKEV1)
        shape_rekey_ike(row);
    ipsec_row_talk(row, 6);
    shape_check_well(row, shape, 3 + (kind > 0 ? 2 : 0) + (kind > 1 && version != IKEV1));
}

static void test_a_tunnel_across_any_row(void)
{
    shapes_for_all(3, whole);
}

static void cut(struct ipsec_row *row, const struct shape *shape, unsigned version, unsigned kind)
{
    static const uint32_t lengths[] = {8, 12, 16, 20, 28, 32, 40, 60, 68};
    for (unsigned point = 0; point < shape->points; point++)
        row->snaplen[point] = (kind % 3 + 1) >> point % 2 & 1 ? lengths[kind / 3] : 0;
    shape_establish(row, version);
    ipsec_row_talk(row, 12);
    ipsec_row_expect_no_fault(row);
}

static void test_points_that_cut_packets(void)
{
    shapes_for_all(3 * 9, cut);
}

/* `kind`: a bit for each point and direction that it misses. */
static void in_part(struct ipsec_row *row, const struct shape *shape, unsigned version,
                    unsigned kind)
{
    for (unsigned bit = 0; bit < 2 * shape->points; bit++)
        row->misses[bit / 2][bit % 2] = (kind >> bit & 1) != 0;
    shape_establish(row, version);
    ipsec_row_talk(row, 12);
    shape_rekey(row, version);
    ipsec_row_talk(row, 6);
    ipsec_row_expect_no_fault(row);
}

static void test_points_that_miss_a_direction(void)
{
    shapes_for_all(1 << 2 * ROW_POINTS, in_part);
}

/* One point begins after the set-up, some ESP, a re-key, more ESP. */
static void late(struct ipsec_row *row, const struct shape *shape, unsigned version, unsigned kind)
{
    bool *misses = row->misses[kind % shape->points];
    misses[IPSEC_CLIENT] = misses[IPSEC_SERVER] = true;
    shape_establish(row, version);
    for (unsigned stage = 0; stage < 4; stage++) {
        if (stage == kind / ROW_POINTS)
            misses[IPSEC_CLIENT] = misses[IPSEC_SERVER] = false;
        if (stage == 1)
            shape_rekey(row, version);
        ipsec_row_talk(row, 6);
    }
    ipsec_row_expect_no_fault(row);
}

static void test_points_that_begin_in_mid_call(void)
{
    shapes_for_all(4 * ROW_POINTS, late);
}

/* The client takes another address, and the NAT another port, or address and port (RFC 4555);
 * IKE or ESP is the first to come from there. */
static void moving(struct ipsec_row *row, const struct shape *shape, unsigned version,
                   unsigned kind)
{
    const struct net_address old = row->end[0][IPSEC_CLIENT].address;
    unsigned last = old.length - 1;
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    for (unsigned point = 0; point < shape->points; point++) {
        struct row_end *end = &row->end[point][IPSEC_CLIENT];
        bool is_translated = !net_address_equal(&end->address, &old);
        if (row->one_interface && end->address.length != old.length)
            return; /* nothing shows that the client moved, too */
        if (!is_translated || kind % 2 == 0)
            end->address.octets[is_translated ? end->address.length - 1u : last] = 99;
        if (is_translated)
            end->port[IKE_ON_4500] = 62345;
    }
    if (kind / 2 == 1)
        ipsec_row_esp(row, IPSEC_CLIENT, 0);
    if (version != IKEV1)
        ipsec_row_exchange_v2(row, IPSEC_CLIENT, IKE_V2_INFORMATIONAL);
    ipsec_row_talk(row, 6);
    ipsec_row_expect_no_fault(row);
}

static void test_a_client_that_moves(void)
{
    shapes_for_all(4, moving);
}

/* The same with the old address: a NAT did it, the one before the first point that shows it. */
static void port(struct ipsec_row *row, const struct shape *shape, unsigned version, unsigned kind)
{
    unsigned hop = kind % (ROW_POINTS - 1);
    const struct row_end *client = &row->end[0][IPSEC_CLIENT];
    if (hop + 1 >= shape->points || !shape_is_told_apart(row) ||
        net_address_equal(&client->address, &row->end[shape->points - 1][IPSEC_CLIENT].address))
        return;
    for (unsigned point = 0; point < shape->points; point++)
        row->ahead_s[point] = point * (kind / (ROW_POINTS - 1) == 0 ? 77.0 : -55.0);
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    for (unsigned point = hop + 1; point < shape->points; point++)
        row->end[point][IPSEC_CLIENT].port[IKE_ON_4500] = 60606;
    ipsec_row_talk(row, 6);
    g_assert_cmpuint(ipsec_row_expect(row, IPSEC_MAPPING_CHANGED)->hop, ==, hop);
}

static void test_a_port_that_changes_at_each_hop(void)
{
    shapes_for_all(2 * (ROW_POINTS - 1), port);
}

/* How many points see a packet that ends at the hop. */
static unsigned points_before(const struct shape *shape, unsigned hop, unsigned who)
{
    return who == IPSEC_CLIENT ? hop + 1 : shape->points - 1 - hop;
}

/* From the start, or after some. */
static void ending(struct ipsec_row *row, const struct shape *shape, unsigned version,
                   unsigned kind)
{
    unsigned who = kind % 2, hop = kind / 2 % (ROW_POINTS - 1);
    if (hop + 1 >= shape->points || !shape_is_told_apart(row))
        return;
    shape_establish(row, version);
    ipsec_row_talk(row, kind / (2 * (ROW_POINTS - 1)) * 6);
    for (unsigned i = 0; i < 10; i++) {
        row->now += 0.5;
        ipsec_row_esp(row, (enum ipsec_who)who, points_before(shape, hop, who));
        ipsec_row_esp(row, (enum ipsec_who)(1 - who), 0);
    }
    g_assert_cmpuint(ipsec_row_expect(row, IPSEC_ESP_NOT_FORWARDED)->hop, ==, hop);
}

static void test_esp_that_ends_at_each_hop(void)
{
    shapes_for_all(2 * 2 * (ROW_POINTS - 1), ending);
}

static void blocked(struct ipsec_row *row, const struct shape *shape, unsigned version,
                    unsigned kind)
{
    unsigned who = kind % 2, hop = kind / 2;
    if (hop + 1 >= shape->points || version != IKEV1 || !shape_is_told_apart(row))
        return;
    row->float_reaches[who] = points_before(shape, hop, who);
    ipsec_row_main(row);
    g_assert_cmpuint(ipsec_row_expect(row, IPSEC_FLOAT_BLOCKED)->hop, ==, hop);
}

static void test_port_4500_that_is_blocked_at_each_hop(void)
{
    shapes_for_all(2 * (ROW_POINTS - 1), blocked);
}

/* `kind`: a bit for each point that shows all packets twice, and one for routers that give packets
 * IP IDs of their own. */
static void mirrored(struct ipsec_row *row, const struct shape *shape, unsigned version,
                     unsigned kind)
{
    for (unsigned point = 0; point < shape->points; point++)
        row->mirrors[point] = (kind >> point & 1) != 0;
    row->own_ip_ids = kind >> ROW_POINTS != 0;
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    shape_rekey(row, version);
    ipsec_row_talk(row, 6);
    shape_check_well(row, shape, 5);
}

static void test_points_that_show_packets_twice(void)
{
    shapes_for_all(2 << ROW_POINTS, mirrored);
}

/* Routers that give each packet an IP ID of their own, or do not count its TTL down. */
static void untold(struct ipsec_row *row, const struct shape *shape, unsigned version,
                   unsigned kind)
{
    (void)shape;
    row->own_ip_ids = kind == 0;
    row->keep_ttl = kind == 1;
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    uint32_t links = ipsec_row_expect_no_fault(row);
    if (!shape_is_told_apart(row))
        g_assert_cmpuint(links, ==, 0);
}

static void test_sides_of_an_interface_that_nothing_tells_apart(void)
{
    shapes_for_all(2, untold);
}

/* The client starts anew without a word, on the same ports or on others of the NAT, at once or
 * after minutes; ESP for the old SA still comes. */
static void restarted(struct ipsec_row *row, const struct shape *shape, unsigned version,
                      unsigned kind)
{
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    for (unsigned i = 0; i < 5; i++) {
        row->now += kind / 2 == 0 ? 0.1 : 40;
        ipsec_row_esp(row, IPSEC_SERVER, 0);
    }
    for (unsigned point = 1; point < shape->points && kind % 2 == 1; point++) {
        struct row_end *client = &row->end[point][IPSEC_CLIENT];
        if (!net_address_equal(&client->address, &row->end[0][IPSEC_CLIENT].address)) {
            client->port[IKE_ON_500] = 77;
            client->port[IKE_ON_4500] = 62345;
        }
    }
    row->initiator_spi += 0x100;
    row->responder_spi += 0x100;
    for (unsigned who = 0; who < 2; who++) {
        row->spi[who] += 0x100;
        row->seq[who] = 0;
    }
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    ipsec_row_expect_no_fault(row);
}

static void test_a_client_that_starts_anew(void)
{
    shapes_for_all(4, restarted);
}

void test_ipsec_row(void)
{
    g_test_add_func("/ipsec-row/a client that starts anew", test_a_client_that_starts_anew);
    g_test_add_func("/ipsec-row/points that show packets twice",
                    test_points_that_show_packets_twice);
    g_test_add_func("/ipsec-row/sides of an interface that nothing tells apart",
                    test_sides_of_an_interface_that_nothing_tells_apart);
    g_test_add_func("/ipsec-row/a tunnel across any row", test_a_tunnel_across_any_row);
    g_test_add_func("/ipsec-row/points that cut packets", test_points_that_cut_packets);
    g_test_add_func("/ipsec-row/points that miss a direction", test_points_that_miss_a_direction);
    g_test_add_func("/ipsec-row/points that begin in mid-call", test_points_that_begin_in_mid_call);
    g_test_add_func("/ipsec-row/a client that moves", test_a_client_that_moves);
    g_test_add_func("/ipsec-row/a port that changes at each hop",
                    test_a_port_that_changes_at_each_hop);
    g_test_add_func("/ipsec-row/ESP that ends at each hop", test_esp_that_ends_at_each_hop);
    g_test_add_func("/ipsec-row/port 4500 that is blocked at each hop",
                    test_port_4500_that_is_blocked_at_each_hop);
}
