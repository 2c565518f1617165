/* What the analysis knows of a packet of IPsec, as an item `ipsec` inside that of the built-in
 * protocol: fields and findings. Read from the model only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_ITEMS_H
#define PPTPNAT_IPSEC_ITEMS_H

#include "compat.h"
#include "core/analysis.h"

/* Registers the findings of IPsec. Call once, after fields_register and ipsec_fields_register. */
void ipsec_items_register(void);

/* What one record is of. */
struct ipsec_subject {
    const struct ipsec_record *record;
    const struct ike_record *message;              /* of IKE, else NULL */
    const struct ike_sa *ike;                      /* NULL: of none that is known */
    const struct esp_sa *esp;                      /* NULL: no packet of ESP */
    const struct ipsec_conversation *conversation; /* of a keepalive or L2TP, else NULL */
};

/* `record` is not NULL. */
struct ipsec_subject ipsec_subject_of(const struct ipsec_tracker *tracker,
                                      const struct ipsec_record *record);

/* Where the built-in dissectors put the packet's items: behind `before`, the last node below the
 * root when they were called. */
struct ipsec_tree {
    proto_tree *root; /* NULL: no tree */
    proto_node *before;
};

struct ipsec_tree ipsec_tree_before(proto_tree *tree);

/* Adds all that is known to the item of the packet's protocol: IKE's, ESP's, that of UDP
 * encapsulation or L2TP, else that of UDP. Counts findings in every mode, also without a tree. */
void ipsec_items_add(const struct ipsec_tree *at, tvbuff_t *tvb, packet_info *pinfo,
                     const struct ipsec_subject *subject);

#endif
