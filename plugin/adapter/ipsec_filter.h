/* Conversation filters of the selected packet: its IPsec tunnel at all points, or at this one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_FILTER_H
#define PPTPNAT_IPSEC_FILTER_H

/* Call once, where IPsec is analysed. */
void ipsec_filter_register(void);

#endif
