/* See tcp_header.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_header.h"

#include "core/pptp/tcp_wire.h"

void tcp_header_checksum(tvbuff_t *tvb, struct tcp_segment *segment)
{
    uint32_t length = tvb_reported_length(tvb);

    tcp_wire_checksum(tvb_get_ptr(tvb, 0, (gint)length), length, segment);
}

bool tcp_header_read(tvbuff_t *tvb, struct tcp_segment *ret, uint32_t *ret_offset)
{
    uint32_t captured = tvb_captured_length(tvb);

    return tcp_wire_read(tvb_get_ptr(tvb, 0, (gint)captured), captured, tvb_reported_length(tvb),
                         ret, ret_offset);
}
