/* `-z pptp,calls`: one row per call and capture point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "rows.h"

enum {
    CALL,
    POINT,
    CLIENT,
    PNS_ID,
    PAC_ID,
    TO_PAC,
    TO_PNS,
    LOST,
    SERVER,
    SETUP_FRAME,
    DURATION,
    KIND,
    STATE,
    ENDED_BY,
    STAGE,
    PROBLEMS,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    [CALL] = {"Call", true, true},         [POINT] = {"Point", false, false},
    [CLIENT] = {"Client", false, false},   [PNS_ID] = {"PNS ID", false, true},
    [PAC_ID] = {"PAC ID", false, true},    [TO_PAC] = {"To PAC", true, true},
    [TO_PNS] = {"To PNS", true, true},     [LOST] = {"Lost", true, true},
    [SERVER] = {"Server", false, false},   [SETUP_FRAME] = {"Frame", true, true},
    [DURATION] = {"Seconds", false, true}, [KIND] = {"Kind", false, false},
    [STATE] = {"State", false, false},     [ENDED_BY] = {"Ended by", false, false},
    [STAGE] = {"Stage", false, false},     [PROBLEMS] = {"Problems", false, false},
};

struct calls_row {
    struct table_row row;
    struct flow_count count[2]; /* by enum direction */
};

static const void *key(const struct table_facts *facts, const struct table_subject *subject)
{
    (void)facts;
    return subject->call;
}

static uint32_t row_index(const void *key)
{
    return ((const struct call *)key)->index;
}

/* From set-up to the first sign of the end, or to what was seen last of it. */
static int64_t duration_ns(const struct call *call)
{
    int64_t end = call->setup_time_ns;
    if (call->ended_by != CALL_END_NONE)
        return call->ended_time_ns - call->setup_time_ns;
    if (call->connection != NULL)
        end = MAX(end, call->connection->last_time_ns);
    for (int i = 0; i < 2; i++) {
        if (call->flow[i] != NULL)
            end = MAX(end, call->flow[i]->last_time_ns);
    }
    return end - call->setup_time_ns;
}

/* Without control traffic, client and server are not known: the addresses stand as a and b. */
static void fill_ends(struct table_row *row, const struct call *call)
{
    if (call->connection != NULL) {
        row_set_text(row, CLIENT, cell_endpoint(&call->connection->end[0]));
        row_set_text(row, SERVER, cell_endpoint(&call->connection->end[1]));
        return;
    }
    for (int i = 0; i < 2; i++) {
        const struct gre_flow *flow = gre_of(call->flow[i]);
        if (flow == NULL)
            continue;
        const struct net_address *a = i == 0 ? &flow->source : &flow->destination;
        const struct net_address *b = i == 0 ? &flow->destination : &flow->source;
        row_set_text(row, CLIENT, cell_address(a));
        row_set_text(row, SERVER, cell_address(b));
        return;
    }
}

static void fill(const struct table_facts *facts, struct table_row *row)
{
    const struct call *call = row->key;
    const struct point_names *points = facts->report->points;
    row_set_number(row, CALL, call->index);
    row_set_text(row, POINT, g_strdup(point_names_name(points, point_names_of_call(points, call))));
    fill_ends(row, call);
    row_set_text(row, PNS_ID, cell_call_id(call, PPTP_OWNER_PNS));
    row_set_text(row, PAC_ID, cell_call_id(call, PPTP_OWNER_PAC));
    row_set_text(row, KIND, cell_or_dash(call_kind_name(call)));
    row_set_text(row, STATE, cell_or_dash(call_state_name(call->state)));
    row_set_text(row, ENDED_BY, cell_or_dash(call_end_name(call->ended_by)));
    row_set_text(row, STAGE, cell_or_dash(ppp_stage_name(call->stage)));
    row_set_number(row, SETUP_FRAME, row_frame(facts, call->setup_frame));
    row_set_text(row, DURATION, cell_seconds(duration_ns(call)));
    row_set_text(row, PROBLEMS, problems_of_call(facts->problems, call->index));
}

static void add(struct table_row *row, const struct table_subject *subject,
                const struct flow_count *count)
{
    struct calls_row *own = (struct calls_row *)row;
    if (count != NULL)
        flow_count_add(&own->count[subject->flow->direction], count);
    const struct flow_count *to_pac = &own->count[DIRECTION_PNS_TO_PAC];
    const struct flow_count *to_pns = &own->count[DIRECTION_PAC_TO_PNS];
    row_set_number(row, TO_PAC, to_pac->packets);
    row_set_number(row, TO_PNS, to_pns->packets);
    row_set_number(row, LOST, flow_count_lost(to_pac) + flow_count_lost(to_pns));
}

const struct table_class calls_table = {
    .title = "PPTP Calls",
    .cli_string = "pptp,calls",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .row_size = sizeof(struct calls_row),
    .key = key,
    .index = row_index,
    .fill = fill,
    .add = add,
};
