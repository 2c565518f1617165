/* Which TCP ports are PPTP's: a byte a port.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ports.h"

#include <string.h>

static uint8_t port_kind[65536];

void ports_forget(void)
{
    memset(port_kind, PORT_OTHER, sizeof port_kind);
}

void ports_set(uint16_t port, enum port_kind kind)
{
    port_kind[port] = (uint8_t)kind;
}

enum port_kind ports_kind(uint16_t port)
{
    return (enum port_kind)port_kind[port];
}

bool ports_is_pptp(uint16_t port)
{
    return port_kind[port] == PORT_PPTP;
}

bool ports_are_pptp(uint16_t a, uint16_t b)
{
    return ports_is_pptp(a) || ports_is_pptp(b);
}
