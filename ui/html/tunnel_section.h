/* One tunnel of the page: its ladder, and its SAs as each point saw them beside each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TUNNEL_SECTION_H
#define PPTPNAT_HTML_TUNNEL_SECTION_H

#include "tunnel.h"

/* `open`: as an article, else folded. */
void tunnel_section_write(GString *page, const struct document *document,
                          const struct tunnel *tunnel, bool open);
/* "ipsec-0": the id of the section; to be freed with g_free, like the title. */
char *tunnel_section_key(const struct tunnel *tunnel);
char *tunnel_section_title(const struct tunnel *tunnel);

#endif
