/* Which rows a table has, and of what each is made. A row itself exists only while it is written:
 * there may be one for each call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_ROW_LIST_H
#define PPTPNAT_ROW_LIST_H

#include "rows.h"

struct row_list;

/* What counts as passed of the call or IKE SA `index` (its messages), or, if `is_flow`, of the GRE
 * flow or ESP SA. False: nothing, and it is in no row. */
typedef bool (*row_counter)(const void *user, bool is_flow, uint32_t index, struct flow_count *ret);

/* Borrows all but `class`, which lives as long as the program. */
struct row_list *row_list_new(const struct table_class *class, const struct table_facts *facts,
                              row_counter counter, const void *user);
void row_list_free(struct row_list *list);

bool row_list_is_empty(const struct row_list *list);
const struct table_class *row_list_class(const struct row_list *list);

/* Writes the next row, in the order of the class's `index`, to the cells, which are cleared before.
 * `*at` is 0 for the first row and then belongs to this function. False: there are no more. */
bool row_list_next(const struct row_list *list, uint32_t *at,
                   struct table_cell cells[TABLE_COLUMN_LIMIT]);

#endif
