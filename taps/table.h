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

#include "report/rows.h"

/* Wireshark has no menu for this group: windows are opened by menu.h. */
#define TABLE_GROUP REGISTER_STAT_GROUP_CONVERSATION_LIST

/* Registers the window and the -z statistic of a class, which must live as long as the program. */
void table_register(const struct table_class *class);

#endif
