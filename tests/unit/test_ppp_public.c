/* Which octets of PPP frames may be shown, and that the rest does not matter to whoever reads them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "core/pptp/ppp_public.h"
#include "core/pptp/ppp_stage.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LONGEST          64

/* A frame in hexadecimal; `shown` has x for each digit of an octet that is not public. */
static const struct {
    unsigned number;
    const char *frame;
    const char *shown;
} rows[] = {
    /* nothing that can be read */
    {1, "", ""},
    {2, "00", "xx"},
    {3, "0000636174", "xxxxxxxxxx"},
    {4, "ff03", "xxxx"},
    /* traffic: the protocol alone, in each form of the header */
    {5, "ff03002145000054", "ff030021xxxxxxxx"},
    {6, "00214500", "0021xxxx"},
    {7, "ff032145", "ff0321xx"},
    {8, "2145", "21xx"},
    {9, "fd9000abcd", "fdxxxxxxxx"},
    {10, "00fd9000", "00fdxxxx"},
    /* a control protocol that is cut */
    {11, "c021010100", "c021xxxxxx"},
    {12, "c02101010004", "c02101010004"},
    {13, "c02101010003aabb", "c02101010003xxxx"},
    /* LCP: what describes the link */
    {14, "c0210101000a0506c0ffee01", "c0210101000a0506c0ffee01"},
    {15, "c021010100080104057803", "c0210101000801040578xx"},
    {16, "c0210101000907021305010203", "c0210101000907021305xxxxxx"},
    {17, "c021010100090d05016162", "c021010100090d05xxxxxx"},
    {18, "c02101010008110405dc", "c02101010008110405dc"},
    {19, "c021030100091202630363", "c0210301000912026303xx"},
    {20, "c0210101000805ff1122", "c0210101000805ffxxxx"},
    {21, "c02101010008050041cc", "c021010100080500xxxx"},
    {22, "c02101010005aa", "c02101010005xx"},
    {23, "c021080100088057beef", "c021080100088057xxxx"},
    {24, "c021090100 0a11223344beef", "c0210901000a11223344xxxx"},
    {25, "c0210c01000a11223344beef", "c0210c01000axxxxxxxxxxxx"},
    {26, "c02105010006beef", "c02105010006xxxx"},
    /* who it is, and how that is proved */
    {27, "c023010100080175017a", "c02301010008xxxxxxxx"},
    {28, "c22301010008 10aabbcc", "c22301010008xxxxxxxx"},
    {29, "c22702010008 01757372", "c22702010008xxxxxxxx"},
    {30, "c02901010008 01037fff", "c02901010008xxxxxxxx"},
    /* "E=691 R" and "no E=6"; a digit in place of the space would make another number */
    {31, "c2230401000b453d3639312052", "c2230401000b453d36393120xx"},
    {32, "c2230401000a6e6f20453d36", "c2230401000axxxx20453d36"},
    {33, "c2230401000a6e6f78453d36", "c2230401000axxxxxxxxxxxx"},
    {34, "c2230301000a453d36393120", "c2230301000axxxxxxxxxxxx"},
    /* networks: which options, not their values; CCP's say how traffic is encrypted */
    {35, "80210101000a03060a000001", "80210101000a0306xxxxxxxx"},
    {36, "80fd0101000a120601000040", "80fd0101000a120601000040"},
    {37, "80fb0101000a120601000040", "80fb0101000a120601000040"},
    {38, "80fd05010008beefbeef", "80fd05010008xxxxxxxx"},
    /* longer than such an option can be: it holds something else */
    {39, "c0210101000a010605dc6162", "c0210101000a0106xxxxxxxx"},
    {40, "c0210101000a0306c2238162", "c0210101000a0306xxxxxxxx"},
    {41, "80fd0101000c0008414243016162", "80fd0101000c0008xxxxxxxxxxxx"},
};

