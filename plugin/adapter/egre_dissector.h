/* Enhanced GRE (RFC 2637 4.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_EGRE_DISSECTOR_H
#define PPTPNAT_EGRE_DISSECTOR_H

#include "compat.h"

/* Call from the handoff routine. */
void egre_dissector_register(void);

/* The packet as the hook on ip.proto has read it. */
struct egre_octets {
    const uint8_t *data;
    uint32_t captured;
    void *iph; /* the data of the ip.proto table */
};

/* Dissects a packet of protocol gre that egre_is_enhanced. */
int egre_dissector_call(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                        struct egre_octets *octets);

#endif
