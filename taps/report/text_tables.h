/* The tables as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_TABLES_H
#define PPTPNAT_TEXT_TABLES_H

#include <stdio.h>

#include "report.h"

/* Calls, calls across NATs, GRE flows, IKE SAs, ESP SAs: those that have a row, with an empty line
 * before each but the first. Columns are as wide as what is in them. */
void text_tables_write(FILE *file, const struct report *report);

#endif
