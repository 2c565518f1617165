/* Packet records in lazily allocated pages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_store.h"

#include <string.h>

#include "core/base/block_pool.h"

#define PAGE_FRAMES 64

G_STATIC_ASSERT(sizeof(struct packet_record) == 24);
G_STATIC_ASSERT(sizeof(struct packet_detail) == 8);

struct page {
    struct packet_detail *details; /* PAGE_FRAMES of them; NULL: no frame has any */
    struct packet_record records[PAGE_FRAMES];
};

struct packet_store {
    struct page **pages; /* NULL: no frame of the page has a record */
    uint32_t count;
    struct block_pool page_pool;
    struct block_pool detail_pool;
};

struct packet_store *packet_store_new(void)
{
    struct packet_store *store = g_new0(struct packet_store, 1);
    block_pool_init(&store->page_pool, sizeof(struct page));
    block_pool_init(&store->detail_pool, PAGE_FRAMES * sizeof(struct packet_detail));
    return store;
}

void packet_store_free(struct packet_store *store)
{
    if (store == NULL)
        return;
    block_pool_clear(&store->page_pool);
    block_pool_clear(&store->detail_pool);
    g_free(store->pages);
    g_free(store);
}

static struct page *page_of(const struct packet_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    return page < store->count ? store->pages[page] : NULL;
}

static struct page *make_page(struct packet_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    if (page >= store->count) {
        uint32_t count = MAX(page + 1, store->count * 2);
        store->pages = g_renew(struct page *, store->pages, count);
        memset(store->pages + store->count, 0, (count - store->count) * sizeof *store->pages);
        store->count = count;
    }
    return store->pages[page] = block_pool_add(&store->page_pool);
}

struct packet_record *packet_store_put(struct packet_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page == NULL)
        page = make_page(store, frame);
    struct packet_record *record = &page->records[frame % PAGE_FRAMES];
    *record = (struct packet_record){.flags = PACKET_USED};
    if (page->details != NULL)
        page->details[frame % PAGE_FRAMES] = (struct packet_detail){0};
    return record;
}

struct packet_record *packet_store_get(const struct packet_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page == NULL || (page->records[frame % PAGE_FRAMES].flags & PACKET_USED) == 0)
        return NULL;
    return &page->records[frame % PAGE_FRAMES];
}

struct packet_detail *packet_store_put_detail(struct packet_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page->details == NULL)
        page->details = block_pool_add(&store->detail_pool);
    return &page->details[frame % PAGE_FRAMES];
}

struct packet_detail packet_store_detail(const struct packet_store *store, uint32_t frame)
{
    const struct page *page = page_of(store, frame);
    if (page == NULL || page->details == NULL)
        return (struct packet_detail){0};
    return page->details[frame % PAGE_FRAMES];
}
