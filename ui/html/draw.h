/* The door of the library: a report becomes a page. What includes this sees no type of the others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_DRAW_H
#define PPTPNAT_HTML_DRAW_H

#include <glib.h>

/* The page of a JSON document of `pptpnat --json`, to be freed with g_string_free. NULL, and
 * `error` is set, if it is none. */
GString *html_draw(const char *json, gsize length, GError **error);

#endif
