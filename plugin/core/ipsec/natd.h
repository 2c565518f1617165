/* The address hashes by which IKE detects a NAT (RFC 3947 3.2, RFC 7296 2.23): HASH(initiator SPI,
 * responder SPI, address, port). SPIs and algorithm are in clear, so each can be computed anew for
 * the addresses of the very packet, at any point. A source hash that does not fit proves no NAT:
 * forced encapsulation fakes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_NATD_H
#define PPTPNAT_NATD_H

#include "core/base/packet.h"
#include "ike_wire.h"

enum natd_fit {
    NATD_NOT_COMPUTED, /* an algorithm that is not MD5, SHA-1 or SHA-2 */
    NATD_FITS_NEITHER,
    NATD_FITS_SOURCE,
    NATD_FITS_DESTINATION
};

/* "destination fits", "source fits", "neither", "not computed". */
const char *natd_fit_name(enum natd_fit fit);

#define NATD_MAX_OCTETS 64

/* Writes the hash of one endpoint to `ret`, of NATD_MAX_OCTETS, and returns its length: 16, 20, 32,
 * 48 or 64. `length` selects the algorithm, as these lengths do; 0 for any other. */
uint32_t natd_compute(uint32_t length, const struct ike_header *header,
                      const struct endpoint *endpoint, uint8_t *ret);

/* Which end of the packet the hash of `length` octets is of. `algorithm` is that of phase 1
 * (IKEv1), or 0 where it is not known; one whose sums have another length says that the hash cannot
 * be computed. A packet whose ends are equal fits its destination. */
enum natd_fit natd_judge(const uint8_t *hash, uint32_t length, uint16_t algorithm,
                         const struct ike_header *header, const struct endpoint *source,
                         const struct endpoint *destination);

#endif
