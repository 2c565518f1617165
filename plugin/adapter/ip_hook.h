/* A place before the built-in dissector of an IP protocol. The handle there has no protocol, so no
 * tree, list of protocols or Decode As shows it; it calls the built-in one when it has seen enough.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IP_HOOK_H
#define PPTPNAT_IP_HOOK_H

#include "compat.h"

struct ip_hook {
    uint32_t protocol; /* IP protocol number */
    dissector_t dissector;
    const char *name;
    dissector_handle_t stock;  /* set by ip_hook_register; NULL: this Wireshark has none */
    dissector_handle_t handle; /* likewise */
};

/* Makes the handles, once, in a handoff routine. */
void ip_hook_register(struct ip_hook *hook);

/* Puts the hook there, whenever a file is opened, unless the user has given the protocol to another
 * dissector. */
void ip_hook_install(const struct ip_hook *hook);

#endif
