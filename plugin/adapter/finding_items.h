/* How a finding looks in a packet, whichever protocol it is of: one item with an expert info, and
 * what the finding says below it, in the fields pptp.finding.*.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FINDING_ITEMS_H
#define PPTPNAT_FINDING_ITEMS_H

#include "compat.h"
#include "core/finding/finding.h"

#include <epan/expert.h>

struct finding_view {
    const struct finding_kind *kind;
    const char *text; /* one sentence without the summary, or NULL */
    uint32_t judged_frame;
    uint32_t deciding_frame; /* 0: at the end of the file */
    int flags;               /* the field that is set with it: pptp.nat.flags, ... */
    expert_field *expert;
    proto_item *at; /* the item that is wrong, for the expert info; NULL: the finding's own */
};

/* Wireshark's numbers for the expert info of a kind. */
int finding_items_severity(enum finding_severity severity);
int finding_items_group(enum finding_group group);

/* Registers the note that is put on deciding frames. Call once, after fields_register. */
void finding_items_register(void);

/* Notes that `item`, which is shown, is a Call ID of this packet that a finding says is wrong; and
 * finds it by its value, NULL: there is none. */
void finding_items_mark(proto_item *item, uint16_t value);
proto_item *finding_items_marked(packet_info *pinfo, uint16_t value);

/* Puts the finding on the frame now being dissected, if it is its judged one or its deciding one. A
 * finding that another frame decided is shown from the second visit on; one pass shows it on the
 * deciding frame only, so that a filter never lists a right packet as wrong. Counts in every mode,
 * with or without `tree`. Returns the item's subtree on the judged frame, else NULL. */
proto_tree *finding_items_attach(const struct finding_view *view, tvbuff_t *tvb, packet_info *pinfo,
                                 proto_tree *tree);

#endif
