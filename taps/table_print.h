/* `-z NAME[,FILTER]` of a table in tshark: while the file is read, packets are only counted, and at
 * its end each row is made, printed and forgotten. What Wireshark would print by itself needs all
 * rows at once, and there can be one for each call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TABLE_PRINT_H
#define PPTPNAT_TABLE_PRINT_H

#include "report/rows.h"

/* The class must live as long as the program. */
void table_print_register(const struct table_class *class);

#endif
