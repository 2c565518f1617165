/* Keeping what can be read only once: the standard input, a pipe. The file is private, has no name,
 * and is gone with its descriptor.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_SPOOL_H
#define PPTPNAT_CLI_SPOOL_H

#include <signal.h>
#include <stdbool.h>

#include <glib.h>

/* A new file, open for reading and writing; -1, and `error` is set in READER_ERROR. */
int spool_new(GError **error);

/* Says in `error` that nothing more can be kept; returns -1. */
int spool_cannot_keep(int error_number, GError **error);

/* The path under which what `fd` has open can be opened again in this process. To be freed. */
char *spool_path(int fd);

/* Copies all of `fd`, shown as `name`, to a new file and returns it; -1, and `error` is set. */
int spool_keep(int fd, const char *name, const volatile sig_atomic_t *stop, GError **error);

#endif
