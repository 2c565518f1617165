/* The table of all tunnels.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TUNNEL_TABLE_H
#define PPTPNAT_HTML_TUNNEL_TABLE_H

#include "tunnel.h"

/* `pictured`: tunnels are links only if all of them have a picture. */
void tunnel_table(GString *page, const struct document *document, unsigned pictured);

#endif
