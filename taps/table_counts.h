/* What passed a table's filter while the file was read for the first time, by call and flow, or by
 * SA: of which row it is, only the end shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TABLE_COUNTS_H
#define PPTPNAT_TABLE_COUNTS_H

#include "tapped.h"

struct table_counts;

/* `only_packets`: of a flow or ESP SA, nothing but the number of packets is kept. */
struct table_counts *table_counts_new(bool only_packets);
void table_counts_free(struct table_counts *counts);

/* Counts what the data pointer of a tap's callback tells; false: nothing (tapped_read). */
bool table_counts_read(struct table_counts *counts, bool of_ipsec, const void *event);
void table_counts_clear(struct table_counts *counts);

/* Counts the packets that turned out to be ESP. */
void table_counts_settle(struct table_counts *counts, const struct ipsec_tracker *tracker);

/* A row_counter (report/row_list.h) of a struct table_counts. */
bool table_counts_of(const void *counts, bool is_flow, uint32_t index, struct flow_count *ret);

#endif
