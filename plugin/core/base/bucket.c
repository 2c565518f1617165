/* See bucket.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "bucket.h"

#include <glib.h>
#include <string.h>

struct bucket *bucket_new(void)
{
    struct bucket *bucket = g_new(struct bucket, 1);
    bucket->items = bucket->first;
    bucket->len = 0;
    bucket->room = BUCKET_INLINE;
    return bucket;
}

void bucket_free(struct bucket *bucket)
{
    if (bucket->items != bucket->first)
        g_free(bucket->items);
    g_free(bucket);
}

void bucket_add(struct bucket *bucket, void *item)
{
    if (bucket->len == bucket->room) {
        bool was_inline = bucket->items == bucket->first;
        bucket->room *= 2;
        bucket->items = g_renew(void *, was_inline ? NULL : bucket->items, bucket->room);
        if (was_inline)
            memcpy(bucket->items, bucket->first, sizeof bucket->first);
    }
    bucket->items[bucket->len++] = item;
}

bool bucket_has(const struct bucket *bucket, const void *item)
{
    for (uint32_t i = 0; i < bucket->len; i++) {
        if (bucket->items[i] == item)
            return true;
    }
    return false;
}

void bucket_remove(struct bucket *bucket, uint32_t index)
{
    bucket->items[index] = bucket->items[--bucket->len];
}
