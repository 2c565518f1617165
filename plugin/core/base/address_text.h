/* Addresses as people write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_ADDRESS_TEXT_H
#define PPTPNAT_ADDRESS_TEXT_H

#include "packet.h"

/* "192.168.1.30", or an IPv6 address (RFC 4291 2.2), without a zone. False, and *ret is as it was,
 * of any other text. */
bool address_from_text(const char *text, struct net_address *ret);

#endif
