/* `-z ipsec,nat`: one row per IKE SA or ESP SA that was seen at two points or more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "cells.h"
#include "rows.h"

enum {
    LINK,
    KIND,
    SPI,
    PLACES,
    INSIDE,
    OUTSIDE,
    INSIDE_4500,
    OUTSIDE_4500,
    SEEN,
    LOST,
    EVIDENCE,
    VERDICT,
    PROBLEMS,
    COLUMN_COUNT
};

static const struct table_column columns[] = {
    [LINK] = {"Link", true, true},
    [KIND] = {"Kind", false, false},
    [SPI] = {"SPI", false, false},
    [PLACES] = {"Points", false, false},
    [INSIDE] = {"Inside on 500", false, false},
    [OUTSIDE] = {"Outside on 500", false, false},
    [INSIDE_4500] = {"Inside", false, false},
    [OUTSIDE_4500] = {"Outside", false, false},
    [SEEN] = {"Packets", false, true},
    [LOST] = {"Lost", false, true},
    [EVIDENCE] = {"Evidence", false, false},
    [VERDICT] = {"Verdict", false, false},
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

static char *lost_text(const struct ipsec_link *link)
{
    GString *text = g_string_new(NULL);
    for (uint32_t i = 0; i + 1 < link->count; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? "; " : "", link->hop[i].lost);
    return g_string_free(text, FALSE);
}

static void fill(const struct table_facts *facts, struct table_row *row)
{
    const struct ipsec_link *link = row->key;
    uint32_t last = link->count - 1;
    row->index = link->index;
    row_set_number(row, LINK, link->index);
    row_set_text(row, KIND, g_strdup(link->kind == IPSEC_LINK_IKE ? "IKE" : "ESP"));
    row_set_text(row, SPI, spi_text(link));
    row_set_text(row, PLACES, point_names_row(facts->report->points, link->point, link->count));
    row_set_text(row, INSIDE, end_text(link, IKE_ON_500, 0));
    row_set_text(row, OUTSIDE, end_text(link, IKE_ON_500, last));
    row_set_text(row, INSIDE_4500, end_text(link, IKE_ON_4500, 0));
    row_set_text(row, OUTSIDE_4500, end_text(link, IKE_ON_4500, last));
    row_set_text(row, LOST, lost_text(link));
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
    row_set_text(row, SEEN, cell_counts(own->seen, link->count));
}

const struct table_class ipsec_nat_table = {
    .title = "IPsec NAT",
    .cli_string = "ipsec,nat",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .row_size = sizeof(struct nat_row),
    .of_ipsec = true,
    .key = key,
    .fill = fill,
    .add = add,
};
