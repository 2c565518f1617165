/* GRE records in lazily allocated pages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "gre_store.h"

#define PAGE_FRAMES 64

G_STATIC_ASSERT(sizeof(struct gre_record) == 32);

struct gre_store {
    GPtrArray *pages; /* struct gre_record[PAGE_FRAMES], or NULL */
};

struct gre_store *gre_store_new(void)
{
    struct gre_store *store = g_new(struct gre_store, 1);
    store->pages = g_ptr_array_new_with_free_func(g_free);
    return store;
}

void gre_store_free(struct gre_store *store)
{
    if (store == NULL)
        return;
    g_ptr_array_free(store->pages, TRUE);
    g_free(store);
}

struct gre_record *gre_store_put(struct gre_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    if (page >= store->pages->len)
        g_ptr_array_set_size(store->pages, (gint)page + 1);
    if (store->pages->pdata[page] == NULL)
        store->pages->pdata[page] = g_new0(struct gre_record, PAGE_FRAMES);
    struct gre_record *record =
        (struct gre_record *)store->pages->pdata[page] + frame % PAGE_FRAMES;
    *record = (struct gre_record){.flags = GRE_RECORD_USED};
    return record;
}

struct gre_record *gre_store_get(const struct gre_store *store, uint32_t frame)
{
    uint32_t page = frame / PAGE_FRAMES;
    if (page >= store->pages->len || store->pages->pdata[page] == NULL)
        return NULL;
    struct gre_record *record =
        (struct gre_record *)store->pages->pdata[page] + frame % PAGE_FRAMES;
    return (record->flags & GRE_RECORD_USED) != 0 ? record : NULL;
}
