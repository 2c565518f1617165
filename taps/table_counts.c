/* See table_counts.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "table_counts.h"
#include "tap_events.h"

struct table_counts {
    bool only_packets;
    GArray *messages; /* uint32_t by the index of call or IKE SA: how many */
    GArray *packets;  /* struct flow_count, or uint32_t, by that of GRE flow or ESP SA */
    GArray *waiting;  /* frames of packets that may turn out to be ESP */
};

static GArray *packets_new(bool only_packets)
{
    return g_array_new(FALSE, TRUE, only_packets ? sizeof(uint32_t) : sizeof(struct flow_count));
}

struct table_counts *table_counts_new(bool only_packets)
{
    struct table_counts *counts = g_new0(struct table_counts, 1);
    counts->only_packets = only_packets;
    counts->messages = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    counts->packets = packets_new(only_packets);
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

static void number_add(GArray *numbers, uint32_t index, uint32_t more)
{
    if (numbers->len <= index)
        g_array_set_size(numbers, index + 1);
    g_array_index(numbers, uint32_t, index) += more;
}

static void packets_add(struct table_counts *counts, uint32_t index, const struct flow_count *more)
{
    if (counts->only_packets) {
        number_add(counts->packets, index, more->packets);
        return;
    }
    if (counts->packets->len <= index)
        g_array_set_size(counts->packets, index + 1);
    flow_count_add(&g_array_index(counts->packets, struct flow_count, index), more);
}

static struct flow_count packets_at(const struct table_counts *counts, GArray *packets,
                                    uint32_t index)
{
    if (index >= packets->len)
        return (struct flow_count){0};
    if (counts->only_packets)
        return (struct flow_count){.packets = g_array_index(packets, uint32_t, index)};
    return g_array_index(packets, struct flow_count, index);
}

static void add(struct table_counts *counts, const struct tapped *tapped)
{
    const struct table_subject *subject = &tapped->subject;
    if (tapped->waiting != 0)
        g_array_append_val(counts->waiting, tapped->waiting);
    else if (subject->flow != NULL)
        packets_add(counts, subject->flow->index, &tapped->count);
    else if (subject->esp != NULL)
        packets_add(counts, subject->esp->index, &tapped->count);
    else if (subject->ike != NULL)
        number_add(counts->messages, subject->ike->index, 1);
    else if (subject->call != NULL)
        number_add(counts->messages, subject->call->index, 1);
}

bool table_counts_read(struct table_counts *counts, bool of_ipsec, const void *event)
{
    const struct pptp_tap_event *pptp = event;
    struct tapped tapped;
    /* Of nearly all that is counted nothing else has to be read. */
    if (!of_ipsec && pptp->flow != NULL && counts->only_packets) {
        number_add(counts->packets, pptp->flow->index, 1);
        return true;
    }
    if (!tapped_read(of_ipsec, event, &tapped))
        return false;
    add(counts, &tapped);
    return true;
}

/* They came before what proved them, and so before all that was counted of their SAs. */
void table_counts_settle(struct table_counts *counts, const struct ipsec_tracker *tracker)
{
    if (counts->waiting->len == 0)
        return;
    GArray *later = counts->packets;
    counts->packets = packets_new(counts->only_packets);
    for (guint i = 0; i < counts->waiting->len; i++) {
        struct tapped tapped;
        if (tapped_settle(tracker, g_array_index(counts->waiting, uint32_t, i), &tapped))
            add(counts, &tapped);
    }
    for (guint i = 0; i < later->len; i++) {
        struct flow_count more = packets_at(counts, later, i);
        packets_add(counts, i, &more);
    }
    g_array_free(later, TRUE);
    g_array_set_size(counts->waiting, 0);
}

bool table_counts_of(const void *data, bool is_flow, uint32_t index, struct flow_count *ret)
{
    const struct table_counts *counts = data;
    *ret = (struct flow_count){0};
    if (is_flow)
        *ret = packets_at(counts, counts->packets, index);
    else if (index < counts->messages->len)
        ret->packets = g_array_index(counts->messages, uint32_t, index);
    return ret->packets > 0;
}
