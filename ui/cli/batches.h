/* More captures than may be open at once: some at a time are merged into a run of frames, all runs
 * in one private file without a name, and the runs are merged when they are read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_BATCHES_H
#define PPTPNAT_CLI_BATCHES_H

#include "capture.h"

struct batches;

/* Reads all captures (struct capture *), `at_once` at a time, and closes them. `goes_on` is asked
 * for each frame. NULL, and `error` is set. Borrows the captures. */
struct batches *batches_new(const GPtrArray *captures, uint32_t at_once,
                            bool (*goes_on)(void *user, GError **error), void *user,
                            GError **error);
void batches_free(struct batches *batches); /* NULL is fine */

uint32_t batches_count(const struct batches *batches);
uint64_t batches_frames(const struct batches *batches);

/* All runs from the start. */
void batches_rewind(struct batches *batches);
/* Goes to the next frame of a run; false at its end. */
bool batches_next(struct batches *batches, uint32_t run);
/* The time of that frame, and which capture it is of. */
int64_t batches_time(const struct batches *batches, uint32_t run);
uint32_t batches_file(const struct batches *batches, uint32_t run);
/* Puts the frame into the capture that it is of, as if that had just been read. */
struct capture *batches_take(struct batches *batches, uint32_t run);

#endif
