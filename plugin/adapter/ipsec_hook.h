/* Stands before UDP and before ESP: takes the packets of IPsec from them, has the built-in
 * dissectors show them, and adds what the analysis knows. All other UDP goes on as it came.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_HOOK_H
#define PPTPNAT_IPSEC_HOOK_H

/* Call once, in a handoff routine. */
void ipsec_hook_register(void);

#endif
