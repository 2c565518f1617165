/* IKE and ESP: what identifies people or carries their data is written over; what tells SAs,
 * messages and packets apart stays. In place of octets that may not be shown stands a fingerprint
 * of them, so that equal packets stay equal and changed ones differ in the same payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_IPSEC_H
#define PPTPNAT_STRIP_IPSEC_H

#include <stdbool.h>
#include <stdint.h>

#include "secret.h"

/* The UDP payload at `data`: `captured` octets of `length` are there. False if it is neither IKE,
 * ESP, a keepalive nor L2TP in clear: then nothing was written. Of IKE the header, headers of
 * payloads, proposals without texts, Vendor IDs, address hashes and types of notifies stay; of ESP
 * SPI and sequence number; of L2TP its header and the type of the message. */
bool ipsec_strip_udp(const struct secret *secret, uint16_t source_port, uint16_t destination_port,
                     uint8_t *data, uint32_t captured, uint32_t length);

/* The ESP packet at `data`. */
void ipsec_strip_esp(const struct secret *secret, uint8_t *data, uint32_t captured,
                     uint32_t length);

#endif
