/* One PPTP control message as a tree and as a sentence, read from core's table of layouts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_MESSAGE_TREE_H
#define PPTPNAT_MESSAGE_TREE_H

#include "compat.h"
#include "core/pptp/tracker.h"

/* Shows the message, or the octets that are none, that fill `tvb`. `record` is what the analysis
 * made of it, or NULL; `first` is false for further messages of the same frame, which are appended
 * to the Info column. Never throws. Returns the tree for its findings (NULL without `tree`). */
proto_tree *message_tree_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                              const struct message_record *record, bool first);

/* The same for a message whose octets are not at hand: Wireshark's TCP took the segments with the
 * rest of it for something else. */
proto_tree *message_tree_recall(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                const struct message_record *record, bool first);

#endif
