/* The machinery of the tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "core/base/hash.h"
#include "report/cells.h"
#include "frame_counter.h"
#include "report_tap.h"
#include "table.h"
#include "table_columns.h"
#include "table_print.h"
#include "tap_events.h"
#include "tapped.h"

struct table {
    stat_tap_table_ui ui; /* what Wireshark knows; the address of the whole */
    const struct table_class *class;
    struct table_columns columns;
    stat_tap_table *shown; /* Wireshark's rows */
    GPtrArray *memory; /* of rows, by number: windows that were opened before point at them still
                          when another window of this table begins anew */
    GHashTable *rows;  /* key -> struct shown_row */
    struct table_cell cells[TABLE_COLUMN_LIMIT]; /* where a row is written */
    struct sources sources;
    struct report report;      /* valid with `problems` */
    struct problems *problems; /* NULL: the model is not final */
};

struct shown_row {
    struct table_row *row;
    stat_tap_table_item_type *cells; /* in Wireshark's table */
};

static GPtrArray *tables; /* every struct table, for callbacks that get only Wireshark's part */

static const char *tap_of(const struct table_class *class)
{
    return class->of_ipsec ? IPSEC_TAP_NAME : PPTP_TAP_NAME;
}

static void free_texts(stat_tap_table_item_type *cells, guint count)
{
    for (guint i = 0; i < count; i++) {
        if (cells[i].type == TABLE_ITEM_STRING)
            g_free((char *)cells[i].value.string_value);
    }
}

/* A row in Wireshark's table, with the row's cells; its address stays. */
static stat_tap_table_item_type *row_show(struct table *table)
{
    stat_tap_table_item_type empty[TABLE_COLUMN_LIMIT];
    memset(empty, 0, sizeof empty);
    for (guint i = 0; i < table->class->column_count; i++)
        empty[i].type = table->columns.item[i].type;
    guint at = table->shown->num_elements;
    stat_tap_init_table_row(table->shown, at, table->class->column_count, empty);
    if (at == table->memory->len)
        g_ptr_array_add(table->memory, table->shown->elements[at]);
    if (table->shown->elements[at] != table->memory->pdata[at]) {
        g_free(table->shown->elements[at]);
        table->shown->elements[at] = table->memory->pdata[at];
        free_texts(table->shown->elements[at], table->class->column_count);
        memcpy(table->shown->elements[at], empty, table->class->column_count * sizeof *empty);
    }
    return stat_tap_get_field_data(table->shown, at, 0);
}

/* Moves what was written of a row to Wireshark's table; what was not stays as it was. */
static void row_move(const struct table *table, const struct shown_row *shown)
{
    for (guint i = 0; i < table->class->column_count; i++) {
        struct table_cell *cell = &shown->row->cells[i];
        if (shown->cells[i].type != TABLE_ITEM_STRING) {
            if (cell->is_set)
                shown->cells[i].value.uint_value = cell->number;
            continue;
        }
        const char *old = shown->cells[i].value.string_value;
        if (cell->text == NULL && old != NULL)
            continue;
        g_free((char *)old);
        shown->cells[i].value.string_value =
            table_columns_text(&table->columns, i, cell->text != NULL ? cell->text : "-");
    }
    row_cells_clear(shown->row->cells);
}

/* The call that it turned out to be. */
static struct table_subject final_subject(const struct table_subject *subject)
{
    struct table_subject final = *subject;
    final.call =
        call_final(subject->flow != NULL ? call_of(subject->flow->session) : subject->call);
    return final;
}

static void table_add(struct table *table, const struct table_subject *of,
                      const struct flow_count *count)
{
    const struct table_subject subject = final_subject(of);
    const struct table_facts facts = {.report = &table->report, .problems = table->problems};
    bool is_known = subject.call != NULL || table->class->of_ipsec;
    const void *key = is_known ? table->class->key(&facts, &subject) : NULL;
    if (key == NULL)
        return;
    struct shown_row *shown = g_hash_table_lookup(table->rows, key);
    if (shown == NULL) {
        shown = g_new(struct shown_row, 1);
        shown->row = row_new(table->class, key, table->cells);
        shown->cells = row_show(table);
        g_hash_table_insert(table->rows, (gpointer)key, shown);
        table->class->fill(&facts, shown->row);
    }
    table->class->add(shown->row, &subject, count);
    row_move(table, shown);
}

