/* The control connections of one capture: which octets of a TCP stream are which field of a
 * message. A message may be split over segments, repeated, or come late, so the first pass over the
 * capture cuts the streams (with the core's own reader) and the second one looks each octet up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_CONTROL_H
#define PPTPNAT_STRIP_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/pptp/pptp_packet.h"
#include "secret.h"

struct control_segment_view {
    bool usable; /* the header was whole and the packet no fragment; else nothing else is set */
    uint32_t frame;
    uint32_t point;
    struct net_address source;
    struct net_address destination;
    uint16_t source_port;
    uint16_t destination_port;
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint32_t length;   /* payload on the wire */
    uint32_t captured; /* at `payload` */
    uint8_t *payload;
};

struct control;

struct control *control_new(void);
void control_free(struct control *control);

/* First pass, every TCP segment in order. */
void control_learn(struct control *control, const struct control_segment_view *segment);

/* Second pass: writes other octets over texts and over whatever is no message. A Correlation ID
 * stays: it is random, and evidence ([MS-PTPT] note 10). False, and nothing is done, if the segment
 * belongs to no control connection. */
bool control_strip(struct control *control, struct secret *secret,
                   const struct control_segment_view *segment);

#endif
