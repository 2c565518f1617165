/* A binary heap of the captures that have a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "merge.h"

struct merge {
    const GPtrArray *captures;
    uint32_t *heap; /* indices of captures, the earliest frame first */
    uint32_t count;
    bool begun;
};

struct merge *merge_new(const GPtrArray *captures)
{
    struct merge *merge = g_new0(struct merge, 1);

    merge->captures = captures;
    merge->heap = g_new(uint32_t, MAX(captures->len, 1));
    return merge;
}

void merge_free(struct merge *merge)
{
    if (merge == NULL)
        return;
    g_free(merge->heap);
    g_free(merge);
}

static struct capture *capture_at(const struct merge *merge, uint32_t place)
{
    return g_ptr_array_index(merge->captures, merge->heap[place]);
}

static bool is_before(const struct merge *merge, uint32_t a, uint32_t b)
{
    int64_t one = capture_at(merge, a)->time_ns;
    int64_t other = capture_at(merge, b)->time_ns;

    return one != other ? one < other : merge->heap[a] < merge->heap[b];
}

static void sink(struct merge *merge, uint32_t place)
{
    for (;;) {
        uint32_t first = place;

        for (uint32_t child = 2 * place + 1; child <= 2 * place + 2; child++) {
            if (child < merge->count && is_before(merge, child, first))
                first = child;
        }
        if (first == place)
            return;
        uint32_t moved = merge->heap[place];
        merge->heap[place] = merge->heap[first];
        merge->heap[first] = moved;
        place = first;
    }
}

static void begin(struct merge *merge)
{
    for (uint32_t i = 0; i < merge->captures->len; i++) {
        if (capture_next(g_ptr_array_index(merge->captures, i)))
            merge->heap[merge->count++] = i;
    }
    for (uint32_t place = merge->count / 2; place > 0; place--)
        sink(merge, place - 1);
    merge->begun = true;
}

struct capture *merge_next(struct merge *merge, uint32_t *ret_index)
{
    if (!merge->begun) {
        begin(merge);
    } else if (merge->count > 0) {
        if (!capture_next(capture_at(merge, 0)))
            merge->heap[0] = merge->heap[--merge->count];
        sink(merge, 0);
    }
    if (merge->count == 0)
        return NULL;
    *ret_index = merge->heap[0];
    return capture_at(merge, 0);
}
