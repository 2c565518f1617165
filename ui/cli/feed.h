/* Feeds an analysis with frames: the same packets, and interfaces with the same numbers, as the
 * plugin's dissectors would. Nothing of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_FEED_H
#define PPTPNAT_CLI_FEED_H

#include "core/analysis.h"
#include "core/base/interfaces.h"
#include "frame.h"

/* One captured frame. */
struct feed_frame {
    uint32_t number; /* of all files merged, from 1 */
    int64_t time_ns; /* packet_time_ns */
    struct interface_id from;
    enum frame_link link;
    struct frame_octets octets;
};

struct feed;

/* Borrows all; `namer` is asked for interfaces that are new. */
struct feed *feed_new(struct analysis *analysis, struct interfaces *interfaces,
                      bool (*is_pptp_port)(uint16_t port), interface_namer namer, void *user);
void feed_free(struct feed *feed); /* NULL is fine */

/* Feeds one frame, in order. Returns what it is: FRAME_NOT_KNOWN is not fed, and *ret_reason says
 * why. Sets *ret_fed to whether the analysis or the numbers of interfaces depend on the frame. */
enum frame_kind feed_frame(struct feed *feed, const struct feed_frame *frame,
                           const char **ret_reason, bool *ret_fed);

#endif
