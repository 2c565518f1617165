/* See table_counts.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "table_counts.h"

struct table_counts {
    GArray *messages; /* uint32_t by the index of call or IKE SA: how many */
    GArray *packets;  /* struct flow_count by that of GRE flow or ESP SA */
    GArray *waiting;  /* frames of packets that may turn out to be ESP */
};

static GArray *flow_counts_new(void)
{
    return g_array_new(FALSE, TRUE, sizeof(struct flow_count));
}

struct table_counts *table_counts_new(void)
{
    struct table_counts *counts = g_new0(struct table_counts, 1);
    counts->messages = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    counts->packets = flow_counts_new();
    counts->waiting = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    return counts;
}

void table_counts_free(struct table_counts *counts)
{
    g_array_free(counts->messages, TRUE);
    g_array_free(counts->packets, TRUE);
    g_array_free(counts->waiting, TRUE);
    g_free(counts);
}

void table_counts_clear(struct table_counts *counts)
{
    g_array_set_size(counts->messages, 0);
    g_array_set_size(counts->packets, 0);
    g_array_set_size(counts->waiting, 0);
}

static struct flow_count *flow_count_at(GArray *packets, uint32_t index)
{
    if (packets->len <= index)
        g_array_set_size(packets, index + 1);
    return &g_array_index(packets, struct flow_count, index);
}

static void message_add(GArray *messages, uint32_t index)
{
    if (messages->len <= index)
        g_array_set_size(messages, index + 1);
    g_array_index(messages, uint32_t, index)++;
}

void table_counts_add(struct table_counts *counts, const struct tapped *tapped)
{
    const struct table_subject *subject = &tapped->subject;
    if (tapped->waiting != 0)
        g_array_append_val(counts->waiting, tapped->waiting);
    else if (subject->flow != NULL)
        flow_count_add(flow_count_at(counts->packets, subject->flow->index), &tapped->count);
    else if (subject->esp != NULL)
        flow_count_add(flow_count_at(counts->packets, subject->esp->index), &tapped->count);
    else if (subject->ike != NULL)
        message_add(counts->messages, subject->ike->index);
    else if (subject->call != NULL)
        message_add(counts->messages, subject->call->index);
}

/* They came before what proved them, and so before all that was counted of their SAs. */
void table_counts_settle(struct table_counts *counts, const struct ipsec_tracker *tracker)
{
    if (counts->waiting->len == 0)
        return;
    GArray *later = counts->packets;
    counts->packets = flow_counts_new();
    for (guint i = 0; i < counts->waiting->len; i++) {
        struct tapped tapped;
        if (tapped_settle(tracker, g_array_index(counts->waiting, uint32_t, i), &tapped))
            table_counts_add(counts, &tapped);
    }
    for (guint i = 0; i < later->len; i++)
        flow_count_add(flow_count_at(counts->packets, i),
                       &g_array_index(later, struct flow_count, i));
    g_array_free(later, TRUE);
    g_array_set_size(counts->waiting, 0);
}

bool table_counts_of(const void *data, bool is_flow, uint32_t index, struct flow_count *ret)
{
    const struct table_counts *counts = data;
    *ret = (struct flow_count){0};
    if (is_flow && index < counts->packets->len)
        *ret = g_array_index(counts->packets, struct flow_count, index);
    else if (!is_flow && index < counts->messages->len)
        ret->packets = g_array_index(counts->messages, uint32_t, index);
    return ret->packets > 0;
}
