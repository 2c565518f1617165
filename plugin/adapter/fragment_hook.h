/* A hook before IPv4 that sees the fragments of GRE packets: nothing above IP does, and a set that
 * is not whole is never reassembled. Invisible, like the hooks of pptp_hook.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FRAGMENT_HOOK_H
#define PPTPNAT_FRAGMENT_HOOK_H

/* Call once, when all dissectors are registered. */
void fragment_hook_register(void);

#endif
