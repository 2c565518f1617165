/* The tables of the whole model, as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "core/base/hash.h"
#include "rows.h"
#include "text_lines.h"
#include "text_tables.h"

struct filled {
    const struct table_class *class;
    struct table_facts facts;
    GHashTable *by_key; /* key -> struct table_row */
    GPtrArray *rows;    /* the same; owned */
};

/* `count` NULL: none is asked for. */
static void add(struct filled *filled, const struct table_subject *subject,
                const struct flow_count *count)
{
    const void *key = filled->class->key(&filled->facts, subject);
    if (key == NULL)
        return;
    struct table_row *row = g_hash_table_lookup(filled->by_key, key);
    if (row == NULL) {
        row = row_new(filled->class, key);
        g_hash_table_insert(filled->by_key, (gpointer)key, row);
        g_ptr_array_add(filled->rows, row);
        filled->class->fill(&filled->facts, row);
    }
    filled->class->add(row, subject, count);
}

static int by_index(const void *a, const void *b)
{
    const struct table_row *left = *(struct table_row *const *)a;
    const struct table_row *right = *(struct table_row *const *)b;
    return (left->index > right->index) - (left->index < right->index);
}

static void fill_pptp(struct filled *filled)
{
    const struct tracker *tracker = filled->facts.report->tracker;
    for (uint32_t i = 0; i < tracker_call_count(tracker); i++) {
        struct table_subject subject = {.call = tracker_call(tracker, i)};
        if (subject.call->absorbed_by == NULL)
            add(filled, &subject, NULL);
    }
    for (uint32_t i = 0; i < tracker_flow_count(tracker); i++) {
        const struct gre_flow *flow = tracker_flow(tracker, i);
        struct table_subject subject = {.call = call_final(call_of(flow->session)), .flow = flow};
        struct flow_count count = flow_count_of(flow);
        add(filled, &subject, &count);
    }
}

static void fill_ipsec(struct filled *filled)
{
    const struct ipsec_tracker *tracker = filled->facts.report->ipsec;
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(tracker); i++) {
        struct table_subject subject = {.ike = ipsec_tracker_ike(tracker, i)};
        struct flow_count count = flow_count_of_ike(subject.ike);
        add(filled, &subject, &count);
    }
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(tracker); i++) {
        const struct esp_sa *sa = ipsec_tracker_esp(tracker, i);
        struct table_subject subject = {.ike = sa->ike, .esp = sa};
        struct flow_count count = flow_count_of_esp(sa);
        add(filled, &subject, &count);
    }
}

static void fill(struct filled *filled)
{
    if (filled->class->of_ipsec)
        fill_ipsec(filled);
    else
        fill_pptp(filled);
    g_ptr_array_sort(filled->rows, by_index);
}

static char *cell_text(const struct table_cell *cell)
{
    return cell->text != NULL ? g_strdup(cell->text) : cell_number(cell->number);
}

static void measure(const struct filled *filled, unsigned widths[TABLE_COLUMN_LIMIT])
{
    for (unsigned i = 0; i < filled->class->column_count; i++) {
        widths[i] = text_columns(filled->class->columns[i].name);
        for (guint r = 0; r < filled->rows->len; r++) {
            const struct table_row *row = g_ptr_array_index(filled->rows, r);
            char *text = cell_text(&row->cells[i]);
            widths[i] = MAX(widths[i], MIN(text_columns(text), TABLE_WIDTH_LIMIT));
            g_free(text);
        }
    }
}

static void add_cell(GString *line, const char *text, unsigned width, bool to_the_right)
{
    unsigned used = text_columns(text);
    int padding = used < width ? (int)(width - used) : 0;
    if (to_the_right)
        g_string_append_printf(line, "%*s%s  ", padding, "", text);
    else
        g_string_append_printf(line, "%s%*s  ", text, padding, "");
}

static void print_line(FILE *file, GString *line)
{
    fprintf(file, "%s\n", g_strchomp(line->str));
    g_string_truncate(line, 0);
}

static void print(FILE *file, const struct filled *filled)
{
    unsigned widths[TABLE_COLUMN_LIMIT] = {0};
    const struct table_class *class = filled->class;
    measure(filled, widths);
    GString *line = g_string_new(class->title);
    print_line(file, line);
    for (unsigned i = 0; i < class->column_count; i++)
        add_cell(line, class->columns[i].name, widths[i], class->columns[i].to_the_right);
    print_line(file, line);
    for (guint r = 0; r < filled->rows->len; r++) {
        const struct table_row *row = g_ptr_array_index(filled->rows, r);
        for (unsigned i = 0; i < class->column_count; i++) {
            char *text = cell_text(&row->cells[i]);
            add_cell(line, text, widths[i], class->columns[i].to_the_right);
            g_free(text);
        }
        print_line(file, line);
    }
    g_string_free(line, TRUE);
}

void text_tables_write(FILE *file, const struct report *report)
{
    static const struct table_class *const classes[] = {&calls_table, &nat_table,       &gre_table,
                                                        &sas_table,   &ipsec_nat_table, &esp_table};
    struct problems *problems = problems_new(report->analysis);
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        struct filled filled = {
            .class = classes[i],
            .facts = {.report = report, .problems = problems},
            .by_key = g_hash_table_new(hash_of_pointer, NULL),
            .rows = g_ptr_array_new_with_free_func(row_free),
        };
        fill(&filled);
        if (filled.rows->len > 0) {
            fputs(any ? "\n" : "", file);
            print(file, &filled);
            any = true;
        }
        g_hash_table_destroy(filled.by_key);
        g_ptr_array_free(filled.rows, TRUE);
    }
    problems_free(problems);
}
