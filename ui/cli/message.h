/* What the command says beside its result, on the standard error: notes, failures, and on a
 * terminal a line that tells how far it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_MESSAGE_H
#define PPTPNAT_CLI_MESSAGE_H

#include <glib.h>

/* A message of several lines: the first says what is wrong, the others what to do. Whatever it
 * holds, nothing of it steers a terminal. */
void message_note(const char *text);

/* The same, from parts: names that somebody chose belong into `format` by message_name. */
void message_notef(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A name as it may stand in a message, without line ends; to be freed with g_free. */
char *message_name(const char *name);

/* One line while something takes its time; the next one, or a message, replaces it. `part` of 0 to
 * 1 is done; less than 0: nobody knows. NULL: it is over. */
void message_progress(const char *doing, double part);

#endif
