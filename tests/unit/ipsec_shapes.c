/* See ipsec_shapes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_shapes.h"

static const struct shape shapes[] = {
    {"one NAT",
     2,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 501, 61000, "203.0.113.5", 500, 4500}},
     1},
    {"client behind two NATs",
     3,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500},
      {"10.0.0.9", 500, 4500, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 333, 61000, "203.0.113.5", 500, 4500}},
     2},
    {"client behind two NATs, outer and inner only",
     2,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 333, 61000, "203.0.113.5", 500, 4500}},
     1},
    {"server behind a NAT",
     2,
     {{"198.51.100.7", 500, 4500, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 500, 4500, "10.1.1.5", 500, 4500}},
     1},
    {"both ends behind NATs",
     3,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 333, 61000, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 333, 61000, "10.1.1.5", 500, 4500}},
     2},
    {"both ends behind NATs, the far ends only",
     2,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 333, 61000, "10.1.1.5", 500, 4500}},
     1},
    {"server behind a NAT with a port of its own",
     2,
     {{"198.51.100.7", 500, 4500, "203.0.113.5", 10500, 14500},
      {"198.51.100.7", 500, 4500, "10.1.1.5", 500, 4500}},
     1},
    {"client behind a NAT, server's NAT has a port of its own",
     3,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 10500, 14500},
      {"198.51.100.7", 333, 61000, "203.0.113.5", 10500, 14500},
      {"198.51.100.7", 333, 61000, "10.1.1.5", 500, 4500}},
     2},
    {"IPv6, routed",
     2,
     {{"1:2", 500, 4500, "6:5", 500, 4500}, {"1:2", 500, 4500, "6:5", 500, 4500}},
     0},
    {"IPv6, prefix translated",
     2,
     {{"1:2", 500, 4500, "6:5", 500, 4500}, {"2:2", 500, 4500, "6:5", 500, 4500}},
     1},
    {"IPv4 to IPv6",
     2,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500}, {"2:2", 500, 4500, "6:5", 500, 4500}},
     1},
    {"a NAT, then a router",
     4,
     {{"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500},
      {"192.168.1.2", 500, 4500, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 501, 61000, "203.0.113.5", 500, 4500},
      {"198.51.100.7", 501, 61000, "203.0.113.5", 500, 4500}},
     1},
};

static struct ipsec_row *row_of(const struct shape *shape)
{
    struct ipsec_row *row = ipsec_row_new(shape->points);
    for (unsigned i = 0; i < shape->points; i++) {
        row->end[i][IPSEC_CLIENT] =
            row_end_of(shape->at[i].client, shape->at[i].client_500, shape->at[i].client_4500);
        row->end[i][IPSEC_SERVER] =
            row_end_of(shape->at[i].server, shape->at[i].server_500, shape->at[i].server_4500);
    }
    return row;
}

void shape_establish(struct ipsec_row *row, unsigned version)
{
    if (version == IKEV1) {
        ipsec_row_main(row);
        ipsec_row_quick(row);
    } else {
        ipsec_row_establish_v2(row, version == IKEV2 ? IKE_ON_500 : IKE_ON_4500);
    }
}

void shape_rekey(struct ipsec_row *row, unsigned version)
{
    if (version == IKEV1) {
        ipsec_row_quick(row);
    } else {
        ipsec_row_exchange_v2(row, IPSEC_CLIENT, IKE_V2_CREATE_CHILD);
        ipsec_row_exchange_v2(row, IPSEC_CLIENT, IKE_V2_INFORMATIONAL);
    }
    for (unsigned who = 0; who < 2; who++) {
        row->spi[who]++;
        row->seq[who] = 0;
    }
}

void shape_rekey_ike(struct ipsec_row *row)
{
    ipsec_row_exchange_v2(row, IPSEC_SERVER, IKE_V2_CREATE_CHILD);
    ipsec_row_exchange_v2(row, IPSEC_SERVER, IKE_V2_INFORMATIONAL);
    row->message_id = UINT32_MAX; /* the next one is 0 */
    row->initiator_spi += 0x100;
    row->responder_spi += 0x100;
    ipsec_row_exchange_v2(row, IPSEC_CLIENT, IKE_V2_INFORMATIONAL);
}

void shapes_for_all(unsigned kinds, void (*check)(struct ipsec_row *row, const struct shape *shape,
                                                  unsigned version, unsigned kind))
{
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(shapes); i++) {
        const struct shape *shape = &shapes[i / 2];
        for (unsigned n = 0; n < VERSIONS * kinds; n++) {
            struct ipsec_row *row = row_of(shape);
            row->one_interface = i % 2 == 1;
            g_test_message("%s%s, version %u, kind %u", shape->name,
                           row->one_interface ? " on one interface" : "", n % VERSIONS,
                           n / VERSIONS);
            check(row, shape, n % VERSIONS, n / VERSIONS);
            ipsec_row_free(row);
        }
    }
}

static bool shows_others(const struct row_end one[2], const struct row_end other[2])
{
    return one[0].address.length == other[0].address.length &&
           one[1].address.length == other[1].address.length &&
           (!net_address_equal(&one[0].address, &other[0].address) ||
            !net_address_equal(&one[1].address, &other[1].address));
}

bool shape_is_told_apart(const struct ipsec_row *row)
{
    bool forwarded =
        !row->keep_ttl && !(row->own_ip_ids && row->end[0][IPSEC_CLIENT].address.length == 4);
    for (unsigned i = 1; i < row->points; i++) {
        for (unsigned k = 0; k < i; k++)
            forwarded = forwarded && shows_others(row->end[i], row->end[k]);
    }
    return !row->one_interface || forwarded;
}

void shape_check_well(struct ipsec_row *row, const struct shape *shape, uint32_t links)
{
    const char *text;
    uint32_t found = ipsec_row_expect_no_fault(row);
    if (!shape_is_told_apart(row))
        return;
    g_assert_cmpuint(found, ==, links);
    g_assert_cmpint(ipsec_row_status(row, &text), ==, VERDICT_OK);
    g_assert_cmpuint(linker_nat_count(analysis_linker(row->analysis)), ==, shape->nats);
}
