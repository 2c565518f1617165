/* Tables that work as a window of the GUI, in sharkd, and as a well-aligned `tshark -z` table.
 *
 * Wireshark fills such a table packet by packet and draws it by itself. What we show of a call is
 * only known at the end of the file, so there are two ways to fill one:
 *  - asked for when the file was read already (GUI, sharkd): the model is final, rows are made as
 *    packets pass;
 *  - asked for before (tshark): packets are only counted per flow, and a second tap listener, which
 *    Wireshark draws before the table's own, makes the rows at the end.
 * Both go through table_class.add, so that both show the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TABLE_H
#define PPTPNAT_TABLE_H

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "report/places.h"
#include "report/problems.h"
#include "tap_events.h"

#define TABLE_COLUMN_LIMIT 24
#define TABLE_WIDTH_LIMIT  64

/* What passed the table's filter, of one GRE flow or in sum. */
struct flow_count {
    uint32_t packets;
    uint32_t data_packets;
    uint32_t skipped; /* sequence numbers missing when a later one came */
    uint32_t late;    /* of those, come after all */
    uint32_t duplicates;
    bool has_seq;
    uint32_t first_seq;
    uint32_t last_seq;
};

/* Numbers missing and not seen later. */
uint32_t flow_count_lost(const struct flow_count *count);
/* Adds what came later in the capture. */
void flow_count_add(struct flow_count *sum, const struct flow_count *more);

struct table;

/* Texts and numbers of one row. A class's own row starts with it. */
struct table_row {
    const void *key; /* the object of the model that the row shows */
    guint index;     /* rows are sorted by it */
    stat_tap_table_item_type *cells;
};

struct table_class {
    const char *title;                  /* menu and window */
    const char *cli_string;             /* "pptp,calls" */
    const stat_tap_table_item *columns; /* field_format is not used */
    guint column_count;
    gsize row_size; /* of the class's row */
    /* The object that shows `call` and `flow` (either may be NULL, not both), or NULL: no row. */
    const void *(*key)(const struct call *call, const struct gre_flow *flow);
    /* A new row of which `key` is set: sets `index` and the cells that no count changes. */
    void (*fill)(const struct table *table, struct table_row *row);
    /* Adds packets (`count` may be NULL: control messages only) and sets the cells of counts. */
    void (*add)(struct table_row *row, const struct call *call, const struct gre_flow *flow,
                const struct flow_count *count);
};

/* `class` must live as long as the program. */
void table_register(const struct table_class *class);

/* For table_class.fill. */
const struct places *table_places(const struct table *table);
const struct problems *table_problems(const struct table *table);

/* Set a cell of column `column`; text is taken over. */
void row_set_text(struct table_row *row, guint column, char *text);
void row_set_number(struct table_row *row, guint column, guint number);

#endif
