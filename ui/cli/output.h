/* What is printed: in the form that was asked for, as the terminal is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_OUTPUT_H
#define PPTPNAT_CLI_OUTPUT_H

#include "options.h"
#include "report/report.h"

/* Prints to the standard output. False, after a message, if not all of it got there. */
bool output_write(const struct options *options, const struct report *report);

/* False, after a message, if the standard output took no `text`. */
bool output_text(const char *text);

#endif
