/* All findings in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_FINDINGS_H
#define PPTPNAT_TEXT_FINDINGS_H

#include "text_sheet.h"

/* The worst first, each with its consequences below it; of one kind only so many. Nothing if there
 * are none. */
void text_findings_write(const struct text_sheet *sheet, const struct report *report);

#endif
