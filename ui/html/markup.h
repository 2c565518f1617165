/* Writing HTML and SVG: every argument of a format is escaped, so that text stays text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_MARKUP_H
#define PPTPNAT_HTML_MARKUP_H

#include <glib.h>

#include "reader.h"

/* Appends `format`, in which %s and %c arguments have &, <, >, " and ' escaped: good in text and in
 * quoted attributes. Only the format itself can hold markup. */
void markup(GString *page, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Plain text, kept in `texts` as long as they live. */
const char *markup_keep(GStringChunk *texts, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* "42", "-" if not known. To be freed with g_free. */
char *markup_number(struct number number);

/* At most `limit` characters of `text`, the rest as "…". To be freed with g_free. */
char *markup_short(const char *text, size_t limit);

/* A time span as people write it: "0.031 s", "12.4 s", "3 min 05 s", "2 h 10 min". To be freed with
 * g_free. */
char *markup_span(double seconds);

/* "1 packet", "25 packets". To be freed with g_free. */
char *markup_count(int64_t count, const char *one, const char *many);

#endif
