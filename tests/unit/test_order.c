/* The order of points by what each shows: one key after the other, in its order of weight.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/link/order.h"

/* Sorts two that are given the wrong way round. */
static void expect_turned(struct order_key outer, struct order_key inner)
{
    struct order_key keys[2] = {outer, inner};
    keys[1].original = 1;
    g_assert_true(order_sort(keys, 2));
    g_assert_cmpuint(keys[0].original, ==, 1);
}

static void test_each_key_decides_where_those_before_it_do_not(void)
{
    struct order_key outer = {.ttl = 63, .other_ttl = 62, .fan_in = 2};
    struct order_key inner = {.ttl = 64, .other_ttl = 61, .fan_in = 1, .private_address = true};
    expect_turned(outer, inner);
    outer.ttl = inner.ttl;
    expect_turned(outer, inner);
    outer.other_ttl = inner.other_ttl;
    expect_turned(outer, inner);
    outer.fan_in = inner.fan_in;
    expect_turned(outer, inner);
    outer.private_address = true;
    struct order_key keys[2] = {outer, inner};
    g_assert_false(order_sort(keys, 2));
    inner.named = true;
    inner.ttl = 1; /* the user's word goes first */
    expect_turned(outer, inner);
}

/* Both directions together, however far the clocks are apart. */
static void test_times_tell_whatever_the_clocks_say(void)
{
    struct order_key outer = {.has_times = true, .own_ns = -5000, .other_ns = -6000};
    struct order_key inner = {.has_times = true, .own_ns = 100, .other_ns = 300};
    expect_turned(outer, inner);
    outer.has_times = false;
    struct order_key keys[2] = {outer, inner};
    g_assert_false(order_sort(keys, 2));
}

static void test_private_addresses(void)
{
    static const struct {
        struct net_address address;
        bool is_private;
    } rows[] = {
        {{4, {10, 1, 2, 3}}, true},      {{4, {172, 16, 0, 1}}, true},
        {{4, {172, 32, 0, 1}}, false},   {{4, {192, 168, 9, 9}}, true},
        {{4, {100, 64, 0, 1}}, true},    {{4, {100, 128, 0, 1}}, false},
        {{4, {198, 51, 100, 1}}, false}, {{16, {0xFD, 1}}, true},
        {{16, {0x20, 1}}, false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_true(order_is_private(&rows[i].address) == rows[i].is_private);
}

void test_order(void)
{
    g_test_add_func("/order/each key decides where those before it do not",
                    test_each_key_decides_where_those_before_it_do_not);
    g_test_add_func("/order/times tell whatever the clocks say",
                    test_times_tell_whatever_the_clocks_say);
    g_test_add_func("/order/private addresses", test_private_addresses);
}
