/* --html: the report as one page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_PAGE_FILE_H
#define PPTPNAT_CLI_PAGE_FILE_H

#include <stdbool.h>

#include "report/report.h"

/* Draws the report and writes it to `page`; an older page is replaced once the new one is drawn.
 * False, after a message, if that fails. */
bool page_file_write(const char *page, const struct report *report);

#endif
