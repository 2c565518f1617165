/* GRE packets: the header stays, the payload does not, but for what PPP's negotiation says in
 * public.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_GRE_H
#define PPTPNAT_STRIP_GRE_H

#include <stdint.h>

#include "secret.h"

/* Octets of the GRE header of any version at `data`, at most `captured`. */
uint32_t gre_header_length(const uint8_t *data, uint32_t captured);

/* Writes over the payload of the GRE packet at `data`, `captured` octets of the `length` it has in
 * its IP packet. In place of what is not public of Enhanced GRE stands a fingerprint of the octets
 * that are compared between points, then zeros. */
void gre_strip(struct secret *secret, uint8_t *data, uint32_t captured, uint32_t length);

#endif
