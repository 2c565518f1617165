/* Lazily allocated pages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_store.h"

#include <glib.h>
#include <string.h>

#include "core/base/block_pool.h"

#define PAGE_FRAMES 64

struct frame_store {
    GPtrArray *pages; /* PAGE_FRAMES records each, or NULL */
    size_t size;
    struct block_pool page_pool;
};

struct frame_store *frame_store_new(size_t size)
{
    struct frame_store *store = g_new(struct frame_store, 1);
    *store = (struct frame_store){.pages = g_ptr_array_new(), .size = size};
    block_pool_init(&store->page_pool, PAGE_FRAMES * size);
    return store;
}

void frame_store_free(struct frame_store *store)
{
    if (store == NULL)
        return;
    g_ptr_array_free(store->pages, TRUE);
    block_pool_clear(&store->page_pool);
    g_free(store);
}

static uint8_t *record_in(const struct frame_store *store, uint8_t *page, uint32_t frame)
{
    return page + frame % PAGE_FRAMES * store->size;
}

void *frame_store_put(struct frame_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    if (page >= store->pages->len)
        g_ptr_array_set_size(store->pages, (gint)page + 1);
    if (store->pages->pdata[page] == NULL)
        store->pages->pdata[page] = block_pool_add(&store->page_pool);
    void *record = record_in(store, store->pages->pdata[page], frame);
    memset(record, 0, store->size);
    return record;
}

void *frame_store_get(const struct frame_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    if (page >= store->pages->len || store->pages->pdata[page] == NULL)
        return NULL;
    uint8_t *record = record_in(store, store->pages->pdata[page], frame);
    return record[0] != 0 ? record : NULL;
}
