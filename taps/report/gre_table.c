/* `-z pptp,gre`: one row per GRE flow, that is per direction of a call at a capture point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "rows.h"

enum {
    FLOW,
    POINT,
    DIRECTION,
    FROM,
    CALL_ID,
    PACKETS,
    LOST,
    LATE,
    DUPLICATES,
    TO,
    DATA,
    FIRST_SEQ,
    LAST_SEQ,
    IDLE,
    LAST_FRAME,
    CALL,
    PROBLEMS,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    [FLOW] = {"Flow", true, true},
    [POINT] = {"Point", false, false},
    [DIRECTION] = {"Direction", false, false},
    [FROM] = {"From", false, false},
    [CALL_ID] = {"Call ID", true, true},
    [PACKETS] = {"Packets", true, true},
    [LOST] = {"Lost", true, true},
    [LATE] = {"Out of order", true, true},
    [DUPLICATES] = {"Duplicates", true, true},
    [TO] = {"To", false, false},
    [DATA] = {"Data", true, true},
    [FIRST_SEQ] = {"First seq", false, true},
    [LAST_SEQ] = {"Last seq", false, true},
    [IDLE] = {"Longest idle", false, true},
    [LAST_FRAME] = {"Last frame", true, true},
    [CALL] = {"Call", true, true},
    [PROBLEMS] = {"Problems", false, false},
};

struct gre_row {
    struct table_row row;
    struct flow_count count;
};

static const void *key(const struct table_facts *facts, const struct table_subject *subject)
{
    (void)facts;
    return subject->flow;
}

static uint32_t row_index(const void *key)
{
    return ((const struct gre_flow *)key)->index;
}

static void fill(const struct table_facts *facts, struct table_row *row)
{
    const struct gre_flow *flow = row->key;
    const struct call *call = call_final(call_of(flow->session));
    const struct point_names *points = facts->report->points;
    row_set_number(row, FLOW, flow->index);
    row_set_number(row, CALL, call->index);
    row_set_text(row, POINT, g_strdup(point_names_name(points, point_names_of_call(points, call))));
    row_set_text(row, FROM, cell_address(&flow->source));
    row_set_text(row, TO, cell_address(&flow->destination));
    row_set_number(row, CALL_ID, flow->id);
    row_set_text(row, DIRECTION, cell_or_dash(direction_title(call, flow->direction)));
    row_set_number(row, LAST_FRAME, row_frame(facts, flow->last_frame));
    row_set_text(row, IDLE, cell_seconds(flow->longest_idle_ns));
    row_set_text(row, PROBLEMS, problems_of_flow(facts->problems, call->index, flow->direction));
}

static void add(struct table_row *row, const struct table_subject *subject,
                const struct flow_count *count)
{
    (void)subject;
    struct flow_count *sum = &((struct gre_row *)row)->count;
    if (count == NULL)
        return;
    flow_count_add(sum, count);
    row_set_number(row, PACKETS, sum->packets);
    row_set_number(row, DATA, sum->data_packets);
    if (sum->has_seq) {
        row_set_text(row, FIRST_SEQ, cell_number(sum->first_seq));
        row_set_text(row, LAST_SEQ, cell_number(sum->last_seq));
    }
    row_set_number(row, LOST, flow_count_lost(sum));
    row_set_number(row, LATE, sum->late);
    row_set_number(row, DUPLICATES, sum->duplicates);
}

const struct table_class gre_table = {
    .title = "PPTP GRE Flows",
    .cli_string = "pptp,gre",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .row_size = sizeof(struct gre_row),
    .key = key,
    .index = row_index,
    .fill = fill,
    .add = add,
};
