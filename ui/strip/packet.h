/* One frame of a capture made fit to be shown: what identifies people or carries their data is
 * written over, what a verdict needs stays. Two passes over a capture: control messages are
 * found in the first one, as they may be split over segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_STRIP_PACKET_H
#define PPTPNAT_STRIP_PACKET_H

#include <stdint.h>

#include "secret.h"

struct frame {
    uint32_t number;   /* in its file, from 1 */
    uint32_t point;    /* which section and interface of the file */
    int encap;         /* wiretap's */
    uint8_t *octets;   /* `captured` of them */
    uint32_t captured; /* at most `length` */
    uint32_t length;   /* on the wire */
};

struct control;

/* First pass: every frame of a file, in order. */
void packet_learn(struct control *control, const struct frame *frame);

/* Second pass: writes over `frame->octets`. Kept are: link, IP, TCP, UDP and ICMP headers; GRE
 * headers; of PPTP control messages everything but texts; of PPP what ppp_public says; of IKE and
 * ESP what ipsec.h says. Checksums of TCP, UDP and ICMP are as right or wrong as they were. */
void packet_strip(struct control *control, struct secret *secret, const struct frame *frame);

#endif
