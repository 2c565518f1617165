/* What the setting pptp.nat.inside names: "lan0, 192.168.11.0/24".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_INSIDE_H
#define PPTPNAT_INSIDE_H

#include <glib.h>

struct inside {
    GArray *subnets;  /* struct link_subnet (core/link/linker.h) */
    GPtrArray *names; /* char *, of interfaces */
};

/* Reads a list separated by commas; NULL is "". A word that is no address is a name. To be cleared
 * with inside_clear. */
struct inside inside_read(const char *text);
void inside_clear(struct inside *inside); /* also if it is all zero */

#endif
