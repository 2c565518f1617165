/* IP fragments that were seen, by point, hosts and IP ID, and packets reassembled from such: a set
 * of which a point saw only some never gets above IP there, and is found here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FRAGMENTS_H
#define PPTPNAT_FRAGMENTS_H

#include "core/base/packet.h"

struct fragments;

/* At most `limit` sets, and as many packets. */
struct fragments *fragments_new(uint32_t limit);
void fragments_free(struct fragments *fragments); /* NULL is fine */

/* A fragment of `packet`, which has an IP ID; the first of its set is kept. False: the limit is
 * reached, and it is not. */
bool fragments_note(struct fragments *fragments, uint32_t point, const struct packet *packet);
/* A packet that was reassembled from fragments, of which its frame is the last; false as above. One
 * without an IP ID is not kept and no matter. */
bool fragments_note_whole(struct fragments *fragments, const struct packet *packet);

bool fragments_have_whole(const struct fragments *fragments);
/* Whether the packet on `frame` was reassembled, and its IP ID. */
bool fragments_ip_id(const struct fragments *fragments, uint32_t frame, uint16_t *ret_ip_id);
/* The frame of the first fragment of that set at the point; 0: none was seen. */
uint32_t fragments_seen_at(const struct fragments *fragments, uint32_t point, uint16_t ip_id,
                           const struct net_address *from, const struct net_address *to);

#endif
