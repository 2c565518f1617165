/* A hook before IPv4 that sees the fragments of GRE packets: nothing above IP does, and a set that
 * is not whole is never reassembled. Invisible, like the hooks of pptp_hook.h.
 *
 * Every IPv4 packet pays for it (some 170 instructions), so it is there only from the first packet
 * of PPTP on and until the file was read once. What a fragment before that belongs to is unknown
 * anyway: a call at this point begins later.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FRAGMENT_HOOK_H
#define PPTPNAT_FRAGMENT_HOOK_H

/* Call once, when all dissectors are registered. */
void fragment_hook_register(void);

/* From now on, until the end of the file, fragments are looked for. To be called on the first visit
 * of a packet of PPTP. */
void fragment_hook_begin(void);

#endif
