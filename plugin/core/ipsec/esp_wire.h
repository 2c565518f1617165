/* ESP (RFC 4303 2) as far as it is in clear, and what stands before IKE and ESP on UDP port 4500
 * (RFC 3948 2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_ESP_WIRE_H
#define PPTPNAT_ESP_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"

#define ESP_HEADER_LENGTH   8
#define ESP_MIN_LENGTH      16  /* header, pad length, next header, and what they align to */
#define ESP_TAIL_LENGTH     12  /* last octets of a packet: most of the integrity value */
#define ESP_RESERVED_SPI    255 /* and below: never of a packet on the wire (RFC 4303 2.1) */
#define ESP_MARKER_LENGTH   4   /* the non-ESP marker: zeros before IKE (RFC 3948 2.2) */
#define ESP_KEEPALIVE_OCTET 0xFF

struct esp_header {
    uint32_t spi;
    uint32_t seq;
};

/* Reads the header at `data`. False, and *ret untouched, where its octets were not captured. */
static inline bool esp_parse(const uint8_t *data, uint32_t captured, struct esp_header *ret)
{
    if (captured < ESP_HEADER_LENGTH)
        return false;
    *ret = (struct esp_header){.spi = bytes_u32(data), .seq = bytes_u32(data + 4)};
    return true;
}

/* A fingerprint of what tells a packet from another of the same SPI and sequence number: its length
 * and last 12 octets. 0 where they were not captured: not known. Never 0 otherwise. */
static inline uint32_t esp_content(const uint8_t *data, uint32_t captured, uint32_t length)
{
    if (captured < length || length < ESP_HEADER_LENGTH + ESP_TAIL_LENGTH)
        return 0;
    uint32_t hash = (uint32_t)hash_octets(hash_step(hash_secret.start, length),
                                          data + length - ESP_TAIL_LENGTH, ESP_TAIL_LENGTH);
    return hash != 0 ? hash : 1;
}

#endif
