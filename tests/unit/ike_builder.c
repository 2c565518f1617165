/* See ike_builder.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ike_builder.h"

#include "core/base/bytes.h"
#include "core/ipsec/ike_names.h"

static void put(uint8_t *p, uint64_t value, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++)
        p[i] = (uint8_t)(value >> 8 * (octets - 1 - i));
}

static void set_length(struct ike_builder *builder)
{
    put(builder->octets + 24, builder->length, 4);
}

struct ike_builder ike_begin(unsigned major, uint8_t exchange, uint8_t flags, uint64_t initiator,
                             uint64_t responder, uint32_t message_id)
{
    struct ike_builder builder = {.length = IKE_HEADER_LENGTH, .next_at = 16};
    put(builder.octets, initiator, 8);
    put(builder.octets + 8, responder, 8);
    builder.octets[17] = (uint8_t)(major << 4);
    builder.octets[18] = exchange;
    builder.octets[19] = flags;
    put(builder.octets + 20, message_id, 4);
    set_length(&builder);
    return builder;
}

void ike_add(struct ike_builder *builder, uint8_t type, const void *body, uint32_t length)
{
    uint8_t *p = builder->octets + builder->length;
    g_assert_cmpuint(builder->length + 4 + length, <=, IKE_BUILDER_ROOM);
    builder->octets[builder->next_at] = type;
    builder->next_at = builder->length;
    put(p + 2, length + 4, 2);
    memcpy(p + 4, body, length);
    builder->length += 4 + length;
    set_length(builder);
}

void ike_add_opaque(struct ike_builder *builder, uint32_t length, uint8_t fill)
{
    g_assert_cmpuint(builder->length + length, <=, IKE_BUILDER_ROOM);
    builder->octets[builder->next_at] = 5; /* Identification: what comes first in main mode 5 */
    memset(builder->octets + builder->length, fill, length);
    builder->length += length;
    set_length(builder);
}

void ike_add_sa(struct ike_builder *builder, uint16_t hash)
{
    uint8_t body[] = {
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        1, /* IPsec DOI, identity only */
        0,
        0,
        0,
        32,
        1,
        1,
        0,
        1, /* proposal 1: ISAKMP, no SPI, one transform */
        0,
        0,
        0,
        24,
        1,
        1,
        0,
        0, /* transform 1: KEY_IKE */
        0x80,
        1,
        0,
        7, /* encryption AES */
        0,
        12,
        0,
        4,
        0,
        0,
        0x70,
        0x80, /* life time, in the long form */
        0x80,
        2,
        (uint8_t)(hash >> 8),
        (uint8_t)hash,
    };
    ike_add(builder, IKE_V1_SA, body, sizeof body);
}

void ike_add_vendor(struct ike_builder *builder, const char *label)
{
    uint8_t type = builder->octets[17] == 0x10 ? IKE_V1_VENDOR_ID : IKE_V2_VENDOR_ID;
    for (unsigned i = 0; i < ike_vendor_count(); i++) {
        if (strcmp(ike_vendor(i)->label, label) == 0) {
            ike_add(builder, type, ike_vendor(i)->octets, IKE_VENDOR_OCTETS);
            return;
        }
    }
    g_assert_not_reached();
}

void ike_add_notify(struct ike_builder *builder, uint16_t type, const void *data, uint32_t length)
{
    uint8_t body[256] = {0};
    bool is_v1 = builder->octets[17] == 0x10;
    uint32_t at = is_v1 ? 4 : 0;
    g_assert(length <= sizeof body - 8); /* ends the test, which gcc has to know */
    if (is_v1)
        put(body, 1, 4);
    put(body + at + 2, type, 2);
    if (length > 0)
        memcpy(body + at + 4, data, length);
    ike_add(builder, is_v1 ? IKE_V1_NOTIFICATION : IKE_V2_NOTIFY, body, at + 4 + length);
}

void ike_add_natd(struct ike_builder *builder, uint16_t type, uint32_t octets,
                  const struct endpoint *endpoint)
{
    uint8_t hash[NATD_MAX_OCTETS];
    struct ike_header header;
    ike_read(IKE_LAYOUT_HEADER, builder->octets, builder->length, &header);
    g_assert_cmpuint(natd_compute(octets, &header, endpoint, hash), ==, octets);
    if (type > UINT8_MAX)
        ike_add_notify(builder, type, hash, octets);
    else
        ike_add(builder, (uint8_t)type, hash, octets);
}
