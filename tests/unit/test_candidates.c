/* The lists behind the linker's tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/base/candidates.h"

#define ITEMS 100

static int things[ITEMS + 1];

static void items_stay_in_order_while_it_grows(void)
{
    struct candidates *list = candidates_new();
    g_assert_cmpuint(list->len, ==, 0);
    for (uint32_t i = 0; i < ITEMS; i++) {
        candidates_add(list, &things[i]);
        g_assert_cmpuint(list->len, ==, i + 1);
        for (uint32_t j = 0; j <= i; j++)
            g_assert_true(list->items[j] == &things[j]);
    }
    candidates_free(list);
}

static void it_has_what_was_added_and_nothing_else(void)
{
    struct candidates *list = candidates_new();
    g_assert_false(candidates_has(list, &things[0]));
    for (uint32_t i = 0; i < ITEMS; i++)
        candidates_add(list, &things[i]);
    for (uint32_t i = 0; i < ITEMS; i++)
        g_assert_true(candidates_has(list, &things[i]));
    g_assert_false(candidates_has(list, &things[ITEMS]));
    candidates_free(list);
}

static void the_last_item_takes_the_place_of_a_removed_one(void)
{
    struct candidates *list = candidates_new();
    for (uint32_t i = 0; i < 3; i++)
        candidates_add(list, &things[i]);
    candidates_remove(list, 0);
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_true(list->items[0] == &things[2]);
    g_assert_true(list->items[1] == &things[1]);
    candidates_remove(list, 1);
    candidates_remove(list, 0);
    g_assert_cmpuint(list->len, ==, 0);
    candidates_free(list);
}

void test_candidates(void)
{
    g_test_add_func("/list/order", items_stay_in_order_while_it_grows);
    g_test_add_func("/list/has", it_has_what_was_added_and_nothing_else);
    g_test_add_func("/list/remove", the_last_item_takes_the_place_of_a_removed_one);
}
