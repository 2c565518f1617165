/* Files that are named to the statistics, and whether all that was written got there: tshark ends
 * with status 0 even if the disk was full.
 *
 * The name /dev/fd/N is the descriptor N itself, as in a shell. So a tshark without privileges can
 * use what a program with privileges has opened for it, and nothing else of what that may open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FILES_H
#define PPTPNAT_FILES_H

#include <stdbool.h>
#include <stdio.h>

/* The content of the file `name` up to its end or first NUL, to be freed with g_free. NULL if it
 * cannot be read. */
char *files_read(const char *name);

/* Opens `name` for writing; NULL or "" is the standard output. Returns NULL, after a message on the
 * standard error that begins with `statistic`, if that fails. */
FILE *files_open(const char *statistic, const char *name);

/* Closes what files_open returned. A write error is reported in the same way. */
void files_close(const char *statistic, const char *name, FILE *file);

/* Whether everything written so far, by any statistic and to the standard output, got there. */
bool files_are_complete(void);

#endif
