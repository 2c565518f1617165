/* The setting pptp.nat.inside, and addresses as people write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "core/base/address_text.h"
#include "core/inside.h"
#include "core/link/linker.h"

static char *hex_of(const struct net_address *address)
{
    GString *hex = g_string_new(NULL);
    for (unsigned i = 0; i < address->length; i++)
        g_string_append_printf(hex, "%02x", address->octets[i]);
    return g_string_free(hex, FALSE);
}

static void test_an_address_is_read(void)
{
    static const struct {
        const char *text, *hex;
    } addresses[] = {
        {"192.168.1.30", "c0a8011e"},
        {"0.0.0.0", "00000000"},
        {"255.255.255.255", "ffffffff"},
        {"::", "00000000000000000000000000000000"},
        {"::1", "00000000000000000000000000000001"},
        {"fe80::", "fe800000000000000000000000000000"},
        {"2001:DB8::a:0:1", "20010db8000000000000000a00000001"},
        {"1:2:3:4:5:6:7:8", "00010002000300040005000600070008"},
        {"1:2:3:4:5:6:7::", "00010002000300040005000600070000"},
        {"::2:3:4:5:6:7:8", "00000002000300040005000600070008"},
        {"::ffff:192.168.1.30", "00000000000000000000ffffc0a8011e"},
        {"64:ff9b::10.0.0.1", "0064ff9b00000000000000000a000001"},
        {"1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304"},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(addresses); i++) {
        struct net_address address;
        g_assert_true(address_from_text(addresses[i].text, &address));
        char *hex = hex_of(&address);
        g_assert_cmpstr(hex, ==, addresses[i].hex);
        g_free(hex);
    }
}

static void test_what_is_no_address_is_none(void)
{
    static const char *const texts[] = {
        "",
        "eth0",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.-4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1..3.4",
        "0x1.2.3.4",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "g::",
        "+1::",
        "fe80::1%eth0",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "-1::",
        "::1:",
        ":1::",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct net_address address = {.length = 7};
        g_test_message("\"%s\"", texts[i]);
        g_assert_false(address_from_text(texts[i], &address));
        g_assert_cmpuint(address.length, ==, 7);
    }
}

static void test_a_list_is_subnets_and_names(void)
{
    struct inside inside = inside_read(" lan0 ,192.168.11.0/24,, fe80::/10 , 10.0.0.1,"
                                       "10.0.0.0/33,10.0.0.0/,/8,wan 0,");
    static const uint8_t prefixes[] = {24, 10, 32};
    static const char *const names[] = {"lan0", "10.0.0.0/33", "10.0.0.0/", "/8", "wan 0"};
    g_assert_cmpuint(inside.subnets->len, ==, G_N_ELEMENTS(prefixes));
    for (unsigned i = 0; i < G_N_ELEMENTS(prefixes); i++)
        g_assert_cmpuint(g_array_index(inside.subnets, struct link_subnet, i).prefix, ==,
                         prefixes[i]);
    g_assert_cmpuint(inside.names->len, ==, G_N_ELEMENTS(names));
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpstr(g_ptr_array_index(inside.names, i), ==, names[i]);
    inside_clear(&inside);
    inside_clear(&inside);
    inside = inside_read(NULL);
    g_assert_cmpuint(inside.subnets->len + inside.names->len, ==, 0);
    inside_clear(&inside);
}

void test_inside(void)
{
    g_test_add_func("/inside/address", test_an_address_is_read);
    g_test_add_func("/inside/no address", test_what_is_no_address_is_none);
    g_test_add_func("/inside/list", test_a_list_is_subnets_and_names);
}
