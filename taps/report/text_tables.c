/* The tables of the whole model, as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_table.h"
#include "text_tables.h"

/* All that the model has: no filter lets less pass. */
static bool count_of_pptp(const void *user, bool is_flow, uint32_t index, struct flow_count *ret)
{
    const struct report *report = user;
    *ret = is_flow ? flow_count_of(tracker_flow(report->tracker, index)) : (struct flow_count){0};
    return true;
}

static bool count_of_ipsec(const void *user, bool is_flow, uint32_t index, struct flow_count *ret)
{
    const struct ipsec_tracker *ipsec = ((const struct report *)user)->ipsec;
    *ret = is_flow ? flow_count_of_esp(ipsec_tracker_esp(ipsec, index))
                   : flow_count_of_ike(ipsec_tracker_ike(ipsec, index));
    return true;
}

static void print(FILE *file, const struct row_list *rows)
{
    const struct text_table table = text_table_of(rows, "  ");
    fprintf(file, "%s\n", row_list_class(rows)->title);
    text_table_headings(file, &table);
    text_table_rows(file, &table);
}

void text_tables_write(FILE *file, const struct report *report)
{
    static const struct table_class *const classes[] = {&calls_table, &nat_table,       &gre_table,
                                                        &sas_table,   &ipsec_nat_table, &esp_table};
    struct problems *problems = problems_new(report->analysis);
    const struct table_facts facts = {.report = report, .problems = problems};
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        row_counter counter = classes[i]->of_ipsec ? count_of_ipsec : count_of_pptp;
        struct row_list *rows = row_list_new(classes[i], &facts, counter, report);
        if (!row_list_is_empty(rows)) {
            fputs(any ? "\n" : "", file);
            print(file, rows);
            any = true;
        }
        row_list_free(rows);
    }
    problems_free(problems);
}
