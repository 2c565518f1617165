/* The packet that an ICMP error quotes: its dissectors tell here what they read of it, and the
 * error goes to the analysis, on the first visit and once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_ICMP_QUOTE_H
#define PPTPNAT_ICMP_QUOTE_H

#include "compat.h"
#include "core/pptp/pptp_packet.h"

/* The ICMP packet, of at least two octets, is about to be dissected, on its first visit; `iph` as
 * session_packet takes it. */
void icmp_quote_begin(tvbuff_t *tvb, const packet_info *pinfo, void *iph);
/* It has been; or a file is opened. */
void icmp_quote_end(void);

/* It quotes Enhanced GRE; a TCP segment. */
void icmp_quote_gre(const packet_info *pinfo, const struct egre_header *header,
                    enum egre_status status);
void icmp_quote_tcp(tvbuff_t *tvb, const packet_info *pinfo);

#endif
