/* What the verdict knows of each finding of IPsec: how much it weighs, and what to say about it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_VERDICT_TABLE_H
#define PPTPNAT_IPSEC_VERDICT_TABLE_H

#include "core/outcome/part.h"

/* Windows refuses such a server unless it is told otherwise; error 809 is what people see. */
#define SERVER_BEHIND_NAT_ADVICE                                                                   \
    "If the client runs Windows and reports error 809, set its registry value "                    \
    "AssumeUDPEncapsulationContextOnSendRule to 2 and restart it."

/* The lower, the more likely the cause of the others. */
unsigned ipsec_verdict_weight(enum finding_id id);
/* One sentence without its full stop; `nat`: what to call the NAT it is about, or NULL. To be freed
 * with g_free. */
char *ipsec_headline(enum finding_id id, const char *nat);
/* `in_udp`: it is about ESP that goes in UDP 4500. */
struct verdict_advice ipsec_verdict_advice(enum finding_id id, bool in_udp);

#endif
