/* The taps "pptp" and "ipsec": what ../tap_events.h describes, seen from the dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TAP_H
#define PPTPNAT_TAP_H

#include "compat.h"
#include "core/pptp/tracker.h"
#include "ipsec_items.h"

/* Call once, while protocols register. */
void pptp_tap_register(void);

/* Cost nothing while nobody listens. */
void pptp_tap_message(packet_info *pinfo, const struct message_record *message);
void pptp_tap_gre(packet_info *pinfo, const struct packet_record *record,
                  const struct gre_flow *flow);
/* `subject` NULL: a packet that may be ESP. */
void ipsec_tap_packet(packet_info *pinfo, const struct ipsec_subject *subject);

#endif
