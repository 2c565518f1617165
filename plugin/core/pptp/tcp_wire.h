/* The TCP header (RFC 9293 3.1) as the analysis takes it, and its checksum.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TCP_WIRE_H
#define PPTPNAT_TCP_WIRE_H

#include "pptp_packet.h"

/* Reads the header at `data`: `captured` octets are there of the `length` that the segment has.
 * Fills all of *ret but the packet and the checksum that is right, and *ret_offset with where the
 * payload begins. False, and nothing is set, if no whole header is there. Borrows `data`. */
bool tcp_wire_read(const uint8_t *data, uint32_t captured, uint32_t length, struct tcp_segment *ret,
                   uint32_t *ret_offset);

/* Computes the checksum of a segment of which all `length` octets are at `data`; the addresses of
 * its packet are known. */
void tcp_wire_checksum(const uint8_t *data, uint32_t length, struct tcp_segment *segment);

#endif
