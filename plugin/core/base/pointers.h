/* A growing array of pointers that stands in its owner, for lists of which there are many and
 * nearly all are short. Zeroed memory is an empty one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_POINTERS_H
#define PPTPNAT_POINTERS_H

#include <glib.h>
#include <stdint.h>

struct pointers {
    void **items; /* the array is owned, what they point at is not */
    uint32_t count;
    uint32_t room;
};

static inline void pointers_add(struct pointers *pointers, void *item)
{
    if (pointers->count == pointers->room) {
        pointers->room = MAX(2, pointers->room * 2);
        pointers->items = g_renew(void *, pointers->items, pointers->room);
    }
    pointers->items[pointers->count++] = item;
}

/* Empty afterwards. */
static inline void pointers_clear(struct pointers *pointers)
{
    g_free(pointers->items);
    *pointers = (struct pointers){0};
}

#endif
