/* What several points saw of the SA of a packet, as generated items. Links follow from all that was
 * read, so that they show from the second visit on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_NAT_ITEMS_H
#define PPTPNAT_IPSEC_NAT_ITEMS_H

#include "compat.h"
#include "ipsec_items.h"

void ipsec_nat_items_add(proto_tree *tree, tvbuff_t *tvb, const packet_info *pinfo,
                         const struct ipsec_subject *subject);

#endif
