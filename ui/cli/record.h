/* --capture: captures at several points, here and on other machines, all at the same time, and says
 * meanwhile how many packets came and what is certain already.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_RECORD_H
#define PPTPNAT_CLI_RECORD_H

#include <signal.h>
#include <stdbool.h>

#include <glib.h>

struct record_options {
    const char *const *from;     /* INTERFACE or HOST:INTERFACE, ended by NULL */
    const char *const *settings; /* of -o, ended by NULL; NULL: none */
    const char *rsh;             /* the words before a host's name; NULL: those for ssh */
    const char *folder;          /* for the files; NULL: they go with the struct recording */
    unsigned duration_s;         /* 0: until it is interrupted */
    volatile sig_atomic_t *stop; /* the latest signal; SIGINT ends the captures and is set back */
};

struct recording;

/* Captures to the end. NULL, after a message: it could not begin, or failed, or was stopped by
 * another signal. Nothing is left running then. */
struct recording *record(const struct record_options *options);

/* The paths of captures with packets, ended by NULL; there is at least one. Borrowed. */
const char *const *recording_files(const struct recording *recording);
/* How they are called in outputs, in the same order. Borrowed. */
const char *const *recording_shown(const struct recording *recording);
void recording_free(struct recording *recording); /* NULL is fine */

#endif
