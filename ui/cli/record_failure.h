/* Why a capture does not begin, or has ended, in words: from what ssh, tcpdump and dumpcap say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_RECORD_FAILURE_H
#define PPTPNAT_CLI_RECORD_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "record_from.h"

#define RECORD_ERROR record_error_quark()
GQuark record_error_quark(void);

struct record_failure {
    const struct record_from *from;
    const char *program; /* that captures; "": none was found; NULL: nobody answered */
    const char *said;    /* all that was said on the standard error, any bytes */
    bool began;
    bool broken; /* what came is no capture */
};

void record_failure_set(const struct record_failure *failure, GError **error);

/* The file at `path` could not be written; `number` is that of errno. */
void record_failure_file(const char *path, int number, GError **error);

/* How many packets the programs say that the kernel dropped, in their last words. */
uint64_t record_failure_lost(const char *said);

#endif
