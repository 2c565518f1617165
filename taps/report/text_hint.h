/* What would make a capture that shows too little show more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_HINT_H
#define PPTPNAT_TEXT_HINT_H

#include "report.h"

/* Steps, each on a line, with the command; "" if the verdict's advice is all there is to say. To be
 * freed with g_free. */
char *text_hint(const struct report *report);

#endif
