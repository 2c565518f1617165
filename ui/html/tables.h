/* The tables of the page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TABLES_H
#define PPTPNAT_HTML_TABLES_H

#include "document.h"

/* Causes first, what follows from each under it. */
void tables_findings(GString *page, const struct document *document);
/* `pictured`: calls are links only if all of them have a picture. */
void tables_calls(GString *page, const struct document *document, unsigned pictured);
void tables_points(GString *page, const struct document *document);
void tables_nats(GString *page, const struct document *document);

#endif
