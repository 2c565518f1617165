/* Counts the frames of the capture that is read, so that outputs can name frames by their number in
 * the user's own files. There is one count for all outputs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FRAME_COUNTER_H
#define PPTPNAT_FRAME_COUNTER_H

#include "source_frames.h"

/* Counts from the next reading of a file on; again is fine. Returns NULL, or a message to be freed
 * with g_free. */
char *frame_counter_start(void);

/* The count so far; empty if frame_counter_start was not called. Never NULL. */
const struct source_frames *frame_counter_frames(void);

/* The manifest of the preference pptp.nat.manifest, or NULL. Both are valid until the next reading
 * of a file begins. */
const struct manifest *frame_counter_manifest(void);

#endif
