/* The number a frame of a merged capture has in the user's own file. All frames are counted, not
 * only those of PPTP. Without a manifest every capture interface counts as a file of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_SOURCE_FRAMES_H
#define PPTPNAT_SOURCE_FRAMES_H

#include "manifest.h"

struct source_frames;

/* Borrows `manifest` (NULL: none), which must outlive it. */
struct source_frames *source_frames_new(const struct manifest *manifest);
void source_frames_free(struct source_frames *own); /* NULL is fine */

/* Call for every frame, in order. */
void source_frames_count(struct source_frames *own, uint32_t frame, uint32_t section,
                         uint32_t interface_id);

/* The frame's number in its own file; 0 if the frame was never counted. */
uint32_t source_frames_number(const struct source_frames *own, uint32_t frame);
/* The file it counts for: that of the manifest with this index, or, from manifest_file_count on, an
 * interface that the manifest does not name. False if the frame was never counted. */
bool source_frames_file(const struct source_frames *own, uint32_t frame, uint32_t *ret_file);
/* How many files (or interfaces) there are. */
uint32_t source_frames_file_count(const struct source_frames *own);

#endif
