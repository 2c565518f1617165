/* TCP headers and their checksum: what is taken, and what a sender leaves to the network adapter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/pptp/tcp_wire.h"

/* A segment of Linux from 192.168.11.20 to 192.168.1.30 with a timestamp option and three octets;
 * the sum is worked out below. */
static const uint8_t segment_octets[] = {0x04, 0xD2, 0x06, 0xBB, 0x00, 0x00, 0x00, 0x01, 0x00,
                                         0x00, 0x00, 0x02, 0x80, 0x18, 0x20, 0x00, 0x00, 0x00,
                                         0x00, 0x00, 0x01, 0x01, 0x08, 0x0A, 0x00, 0x00, 0x00,
                                         0x05, 0x00, 0x00, 0x00, 0x06, 'a',  'b',  'c'};

static const struct net_address client = {4, {192, 168, 11, 20}};
static const struct net_address server = {4, {192, 168, 1, 30}};

static bool read(uint32_t captured, struct tcp_segment *ret, uint32_t *ret_offset)
{
    uint8_t *exact = g_memdup2(segment_octets, captured);
    bool done = tcp_wire_read(exact, captured, sizeof segment_octets, ret, ret_offset);

    g_free(exact);
    return done;
}

static void test_a_header_is_taken_whole_or_not_at_all(void)
{
    struct tcp_segment segment;
    uint32_t offset = 0;

    for (uint32_t captured = 0; captured < 20; captured++)
        g_assert_false(read(captured, &segment, &offset));
    for (uint32_t captured = 20; captured <= sizeof segment_octets; captured++) {
        g_assert_true(read(captured, &segment, &offset));
        g_assert_cmpuint(offset, ==, 32);
        g_assert_cmpuint(segment.length, ==, 3);
        g_assert_cmpuint(segment.captured, ==, captured > 32 ? captured - 32 : 0);
        g_assert_cmpuint(segment.options_length, ==, captured >= 32 ? 12 : 0);
        g_assert_cmpuint(segment.source_port, ==, 1234);
        g_assert_cmpuint(segment.destination_port, ==, 1723);
        g_assert_cmphex(segment.flags, ==, 0x18);
        g_assert_cmpuint(segment.window, ==, 0x2000);
    }
}

static void test_a_data_offset_that_cannot_be_is_refused(void)
{
    static const uint8_t offsets[] = {0x40, 0xF0};

    for (unsigned i = 0; i < G_N_ELEMENTS(offsets); i++) {
        uint8_t octets[sizeof segment_octets];
        struct tcp_segment segment;
        uint32_t offset;

        memcpy(octets, segment_octets, sizeof octets);
        octets[12] = offsets[i];
        g_assert_false(tcp_wire_read(octets, sizeof octets, sizeof octets, &segment, &offset));
    }
}

/* RFC 1071 by hand: pseudo header C0A8 + 0B14 + C0A8 + 011E + 0006 = 18D88, folded 8D89, with the
 * length 0023 8DAC; the segment adds 04D2 + 06BB + 0001 + 0002 + 8018 + 2000 + 0101 + 080A + 0005 +
 * 0006 + 6162 + 6300 = 17920; 8DAC and it folded is 06CE. */
static void test_the_checksum_is_right_wrong_or_left_to_the_adapter(void)
{
    static const struct {
        uint16_t seen;
        bool offloaded;
        bool wrong;
    } sums[] = {
        {0xF931, false, false}, {0xF930, false, true},
        {0x0000, true, false},  {0x8DAC, true, false}, /* Linux: the pseudo header */
        {0x8D89, true, false},                         /* Windows: without the length */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(sums); i++) {
        uint8_t octets[sizeof segment_octets];
        struct tcp_segment segment;
        uint32_t offset;

        memcpy(octets, segment_octets, sizeof octets);
        octets[16] = (uint8_t)(sums[i].seen >> 8);
        octets[17] = (uint8_t)sums[i].seen;
        g_assert_true(tcp_wire_read(octets, sizeof octets, sizeof octets, &segment, &offset));
        segment.packet.source = client;
        segment.packet.destination = server;
        tcp_wire_checksum(octets, sizeof octets, &segment);
        g_assert_true(segment.has_checksum);
        g_assert_cmphex(segment.checksum_right, ==, 0xF931);
        g_assert_true(segment.checksum_offloaded == sums[i].offloaded);
        g_assert_true(tcp_segment_is_wrong(&segment) == sums[i].wrong);
    }
}

void test_tcp_wire(void)
{
    g_test_add_func("/tcp wire/whole or not", test_a_header_is_taken_whole_or_not_at_all);
    g_test_add_func("/tcp wire/data offset", test_a_data_offset_that_cannot_be_is_refused);
    g_test_add_func("/tcp wire/checksum", test_the_checksum_is_right_wrong_or_left_to_the_adapter);
}
