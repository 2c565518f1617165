/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec.h"

#include <string.h>

#include <glib.h>

#include "core/base/bytes.h"
#include "core/ipsec/esp_wire.h"
#include "core/ipsec/udp_shape.h"

#define ATTRIBUTE_HEADER    4      /* RFC 2408 3.3 */
#define ATTRIBUTE_IS_SHORT  0x8000 /* the value stands in place of a length */
#define ATTRIBUTE_NUMBER    4      /* octets of the longest number, a lifetime */
#define L2TP_CONTROL_HEADER 12     /* RFC 2661 3.1 */
#define L2TP_MESSAGE_TYPE   8      /* its AVP, the first one (RFC 2661 4.4.1) */
#define L2TP_DATA_HEADER    6      /* flags, tunnel, session */

/* Writes the fingerprint of the octets over them; a long run ends with zeros. */
static void write_print(const struct secret *secret, uint8_t *octets, uint32_t count)
{
    uint8_t print[SECRET_PRINT_OCTETS];

    if (count == 0)
        return;
    secret_print(secret, octets, count, print);
    memset(octets, 0, count);
    memcpy(octets, print, MIN(count, SECRET_PRINT_OCTETS));
}

/* All but the first `kept` octets. */
static void strip_behind(const struct secret *secret, uint8_t *data, uint32_t captured,
                         uint32_t kept)
{
    if (captured > kept)
        write_print(secret, data + kept, captured - kept);
}

void ipsec_strip_esp(const struct secret *secret, uint8_t *data, uint32_t captured, uint32_t length)
{
    uint32_t tail = captured;

    /* The last octets are compared by themselves (esp_content). */
    if (captured == length && length >= ESP_HEADER_LENGTH + ESP_TAIL_LENGTH)
        tail = captured - ESP_TAIL_LENGTH;
    strip_behind(secret, data + tail, captured - tail, 0);
    strip_behind(secret, data, tail, ESP_HEADER_LENGTH);
}

/* Numbers stay. A long value can be a name: Microsoft's GSS identity is that of a machine. */
static void strip_attributes(const struct secret *secret, uint8_t *data, uint32_t captured)
{
    uint32_t at = 0;

    while (captured - at >= ATTRIBUTE_HEADER) {
        bool is_short = (bytes_u16(data + at) & ATTRIBUTE_IS_SHORT) != 0;
        uint32_t value = is_short ? 0 : bytes_u16(data + at + 2);
        uint32_t there = MIN(value, captured - at - ATTRIBUTE_HEADER);

        if (value > ATTRIBUTE_NUMBER)
            write_print(secret, data + at + ATTRIBUTE_HEADER, there);
        at += ATTRIBUTE_HEADER + there;
    }
    write_print(secret, data + at, captured - at);
}

/* A chain of proposals with their transforms, or of transforms with their attributes. */
static void strip_chain(const struct secret *secret, uint8_t *data, uint32_t captured,
                        uint32_t length, uint8_t type)
{
    struct ike_cursor cursor = ike_cursor_at(data, captured, length, type);
    struct ike_payload part;

    while (ike_next_payload(&cursor, &part)) {
        uint8_t *body = data + part.offset;
        uint32_t kept = MIN(part.captured, 4u); /* both begin with four octets */

        if (part.type != type) {
            write_print(secret, body, part.captured);
        } else if (type == IKE_TRANSFORM) {
            strip_attributes(secret, body + kept, part.captured - kept);
        } else {
            /* The SPI is of any length, and nothing is told by it. */
            uint32_t spi = part.captured > 2 ? MIN(body[2], part.captured - kept) : 0;

            write_print(secret, body + kept, spi);
            kept += spi;
            strip_chain(secret, body + kept, part.captured - kept, part.length - kept,
                        IKE_TRANSFORM);
        }
    }
    strip_behind(secret, data, captured, MIN(cursor.offset, captured));
}

/* What becomes of a payload's body: `shown` octets stay, `form` octets that would say how to read
 * what follows become 0, which is no form, and the rest becomes a fingerprint. */
struct treatment {
    uint8_t major;
    uint8_t type;
    uint16_t shown;
    uint16_t form;
};

#define ALL UINT16_MAX

/* clang-format off */
static const struct treatment treatments[] = {
    {1, IKE_V1_KE,                  0, 0},
    {1, IKE_V1_IDENTIFICATION,      0, 4}, /* RFC 2407 4.6.2: type, protocol, port */
    {1, IKE_V1_CERTIFICATE_REQUEST, 0, 1},
    {1, IKE_V1_HASH,                0, 0},
    {1, IKE_V1_SIGNATURE,           0, 0},
    {1, IKE_V1_NONCE,               0, 0},
    {1, IKE_V1_NOTIFICATION,        8, 0}, /* RFC 2408 3.14 */
    {1, IKE_V1_VENDOR_ID,         ALL, 0},
    {1, IKE_V1_NATD,              ALL, 0},
    {1, IKE_V1_NATD_DRAFT,        ALL, 0},
    {1, IKE_V1_FRAGMENT,            4, 0}, /* [MS-IKEE] 2.2.3 */
    {2, IKE_V2_KE,                  4, 0}, /* RFC 7296 3.4: group, reserved */
    {2, IKE_V2_CERTIFICATE_REQUEST, 0, 1},
    {2, IKE_V2_NONCE,               0, 0},
    {2, IKE_V2_NOTIFY,              4, 0}, /* RFC 7296 3.10 */
    {2, IKE_V2_VENDOR_ID,         ALL, 0},
    {2, IKE_V2_ENCRYPTED,           0, 0},
    {2, IKE_V2_ENCRYPTED_FRAGMENT,  4, 0}, /* RFC 7383 2.5 */
};
/* clang-format on */

