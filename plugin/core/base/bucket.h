/* A list of pointers under one key of a hash table. Nearly all have one or two items, and there is
 * one for every message of a capture: two are kept without a further allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_BUCKET_H
#define PPTPNAT_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#define BUCKET_INLINE 2

struct bucket {
    void **items; /* `len` of them, in order of arrival until one was removed */
    uint32_t len;
    uint32_t room;
    void *first[BUCKET_INLINE]; /* where `items` points at first */
};

struct bucket *bucket_new(void);
void bucket_free(struct bucket *bucket);
void bucket_add(struct bucket *bucket, void *item);
bool bucket_has(const struct bucket *bucket, const void *item);
/* The last item takes the place of item `index`. */
void bucket_remove(struct bucket *bucket, uint32_t index);

#endif
