/* Packet records in lazily allocated pages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_store.h"

#include <string.h>

#include "core/base/block_pool.h"

#define NARROW_FLOWS (1u << 18)

G_STATIC_ASSERT(sizeof(struct packet_record) == 20);
G_STATIC_ASSERT(sizeof(struct packet_detail) == 8);

struct page {
    struct packet_detail *details; /* PACKET_PAGE of them; NULL: no frame has any, */
    struct packet_wide *wide;      /* likewise */
    struct packet_record records[PACKET_PAGE];
};

struct packet_store {
    struct page **pages; /* NULL: no frame of the page has a record */
    uint32_t count;
    struct block_pool page_pool;
    struct block_pool detail_pool;
    struct block_pool wide_pool;
};

struct packet_store *packet_store_new(void)
{
    struct packet_store *store = g_new0(struct packet_store, 1);
    block_pool_init(&store->page_pool, sizeof(struct page));
    block_pool_init(&store->detail_pool, PACKET_PAGE * sizeof(struct packet_detail));
    block_pool_init(&store->wide_pool, PACKET_PAGE * sizeof(struct packet_wide));
    return store;
}

void packet_store_free(struct packet_store *store)
{
    if (store == NULL)
        return;
    block_pool_clear(&store->page_pool);
    block_pool_clear(&store->detail_pool);
    block_pool_clear(&store->wide_pool);
    g_free(store->pages);
    g_free(store);
}

static struct page *page_of(const struct packet_store *store, uint32_t frame)
{
    uint32_t page = frame / PACKET_PAGE;
    return page < store->count ? store->pages[page] : NULL;
}

static struct page *make_page(struct packet_store *store, uint32_t frame)
{
    uint32_t page = frame / PACKET_PAGE;
    if (page >= store->count) {
        uint32_t count = MAX(page + 1, store->count * 2);
        store->pages = g_renew(struct page *, store->pages, count);
        memset(store->pages + store->count, 0, (count - store->count) * sizeof *store->pages);
        store->count = count;
    }
    return store->pages[page] = block_pool_add(&store->page_pool);
}

static void widen(struct packet_store *store, struct page *page, uint32_t frame, uint32_t flow,
                  uint32_t peer_frame)
{
    if (page->wide == NULL)
        page->wide = block_pool_add(&store->wide_pool);
    page->wide[frame % PACKET_PAGE] = (struct packet_wide){flow, peer_frame};
    page->records[frame % PACKET_PAGE].flags |= PACKET_WIDE;
}

struct packet_record *packet_store_put(struct packet_store *store, uint32_t frame, uint32_t flow)
{
    struct page *page = page_of(store, frame);
    if (page == NULL)
        page = make_page(store, frame);
    struct packet_record *record = &page->records[frame % PACKET_PAGE];
    *record = (struct packet_record){.narrow_flow = flow % NARROW_FLOWS, .flags = PACKET_USED};
    if (flow >= NARROW_FLOWS)
        widen(store, page, frame, flow, 0);
    if (page->details != NULL)
        page->details[frame % PACKET_PAGE] = (struct packet_detail){0};
    return record;
}

struct packet_record *packet_store_get(const struct packet_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page == NULL || (page->records[frame % PACKET_PAGE].flags & PACKET_USED) == 0)
        return NULL;
    return &page->records[frame % PACKET_PAGE];
}

const struct packet_wide *packet_store_wide(const struct packet_store *store, uint32_t frame)
{
    return &page_of(store, frame)->wide[frame % PACKET_PAGE];
}

void packet_store_set_peer(struct packet_store *store, uint32_t frame, uint32_t peer_frame)
{
    struct page *page = page_of(store, frame);
    struct packet_record *record = &page->records[frame % PACKET_PAGE];
    int64_t behind = peer_frame != 0 ? (int64_t)peer_frame - frame : 0;
    if ((record->flags & PACKET_WIDE) != 0 || behind < INT16_MIN || behind > INT16_MAX)
        widen(store, page, frame, packet_store_flow(store, frame, record), peer_frame);
    else
        record->peer_behind = (int16_t)behind;
}

const struct packet_record *packet_store_page(const struct packet_store *store, uint32_t page)
{
    return page < store->count && store->pages[page] != NULL ? store->pages[page]->records : NULL;
}

struct packet_detail *packet_store_put_detail(struct packet_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page->details == NULL)
        page->details = block_pool_add(&store->detail_pool);
    return &page->details[frame % PACKET_PAGE];
}

struct packet_detail packet_store_detail(const struct packet_store *store, uint32_t frame)
{
    const struct page *page = page_of(store, frame);
    if (page == NULL || page->details == NULL)
        return (struct packet_detail){0};
    return page->details[frame % PACKET_PAGE];
}
