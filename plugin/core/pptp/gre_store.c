/* GRE records in lazily allocated pages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "gre_store.h"

#include "core/base/hash.h"

#define PAGE_FRAMES 64

G_STATIC_ASSERT(sizeof(struct gre_record) == 24);
G_STATIC_ASSERT(sizeof(struct gre_detail) == 8);

struct page {
    struct gre_detail *details; /* PAGE_FRAMES of them; NULL: no frame has any */
    struct gre_record records[PAGE_FRAMES];
};

struct gre_store {
    GPtrArray *pages; /* struct page *, or NULL */
};

static void free_page(gpointer data)
{
    struct page *page = data;
    if (page != NULL)
        g_free(page->details);
    g_free(page);
}

struct gre_store *gre_store_new(void)
{
    struct gre_store *store = g_new(struct gre_store, 1);
    store->pages = g_ptr_array_new_with_free_func(free_page);
    return store;
}

void gre_store_free(struct gre_store *store)
{
    if (store == NULL)
        return;
    g_ptr_array_free(store->pages, TRUE);
    g_free(store);
}

static struct page *page_of(const struct gre_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    return page < store->pages->len ? store->pages->pdata[page] : NULL;
}

static struct page *make_page(struct gre_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    if (page >= store->pages->len)
        g_ptr_array_set_size(store->pages, (gint)page + 1);
    return store->pages->pdata[page] = g_new0(struct page, 1);
}

struct gre_record *gre_store_put(struct gre_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page == NULL)
        page = make_page(store, frame);
    struct gre_record *record = &page->records[frame % PAGE_FRAMES];
    *record = (struct gre_record){.flags = GRE_RECORD_USED};
    if (page->details != NULL)
        page->details[frame % PAGE_FRAMES] = (struct gre_detail){0};
    return record;
}

struct gre_record *gre_store_get(const struct gre_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page == NULL || (page->records[frame % PAGE_FRAMES].flags & GRE_RECORD_USED) == 0)
        return NULL;
    return &page->records[frame % PAGE_FRAMES];
}

struct gre_detail *gre_store_put_detail(struct gre_store *store, uint32_t frame)
{
    struct page *page = page_of(store, frame);
    if (page->details == NULL)
        page->details = g_new0(struct gre_detail, PAGE_FRAMES);
    return &page->details[frame % PAGE_FRAMES];
}

struct gre_detail gre_store_detail(const struct gre_store *store, uint32_t frame)
{
    const struct page *page = page_of(store, frame);
    if (page == NULL || page->details == NULL)
        return (struct gre_detail){0};
    return page->details[frame % PAGE_FRAMES];
}

uint32_t gre_store_content(const struct gre_packet *packet)
{
    const struct egre_header *header = &packet->header;
    uint32_t count = MIN(packet->captured, GRE_CONTENT_LIMIT);
    uint64_t words[2] = {(uint64_t)header->seq << 32 | header->ack,
                         (uint64_t)header->flags << 16 | header->payload_length};
    return (uint32_t)hash_octets(hash_words(words, 2), packet->payload, count);
}
