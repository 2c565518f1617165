/* See block_pool.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "block_pool.h"

#include <string.h>

#define BLOCK_ITEMS 32

void block_pool_init(struct block_pool *pool, size_t size)
{
    pool->blocks = g_ptr_array_new_with_free_func(g_free);
    pool->size = (size + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t);
    pool->left = 0;
}

void *block_pool_add(struct block_pool *pool)
{
    if (pool->left == 0) {
        g_ptr_array_add(pool->blocks, g_malloc(BLOCK_ITEMS * pool->size + BLOCK_POOL_LINE - 1));
        pool->left = BLOCK_ITEMS;
    }
    char *block = g_ptr_array_index(pool->blocks, pool->blocks->len - 1);
    size_t past_line = GPOINTER_TO_SIZE(block) % BLOCK_POOL_LINE;
    char *items = block + (past_line != 0 ? BLOCK_POOL_LINE - past_line : 0);
    /* One by one: what is written next is then in the cache, and 32 of them would fill it. */
    return memset(items + --pool->left * pool->size, 0, pool->size);
}

void block_pool_clear(struct block_pool *pool)
{
    g_ptr_array_free(pool->blocks, TRUE);
}
