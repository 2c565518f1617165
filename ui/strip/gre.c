/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gre.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "core/base/bytes.h"
#include "core/pptp/egre_wire.h"
#include "core/pptp/pptp_packet.h"
#include "core/pptp/ppp_public.h"

#define GRE_FIXED_HEADER 4
#define TRAILING_OCTET   0xFF

G_STATIC_ASSERT(SECRET_PRINT_OCTETS >= GRE_CONTENT_LIMIT);

uint32_t gre_header_length(const uint8_t *data, uint32_t captured)
{
    struct egre_header header = {0};
    enum egre_status status = egre_parse(data, captured, &header);
    uint32_t length = GRE_FIXED_HEADER;
    uint16_t flags;

    if (status == EGRE_OK)
        return MIN(header.header_length, captured);
    if (status == EGRE_TRUNCATED || captured < GRE_FIXED_HEADER)
        return captured;
    flags = bytes_u16(data);
    /* RFC 2784 2.1, RFC 2890 2: four octets for the checksum, the key, the sequence number. */
    length += (flags & (EGRE_FLAG_CHECKSUM | EGRE_FLAG_ROUTING)) != 0 ? 4 : 0;
    length += (flags & EGRE_FLAG_KEY) != 0 ? 4 : 0;
    length += (flags & EGRE_FLAG_SEQ) != 0 ? 4 : 0;
    return MIN(length, captured);
}

static void strip_ppp(const struct secret *secret, uint8_t *payload, uint32_t captured)
{
    uint8_t print[SECRET_PRINT_OCTETS];
    bool *public = g_new(bool, captured);

    ppp_public(payload, captured, public);
    secret_print(secret, payload, MIN(captured, GRE_CONTENT_LIMIT), print);
    /* Octets without a protocol number must not become one. */
    if (!public[0])
        print[0] = print[1] = 0;
    for (uint32_t i = 0; i < captured; i++) {
        if (!public[i])
            payload[i] = i < GRE_CONTENT_LIMIT ? print[i] : 0;
    }
    g_free(public);
}

/* Zeros behind the payload are padding, anything else is a fault that has to stay one. */
static void strip_trailing(uint8_t *octets, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (octets[i] != 0) {
            memset(octets, TRAILING_OCTET, count);
            return;
        }
    }
}

void gre_strip(struct secret *secret, uint8_t *data, uint32_t captured, uint32_t length)
{
    struct egre_header header = {0};
    enum egre_status status = egre_parse(data, captured, &header);
    uint32_t start = gre_header_length(data, captured);
    uint32_t payload;

    if (status != EGRE_OK) {
        memset(data + start, 0, captured - start);
        return;
    }
    payload = MIN(header.payload_length, length > start ? length - start : 0);
    payload = MIN(payload, captured - start);
    if (payload != 0)
        strip_ppp(secret, data + start, payload);
    strip_trailing(data + start + payload, captured - start - payload);
}
