/* What the sections of calls and of tunnels share: heading, ladder, and what is said beside it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_PART_H
#define PPTPNAT_HTML_PART_H

#include "ladder.h"

#define PARTS_OPEN 20 /* faulty ones that are not folded */

/* `status`: of the verdict on it, "" if there is none. */
void part_begin(GString *page, const char *key, const char *title, enum severity worst,
                const char *status, bool open);
void part_end(GString *page, bool open);
void part_ladder(GString *page, const struct ladder *ladder, const char *key, const char *title,
                 bool with_table);
/* What `text` says that the verdict does not, a part of it. */
const char *part_rest(const struct document *document, const char *text);
void part_text(GString *page, const struct document *document, const char *text);
void part_evidence(GString *page, const GPtrArray *evidence);

#endif
