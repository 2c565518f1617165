/* `-z ipsec,esp`: one row per ESP SA, that is per direction of a tunnel, at a capture point.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "rows.h"

enum {
    SA,
    POINT,
    FROM,
    TO,
    PACKETS,
    LOST,
    LATE,
    DUPLICATES,
    SPI,
    KIND,
    FIRST_SEQ,
    LAST_SEQ,
    FRAME,
    DURATION,
    IKE,
    PROBLEMS,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    [SA] = {"ESP SA", true, true},
    [POINT] = {"Point", false, false},
    [FROM] = {"From", false, false},
    [TO] = {"To", false, false},
    [PACKETS] = {"Packets", true, true},
    [LOST] = {"Lost", true, true},
    [LATE] = {"Out of order", true, true},
    [DUPLICATES] = {"Duplicates", true, true},
    [SPI] = {"SPI", false, false},
    [KIND] = {"Kind", false, false},
    [FIRST_SEQ] = {"First seq", false, true},
    [LAST_SEQ] = {"Last seq", false, true},
    [FRAME] = {"Frame", true, true},
    [DURATION] = {"Seconds", false, true},
    [IKE] = {"IKE SA", false, true},
    [PROBLEMS] = {"Problems", false, false},
};

struct esp_row {
    struct table_row row;
    struct flow_count count;
};

static const void *key(const struct table_facts *facts, const struct table_subject *subject)
{
    (void)facts;
    return subject->esp;
}

static uint32_t row_index(const void *key)
{
    return ((const struct esp_sa *)key)->index;
}

static void fill(const struct table_facts *facts, struct table_row *row)
{
    const struct esp_sa *sa = row->key;
    const struct point_names *points = facts->report->points;
    row_set_number(row, SA, sa->index);
    if (sa->ike != NULL)
        row_set_text(row, IKE, cell_number(sa->ike->index));
    row_set_text(row, POINT,
                 g_strdup(point_names_name(points, point_names_of_ipsec(points, sa->point))));
    row_set_text(row, SPI, g_strdup_printf("0x%08x", sa->spi));
    row_set_text(row, KIND, g_strdup(sa->encapsulation == ESP_NATIVE ? "native" : "UDP"));
    row_set_text(row, FROM, cell_ipsec_places(&sa->source));
    row_set_text(row, TO, cell_ipsec_places(&sa->target));
    row_set_number(row, FRAME, row_frame(facts, sa->first_frame));
    row_set_text(row, DURATION, cell_seconds(sa->last_ns - sa->first_ns));
    row_set_text(row, PROBLEMS, problems_of_esp(facts->problems, sa->index));
}

static void add(struct table_row *row, const struct table_subject *subject,
                const struct flow_count *count)
{
    (void)subject;
    struct flow_count *sum = &((struct esp_row *)row)->count;
    flow_count_add(sum, count);
    row_set_number(row, PACKETS, sum->packets);
    row_set_text(row, FIRST_SEQ, cell_number(sum->first_seq));
    row_set_text(row, LAST_SEQ, cell_number(sum->last_seq));
    row_set_number(row, LOST, flow_count_lost(sum));
    row_set_number(row, LATE, sum->late);
    row_set_number(row, DUPLICATES, sum->duplicates);
}

const struct table_class esp_table = {
    .title = "IPsec ESP SAs",
    .cli_string = "ipsec,esp",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .row_size = sizeof(struct esp_row),
    .of_ipsec = true,
    .key = key,
    .index = row_index,
    .fill = fill,
    .add = add,
};
