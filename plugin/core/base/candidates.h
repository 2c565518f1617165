/* A list of pointers under one key of a hash table. Nearly all have one or two items, and there is
 * one for every message of a capture: two are kept without a further allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CANDIDATES_H
#define PPTPNAT_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

#define CANDIDATES_INLINE 2

struct candidates {
    void **items; /* `len` of them, in order of arrival until one was removed */
    uint32_t len;
    uint32_t room;
    void *first[CANDIDATES_INLINE]; /* where `items` points at first */
};

struct candidates *candidates_new(void);
void candidates_free(struct candidates *list);
void candidates_add(struct candidates *list, void *item);
bool candidates_has(const struct candidates *list, const void *item);
/* The last item takes the place of item `index`. */
void candidates_remove(struct candidates *list, uint32_t index);

#endif
