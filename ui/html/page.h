/* The page: one self-contained HTML document without script.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_PAGE_H
#define PPTPNAT_HTML_PAGE_H

#include "document.h"

/* The whole page as text, to be freed with g_string_free. */
GString *page_of(const struct document *document);

#endif
