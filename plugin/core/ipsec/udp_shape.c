/* The tests are ordered by what they cost a packet that is none of it: one octet, two words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "udp_shape.h"

#include "esp_wire.h"

#define VERSION_1         0x10
#define VERSION_2         0x20
#define OFFSET_EXCHANGE   18
#define OFFSET_FLAGS      19
#define OFFSET_LENGTH     24
#define RESERVED_FLAGS_V1 0xF8 /* RFC 2408 3.1 */
#define RESERVED_FLAGS_V2 0xC7 /* RFC 7296 3.1 */

static bool has_port(struct udp_ports ports, uint16_t port)
{
    return ports.source == port || ports.destination == port;
}

/* The header of IKE by what every sender writes alike; on IKE's own port the version is enough. */
static bool is_ike(const uint8_t *data, uint32_t captured, uint32_t length, bool own_port)
{
    if (captured < IKE_HEADER_LENGTH)
        return false;
    uint8_t version = data[UDP_SHAPE_VERSION];
    if (version != VERSION_1 && version != VERSION_2)
        return false;
    if (bytes_u32(data) == 0 && bytes_u32(data + 4) == 0)
        return false;
    if (own_port)
        return true;
    uint8_t reserved = version == VERSION_1 ? RESERVED_FLAGS_V1 : RESERVED_FLAGS_V2;
    return bytes_u32(data + OFFSET_LENGTH) == length && (data[OFFSET_FLAGS] & reserved) == 0 &&
           ike_exchange_is_known(version >> 4, data[OFFSET_EXCHANGE]);
}

enum udp_shape udp_shape(struct udp_ports ports, const uint8_t *data, uint32_t captured,
                         uint32_t length, bool expects_esp)
{
    bool has_float_port = has_port(ports, IKE_FLOAT_PORT);
    bool has_natt = has_float_port || expects_esp;
    if (captured < ESP_HEADER_LENGTH) {
        bool is_keepalive = length == 1 && captured == 1 && data[0] == ESP_KEEPALIVE_OCTET;
        return is_keepalive && has_natt ? UDP_KEEPALIVE : UDP_OTHER;
    }
    if (bytes_u32(data) == 0 && is_ike(data + ESP_MARKER_LENGTH, captured - ESP_MARKER_LENGTH,
                                       length - ESP_MARKER_LENGTH, has_float_port))
        return UDP_IKE_FLOATED;
    /* Without a marker port 4500 carries ESP: whatever begins there as IKE does has its length. */
    if (is_ike(data, captured, length, has_port(ports, IKE_PORT) && !has_float_port))
        return UDP_IKE;
    if (has_natt && length >= ESP_MIN_LENGTH && bytes_u32(data) > ESP_RESERVED_SPI)
        return UDP_MAYBE_ESP;
    if (has_port(ports, L2TP_PORT)) {
        struct l2tp_header header;
        return l2tp_parse(data, captured, length, &header) != L2TP_NONE ? UDP_L2TP : UDP_OTHER;
    }
    return UDP_OTHER;
}
