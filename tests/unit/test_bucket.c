/* The lists behind the linker's tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/base/bucket.h"

#define ITEMS 100

static int things[ITEMS + 1];

static void items_stay_in_order_while_it_grows(void)
{
    struct bucket *bucket = bucket_new();
    g_assert_cmpuint(bucket->len, ==, 0);
    for (uint32_t i = 0; i < ITEMS; i++) {
        bucket_add(bucket, &things[i]);
        g_assert_cmpuint(bucket->len, ==, i + 1);
        for (uint32_t j = 0; j <= i; j++)
            g_assert_true(bucket->items[j] == &things[j]);
    }
    bucket_free(bucket);
}

static void it_has_what_was_added_and_nothing_else(void)
{
    struct bucket *bucket = bucket_new();
    g_assert_false(bucket_has(bucket, &things[0]));
    for (uint32_t i = 0; i < ITEMS; i++)
        bucket_add(bucket, &things[i]);
    for (uint32_t i = 0; i < ITEMS; i++)
        g_assert_true(bucket_has(bucket, &things[i]));
    g_assert_false(bucket_has(bucket, &things[ITEMS]));
    bucket_free(bucket);
}

static void the_last_item_takes_the_place_of_a_removed_one(void)
{
    struct bucket *bucket = bucket_new();
    for (uint32_t i = 0; i < 3; i++)
        bucket_add(bucket, &things[i]);
    bucket_remove(bucket, 0);
    g_assert_cmpuint(bucket->len, ==, 2);
    g_assert_true(bucket->items[0] == &things[2]);
    g_assert_true(bucket->items[1] == &things[1]);
    bucket_remove(bucket, 1);
    bucket_remove(bucket, 0);
    g_assert_cmpuint(bucket->len, ==, 0);
    bucket_free(bucket);
}

void test_bucket(void)
{
    g_test_add_func("/bucket/order", items_stay_in_order_while_it_grows);
    g_test_add_func("/bucket/has", it_has_what_was_added_and_nothing_else);
    g_test_add_func("/bucket/remove", the_last_item_takes_the_place_of_a_removed_one);
}
