/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "draw.h"

#include "document.h"
#include "page.h"

GString *html_draw(const char *json, gsize length, GError **error)
{
    struct document *document = document_parse(json, length, error);
    if (document == NULL)
        return NULL;
    GString *page = page_of(document);
    document_free(document);
    return page;
}
