/* `-z ipsec,sas`: one row per IKE SA at a capture point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "rows.h"

enum {
    SA,
    POINT,
    INITIATOR,
    INITIATOR_4500,
    MESSAGES,
    TO_RESPONDER,
    TO_INITIATOR,
    LOST,
    STATE,
    RESPONDER,
    RESPONDER_4500,
    NATT,
    VERSION,
    FIRST_FRAME,
    DURATION,
    PROBLEMS,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    [SA] = {"IKE SA", true, true},
    [POINT] = {"Point", false, false},
    [INITIATOR] = {"Initiator", false, false},
    [INITIATOR_4500] = {"Initiator on 4500", false, false},
    [MESSAGES] = {"Messages", true, true},
    [TO_RESPONDER] = {"ESP to responder", true, true},
    [TO_INITIATOR] = {"ESP to initiator", true, true},
    [LOST] = {"Lost", true, true},
    [STATE] = {"State", false, false},
    [RESPONDER] = {"Responder", false, false},
    [RESPONDER_4500] = {"Responder on 4500", false, false},
    [NATT] = {"NAT-T", false, false},
    [VERSION] = {"Version", false, false},
    [FIRST_FRAME] = {"Frame", true, true},
    [DURATION] = {"Seconds", false, true},
    [PROBLEMS] = {"Problems", false, false},
};

struct sas_row {
    struct table_row row;
    uint32_t messages;
    struct flow_count esp[2]; /* by the end that sends */
};

static const void *key(const struct table_facts *facts, const struct table_subject *subject)
{
    (void)facts;
    return subject->ike;
}

static uint32_t row_index(const void *key)
{
    return ((const struct ike_sa *)key)->index;
}

static const char *natt_text(const struct ike_sa *sa)
{
    if (sa->natt[0] == IKE_NATT_UNKNOWN && sa->natt[1] == IKE_NATT_UNKNOWN)
        return "-";
    if (sa->natt[0] == IKE_NATT_ANNOUNCED)
        return sa->natt[1] == IKE_NATT_ANNOUNCED ? "both" : "initiator";
    return sa->natt[1] == IKE_NATT_ANNOUNCED ? "responder" : "none";
}

static void fill(const struct table_facts *facts, struct table_row *row)
{
    const struct ike_sa *sa = row->key;
    const struct report *report = facts->report;
    uint32_t index = point_names_of_ipsec(report->points, sa->point);
    row_set_number(row, SA, sa->index);
    row_set_text(row, POINT, g_strdup(point_names_name(report->points, index)));
    row_set_text(row, VERSION, g_strdup(sa->major == 2 ? "IKEv2" : "IKEv1"));
    row_set_text(row, INITIATOR, cell_ipsec_places(&sa->places[0][IKE_ON_500]));
    row_set_text(row, INITIATOR_4500, cell_ipsec_places(&sa->places[0][IKE_ON_4500]));
    row_set_text(row, RESPONDER, cell_ipsec_places(&sa->places[1][IKE_ON_500]));
    row_set_text(row, RESPONDER_4500, cell_ipsec_places(&sa->places[1][IKE_ON_4500]));
    row_set_text(row, NATT, g_strdup(natt_text(sa)));
    row_set_text(row, STATE, g_strdup(cell_ike_state(sa)));
    row_set_number(row, FIRST_FRAME, row_frame(facts, sa->first->frame));
    row_set_text(row, DURATION, cell_seconds(sa->last->time_ns - sa->first->time_ns));
    row_set_text(row, PROBLEMS, problems_of_ike(facts->problems, sa->index));
}

static void add(struct table_row *row, const struct table_subject *subject,
                const struct flow_count *count)
{
    struct sas_row *own = (struct sas_row *)row;
    if (subject->esp != NULL)
        flow_count_add(&own->esp[subject->esp->sender], count);
    else
        own->messages += count->packets;
    row_set_number(row, MESSAGES, own->messages);
    row_set_number(row, TO_RESPONDER, own->esp[0].packets);
    row_set_number(row, TO_INITIATOR, own->esp[1].packets);
    row_set_number(row, LOST, flow_count_lost(&own->esp[0]) + flow_count_lost(&own->esp[1]));
}

const struct table_class sas_table = {
    .title = "IPsec IKE SAs",
    .cli_string = "ipsec,sas",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .row_size = sizeof(struct sas_row),
    .of_ipsec = true,
    .key = key,
    .index = row_index,
    .fill = fill,
    .add = add,
};
