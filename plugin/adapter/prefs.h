/* The preferences this plugin adds to the built-in pptp protocol, and those of ipsec.
 * `pptp.tcp.port` is the built-in one; pptp_hook reads it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PREFS_H
#define PPTPNAT_PREFS_H

#include <glib.h>

#include "compat.h"
#include "core/link/linker.h"

struct adapter_prefs {
    compat_bool analysis; /* pptp.analysis.enabled; off: the built-in dissectors get the packets */
    compat_bool nat;      /* pptp.nat.enabled; off: no links */
    const char *inside;   /* pptp.nat.inside: interface names or subnets, separated by commas */
    guint window;         /* pptp.nat.window: seconds a packet waits for its other half */
    const char *manifest; /* pptp.nat.manifest: a file, or "" */
    compat_bool ipsec;    /* ipsec.analysis.enabled; off: the built-in dissectors alone */
};

extern struct adapter_prefs adapter_prefs;

void adapter_prefs_register(void);

#endif
