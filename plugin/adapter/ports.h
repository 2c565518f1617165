/* Which TCP ports are PPTP's, as the user has set the table of dissectors. pptp_hook.c fills it in
 * whenever a file is opened or settings change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PORTS_H
#define PPTPNAT_PORTS_H

#include <stdbool.h>
#include <stdint.h>

enum port_kind {
    PORT_OTHER,
    PORT_PPTP,
    PORT_TAKEN /* one of pptp.tcp.port that Decode As has given to something else */
};

/* Makes every port PORT_OTHER. */
void ports_forget(void);
void ports_set(uint16_t port, enum port_kind kind);
enum port_kind ports_kind(uint16_t port);
bool ports_is_pptp(uint16_t port);
/* Whether one of the two is. */
bool ports_are_pptp(uint16_t a, uint16_t b);

#endif
