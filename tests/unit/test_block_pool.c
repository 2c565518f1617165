/* The pool that calls and links lie in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <string.h>

#include "core/base/block_pool.h"

#define ITEMS 1000

static bool is_zero(const unsigned char *item, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        if (item[i] != 0)
            return false;
    }
    return true;
}

static void items_are_zeroed_aligned_and_apart(void)
{
    static const struct {
        unsigned size, alignment;
    } script[] = {{1, 8}, {100, 8}, {64, 64}, {128, 64}, {136, 8}, {192, 64}};
    for (size_t k = 0; k < G_N_ELEMENTS(script); k++) {
        struct block_pool pool;
        unsigned char *items[ITEMS];
        block_pool_init(&pool, script[k].size);
        for (unsigned i = 0; i < ITEMS; i++) {
            items[i] = block_pool_add(&pool);
            g_assert_cmpuint(GPOINTER_TO_SIZE(items[i]) % script[k].alignment, ==, 0);
            g_assert_true(is_zero(items[i], script[k].size));
            memset(items[i], (int)(i % 255 + 1), script[k].size);
        }
        for (unsigned i = 0; i < ITEMS; i++) {
            for (unsigned at = 0; at < script[k].size; at++)
                g_assert_cmpuint(items[i][at], ==, i % 255 + 1);
        }
        block_pool_clear(&pool);
    }
}

static void a_pool_without_items_is_cleared(void)
{
    struct block_pool pool;
    block_pool_init(&pool, 100);
    block_pool_clear(&pool);
}

void test_block_pool(void)
{
    g_test_add_func("/block_pool/zeroed_aligned_apart", items_are_zeroed_aligned_and_apart);
    g_test_add_func("/block_pool/without_items", a_pool_without_items_is_cleared);
}