/* Octets of hexadecimal digits, spaces left out; x counts as 0. In memory of exactly that size. */
static uint8_t *octets_of(const char *hex, uint32_t *ret_count)
{
    GString *digits = g_string_new(NULL);
    uint8_t *octets;

    for (; *hex != '\0'; hex++) {
        if (*hex != ' ')
            g_string_append_c(digits, *hex == 'x' ? '0' : *hex);
    }
    *ret_count = (uint32_t)digits->len / 2;
    octets = g_malloc(*ret_count + 1);
    for (uint32_t i = 0; i < *ret_count; i++)
        octets[i] = (uint8_t)(g_ascii_xdigit_value(digits->str[2 * i]) << 4 |
                              g_ascii_xdigit_value(digits->str[2 * i + 1]));
    g_string_free(digits, TRUE);
    return g_realloc(octets, MAX(*ret_count, 1));
}

static char *shown_of(const uint8_t *data, uint32_t count)
{
    GString *text = g_string_new(NULL);
    bool public[LONGEST];

    ppp_public(data, count, public);
    for (uint32_t i = 0; i < count; i++) {
        if (public[i])
            g_string_append_printf(text, "%02x", data[i]);
        else
            g_string_append(text, "xx");
    }
    return g_string_free(text, FALSE);
}

static void test_what_is_public(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        uint32_t count;
        uint8_t *data = octets_of(rows[i].frame, &count);
        char *shown = shown_of(data, count);

        g_test_message("row %u", rows[i].number);
        g_assert_cmpstr(shown, ==, rows[i].shown);
        g_free(shown);
        g_free(data);
    }
}

/* With other octets in place of what is not public, a frame reads the same. */
static void check_reads_the_same(const uint8_t *data, uint32_t count, uint8_t filler)
{
    struct ppp_frame before, after;
    bool public[LONGEST];
    uint8_t *other = g_malloc(MAX(count, 1));

    ppp_public(data, count, public);
    for (uint32_t i = 0; i < count; i++)
        other[i] = public[i] ? data[i] : filler;
    ppp_frame_read(data, count, &before);
    ppp_frame_read(other, count, &after);
    if (before.header != 0)
        g_assert_cmpmem(&before, sizeof before, &after, sizeof after);
    else /* octets that no protocol number can be */
        g_assert_true(filler != 0 || after.header == 0);
    g_free(other);
}

static void test_the_rest_does_not_matter(void)
{
    for (unsigned i = 0; i < LENGTH_OF(rows); i++) {
        uint32_t count;
        uint8_t *data = octets_of(rows[i].frame, &count);

        check_reads_the_same(data, count, 0);
        check_reads_the_same(data, count, 0xA4);
        g_free(data);
    }
}

/* Random frames of the protocols that have rules. */
static void test_the_rest_never_matters(void)
{
    static const uint8_t protocols[][2] = {{0xC0, 0x21}, {0xC0, 0x23}, {0xC2, 0x23}, {0xC2, 0x27},
                                           {0x80, 0x21}, {0x80, 0xFD}, {0x00, 0x21}, {0x00, 0xFD}};

    for (int round = 0; round < 100000; round++) {
        uint32_t count = (uint32_t)g_test_rand_int_range(0, LONGEST);
        uint8_t *data = g_malloc(MAX(count, 1));

        for (uint32_t i = 0; i < count; i++)
            data[i] = (uint8_t)g_test_rand_int_range(0, i % 3 == 0 ? 256 : 12);
        if (count >= 2 && g_test_rand_bit())
            memcpy(data, protocols[g_test_rand_int_range(0, LENGTH_OF(protocols))], 2);
        check_reads_the_same(data, count, 0);
        check_reads_the_same(data, count, 0xA4);
        g_free(data);
    }
}

void test_ppp_public(void)
{
    g_test_add_func("/ppp-public/what is public", test_what_is_public);
    g_test_add_func("/ppp-public/the rest does not matter", test_the_rest_does_not_matter);
    g_test_add_func("/ppp-public/the rest never matters", test_the_rest_never_matters);
}
