/* Enhanced GRE (RFC 2637 4.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_EGRE_DISSECTOR_H
#define PPTPNAT_EGRE_DISSECTOR_H

#include "compat.h"

/* Call from the handoff routine. */
void egre_dissector_register(void);

/* Dissects what lies in an IP packet of protocol 47, as protocol gre; `iph` is the data of the
 * ip.proto table. False: it is GRE of another kind. */
bool egre_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *iph, int *ret_length);

#endif
