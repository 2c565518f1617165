/* Where to capture, as the user names it: INTERFACE here, or HOST:INTERFACE there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_RECORD_FROM_H
#define PPTPNAT_CLI_RECORD_FROM_H

#include <stdbool.h>

#include <glib.h>

struct record_from {
    char *name;      /* as the user wrote it, printable */
    char *host;      /* for ssh, with the user's name, without brackets; NULL: this machine */
    char *interface; /* its name there */
    char *file;      /* of the capture: letters, digits, ".", "-" and "_" only */
};

/* A word with a colon is an interface of this machine if there is one with that name. [ADDRESS] may
 * be a host, too. Refuses what a program could take for an option. */
bool record_from_read(struct record_from *ret, const char *word, GError **error);
void record_from_clear(struct record_from *from);

#endif
