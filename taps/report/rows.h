/* Tables of the model, apart from who draws them: Wireshark's windows and -z, or the command. A
 * class knows which object a row shows, its texts, and how packets are counted in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_ROWS_H
#define PPTPNAT_ROWS_H

#include <stddef.h>

#include "problems.h"
#include "report.h"

#define TABLE_COLUMN_LIMIT 24
#define TABLE_WIDTH_LIMIT  64 /* characters of a column; what is longer is not aligned */

/* What passed the table's filter, of one GRE flow, ESP SA or IKE SA, or in sum. */
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

/* All packets of a flow, of an ESP SA, and all messages of an IKE SA. */
struct flow_count flow_count_of(const struct gre_flow *flow);
struct flow_count flow_count_of_esp(const struct esp_sa *sa);
struct flow_count flow_count_of_ike(const struct ike_sa *sa);
/* Numbers missing and not seen later. */
uint32_t flow_count_lost(const struct flow_count *count);
/* Adds what came later in the capture. */
void flow_count_add(struct flow_count *sum, const struct flow_count *more);

struct table_column {
    const char *name;
    bool is_number;
    bool to_the_right; /* texts of numbers, too */
};

struct table_cell {
    char *text; /* owned; NULL: "-" in a column of texts, where it was not set */
    uint32_t number;
    bool is_set; /* the number was */
};

/* A class's own row starts with it. */
struct table_row {
    const void *key;          /* the object of the model that the row shows */
    struct table_cell *cells; /* borrowed: one of each column, where it is written */
};

/* What rows are filled from; borrowed. */
struct table_facts {
    const struct report *report;
    const struct problems *problems;
};

/* What packets are of; the rest is NULL. */
struct table_subject {
    const struct call *call; /* of a control message, or of `flow` */
    const struct gre_flow *flow;
    const struct ike_sa *ike; /* of a message; of `esp`, where that is known */
    const struct esp_sa *esp;
};

struct table_class {
    const char *title;
    const char *cli_string; /* "pptp,calls" */
    const struct table_column *columns;
    unsigned column_count;
    size_t row_size;   /* of the class's row */
    bool of_ipsec;     /* else of PPTP */
    bool only_packets; /* of a count, `add` reads nothing else */
    /* The object that shows the subject, or NULL: no row. */
    const void *(*key)(const struct table_facts *facts, const struct table_subject *subject);
    uint32_t (*index)(const void *key); /* rows stand in its order */
    /* A new row of which `key` is set: sets the cells that no count changes. */
    void (*fill)(const struct table_facts *facts, struct table_row *row);
    /* Adds packets (`count` is NULL for control messages of PPTP) and sets the cells of counts. */
    void (*add)(struct table_row *row, const struct table_subject *subject,
                const struct flow_count *count);
};

/* One row a call and capture point, a call that is linked across a NAT, a GRE flow. */
extern const struct table_class calls_table;
extern const struct table_class nat_table;
extern const struct table_class gre_table;
/* One row an IKE SA and capture point, an ESP SA and capture point. */
extern const struct table_class sas_table;
extern const struct table_class esp_table;
/* One row an IKE SA or ESP SA that was seen at two points or more. */
extern const struct table_class ipsec_nat_table;

/* A row that writes to `cells`, none of which is set. To be freed with g_free. */
struct table_row *row_new(const struct table_class *class, const void *key,
                          struct table_cell *cells);

/* Frees the texts of a row's cells: none is set then. */
void row_cells_clear(struct table_cell cells[TABLE_COLUMN_LIMIT]);

/* The number of `frame` in the user's own file, where files are known: the point names the file. */
uint32_t row_frame(const struct table_facts *facts, uint32_t frame);

/* Set a cell; text is taken over. */
void row_set_text(struct table_row *row, unsigned column, char *text);
void row_set_number(struct table_row *row, unsigned column, uint32_t number);

#endif
