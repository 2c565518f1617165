/* See table_print.h. What is printed around the rows is what tshark prints around those of its own
 * tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "compat.h"
#include "frame_counter.h"
#include "report/text_table.h"
#include "report_tap.h"
#include "table_counts.h"
#include "table_print.h"
#include "tap_events.h"

#define RULE                                                                                       \
    "====================================================================================="        \
    "================\n"

#define TABLES 6

/* A table that was asked for. */
struct printed {
    const struct table_class *class;
    char *filter; /* NULL: all packets */
    struct table_counts *counts;
};

static void print_rows(const struct printed *printed, const struct table_facts *facts)
{
    struct row_list *rows = row_list_new(printed->class, facts, table_counts_of, printed->counts);
    const struct text_table table = text_table_of(rows, " |");
    printf("\n" RULE "%s:\nFilter for statistics: %s\n", printed->class->title,
           printed->filter != NULL ? printed->filter : "");
    text_table_headings(stdout, &table);
    printf("%s\n", printed->class->title);
    text_table_rows(stdout, &table);
    printf(RULE);
    row_list_free(rows);
}

static void draw(void *data)
{
    const struct printed *printed = data;
    tap_events_finish();
    const struct analysis *analysis = tap_events_analysis();
    if (analysis == NULL) {
        print_rows(printed, NULL);
        return;
    }
    struct sources sources = report_tap_sources();
    struct report report = report_new(analysis, &sources);
    struct problems *problems = problems_new(analysis);
    table_counts_settle(printed->counts, report.ipsec);
    print_rows(printed, &(struct table_facts){.report = &report, .problems = problems});
    problems_free(problems);
    report_clear(&report);
}

static tap_packet_status packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *event, tap_flags_t flags _U_)
{
    const struct printed *printed = data;
    return table_counts_read(printed->counts, printed->class->of_ipsec, event)
               ? TAP_PACKET_REDRAW
               : TAP_PACKET_DONT_REDRAW;
}

static void reset(void *data)
{
    table_counts_clear(((struct printed *)data)->counts);
}

static void printed_free(void *data)
{
    struct printed *printed = data;
    table_counts_free(printed->counts);
    g_free(printed->filter);
    g_free(printed);
}

/* `argument` is the statistic's name, and perhaps a comma and a filter. Ends tshark if the filter
 * is wrong, as its own statistics do. */
static COMPAT_STAT_INIT init(const char *argument, void *user)
{
    const struct table_class *class = user;
    const char *rest = argument + strlen(class->cli_string);
    if (tap_events_manifest()[0] != '\0')
        g_free(frame_counter_start()); /* without, frames keep the numbers of the merged file */
    struct printed *printed = g_new0(struct printed, 1);
    printed->class = class;
    printed->filter = rest[0] == ',' ? g_strdup(rest + 1) : NULL;
    printed->counts = table_counts_new(class->only_packets);
    GString *error = register_tap_listener(class->of_ipsec ? IPSEC_TAP_NAME : PPTP_TAP_NAME,
                                           printed, printed->filter, TL_REQUIRES_NOTHING, reset,
                                           packet, draw, printed_free);
    if (error != NULL) {
        fprintf(stderr, "tshark: Couldn't register tap: %s\n", error->str);
        exit(1);
    }
    COMPAT_STAT_INIT_DONE(true);
}

void table_print_register(const struct table_class *class)
{
    static stat_tap_ui uis[TABLES]; /* they have to live as long as the program */
    static unsigned registered;
    g_assert(registered < TABLES);
    stat_tap_ui *ui = &uis[registered++];
    ui->group = REGISTER_PACKET_STAT_GROUP_UNSORTED;
    ui->title = class->title;
    ui->cli_string = class->cli_string;
    ui->tap_init_cb = init;
    register_stat_tap_ui(ui, (void *)class);
}