static bool is_address_hash(const uint8_t *body, uint32_t captured)
{
    struct ike_notify notify = {0};

    return ike_read(IKE_LAYOUT_NOTIFY_V2, body, captured, &notify) &&
           (notify.type == IKE_NOTIFY_NATD_SOURCE || notify.type == IKE_NOTIFY_NATD_DESTINATION);
}

/* All of a payload that has no row becomes 0: it is not in clear where things are right, or it is a
 * certificate, which Wireshark reads as one whatever its encoding. */
static struct treatment treatment_of(uint8_t major, uint8_t type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(treatments); i++) {
        if (treatments[i].major == major && treatments[i].type == type)
            return treatments[i];
    }
    return (struct treatment){.form = ALL};
}

static void strip_payload(const struct secret *secret, uint8_t major, uint8_t *data,
                          const struct ike_payload *payload)
{
    uint8_t *body = data + payload->offset;
    uint32_t captured = payload->captured;
    struct treatment treatment = treatment_of(major, payload->type);
    uint32_t shown = MIN(captured, treatment.shown);
    uint32_t form = MIN(captured - shown, treatment.form);

    if (payload->type == (major == 2 ? IKE_V2_SA : IKE_V1_SA)) {
        uint32_t head = major == 2 ? 0 : MIN(captured, ike_layout(IKE_LAYOUT_SA_V1)->length);

        strip_chain(secret, body + head, captured - head, payload->length - head, IKE_PROPOSAL);
        return;
    }
    if (major == 2 && payload->type == IKE_V2_NOTIFY && is_address_hash(body, captured))
        return;
    memset(body + shown, 0, form);
    strip_behind(secret, body, captured, shown + form);
}

static void strip_ike(const struct secret *secret, uint8_t *data, uint32_t captured,
                      uint32_t length)
{
    struct ike_header header = {0};
    struct ike_payload payload;
    struct ike_cursor cursor;
    uint8_t major;

    if (!ike_read(IKE_LAYOUT_HEADER, data, captured, &header))
        return;
    major = ike_major(&header);
    length = MAX(IKE_HEADER_LENGTH, MIN(header.length, length));
    cursor = ike_cursor_at(data, captured, length, header.next_payload);
    cursor.offset = IKE_HEADER_LENGTH;
    if (major == 1 && (header.flags & IKE_FLAG_ENCRYPTED) != 0)
        cursor.next = IKE_PAYLOAD_NONE;
    while (ike_next_payload(&cursor, &payload)) {
        strip_payload(secret, major, data, &payload);
        if (major == 2 &&
            (payload.type == IKE_V2_ENCRYPTED || payload.type == IKE_V2_ENCRYPTED_FRAGMENT))
            break;
    }
    strip_behind(secret, data, captured, MIN(cursor.offset, captured));
}

static void strip_l2tp(const struct secret *secret, uint8_t *data, uint32_t captured,
                       uint32_t length)
{
    struct l2tp_header header = {0};
    enum l2tp_kind kind = l2tp_parse(data, captured, length, &header);
    uint32_t kept = kind == L2TP_CONTROL ? L2TP_CONTROL_HEADER : L2TP_DATA_HEADER;
    const uint8_t *avp = data + L2TP_CONTROL_HEADER;

    /* Vendor 0, attribute 0 of the length of a message type. */
    if (kind == L2TP_CONTROL && captured >= L2TP_CONTROL_HEADER + L2TP_MESSAGE_TYPE &&
        (bytes_u16(avp) & 0x03FF) == L2TP_MESSAGE_TYPE && bytes_u32(avp + 2) == 0)
        kept += L2TP_MESSAGE_TYPE;
    strip_behind(secret, data, captured, kept);
}

bool ipsec_strip_udp(const struct secret *secret, uint16_t source_port, uint16_t destination_port,
                     uint8_t *data, uint32_t captured, uint32_t length)
{
    struct udp_ports ports = {source_port, destination_port};

    switch (udp_shape(ports, data, captured, length, false)) {
    case UDP_IKE:
        strip_ike(secret, data, captured, length);
        return true;
    case UDP_IKE_FLOATED:
        strip_ike(secret, data + ESP_MARKER_LENGTH, captured - ESP_MARKER_LENGTH,
                  length - ESP_MARKER_LENGTH);
        return true;
    case UDP_MAYBE_ESP:
        ipsec_strip_esp(secret, data, captured, length);
        return true;
    case UDP_L2TP:
        strip_l2tp(secret, data, captured, length);
        return true;
    case UDP_KEEPALIVE:
        return true;
    case UDP_OTHER:
        break;
    }
    return false;
}
