/* Captures that lost their interfaces (mergecap without -I none, editcap -F pcap): the points of a
 * row share one, and are told apart by the first message of an IKE SA. Where that does not tell,
 * nothing is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_shapes.h"

/* Each point shows other hosts, and no router made another packet of it. */
static bool is_told_apart(const struct ipsec_row *row)
{
    for (unsigned i = 1; i < row->points; i++) {
        for (unsigned k = 0; k < i; k++) {
            bool same = true;
            for (unsigned who = 0; who < 2; who++) {
                const struct net_address *one = &row->end[i][who].address;
                const struct net_address *other = &row->end[k][who].address;
                same = same && net_address_equal(one, other);
                if (one->length != other->length)
                    return false;
            }
            if (same)
                return false;
        }
    }
    return true;
}

static void whole(struct ipsec_row *row, const struct shape *shape, unsigned version, unsigned kind)
{
    row->one_interface = true;
    row->own_ip_ids = kind == 1 && row->end[0][0].address.length == 4;
    row->keep_ttl = kind == 2;
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    shape_rekey(row, version);
    ipsec_row_talk(row, 6);
    if (!is_told_apart(row))
        ipsec_row_expect_no_fault(row);
    else if (kind == 0 || (kind == 1 && !row->own_ip_ids))
        shape_check_well(row, shape, 5);
    else
        g_assert_cmpuint(ipsec_row_expect_no_fault(row), ==, 0);
}

/* `kind` 1: each router gives a packet an IP ID of its own, 2: none counts its TTL down. */
static void test_rows_on_one_interface(void)
{
    shapes_for_all(3, whole);
}

/* One point begins after the set-up, some ESP, a re-key, more ESP. */
static void late(struct ipsec_row *row, const struct shape *shape, unsigned version, unsigned kind)
{
    bool *misses = row->misses[kind % shape->points];
    row->one_interface = true;
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

/* `kind`: a bit for each point and direction that it misses. */
static void in_part(struct ipsec_row *row, const struct shape *shape, unsigned version,
                    unsigned kind)
{
    row->one_interface = true;
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

/* The client takes another address, and the NAT a port or an address; where nobody knows any more
 * who is on which side, nothing is said to be lost. */
static void moving(struct ipsec_row *row, const struct shape *shape, unsigned version,
                   unsigned kind)
{
    const struct net_address old = row->end[0][IPSEC_CLIENT].address;
    row->one_interface = true;
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    for (unsigned point = 0; point < shape->points; point++) {
        struct row_end *end = &row->end[point][IPSEC_CLIENT];
        if (end->address.length != old.length)
            return;
        bool is_translated = !net_address_equal(&end->address, &old);
        if (!is_translated || kind % 2 == 0)
            end->address.octets[end->address.length - 1u] = 99;
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

/* How many points see a packet that ends at the hop. */
static unsigned points_before(const struct ipsec_row *row, unsigned hop, unsigned who)
{
    return who == IPSEC_CLIENT ? hop + 1 : row->points - 1 - hop;
}

/* Faults are found as with an interface for each point. */
static void ending(struct ipsec_row *row, const struct shape *shape, unsigned version,
                   unsigned kind)
{
    unsigned who = kind % 2, hop = kind / 2;
    row->one_interface = true;
    if (hop + 1 >= shape->points || !is_told_apart(row))
        return;
    shape_establish(row, version);
    ipsec_row_talk(row, 6);
    for (unsigned i = 0; i < 10; i++) {
        row->now += 0.5;
        ipsec_row_esp(row, (enum ipsec_who)who, points_before(row, hop, who));
        ipsec_row_esp(row, (enum ipsec_who)(1 - who), 0);
    }
    g_assert_cmpuint(ipsec_row_expect(row, IPSEC_ESP_NOT_FORWARDED)->hop, ==, hop);
}

static void test_esp_that_ends_at_each_hop(void)
{
    shapes_for_all(2 * (ROW_POINTS - 1), ending);
}

static void blocked(struct ipsec_row *row, const struct shape *shape, unsigned version,
                    unsigned kind)
{
    unsigned who = kind % 2, hop = kind / 2;
    row->one_interface = true;
    if (hop + 1 >= shape->points || version != IKEV1 || !is_told_apart(row))
        return;
    row->float_reaches[who] = points_before(row, hop, who);
    ipsec_row_main(row);
    g_assert_cmpuint(ipsec_row_expect(row, IPSEC_FLOAT_BLOCKED)->hop, ==, hop);
}

static void test_port_4500_that_is_blocked_at_each_hop(void)
{
    shapes_for_all(2 * (ROW_POINTS - 1), blocked);
}

void test_ipsec_side(void)
{
    g_test_add_func("/ipsec-side/rows on one interface", test_rows_on_one_interface);
    g_test_add_func("/ipsec-side/points that begin in mid-call",
                    test_points_that_begin_in_mid_call);
    g_test_add_func("/ipsec-side/points that miss a direction", test_points_that_miss_a_direction);
    g_test_add_func("/ipsec-side/a client that moves", test_a_client_that_moves);
    g_test_add_func("/ipsec-side/ESP that ends at each hop", test_esp_that_ends_at_each_hop);
    g_test_add_func("/ipsec-side/port 4500 that is blocked at each hop",
                    test_port_4500_that_is_blocked_at_each_hop);
}
