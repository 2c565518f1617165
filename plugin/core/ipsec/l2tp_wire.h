/* L2TP over UDP (RFC 2661 3.1) that is not inside ESP: which packets are it, and which are control
 * messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_L2TP_WIRE_H
#define PPTPNAT_L2TP_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#define L2TP_PORT 1701

enum l2tp_kind {
    L2TP_NONE, /* no L2TP header of version 2 */
    L2TP_CONTROL,
    L2TP_DATA
};

struct l2tp_header {
    uint16_t flags;
    uint16_t length; /* as claimed; valid if the L bit is set */
    uint16_t tunnel;
    uint16_t session;
    uint16_t message_type; /* of a control message: its first AVP; 0: none (an acknowledgment) */
};

/* Reads the header at `data`: `captured` octets are there of `length` on the wire. Fills *ret
 * unless the result is L2TP_NONE. A control message has a Length that the datagram can hold. */
enum l2tp_kind l2tp_parse(const uint8_t *data, uint32_t captured, uint32_t length,
                          struct l2tp_header *ret);

/* "SCCRQ", "HELLO", ...; "ZLB" for 0; "unknown" (RFC 2661 3.2). */
const char *l2tp_message_name(uint16_t type);

#endif
