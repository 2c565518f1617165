/* Big-endian reads from a buffer whose length has been checked by the caller (RFC 2637 1.4: network
 * byte order). Each function reads exactly the octets its name says, starting at `p`; `p` is
 * borrowed for the call and need not be aligned.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_BYTES_H
#define PPTPNAT_BYTES_H

#include <stdint.h>

static inline uint8_t bytes_u8(const uint8_t *p)
{
    return p[0];
}

static inline uint16_t bytes_u16(const uint8_t *p)
{
    return (uint16_t)((p[0] << 8) | p[1]);
}

static inline uint32_t bytes_u32(const uint8_t *p)
{
    return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

#endif
