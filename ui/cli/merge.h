/* Frames of several captures in one order of time: as mergecap merges files that reordercap has
 * sorted, but in memory. Of frames with the same time, that of the file named last comes first;
 * frames without a time come before all others, those of the file named first first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CLI_MERGE_H
#define PPTPNAT_CLI_MERGE_H

#include "batches.h"

struct merge;

/* Borrows the captures (struct capture *), which are open and at their start; or the batches, if
 * they are not NULL, that the captures were made into. */
struct merge *merge_new(const GPtrArray *captures, struct batches *batches);
void merge_free(struct merge *merge); /* NULL is fine */

/* The capture that has the next frame, and its index; NULL at the end. The frame is valid until the
 * next call. */
struct capture *merge_next(struct merge *merge, uint32_t *ret_index);

#endif
