/* See row_list.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "row_list.h"

#define IS_FLOW 0x80000000u /* limits keep indices far below */

/* A row is made of those that have its number: messages first, as they count for less. */
struct row_part {
    uint32_t row;     /* class.index of its key */
    uint32_t subject; /* index, and IS_FLOW */
};

struct row_list {
    const struct table_class *class;
    const struct table_facts *facts;
    row_counter counter;
    const void *user;
    GArray *parts; /* struct row_part */
};

static struct table_subject subject_of_pptp(const struct tracker *tracker, bool is_flow,
                                            uint32_t index)
{
    if (!is_flow)
        return (struct table_subject){.call = call_final(tracker_call(tracker, index))};
    const struct gre_flow *flow = tracker_flow(tracker, index);
    return (struct table_subject){.call = call_final(call_of(flow->session)), .flow = flow};
}

static struct table_subject subject_of_ipsec(const struct ipsec_tracker *tracker, bool is_flow,
                                             uint32_t index)
{
    if (!is_flow)
        return (struct table_subject){.ike = ipsec_tracker_ike(tracker, index)};
    const struct esp_sa *sa = ipsec_tracker_esp(tracker, index);
    return (struct table_subject){.ike = sa->ike, .esp = sa};
}

static struct table_subject subject_of(const struct row_list *list, bool is_flow, uint32_t index)
{
    const struct report *report = list->facts->report;
    return list->class->of_ipsec ? subject_of_ipsec(report->ipsec, is_flow, index)
                                 : subject_of_pptp(report->tracker, is_flow, index);
}

static void add_part(struct row_list *list, bool is_flow, uint32_t index)
{
    struct flow_count count;
    if (!list->counter(list->user, is_flow, index, &count))
        return;
    const struct table_subject subject = subject_of(list, is_flow, index);
    bool is_known = subject.call != NULL || list->class->of_ipsec;
    const void *key = is_known ? list->class->key(list->facts, &subject) : NULL;
    if (key == NULL)
        return;
    struct row_part part = {list->class->index(key), index | (is_flow ? IS_FLOW : 0)};
    g_array_append_val(list->parts, part);
}

static gint in_order(gconstpointer a, gconstpointer b)
{
    const struct row_part *left = a;
    const struct row_part *right = b;
    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    return (left->subject > right->subject) - (left->subject < right->subject);
}

static void add_parts(struct row_list *list)
{
    const struct report *report = list->facts->report;
    bool of_ipsec = list->class->of_ipsec;
    uint32_t messages =
        of_ipsec ? ipsec_tracker_ike_count(report->ipsec) : tracker_call_count(report->tracker);
    uint32_t flows =
        of_ipsec ? ipsec_tracker_esp_count(report->ipsec) : tracker_flow_count(report->tracker);
    for (uint32_t i = 0; i < messages; i++)
        add_part(list, false, i);
    for (uint32_t i = 0; i < flows; i++)
        add_part(list, true, i);
}

struct row_list *row_list_new(const struct table_class *class, const struct table_facts *facts,
                              row_counter counter, const void *user)
{
    struct row_list *list = g_new0(struct row_list, 1);
    list->class = class;
    list->facts = facts;
    list->counter = counter;
    list->user = user;
    list->parts = g_array_new(FALSE, FALSE, sizeof(struct row_part));
    add_parts(list);
    g_array_sort(list->parts, in_order);
    return list;
}

void row_list_free(struct row_list *list)
{
    g_array_free(list->parts, TRUE);
    g_free(list);
}

bool row_list_is_empty(const struct row_list *list)
{
    return list->parts->len == 0;
}

const struct table_class *row_list_class(const struct row_list *list)
{
    return list->class;
}

static void row_add(const struct row_list *list, struct table_row *row, const struct row_part *part)
{
    bool is_flow = (part->subject & IS_FLOW) != 0;
    uint32_t index = part->subject & ~IS_FLOW;
    const struct table_subject subject = subject_of(list, is_flow, index);
    struct flow_count count;
    list->counter(list->user, is_flow, index, &count);
    list->class->add(row, &subject, is_flow || list->class->of_ipsec ? &count : NULL);
}

bool row_list_next(const struct row_list *list, uint32_t *at,
                   struct table_cell cells[TABLE_COLUMN_LIMIT])
{
    row_cells_clear(cells);
    if (*at >= list->parts->len)
        return false;
    const struct row_part *part = &g_array_index(list->parts, struct row_part, *at);
    const struct table_subject subject =
        subject_of(list, (part->subject & IS_FLOW) != 0, part->subject & ~IS_FLOW);
    struct table_row *row = row_new(list->class, list->class->key(list->facts, &subject), cells);
    list->class->fill(list->facts, row);
    for (uint32_t number = part->row; *at < list->parts->len; ++*at, part++) {
        if (part->row != number)
            break;
        row_add(list, row, part);
    }
    g_free(row);
    return true;
}
