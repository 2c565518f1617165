/* What the analysis adds to the Info column of a packet of IPsec, behind what the built-in
 * dissector says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_INFO_H
#define PPTPNAT_IPSEC_INFO_H

#include "ipsec_items.h"

void ipsec_info_add(packet_info *pinfo, const struct ipsec_subject *subject);

#endif
