/* Items of one size that live equally long, side by side: what packets of many calls need is then
 * on few pages of memory. Items of whole lines of the cache begin with one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_BLOCK_POOL_H
#define PPTPNAT_BLOCK_POOL_H

#include <glib.h>
#include <stdint.h>

#define BLOCK_POOL_LINE 64 /* octets of a line of the cache */

struct block_pool {
    GPtrArray *blocks; /* owned */
    size_t size;       /* octets of an item, a multiple of 8 */
    uint32_t left;     /* items that the latest block still has room for */
};

void block_pool_init(struct block_pool *pool, size_t size);
/* A zeroed item, valid until block_pool_clear. */
void *block_pool_add(struct block_pool *pool);
/* Frees all items. The pool cannot be used again. */
void block_pool_clear(struct block_pool *pool);

#endif
