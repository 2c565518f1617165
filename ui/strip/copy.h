/* Copies of captures, read and written by wiretap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_COPY_H
#define PPTPNAT_STRIP_COPY_H

#include <signal.h>
#include <stdbool.h>

#include "secret.h"

/* Set by a signal: copying ends at the next frame. */
extern volatile sig_atomic_t copy_interrupted;

/* Writes a stripped copy of the capture `input`, of any format that wiretap reads, to the new file
 * `output` as pcapng. Frame numbers, times, lengths, sections and the names of interfaces are kept;
 * comments, names of hosts, decryption secrets, other options and what is no packet are not. On
 * failure sets *ret_error (printable; NULL if it was interrupted), to be freed with g_free, removes
 * `output` if it made it, and returns false. */
bool copy_stripped(const char *input, const char *output, struct secret *secret, char **ret_error);

#endif
