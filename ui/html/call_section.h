/* One call of the page: its verdict, its steps, its ladder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_CALL_SECTION_H
#define PPTPNAT_HTML_CALL_SECTION_H

#include "document.h"

/* `open`: not folded, and with its messages as a table. */
void call_section_write(GString *page, const struct document *document, const struct path *path,
                        bool open);

/* "link-3", "call-7": the id of the call in the page. To be freed with g_free. */
char *call_section_key(const struct path *path);
/* "Call 3: 192.168.11.20 to 192.168.1.10". To be freed with g_free. */
char *call_section_title(const struct path *path);

#endif
