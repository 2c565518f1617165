/* IPsec tunnels over time, as the outermost point saw them: one lane per outside address and port,
 * so that clients which share a port share a lane; re-keys and changes of a mapping are marked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TUNNEL_TIMELINE_H
#define PPTPNAT_HTML_TUNNEL_TIMELINE_H

#include "timeline.h"
#include "tunnel.h"

/* To be freed with timeline_free. */
struct timeline *tunnel_timeline(const struct document *document);

#endif
