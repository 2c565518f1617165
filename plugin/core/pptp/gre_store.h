/* The 24-octet records of GRE packets by frame number, in pages of 64 frames that exist only where
 * a GRE packet was seen, and the 8-octet details of those that need them. A frame number seen again
 * overwrites: with `tshark -2 -R` a number belongs to the last packet that had it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_GRE_STORE_H
#define PPTPNAT_GRE_STORE_H

#include "tracker.h"

struct gre_store;

struct gre_store *gre_store_new(void);
void gre_store_free(struct gre_store *store); /* NULL is fine */

/* The record of `frame`, zeroed but for GRE_RECORD_USED, to be filled in; its details are zeroed as
 * well. Valid until gre_store_free. */
struct gre_record *gre_store_put(struct gre_store *store, uint32_t frame);

/* The record of `frame`, or NULL if none is used there. */
struct gre_record *gre_store_get(const struct gre_store *store, uint32_t frame);

/* The details of `frame`, to be filled in; the frame has a record. Valid until gre_store_free. */
struct gre_detail *gre_store_put_detail(struct gre_store *store, uint32_t frame);

/* The details of `frame`; all 0 where there are none. */
struct gre_detail gre_store_detail(const struct gre_store *store, uint32_t frame);

/* What no NAT changes of a packet: everything but the addresses and the Call ID. */
uint32_t gre_store_content(const struct gre_packet *packet);

#endif
