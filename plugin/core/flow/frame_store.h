/* Records of one size by frame number, in pages of 64 frames that exist only where one was put. A
 * frame number seen again overwrites: with `tshark -2 -R` a number belongs to the last packet that
 * had it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FRAME_STORE_H
#define PPTPNAT_FRAME_STORE_H

#include <stddef.h>
#include <stdint.h>

struct frame_store;

/* `size`: octets of a record; its first must not be 0 once it is filled in. */
struct frame_store *frame_store_new(size_t size);
void frame_store_free(struct frame_store *store); /* NULL is fine */

/* The record of `frame`, zeroed, to be filled in. Valid until frame_store_free. */
void *frame_store_put(struct frame_store *store, uint32_t frame);

/* The record of `frame`, or NULL if none was put there. */
void *frame_store_get(const struct frame_store *store, uint32_t frame);

#endif
