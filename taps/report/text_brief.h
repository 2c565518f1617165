/* The verdict for ten seconds of reading, and for one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_BRIEF_H
#define PPTPNAT_TEXT_BRIEF_H

#include <stdio.h>

#include "report.h"
#include "text_lines.h"

#define TEXT_BRIEF_LINES 25 /* where a line has TEXT_WIDTH columns or more */

/* Status and headline; the path with its ids; where, known, felt and do; a line for each further
 * fault; totals. What the file could not take is left in ferror, as below. */
void text_brief_write(FILE *file, const struct report *report, const struct text_style *style);

/* One line for grep: status, cause or "-", counts, files, headline. */
void text_summary_write(FILE *file, const struct report *report);

#endif
