/* `-z pptp,nat`: one row per call that is linked across a NAT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "rows.h"

enum {
    VERDICT,
    CLIENT_IN,
    PNS_IN,
    PNS_OUT,
    PAC_IN,
    PAC_OUT,
    TO_PAC_IN,
    TO_PAC_OUT,
    TO_PNS_IN,
    TO_PNS_OUT,
    LOST_TO_PAC,
    LOST_TO_PNS,
    CLIENT_OUT,
    SERVER,
    FRAME,
    FRAME_POINT,
    POINTS,
    LINK,
    EVIDENCE,
    PROBLEMS,
    COLUMN_COUNT
};

/* The first six are in sight when the window opens. */
static const struct table_column columns[] = {
    [VERDICT] = {"Verdict", false, false},
    [CLIENT_IN] = {"Client inside", false, false},
    [PNS_IN] = {"PNS inside", false, true},
    [PNS_OUT] = {"PNS outside", false, true},
    [PAC_IN] = {"PAC inside", false, true},
    [PAC_OUT] = {"PAC outside", false, true},
    [TO_PAC_IN] = {"To PAC inside", true, true},
    [TO_PAC_OUT] = {"To PAC outside", true, true},
    [TO_PNS_IN] = {"To PNS inside", true, true},
    [TO_PNS_OUT] = {"To PNS outside", true, true},
    [LOST_TO_PAC] = {"Lost to PAC", true, true},
    [LOST_TO_PNS] = {"Lost to PNS", true, true},
    [CLIENT_OUT] = {"Client outside", false, false},
    [SERVER] = {"Server", false, false},
    [FRAME] = {"Frame", true, true},
    [FRAME_POINT] = {"At", false, false},
    [POINTS] = {"Points", false, false},
    [LINK] = {"Link", true, true},
    [EVIDENCE] = {"Evidence", false, false},
    [PROBLEMS] = {"Problems", false, false},
};

struct nat_row {
    struct table_row row;
    uint32_t seen[2][LINK_POINTS_LIMIT]; /* by enum direction and position */
};

static const void *key(const struct table_facts *facts, const struct table_subject *subject)
{
    const struct linker *linker = facts->report->linker;
    uint32_t position = 0;
    const struct link_view *link =
        linker != NULL ? linker_link_of(linker, as_session(subject->call), &position) : NULL;
    return link != NULL && link->count > 1 ? link : NULL;
}

static uint32_t row_index(const void *key)
{
    return ((const struct link_view *)key)->index;
}

/* The call at the inside-most or outside-most position where it was seen. */
static const struct call *call_at(const struct link_view *link, bool inside)
{
    for (uint32_t i = 0; i < link->count; i++) {
        const struct call *call = call_of(link->session[inside ? i : link->count - 1 - i]);
        if (call != NULL)
            return call;
    }
    return NULL;
}

static char *pns_id(const struct call *call)
{
    return cell_call_id(call, PPTP_OWNER_PNS);
}

static char *pac_id(const struct call *call)
{
    return cell_call_id(call, PPTP_OWNER_PAC);
}

static char *client(const struct call *call)
{
    return call->connection != NULL ? cell_endpoint(&call->connection->end[0]) : g_strdup("-");
}

/* What the call has behind the first NAT and behind each further one: "49152 -> 777". */
static char *outside_text(const struct link_view *link, char *(*cell)(const struct call *call))
{
    const struct call *inside = call_at(link, true);
    if (link->count == 2)
        return cell(call_at(link, false));
    GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->session[i] != NULL && link->session[i] != as_session(inside))
            g_ptr_array_add(cells, cell(call_of(link->session[i])));
    }
    if (cells->len == 0)
        g_ptr_array_add(cells, cell(inside));
    char *text = cell_join_array(cells);
    g_ptr_array_free(cells, TRUE);
    return text;
}

static char *server_text(const struct call *inside, const struct call *outside)
{
    if (endpoint_equal(&inside->connection->end[1], &outside->connection->end[1]))
        return cell_endpoint(&inside->connection->end[1]);
    char *ends[] = {cell_endpoint(&inside->connection->end[1]),
                    cell_endpoint(&outside->connection->end[1])};
    char *text = cell_join((const char *const *)ends, G_N_ELEMENTS(ends));
    g_free(ends[0]);
    g_free(ends[1]);
    return text;
}

static uint32_t lost(const struct link_view *link, enum direction direction)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i + 1 < link->count; i++)
        sum += link->hops[i].count[direction].lost;
    return sum;
}

/* The packet to look at: the one that the verdict is about, else the first of the call inside. */
static void fill_frame(const struct table_facts *facts, struct table_row *row,
                       const struct link_view *link)
{
    const struct point_names *points = facts->report->points;
    const struct call *inside = call_at(link, true);
    uint32_t frame = link->worst != NULL ? finding_frame(link->worst) : inside->setup_frame;
    uint32_t point = link->worst != NULL ? point_names_of_finding(points, link->worst)
                                         : point_names_of_call(points, inside);
    row_set_number(row, FRAME, row_frame(facts, frame));
    row_set_text(row, FRAME_POINT, g_strdup(point_names_name(points, point)));
}

static void fill(const struct table_facts *facts, struct table_row *row)
{
    const struct link_view *link = row->key;
    const struct call *inside = call_at(link, true);
    const struct call *outside = call_at(link, false);
    row_set_number(row, LINK, link->index);
    row_set_text(row, POINTS, point_names_row(facts->report->points, link->point, link->count));
    if (inside->connection != NULL && outside->connection != NULL) {
        row_set_text(row, CLIENT_IN, client(inside));
        row_set_text(row, CLIENT_OUT, outside_text(link, client));
        row_set_text(row, SERVER, server_text(inside, outside));
    }
    row_set_text(row, PNS_IN, pns_id(inside));
    row_set_text(row, PNS_OUT, outside_text(link, pns_id));
    row_set_text(row, PAC_IN, pac_id(inside));
    row_set_text(row, PAC_OUT, outside_text(link, pac_id));
    row_set_number(row, LOST_TO_PAC, lost(link, DIRECTION_PNS_TO_PAC));
    row_set_number(row, LOST_TO_PNS, lost(link, DIRECTION_PAC_TO_PNS));
    fill_frame(facts, row, link);
    row_set_text(row, EVIDENCE, evidence_text(link->evidence));
    row_set_text(row, VERDICT, g_strdup(verdict_status_name(link->status)));
    row_set_text(row, PROBLEMS, problems_of_link(facts->problems, link->index));
}

static void add(struct table_row *row, const struct table_subject *subject,
                const struct flow_count *count)
{
    struct nat_row *own = (struct nat_row *)row;
    const struct link_view *link = row->key;
    for (uint32_t i = 0; count != NULL && i < link->count; i++) {
        if (link->session[i] == as_session(subject->call))
            own->seen[subject->flow->direction][i] += count->packets;
    }
    row_set_number(row, TO_PAC_IN, own->seen[DIRECTION_PNS_TO_PAC][0]);
    row_set_number(row, TO_PAC_OUT, own->seen[DIRECTION_PNS_TO_PAC][link->count - 1]);
    row_set_number(row, TO_PNS_IN, own->seen[DIRECTION_PAC_TO_PNS][0]);
    row_set_number(row, TO_PNS_OUT, own->seen[DIRECTION_PAC_TO_PNS][link->count - 1]);
}

const struct table_class nat_table = {
    .title = "PPTP NAT",
    .cli_string = "pptp,nat",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .row_size = sizeof(struct nat_row),
    .only_packets = true,
    .key = key,
    .index = row_index,
    .fill = fill,
    .add = add,
};
