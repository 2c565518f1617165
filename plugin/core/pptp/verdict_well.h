/* What is said of a link, a NAT and the capture where no finding is a fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_WELL_H
#define PPTPNAT_VERDICT_WELL_H

#include "core/outcome/part.h"
#include "verdict_class.h"

#define PPTP_SECOND_CAPTURE                                                                        \
    "capture on the other side of the NAT at the same time (tcpdump -i IFACE -s 0 -w other.pcap "  \
    "\"tcp port 1723 or proto 47 or icmp or (ip[6:2] & 0x3fff != 0)\"), then run pptpnat on both " \
    "files"

/* `beside`: the link has a fault that is none of the NAT's. */
void pptp_append_link_well(GString *text, const struct link_facts *facts, bool beside);
/* NULL: no call crosses it. */
char *pptp_nat_well(const struct pptp_verdict *verdict, const struct nat_device *nat,
                    const char *name);
enum verdict_status pptp_capture_well(const struct pptp_verdict *verdict,
                                      struct verdict_well *well);

#endif
