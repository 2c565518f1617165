/* The PPTP control connection above TCP: cuts what TCP hands over into messages, shows each once,
 * and shows those that TCP did not hand over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CONTROL_DISSECTOR_H
#define PPTPNAT_CONTROL_DISSECTOR_H

#include "compat.h"
#include "core/pptp/pptp_packet.h"

/* Makes the handles and registers the heuristic; call from the handoff routine. */
void control_dissector_register(void);

/* The dissector for ports, of protocol pptp. */
dissector_handle_t control_dissector_handle(void);

/* False if the user has switched the heuristic off. */
bool control_heuristic_enabled(void);

/* The messages that the analysis says are completed by one frame. */
struct control_frame;

/* Before TCP: notes what is to be shown of `segment` on this frame and, if it is counted as PPTP,
 * queues it for the tap. */
struct control_frame *control_frame_begin(packet_info *pinfo, const struct tcp_segment *segment,
                                          bool is_counted);

/* After TCP, also if it threw: shows the messages of the frame that it hid (only if `ours`: the
 * stream is dissected as PPTP) and attaches the findings. `tvb` is the TCP segment, in which the
 * payload begins at `offset`. */
void control_frame_end(struct control_frame *frame, tvbuff_t *tvb, uint32_t offset,
                       packet_info *pinfo, proto_tree *tree, bool ours);

#endif
