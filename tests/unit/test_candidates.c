/* Lists of numbers under keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/base/candidates.h"

#define KEYS  1000u
#define ITEMS 5u

/* Keys that share a bucket until the table has grown, and some that always do. */
static uint64_t key_of(uint32_t number)
{
    return number % 2 ? (uint64_t)number << 32 : (uint64_t)number << 6;
}

static struct candidates *filled(void)
{
    struct candidates *candidates = candidates_new();
    for (uint32_t i = 0; i < ITEMS; i++) {
        for (uint32_t key = 0; key < KEYS; key++)
            candidates_add(candidates, key_of(key), key * ITEMS + i);
    }
    return candidates;
}

static void assert_filled(const struct candidates *candidates)
{
    for (uint32_t key = 0; key < KEYS; key++) {
        uint32_t expected = key * ITEMS, at = candidates_first(candidates, key_of(key));
        for (; at; at = candidates_next(candidates, at))
            g_assert_cmpuint(candidates_item(candidates, at), ==, expected++);
        g_assert_cmpuint(expected, ==, (key + 1) * ITEMS);
    }
}

static void items_of_a_key_come_in_order_of_arrival(void)
{
    struct candidates *candidates = filled();
    assert_filled(candidates);
    candidates_free(candidates);
}

static void an_empty_one_has_nothing(void)
{
    struct candidates *candidates = candidates_new();
    g_assert_cmpuint(candidates_first(candidates, 0), ==, 0);
    g_assert_cmpuint(candidates_count(candidates, 0), ==, 0);
    g_assert_false(candidates_has(candidates, 0, 0));
    candidates_free(candidates);
    candidates_free(NULL);
}

static void it_has_what_was_added_and_nothing_else(void)
{
    struct candidates *candidates = filled();
    for (uint32_t i = 0; i < ITEMS; i++)
        g_assert_true(candidates_has(candidates, key_of(7), 7 * ITEMS + i));
    g_assert_false(candidates_has(candidates, key_of(7), 8 * ITEMS));
    g_assert_false(candidates_has(candidates, key_of(KEYS + 1), 7 * ITEMS));
    g_assert_cmpuint(candidates_count(candidates, key_of(KEYS + 1)), ==, 0);
    candidates_free(candidates);
}

static void any_item_can_be_removed(void)
{
    for (uint32_t gone = 0; gone < ITEMS; gone++) {
        struct candidates *candidates = filled();
        uint32_t at = candidates_first(candidates, key_of(6)), expected = 0;
        while (candidates_item(candidates, at) != 6 * ITEMS + gone)
            at = candidates_next(candidates, at);
        candidates_remove(candidates, at);
        g_assert_cmpuint(candidates_count(candidates, key_of(6)), ==, ITEMS - 1);
        for (at = candidates_first(candidates, key_of(6)); at;
             at = candidates_next(candidates, at)) {
            expected += expected == gone;
            g_assert_cmpuint(candidates_item(candidates, at), ==, 6 * ITEMS + expected++);
        }
        candidates_add(candidates, key_of(6), 6 * ITEMS + gone);
        g_assert_cmpuint(candidates_count(candidates, key_of(6)), ==, ITEMS);
        candidates_free(candidates);
    }
}

static void what_is_added_while_a_list_is_read_comes_too(void)
{
    struct candidates *candidates = candidates_new();
    uint32_t read = 0;
    candidates_add(candidates, 1, 0);
    for (uint32_t at = candidates_first(candidates, 1); at; at = candidates_next(candidates, at)) {
        g_assert_cmpuint(candidates_item(candidates, at), ==, read);
        if (++read < KEYS)
            candidates_add(candidates, 1, read);
    }
    g_assert_cmpuint(read, ==, KEYS);
    candidates_free(candidates);
}

void test_candidates(void)
{
    g_test_add_func("/candidates/order", items_of_a_key_come_in_order_of_arrival);
    g_test_add_func("/candidates/empty", an_empty_one_has_nothing);
    g_test_add_func("/candidates/has", it_has_what_was_added_and_nothing_else);
    g_test_add_func("/candidates/remove", any_item_can_be_removed);
    g_test_add_func("/candidates/meanwhile", what_is_added_while_a_list_is_read_comes_too);
}
