/* `-z ipsec,nat`: one row per IKE SA or ESP SA that was seen at two points or more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "rows.h"

enum {
    VERDICT,
    KIND,
    INSIDE,
    OUTSIDE,
    SEEN_IN,
    SEEN_OUT,
    LOST,
    INSIDE_500,
    OUTSIDE_500,
    SPI,
    FRAME,
    FRAME_POINT,
    POINTS,
    LINK,
    EVIDENCE,
    PROBLEMS,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    [VERDICT] = {"Verdict", false, false},
    [KIND] = {"Kind", false, false},
    [INSIDE] = {"Inside", false, false},
    [OUTSIDE] = {"Outside", false, false},
    [SEEN_IN] = {"Packets inside", true, true},
    [SEEN_OUT] = {"Packets outside", true, true},
    [LOST] = {"Lost", true, true},
    [INSIDE_500] = {"Inside on 500", false, false},
    [OUTSIDE_500] = {"Outside on 500", false, false},
    [SPI] = {"SPI", false, false},
    [FRAME] = {"Frame", true, true},
    [FRAME_POINT] = {"At", false, false},
    [POINTS] = {"Points", false, false},
    [LINK] = {"Link", true, true},
    [EVIDENCE] = {"Evidence", false, false},
    [PROBLEMS] = {"Problems", false, false},
};

struct nat_row {
    struct table_row row;
    uint32_t seen[LINK_POINTS_LIMIT]; /* by position, of what passed the filter */
};

static const struct ipsec_link *link_of(const struct table_facts *facts,
                                        const struct table_subject *subject, uint32_t *ret_position)
{
    const struct ipsec_links *links = analysis_ipsec_links(facts->report->analysis);
    if (links == NULL)
        return NULL;
    if (subject->esp != NULL)
        return ipsec_links_of_esp(links, subject->esp, ret_position);
    return subject->ike != NULL ? ipsec_links_of_ike(links, subject->ike, ret_position) : NULL;
}

static const void *key(const struct table_facts *facts, const struct table_subject *subject)
{
    uint32_t position = 0;
    return link_of(facts, subject, &position);
}

static uint32_t row_index(const void *key)
{
    return ((const struct ipsec_link *)key)->index;
}

static char *spi_text(const struct ipsec_link *link)
{
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->esp[i] != NULL)
            return g_strdup_printf("0x%08x", link->esp[i]->spi);
        if (link->ike[i] != NULL)
            return g_strdup_printf("%016" G_GINT64_MODIFIER "x", link->ike[i]->initiator_spi);
    }
    return g_strdup("-");
}

static char *end_text(const struct ipsec_link *link, enum ike_family family, uint32_t position)
{
    const struct ipsec_places *places = link->places[family][position];
    return places != NULL ? cell_ipsec_places(places) : g_strdup("-");
}

/* Where it was last: on 4500 once it moved there. */
static char *last_end_text(const struct ipsec_link *link, uint32_t position)
{
    bool has_moved = link->places[IKE_ON_4500][position] != NULL;
    return end_text(link, has_moved ? IKE_ON_4500 : IKE_ON_500, position);
}

static uint32_t lost(const struct ipsec_link *link)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i + 1 < link->count; i++)
        sum += link->hop[i].lost;
    return sum;
}

static uint32_t first_frame(const struct ipsec_link *link, uint32_t position)
{
    if (link->esp[position] != NULL)
        return link->esp[position]->first_frame;
    return link->ike[position] != NULL ? link->ike[position]->first->frame : 0;
}

/* The packet to look at: the one that the verdict is about, else the first one. */
static void fill_frame(const struct table_facts *facts, struct table_row *row,
                       const struct ipsec_link *link)
{
    const struct point_names *points = facts->report->points;
    uint32_t position = 0;
    while (position + 1 < link->count && first_frame(link, position) == 0)
        position++;
    uint32_t frame = link->worst != NULL ? finding_frame(link->worst) : first_frame(link, position);
    uint32_t point =
        link->worst != NULL ? point_names_of_finding(points, link->worst) : link->point[position];
    row_set_number(row, FRAME, row_frame(facts, frame));
    row_set_text(row, FRAME_POINT, g_strdup(point_names_name(points, point)));
}

static void fill(const struct table_facts *facts, struct table_row *row)
{
    const struct ipsec_link *link = row->key;
    uint32_t last = link->count - 1;
    row_set_number(row, LINK, link->index);
    row_set_text(row, KIND, g_strdup(link->kind == IPSEC_LINK_IKE ? "IKE" : "ESP"));
    row_set_text(row, SPI, spi_text(link));
    row_set_text(row, POINTS, point_names_row(facts->report->points, link->point, link->count));
    row_set_text(row, INSIDE, last_end_text(link, 0));
    row_set_text(row, OUTSIDE, last_end_text(link, last));
    row_set_text(row, INSIDE_500, end_text(link, IKE_ON_500, 0));
    row_set_text(row, OUTSIDE_500, end_text(link, IKE_ON_500, last));
    row_set_number(row, LOST, lost(link));
    fill_frame(facts, row, link);
    row_set_text(row, EVIDENCE, ipsec_evidence_text(link->evidence));
    row_set_text(row, VERDICT, g_strdup(verdict_status_name(link->status)));
    row_set_text(row, PROBLEMS, problems_of_ipsec_link(facts->problems, link->index));
}

static void add(struct table_row *row, const struct table_subject *subject,
                const struct flow_count *count)
{
    struct nat_row *own = (struct nat_row *)row;
    const struct ipsec_link *link = row->key;
    for (uint32_t i = 0; i < link->count; i++) {
        bool is_here =
            subject->esp != NULL ? link->esp[i] == subject->esp : link->ike[i] == subject->ike;
        if (is_here)
            own->seen[i] += count->packets;
    }
    row_set_number(row, SEEN_IN, own->seen[0]);
    row_set_number(row, SEEN_OUT, own->seen[link->count - 1]);
}

const struct table_class ipsec_nat_table = {
    .title = "IPsec NAT",
    .cli_string = "ipsec,nat",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .row_size = sizeof(struct nat_row),
    .of_ipsec = true,
    .only_packets = true,
    .key = key,
    .index = row_index,
    .fill = fill,
    .add = add,
};