/* Makes the model final and what rows are filled from. False: there is no analysis. */
static bool table_prepare(struct table *table)
{
    if (table->problems != NULL)
        return true;
    tap_events_finish();
    const struct analysis *analysis = tap_events_analysis();
    if (analysis == NULL)
        return false;
    table->sources = report_tap_sources();
    table->report = report_new(analysis, &table->sources);
    table->problems = problems_new(analysis);
    return true;
}

static void table_forget(struct table *table)
{
    g_hash_table_remove_all(table->rows);
    if (table->problems != NULL)
        report_clear(&table->report);
    problems_free(table->problems);
    table->problems = NULL;
}

/* The rest is what Wireshark calls. */

static bool file_was_read(void)
{
    const struct analysis *analysis = tap_events_analysis();
    return analysis != NULL && analysis_last_frame(analysis) != 0;
}

static tap_packet_status packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *event, tap_flags_t flags _U_)
{
    struct table *table = (struct table *)((stat_data_t *)data)->stat_tap_data;
    struct tapped tapped;
    if (!tapped_read(table->class->of_ipsec, event, &tapped))
        return TAP_PACKET_DONT_REDRAW;
    if (tapped.waiting != 0 || !file_was_read() || !table_prepare(table))
        return TAP_PACKET_DONT_REDRAW;
    table_add(table, &tapped.subject, tapped.has_count ? &tapped.count : NULL);
    return TAP_PACKET_REDRAW;
}

static struct table *table_of(const stat_tap_table *shown)
{
    for (guint i = 0; i < tables->len; i++) {
        struct table *table = g_ptr_array_index(tables, i);
        if (table->shown == shown)
            return table;
    }
    return NULL;
}

static void free_cell(stat_tap_table *shown, guint row _U_, guint column _U_,
                      stat_tap_table_item_type *cell)
{
    struct table *table = table_of(shown);
    if (table != NULL) {
        /* The whole table goes: nothing of ours may point into it any more. */
        table_forget(table);
        table->shown = NULL;
        for (guint i = shown->num_elements; i < table->memory->len; i++) {
            free_texts(table->memory->pdata[i], table->class->column_count);
            g_free(table->memory->pdata[i]);
        }
        g_ptr_array_set_size(table->memory, 0);
    }
    if (cell->type == TABLE_ITEM_STRING)
        g_free((char *)cell->value.string_value);
    cell->type = TABLE_ITEM_NONE;
}

static void reset(stat_tap_table *shown)
{
    struct table *table = table_of(shown);
    if (table == NULL)
        return;
    shown->num_elements = 0; /* table->memory has the rows */
    table_forget(table);
}

static void init(stat_tap_table_ui *ui)
{
    struct table *table = (struct table *)ui;
    if (tap_events_manifest()[0] != '\0')
        g_free(frame_counter_start()); /* without, frames keep the numbers of the merged file */
    stat_tap_table *shown = stat_tap_find_table(ui, table->class->title);
    if (shown != NULL) {
        table->shown = shown;
        reset(shown);
        return;
    }
    table_forget(table);
    table->shown =
        stat_tap_init_table(table->class->title, (int)table->class->column_count, 0, NULL);
    stat_tap_add_table(ui, table->shown);
}

static void shown_row_free(gpointer data)
{
    struct shown_row *shown = data;
    g_free(shown->row);
    g_free(shown);
}

static void window_register(const struct table_class *class)
{
    static tap_param filter[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    struct table *table = g_new0(struct table, 1);
    table->class = class;
    table->rows = g_hash_table_new_full(hash_of_pointer, NULL, NULL, shown_row_free);
    table->memory = g_ptr_array_new();
    table_columns_set(&table->columns, class);
    table->ui.group = TABLE_GROUP;
    table->ui.title = class->title;
    table->ui.tap_name = tap_of(class);
    table->ui.cli_string = class->cli_string;
    table->ui.stat_tap_init_cb = init;
    table->ui.packet_func = packet;
    table->ui.stat_tap_reset_table_cb = reset;
    table->ui.stat_tap_free_table_item_cb = free_cell;
    table->ui.nfields = class->column_count;
    table->ui.fields = table->columns.item;
    table->ui.nparams = G_N_ELEMENTS(filter);
    table->ui.params = filter;
    if (tables == NULL)
        tables = g_ptr_array_new();
    g_ptr_array_add(tables, table);
    register_stat_tap_table_ui(&table->ui);
}

void table_register(const struct table_class *class)
{
    if (g_strcmp0(g_get_prgname(), "tshark") == 0)
        table_print_register(class);
    else
        window_register(class);
}
