/* Numbers of IKE and their names, and the Vendor IDs that say something about NAT traversal. Total
 * functions: what a list does not have is "unknown".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IKE_NAMES_H
#define PPTPNAT_IKE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* "main", "quick", "informational-v1", "IKE_SA_INIT", ...: as RFC 2409 and RFC 7296 call them. */
const char *ike_exchange_name(uint8_t exchange);
/* "message 3 of main mode", "the IKE_AUTH request": for sentences. `number` of the message in its
 * exchange, 0 where it cannot be told: "a message of quick mode". To be freed with g_free. */
char *ike_message_text(uint8_t exchange, unsigned number);
/* "KE", "NAT-D", ...; "unknown". Both versions: no type is one of each. */
const char *ike_payload_name(uint8_t type);
/* "NO-PROPOSAL-CHOSEN" (RFC 2408 3.14.1), "NO_PROPOSAL_CHOSEN" (RFC 7296 3.10.1), ... */
const char *ike_notify_name(uint8_t major, uint16_t type);
/* "MD5", "SHA-1", "SHA2-256", ...: the hash algorithms of phase 1 (RFC 2409 appendix A). */
const char *ike_hash_name(uint16_t hash);

/* A Vendor ID is the MD5 sum of a text, or begins with it. */
#define IKE_VENDOR_OCTETS 16

struct ike_vendor {
    const char *text;                  /* what was hashed */
    const char *label;                 /* what people read */
    uint8_t octets[IKE_VENDOR_OCTETS]; /* of `text` */
    bool natt;                         /* announces NAT traversal */
};

/* The table; `index` below ike_vendor_count(), which is at most 32. */
unsigned ike_vendor_count(void);
const struct ike_vendor *ike_vendor(unsigned index);

/* 1 << the row whose octets `data` begins with; 0: none that we know. */
uint32_t ike_vendor_bit(const uint8_t *data, uint32_t length);
/* True if a row of this set of bits announces NAT traversal. */
bool ike_vendors_have_natt(uint32_t vendors);

#endif
