/* Rows and counts of the tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "rows.h"

#include <string.h>

struct flow_count flow_count_of(const struct gre_flow *flow)
{
    return (struct flow_count){
        .packets = flow->packets,
        .data_packets = flow->data_packets,
        .skipped = flow->window.lost + flow->window.out_of_order,
        .late = flow->window.out_of_order,
        .duplicates = flow->window.duplicates,
        .has_seq = flow->has_seq,
        .first_seq = flow->first_seq,
        .last_seq = flow->last_seq,
    };
}

struct flow_count flow_count_of_esp(const struct esp_sa *sa)
{
    return (struct flow_count){
        .packets = sa->packets,
        .skipped = sa->window.lost + sa->window.out_of_order,
        .late = sa->window.out_of_order,
        .duplicates = sa->window.duplicates,
        .has_seq = true,
        .first_seq = sa->first_seq,
        .last_seq = sa->last_seq,
    };
}

struct flow_count flow_count_of_ike(const struct ike_sa *sa)
{
    return (struct flow_count){.packets = sa->messages};
}

uint32_t flow_count_lost(const struct flow_count *count)
{
    return count->skipped > count->late ? count->skipped - count->late : 0;
}

void flow_count_add(struct flow_count *sum, const struct flow_count *more)
{
    sum->packets += more->packets;
    sum->data_packets += more->data_packets;
    sum->skipped += more->skipped;
    sum->late += more->late;
    sum->duplicates += more->duplicates;
    if (!more->has_seq)
        return;
    if (!sum->has_seq)
        sum->first_seq = more->first_seq;
    sum->has_seq = true;
    sum->last_seq = more->last_seq;
}

struct table_row *row_new(const struct table_class *class, const void *key,
                          struct table_cell *cells)
{
    struct table_row *row = g_malloc0(class->row_size);
    row->key = key;
    row->cells = cells;
    return row;
}

void row_cells_clear(struct table_cell cells[TABLE_COLUMN_LIMIT])
{
    for (unsigned i = 0; i < TABLE_COLUMN_LIMIT; i++)
        g_free(cells[i].text);
    memset(cells, 0, TABLE_COLUMN_LIMIT * sizeof *cells);
}

uint32_t row_frame(const struct table_facts *facts, uint32_t frame)
{
    const struct report *report = facts->report;
    return report_frame_file(report, frame) != NULL ? report_own_frame(report, frame) : frame;
}

void row_set_text(struct table_row *row, unsigned column, char *text)
{
    g_free(row->cells[column].text);
    row->cells[column].text = text;
}

void row_set_number(struct table_row *row, unsigned column, uint32_t number)
{
    row->cells[column].number = number;
    row->cells[column].is_set = true;
}
