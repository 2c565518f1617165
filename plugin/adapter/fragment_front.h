/* A front before IPv4 that sees the fragments of GRE packets: nothing above IP does, and a set that
 * is not whole is never reassembled. Invisible, like the fronts of front.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FRAGMENT_FRONT_H
#define PPTPNAT_FRAGMENT_FRONT_H

/* Call once, when all dissectors are registered. */
void fragment_front_register(void);

#endif
