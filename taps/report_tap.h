/* Outputs that are written at the end of the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_REPORT_TAP_H
#define PPTPNAT_REPORT_TAP_H

#include "report/report.h"

typedef void (*report_writer)(const struct report *report, const char *argument);

/* Calls `writer` at the end of every reading of a file, if there is an analysis; frames are counted
 * from now on. `argument` (NULL is fine) is copied. Returns NULL, or a message to be freed with
 * g_free. */
char *report_tap_listen(report_writer writer, const char *argument);

/* Interfaces by Wireshark's names, frames as counted so far. Borrowed, valid until the next reading
 * of a file begins. */
struct sources report_tap_sources(void);

#endif
