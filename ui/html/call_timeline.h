/* PPTP calls over time, as the outermost point saw them: one lane per pair of addresses and Call
 * ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_CALL_TIMELINE_H
#define PPTPNAT_HTML_CALL_TIMELINE_H

#include "timeline.h"

/* To be freed with timeline_free. */
struct timeline *call_timeline(const struct document *document);

#endif
