/* Enhanced GRE headers (RFC 2637 4.1): what each bit adds, and what is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/pptp/egre_wire.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Flags and protocol are set by each row; the words behind them tell where they were read from. */
static const uint8_t words[24] = {0,    0,    0,    0,    0x00, 0x10, 0xBC, 0xE0,
                                  0x00, 0x00, 0x00, 0x07, 0xFF, 0xFF, 0xFF, 0xFF,
                                  0x21, 0x22, 0x23, 0x24, 0x31, 0x32, 0x33, 0x34};

static enum egre_status parse(uint16_t flags, uint16_t protocol, uint32_t captured,
                              struct egre_header *ret)
{
    uint8_t *data = g_memdup2(words, sizeof words);
    uint8_t *exact;
    enum egre_status status;

    data[0] = (uint8_t)(flags >> 8);
    data[1] = (uint8_t)flags;
    data[2] = (uint8_t)(protocol >> 8);
    data[3] = (uint8_t)protocol;
    exact = g_memdup2(data, captured); /* so that the sanitizer sees an octet read too much */
    status = egre_parse(exact, captured, ret);
    g_free(exact);
    g_free(data);
    return status;
}

static void test_headers_are_as_long_as_their_bits_say(void)
{
    static const struct {
        uint16_t flags;
        uint8_t length;
        uint8_t seq_offset;
        uint8_t ack_offset;
        uint32_t seq;
        uint32_t ack;
    } rows[] = {
        {0x2001, 8, 0, 0, 0, 0},           /* neither: no payload, nothing to say */
        {0x3001, 12, 8, 0, 7, 0},          /* S */
        {0x2081, 12, 0, 8, 0, 7},          /* A: acknowledgment only */
        {0x3081, 16, 8, 12, 7, UINT32_MAX} /* S and A; 4294967295: nothing received yet */
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct egre_header header;

        g_assert_cmpint(parse(rows[i].flags, 0x880B, rows[i].length, &header), ==, EGRE_OK);
        g_assert_cmphex(header.flags, ==, rows[i].flags);
        g_assert_cmphex(header.protocol, ==, 0x880B);
        g_assert_cmpuint(header.payload_length, ==, 16);
        g_assert_cmphex(header.call_id, ==, 0xBCE0);
        g_assert_cmpuint(header.header_length, ==, rows[i].length);
        g_assert_true(header.has_seq == (rows[i].seq_offset != 0));
        g_assert_true(header.has_ack == (rows[i].ack_offset != 0));
        g_assert_cmpuint(header.seq_offset, ==, rows[i].seq_offset);
        g_assert_cmpuint(header.ack_offset, ==, rows[i].ack_offset);
        g_assert_cmpuint(header.seq, ==, rows[i].seq);
        g_assert_cmpuint(header.ack, ==, rows[i].ack);
        g_assert_cmphex(egre_wrong_bits(&header), ==, 0);
    }
}

/* Every cut of the longest header: what was read is right, the rest is 0. */
static void test_truncated_headers_keep_what_was_there(void)
{
    for (uint32_t captured = 0; captured < 16; captured++) {
        struct egre_header header;

        g_assert_cmpint(parse(0x3081, 0x880B, captured, &header), ==, EGRE_TRUNCATED);
        g_assert_cmphex(header.flags, ==, captured >= 4 ? 0x3081 : 0);
        g_assert_cmphex(header.call_id, ==, captured >= 8 ? 0xBCE0 : 0);
        g_assert_true(header.has_seq == (captured >= 12));
        g_assert_cmpuint(header.seq, ==, captured >= 12 ? 7 : 0);
        g_assert_false(header.has_ack);
        g_assert_cmpuint(header.header_length, ==, 0);
    }
}

static void test_other_gre_is_not_ours(void)
{
    static const struct {
        uint16_t flags;
        uint16_t protocol;
        bool enhanced;
    } rows[] = {
        {0x3000, 0x880B, false}, /* version 0 */
        {0x3002, 0x880B, false}, /* version 2 */
        {0x3001, 0x0800, false}, /* IPv4 in version 1 */
        {0x1001, 0x880B, true},  /* no key: version and protocol fit, but there is no layout */
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        const uint8_t start[] = {(uint8_t)(rows[i].flags >> 8), (uint8_t)rows[i].flags,
                                 (uint8_t)(rows[i].protocol >> 8), (uint8_t)rows[i].protocol};
        struct egre_header header = {.call_id = 0x1234};

        g_assert_cmpint(parse(rows[i].flags, rows[i].protocol, 16, &header), ==, EGRE_NOT_ENHANCED);
        g_assert_cmphex(header.call_id, ==, 0x1234); /* untouched */
        g_assert_true(egre_is_enhanced(start, 4) == rows[i].enhanced);
        g_assert_false(egre_is_enhanced(start, 3));
    }
}

/* RFC1701: C or R brings one word; RFC2637-4.1: neither may be set, nor the others below. */
static void test_bits_that_must_be_0_are_told(void)
{
    static const struct {
        uint16_t bits;
        uint8_t length;
        uint16_t call_id;
    } rows[] = {
        {0x8000, 20, 7},      {0x4000, 20, 7},      {0xC000, 20, 7},      {0x0800, 16, 0xBCE0},
        {0x0100, 16, 0xBCE0}, {0x0700, 16, 0xBCE0}, {0x0040, 16, 0xBCE0}, {0x0008, 16, 0xBCE0},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        struct egre_header header;
        uint16_t flags = (uint16_t)(0x3081 | rows[i].bits);

        g_assert_cmpint(parse(flags, 0x880B, 24, &header), ==, EGRE_OK);
        g_assert_cmphex(egre_wrong_bits(&header), ==, rows[i].bits);
        g_assert_cmpuint(header.header_length, ==, rows[i].length);
        g_assert_cmphex(header.call_id, ==, rows[i].call_id);
    }
}

void test_egre_wire(void)
{
    g_test_add_func("/egre-wire/headers are as long as their bits say",
                    test_headers_are_as_long_as_their_bits_say);
    g_test_add_func("/egre-wire/truncated headers keep what was there",
                    test_truncated_headers_keep_what_was_there);
    g_test_add_func("/egre-wire/other GRE is not ours", test_other_gre_is_not_ours);
    g_test_add_func("/egre-wire/bits that must be 0 are told", test_bits_that_must_be_0_are_told);
}
