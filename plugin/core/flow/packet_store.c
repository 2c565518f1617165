/* Packet records in lazily allocated pages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet_store.h"

#include <glib.h>

#define PAGE_FRAMES 64

G_STATIC_ASSERT(sizeof(struct packet_record) == 24);
G_STATIC_ASSERT(sizeof(struct packet_detail) == 8);

struct page {
    struct packet_detail *details; /* PAGE_FRAMES of them; NULL: no frame has any */
    struct packet_record records[PAGE_FRAMES];
};

struct packet_store {
    GPtrArray *pages; /* struct page *, or NULL */
};

static void free_page(gpointer data)
{
    struct page *page = data;
    if (page != NULL)
        g_free(page->details);
    g_free(page);
}

struct packet_store *packet_store_new(void)
{
    struct packet_store *store = g_new(struct packet_store, 1);
    store->pages = g_ptr_array_new_with_free_func(free_page);
    return store;
}

void packet_store_free(struct packet_store *store)
{
    if (store == NULL)
        return;
    g_ptr_array_free(store->pages, TRUE);
    g_free(store);
}

static struct page *page_of(const struct packet_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    return page < store->pages->len ? store->pages->pdata[page] : NULL;
}

static struct page *make_page(struct packet_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    if (page >= store->pages->len)
        g_ptr_array_set_size(store->pages, (gint)page + 1);
    return store->pages->pdata[page] = g_new0(struct page, 1);
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
        page->details = g_new0(struct packet_detail, PAGE_FRAMES);
    return &page->details[frame % PAGE_FRAMES];
}

struct packet_detail packet_store_detail(const struct packet_store *store, uint32_t frame)
{
    const struct page *page = page_of(store, frame);
    if (page == NULL || page->details == NULL)
        return (struct packet_detail){0};
    return page->details[frame % PAGE_FRAMES];
}
