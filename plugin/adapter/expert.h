/* Findings as expert infos: registered from the catalogue, put on the frames the contract names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_EXPERT_H
#define PPTPNAT_EXPERT_H

#include "compat.h"
#include "core/finding/finding.h"

#include <epan/expert.h>

/* Two that are about one header alone and belong to gre. */
extern expert_field expert_gre_bad_header;
extern expert_field expert_gre_bad_length;

/* Call once, after fields_register. */
void expert_register(void);

/* Where the findings of a frame go: the tree of what they are about. May return NULL. */
typedef proto_tree *(*expert_tree_fn)(const struct finding *finding, void *user);

/* Attaches the findings about this frame, from the second visit on if another frame decided them,
 * and a note for each finding about another frame that this one decided. Counts them in every mode,
 * with or without a tree. */
void expert_attach_findings(tvbuff_t *tvb, packet_info *pinfo, expert_tree_fn tree_of, void *user);

/* An expert_tree_fn for frames with one tree: `user` is that tree. */
proto_tree *expert_one_tree(const struct finding *finding, void *user);

/* The tree of `protocol` below `root`, the latest if there are several; `root` itself if there is
 * none. Items right below the root would be counted as protocols by io,phs. */
proto_tree *expert_tree_of_protocol(proto_tree *root, int protocol);

/* The value that `seen`, a Call ID on the judged frame `frame`, had to have. False: not found
 * wrong. */
bool expert_expected_call_id(uint32_t frame, uint16_t seen, uint16_t *ret_expected);

#endif
