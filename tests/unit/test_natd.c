/* Address hashes: against sums that real peers sent, and each algorithm against itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/ipsec/natd.h"

static const struct endpoint server = {{4, {192, 168, 1, 10}}, 500};
static const struct endpoint inside = {{4, {192, 168, 11, 20}}, 500};
static const struct endpoint outside = {{4, {192, 168, 1, 30}}, 500};

/* Recorded with strongSwan: main mode 3 of a client behind a NAT. */
static const struct ike_header header = {.initiator_spi = 0x0A08E01416BFDAD8u,
                                         .responder_spi = 0x5440E0464C62794Eu};
static const uint8_t of_server[20] = {0xcf, 0x23, 0x8e, 0xfa, 0x36, 0xaf, 0x12, 0xab, 0xe4, 0x73,
                                      0xc4, 0xe9, 0x59, 0x1d, 0xf8, 0x25, 0xe3, 0xf6, 0x93, 0x5c};
static const uint8_t of_client[20] = {0xbc, 0x65, 0xcf, 0xcc, 0xdd, 0xcc, 0x83, 0x71, 0x6a, 0x63,
                                      0xcb, 0x92, 0x96, 0x7d, 0x13, 0x35, 0x80, 0xac, 0xc5, 0x46};

/* RFC3947-3.2: inside both fit; behind the NAT the sender's own does not. */
static void test_hashes_of_a_real_client(void)
{
    static const struct {
        const uint8_t *hash;
        const struct endpoint *source;
        enum natd_fit fit;
    } rows[] = {
        {of_server, &inside, NATD_FITS_DESTINATION},
        {of_client, &inside, NATD_FITS_SOURCE},
        {of_server, &outside, NATD_FITS_DESTINATION},
        {of_client, &outside, NATD_FITS_NEITHER},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(natd_judge(rows[i].hash, 20, 2, &header, rows[i].source, &server), ==,
                        rows[i].fit);
}

static void test_each_algorithm_fits_itself(void)
{
    static const struct {
        uint16_t algorithm;
        uint32_t length;
    } rows[] = {{1, 16}, {2, 20}, {4, 32}, {5, 48}, {6, 64}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint8_t hash[NATD_MAX_OCTETS];
        uint32_t length = rows[i].length;
        g_assert_cmpuint(natd_compute(length, &header, &inside, hash), ==, length);
        g_assert_cmpint(natd_judge(hash, length, rows[i].algorithm, &header, &inside, &server), ==,
                        NATD_FITS_SOURCE);
        g_assert_cmpint(natd_judge(hash, length, 0, &header, &server, &inside), ==,
                        NATD_FITS_DESTINATION);
        hash[length - 1] ^= 1;
        g_assert_cmpint(natd_judge(hash, length, 0, &header, &inside, &server), ==,
                        NATD_FITS_NEITHER);
    }
}

/* Tiger makes 24 octets; a hash of 20 where MD5 was agreed is none that we know. */
static void test_what_cannot_be_computed_says_nothing(void)
{
    static const uint32_t lengths[] = {0, 1, 15, 17, 24, 28, 63, 65, 255};
    uint8_t hash[255] = {0};
    for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++)
        g_assert_cmpint(natd_judge(hash, lengths[i], 0, &header, &inside, &server), ==,
                        NATD_NOT_COMPUTED);
    g_assert_cmpint(natd_judge(of_server, 20, 1, &header, &inside, &server), ==, NATD_NOT_COMPUTED);
    g_assert_cmpint(natd_judge(of_server, 20, 3, &header, &inside, &server), ==, NATD_NOT_COMPUTED);
}

static void test_ipv6_hashes_16_octets_of_address(void)
{
    struct endpoint six = {{16, {0x20, 1, 0xd, 0xb8, [15] = 1}}, 4500};
    struct endpoint four = {{4, {0x20, 1, 0xd, 0xb8}}, 4500};
    uint8_t one[NATD_MAX_OCTETS];
    uint8_t other[NATD_MAX_OCTETS];
    natd_compute(20, &header, &six, one);
    natd_compute(20, &header, &four, other);
    g_assert_cmpint(memcmp(one, other, 20), !=, 0);
}

static void test_fits_have_names(void)
{
    g_assert_cmpstr(natd_fit_name(NATD_FITS_DESTINATION), ==, "destination fits");
    g_assert_cmpstr(natd_fit_name(NATD_FITS_SOURCE), ==, "source fits");
    g_assert_cmpstr(natd_fit_name(NATD_FITS_NEITHER), ==, "neither");
    g_assert_cmpstr(natd_fit_name(NATD_NOT_COMPUTED), ==, "not computed");
    g_assert_nonnull(natd_fit_name((enum natd_fit)99));
}

void test_natd(void)
{
    g_test_add_func("/natd/hashes of a real client", test_hashes_of_a_real_client);
    g_test_add_func("/natd/each algorithm fits itself", test_each_algorithm_fits_itself);
    g_test_add_func("/natd/what cannot be computed says nothing",
                    test_what_cannot_be_computed_says_nothing);
    g_test_add_func("/natd/IPv6 hashes 16 octets of address",
                    test_ipv6_hashes_16_octets_of_address);
    g_test_add_func("/natd/fits have names", test_fits_have_names);
}
