/* Addresses as people read them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/base/names.h"

static void addresses_as_text(void)
{
    static const struct {
        struct net_address address;
        const char *text;
    } script[] = {
        {{4, {192, 168, 11, 20}}, "192.168.11.20"},
        {{4, {0, 0, 0, 0}}, "0.0.0.0"},
        {{16, {0x20, 0x01, 0x0d, 0xb8, [15] = 0x1e}}, "2001:db8::1e"},
        {{16, {0}}, "::"},
        {{16, {[15] = 1}}, "::1"},
        {{16, {0xfe, 0x80}}, "fe80::"},
        /* The longest run of words that are 0, and the first of two equal ones (RFC 5952 4.2.3). */
        {{16, {0x20, 1, [7] = 1, [15] = 1}}, "2001:0:0:1::1"},
        {{16, {0x20, 1, [7] = 1, [9] = 1, [15] = 1}}, "2001::1:1:0:0:1"},
        /* One word is not shortened. */
        {{16, {0, 1, 0, 0, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}}, "1:0:3:4:5:6:7:8"},

    };
    char text[NAMES_ADDRESS_SIZE];
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++)
        g_assert_cmpstr(names_address(&script[i].address, text), ==, script[i].text);
}

void test_names(void)
{
    g_test_add_func("/names/addresses as text", addresses_as_text);
}
