/* IKE messages for tests, payload by payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_IKE_BUILDER_H
#define PPTPNAT_TEST_IKE_BUILDER_H

#include <glib.h>

#include "core/ipsec/natd.h"

#define IKE_BUILDER_ROOM 4096

struct ike_builder {
    uint8_t octets[IKE_BUILDER_ROOM];
    uint32_t length;
    uint32_t next_at; /* where the type of the next payload is written */
};

/* A header of this version (1 or 2) whose Length is right whatever is added. */
struct ike_builder ike_begin(unsigned major, uint8_t exchange, uint8_t flags, uint64_t initiator,
                             uint64_t responder, uint32_t message_id);
void ike_add(struct ike_builder *builder, uint8_t type, const void *body, uint32_t length);
/* Octets that are encrypted, or mean nothing here. */
void ike_add_opaque(struct ike_builder *builder, uint32_t length, uint8_t fill);
/* An SA payload of IKEv1 with one proposal and one transform, whose attributes are encryption, hash
 * and a long life time. */
void ike_add_sa(struct ike_builder *builder, uint16_t hash);
/* The Vendor ID whose label this is. */
void ike_add_vendor(struct ike_builder *builder, const char *label);
/* A notify without SPI. */
void ike_add_notify(struct ike_builder *builder, uint16_t type, const void *data, uint32_t length);
/* The address hash of this endpoint, of so many octets: a NAT-D payload of this type in IKEv1, a
 * notify of this type in IKEv2. */
void ike_add_natd(struct ike_builder *builder, uint16_t type, uint32_t octets,
                  const struct endpoint *endpoint);

#endif
