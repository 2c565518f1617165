/* Everything as one JSON document (report.schema.json).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_JSON_REPORT_H
#define PPTPNAT_JSON_REPORT_H

#include <stdio.h>

#include "report.h"

/* What the file could not take is left in ferror. */
void json_report_write(FILE *file, const struct report *report);

/* The same as text, to be freed with g_string_free. */
GString *json_report_text(const struct report *report);

#endif
