/* See finding_index.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_index.h"

struct ipsec_finding_index {
    GHashTable *by_frame; /* to GPtrArray of const struct ipsec_finding * */
    uint32_t count;       /* how many of the array are in it */
};

static void free_list(gpointer list)
{
    g_ptr_array_free(list, TRUE);
}

struct ipsec_finding_index *ipsec_finding_index_new(void)
{
    struct ipsec_finding_index *index = g_new0(struct ipsec_finding_index, 1);
    index->by_frame = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    return index;
}

void ipsec_finding_index_free(struct ipsec_finding_index *index)
{
    if (index == NULL)
        return;
    g_hash_table_destroy(index->by_frame);
    g_free(index);
}

static void file_under(struct ipsec_finding_index *index, uint32_t frame,
                       struct ipsec_finding *finding)
{
    GPtrArray *list = g_hash_table_lookup(index->by_frame, GUINT_TO_POINTER(frame));
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(index->by_frame, GUINT_TO_POINTER(frame), list);
    }
    g_ptr_array_add(list, finding);
}

void ipsec_finding_index_update(struct ipsec_finding_index *index, const GPtrArray *findings)
{
    for (; index->count < findings->len; index->count++) {
        struct ipsec_finding *finding = findings->pdata[index->count];
        file_under(index, finding->judged_frame, finding);
        if (finding->deciding_frame != 0 && finding->deciding_frame != finding->judged_frame)
            file_under(index, finding->deciding_frame, finding);
    }
}

void ipsec_finding_index_on_frame(const struct ipsec_finding_index *index, uint32_t frame,
                                  ipsec_finding_fn each, void *user)
{
    const GPtrArray *list = g_hash_table_lookup(index->by_frame, GUINT_TO_POINTER(frame));
    for (guint i = 0; list != NULL && i < list->len; i++)
        each(list->pdata[i], user);
}
