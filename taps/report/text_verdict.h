/* The verdict and all findings in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_VERDICT_H
#define PPTPNAT_TEXT_VERDICT_H

#include <stdio.h>

#include "report.h"

/* What the file could not take is left in ferror. */
void text_verdict_write(FILE *file, const struct report *report);

#endif
