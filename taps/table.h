/* Tables that work as a window of the GUI, in sharkd, and as a well-aligned `tshark -z` table.
 *
 * Wireshark fills such a table packet by packet and draws it by itself. What we show of a call is
 * only known at the end of the file. The GUI and sharkd ask when the file was read already: the
 * model is final, and rows are made as packets pass. tshark asks before: see table_print.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TABLE_H
#define PPTPNAT_TABLE_H

#include "report/rows.h"

/* Wireshark has no menu for this group: windows are opened by menu.h. */
#define TABLE_GROUP REGISTER_STAT_GROUP_CONVERSATION_LIST

/* Registers the window, or in tshark the -z statistic, of a class, which must live as long as the
 * program. */
void table_register(const struct table_class *class);

#endif
