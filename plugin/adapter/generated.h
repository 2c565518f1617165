/* What the analysis knows about a packet, as generated items: call, state, reply, window, link.
 * Never with an offset, and read from the model only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_GENERATED_H
#define PPTPNAT_GENERATED_H

#include "compat.h"
#include "translation.h"

/* Both put them into a subtree "NAT analysis", and return it for the findings. Where nobody looks
 * at the tree, as for a filter, they are in `tree` itself, which costs less. Do nothing without a
 * tree. `translation` is the packet's, its Call ID fields being shown. */
proto_tree *generated_message(tvbuff_t *tvb, proto_tree *tree, const struct message_record *record,
                              const struct translation *translation);
/* `translation` NULL: no field of pptp is wanted. */
proto_tree *generated_gre(tvbuff_t *tvb, proto_tree *tree, uint32_t frame,
                          const struct packet_record *record,
                          const struct translation *translation);

#endif
