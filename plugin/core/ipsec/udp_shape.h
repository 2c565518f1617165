/* What a UDP payload looks like: a pure function of its ports and octets, asked for every UDP
 * packet of a capture, so cheap for what is neither IKE nor ESP.
 *
 * IKE has a shape and is found on any port: outside a NAT the ports are not its own. ESP has none:
 * a DNS answer to port 4500 passes for it. So UDP_MAYBE_ESP takes IKE, a keepalive, or the SPI seen
 * before between the same endpoints; who knows these is the tracker.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_UDP_SHAPE_H
#define PPTPNAT_UDP_SHAPE_H

#include "core/base/bytes.h"
#include "ike_wire.h"
#include "l2tp_wire.h"

#define UDP_SHAPE_VERSION 17 /* offset of the version in an IKE header */

enum udp_shape {
    UDP_OTHER,
    UDP_IKE,         /* an IKE header, as on port 500 */
    UDP_IKE_FLOATED, /* the same behind a non-ESP marker, as on port 4500 */
    UDP_KEEPALIVE,   /* one octet 0xFF to or from port 4500 */
    UDP_MAYBE_ESP,
    UDP_L2TP /* L2TP in clear: on port 1701 */
};

struct udp_ports {
    uint16_t source;
    uint16_t destination;
};

/* False for what can only be UDP_OTHER where no NAT traversal was seen on its ports: the first
 * test, in few instructions, of every UDP packet. True promises nothing. */
static inline bool udp_shape_is_possible(struct udp_ports ports, const uint8_t *data,
                                         uint32_t captured)
{
    if (ports.source == IKE_FLOAT_PORT || ports.destination == IKE_FLOAT_PORT ||
        ports.source == L2TP_PORT || ports.destination == L2TP_PORT)
        return true;
    if (captured < IKE_HEADER_LENGTH)
        return false;
    /* Versions 1.0 and 2.0, at once or behind a marker. An SPI may begin as the marker does. */
    uint8_t version = data[UDP_SHAPE_VERSION];
    uint8_t marked = data[UDP_SHAPE_VERSION + 4];
    return version == 0x10 || version == 0x20 ||
           ((marked == 0x10 || marked == 0x20) && bytes_u32(data) == 0);
}

/* `captured` octets at `data` are there of `length` on the wire. `expects_esp` is true where the
 * caller has seen NAT traversal on one of these ports before; port 4500 needs no such leave. On
 * port 500 and 4500 an IKE header may be cut or claim another Length. */
enum udp_shape udp_shape(struct udp_ports ports, const uint8_t *data, uint32_t captured,
                         uint32_t length, bool expects_esp);

#endif
