/* The TCP header of a segment as the analysis wants it (RFC 9293 3.1): raw numbers, options, and
 * whether its checksum is right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TCP_HEADER_H
#define PPTPNAT_TCP_HEADER_H

#include "compat.h"
#include "core/pptp/pptp_packet.h"

/* Reads the header; false if it is not whole. `ret->packet` is left for later. *ret_offset: bytes
 * of the header. What `ret` points to lives as long as `tvb`. */
bool tcp_header_read(tvbuff_t *tvb, struct tcp_segment *ret, uint32_t *ret_offset);

/* For a segment that was captured whole and has its addresses: the checksum it had to carry (RFC
 * 9293 3.1, RFC 8200 8.1), in host order, and whether what it carries is what Linux, or Windows for
 * what it lets the network adapter cut, leaves there for that: the sum of the pseudo header, with
 * or without the length. */
void tcp_header_checksum(tvbuff_t *tvb, struct tcp_segment *segment);

#endif
