/* Conversation filters of the selected packet: its PPTP call at all points, or at this one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPTP_FILTER_H
#define PPTPNAT_PPTP_FILTER_H

/* Call once, after fields_register. */
void pptp_filter_register(void);

#endif
