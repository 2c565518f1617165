/* Where a statistic writes to, and whether all of it got there: tshark ends with status 0 even if
 * the disk was full.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_OUTPUT_H
#define PPTPNAT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* Opens `name` for writing; NULL or "" is the standard output. Returns NULL, after a message on the
 * standard error that begins with `statistic`, if that fails. */
FILE *output_open(const char *statistic, const char *name);

/* Closes what output_open returned. A write error is reported in the same way. */
void output_close(const char *statistic, const char *name, FILE *file);

/* Whether everything written so far, by any statistic and to the standard output, got there. */
bool output_is_complete(void);

#endif
