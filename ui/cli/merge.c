/* A binary heap of the sources that have a frame: captures, or batches of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "merge.h"

struct merge {
    const GPtrArray *captures;
    struct batches *batches; /* NULL: the captures are read */
    uint32_t *heap;          /* indices of sources, the earliest frame first */
    uint32_t count;
    bool begun;
};

struct merge *merge_new(const GPtrArray *captures, struct batches *batches)
{
    struct merge *merge = g_new0(struct merge, 1);

    merge->captures = captures;
    merge->batches = batches;
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

static bool next_of(struct merge *merge, uint32_t source)
{
    if (merge->batches != NULL)
        return batches_next(merge->batches, source);
    return capture_next(g_ptr_array_index(merge->captures, source));
}

static int64_t time_at(const struct merge *merge, uint32_t place)
{
    uint32_t source = merge->heap[place];

    if (merge->batches != NULL)
        return batches_time(merge->batches, source);
    return ((const struct capture *)g_ptr_array_index(merge->captures, source))->time_ns;
}

static bool is_before(const struct merge *merge, uint32_t a, uint32_t b)
{
    int64_t one = time_at(merge, a);
    int64_t other = time_at(merge, b);

    if (one != other)
        return one < other;
    return one == INT64_MIN ? merge->heap[a] < merge->heap[b] : merge->heap[a] > merge->heap[b];
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
    uint32_t count = merge->batches != NULL ? batches_count(merge->batches) : merge->captures->len;

    for (uint32_t i = 0; i < count; i++) {
        if (next_of(merge, i))
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
        if (!next_of(merge, merge->heap[0]))
            merge->heap[0] = merge->heap[--merge->count];
        sink(merge, 0);
    }
    if (merge->count == 0)
        return NULL;
    *ret_index = merge->heap[0];
    if (merge->batches == NULL)
        return g_ptr_array_index(merge->captures, merge->heap[0]);
    *ret_index = batches_file(merge->batches, merge->heap[0]);
    return batches_take(merge->batches, merge->heap[0]);
}
