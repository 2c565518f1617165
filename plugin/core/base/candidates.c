/* See candidates.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "candidates.h"

#include <glib.h>
#include <string.h>

struct candidates *candidates_new(void)
{
    struct candidates *list = g_new(struct candidates, 1);
    list->items = list->first;
    list->len = 0;
    list->room = CANDIDATES_INLINE;
    return list;
}

void candidates_free(struct candidates *list)
{
    if (list->items != list->first)
        g_free(list->items);
    g_free(list);
}

void candidates_add(struct candidates *list, void *item)
{
    if (list->len == list->room) {
        bool was_inline = list->items == list->first;
        list->room *= 2;
        list->items = g_renew(void *, was_inline ? NULL : list->items, list->room);
        if (was_inline)
            memcpy(list->items, list->first, sizeof list->first);
    }
    list->items[list->len++] = item;
}

bool candidates_has(const struct candidates *list, const void *item)
{
    for (uint32_t i = 0; i < list->len; i++) {
        if (list->items[i] == item)
            return true;
    }
    return false;
}

void candidates_remove(struct candidates *list, uint32_t index)
{
    list->items[index] = list->items[--list->len];
}
