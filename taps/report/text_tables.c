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

static void add(struct filled *filled, const struct call *call, const struct gre_flow *flow)
{
    const void *key = filled->class->key(&filled->facts, call, flow);
    if (key == NULL)
        return;
    struct table_row *row = g_hash_table_lookup(filled->by_key, key);
    if (row == NULL) {
        row = row_new(filled->class, key);
        g_hash_table_insert(filled->by_key, (gpointer)key, row);
        g_ptr_array_add(filled->rows, row);
        filled->class->fill(&filled->facts, row);
    }
    struct flow_count count = flow != NULL ? flow_count_of(flow) : (struct flow_count){0};
    filled->class->add(row, call, flow, flow != NULL ? &count : NULL);
}

static int by_index(const void *a, const void *b)
{
    const struct table_row *left = *(struct table_row *const *)a;
    const struct table_row *right = *(struct table_row *const *)b;
    return (left->index > right->index) - (left->index < right->index);
}

static void fill(struct filled *filled)
{
    const struct tracker *tracker = filled->facts.report->tracker;
    for (uint32_t i = 0; i < tracker_call_count(tracker); i++) {
        const struct call *call = tracker_call(tracker, i);
        if (call->absorbed_by == NULL)
            add(filled, call, NULL);
    }
    for (uint32_t i = 0; i < tracker_flow_count(tracker); i++) {
        const struct gre_flow *flow = tracker_flow(tracker, i);
        add(filled, call_final(flow->call), flow);
    }
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

/* The last column of a line stays ragged. */
static void print_cell(FILE *file, const char *text, unsigned width, bool to_the_right, bool last)
{
    unsigned used = text_columns(text);
    int padding = used < width ? (int)(width - used) : 0;
    if (to_the_right)
        fprintf(file, "%*s%s", padding, "", text);
    else
        fprintf(file, "%s%*s", text, last ? 0 : padding, "");
    fputs(last ? "\n" : "  ", file);
}

static void print(FILE *file, const struct filled *filled)
{
    unsigned widths[TABLE_COLUMN_LIMIT] = {0};
    const struct table_class *class = filled->class;
    measure(filled, widths);
    fprintf(file, "%s\n", class->title);
    for (unsigned i = 0; i < class->column_count; i++)
        print_cell(file, class->columns[i].name, widths[i], class->columns[i].to_the_right,
                   i + 1 == class->column_count);
    for (guint r = 0; r < filled->rows->len; r++) {
        const struct table_row *row = g_ptr_array_index(filled->rows, r);
        for (unsigned i = 0; i < class->column_count; i++) {
            char *text = cell_text(&row->cells[i]);
            print_cell(file, text, widths[i], class->columns[i].to_the_right,
                       i + 1 == class->column_count);
            g_free(text);
        }
    }
}

void text_tables_write(FILE *file, const struct report *report)
{
    static const struct table_class *const classes[] = {&calls_table, &nat_table, &gre_table};
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
