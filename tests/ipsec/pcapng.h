/* A reader of pcapng captures for tests: Ethernet, IPv4, little-endian sections, no options but the
 * resolution of time. What it does not know it skips.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_PCAPNG_H
#define PPTPNAT_TEST_PCAPNG_H

#include "core/ipsec/ipsec_tracker.h"

/* Calls `each` with every UDP and ESP packet of the file, whose point is its interface; false, and
 * nothing is called, if the file cannot be read. Fragments are left out. */
bool pcapng_read(const char *path, void (*each)(const struct ipsec_packet *packet, void *user),
                 void *user);

#endif
