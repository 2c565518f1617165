/* How much GRE passed between the points, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_COUNT_H
#define PPTPNAT_VERDICT_COUNT_H

#include <glib.h>

#include "core/link/linker.h"

/* Whether two points of the call show GRE of one direction. */
bool verdict_has_gre_twice(const struct link_view *view);
/* Whether each point shows the whole call: its set-up, and GRE both ways. */
bool verdict_is_whole(const struct link_view *view);
/* " 9 of 10 GRE packets to the PAC passed, ...", of what both points of each hop could see. A
 * direction that only one point shows is left out, unless the call has a fault: that may be it. */
void verdict_append_counts(const struct linker *linker, GString *text,
                           const struct link_view *view);
/* " But 1 of 10 GRE packets to the PAC were lost between the points.", of all calls; nothing where
 * none was. */
void verdict_append_loss(const struct linker *linker, GString *text);

#endif
