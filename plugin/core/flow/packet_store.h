/* The 20-octet records of packets by frame number, in pages of 64 frames that exist only where one
 * was seen, and what few packets need beside. A frame number seen again overwrites: with
 * `tshark -2 -R` a number belongs to the last packet that had it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PACKET_STORE_H
#define PPTPNAT_PACKET_STORE_H

#include <stdbool.h>
#include <stdint.h>

#define PACKET_USED      0x01 /* this frame has a record */
#define PACKET_DATA      0x02 /* has a sequence number */
#define PACKET_DUPLICATE 0x04
#define PACKET_LATE      0x08 /* out of order */
#define PACKET_ACK       0x10
#define PACKET_GAP       0x20 /* `lost` numbers are missing before it */
#define PACKET_WIDE      0x40 /* flow or peer does not fit into the record: struct packet_wide */
/* Both: the second copy from a mirror port. A duplicate that was sent is never late as well. */
#define PACKET_COPY (PACKET_DUPLICATE | PACKET_LATE)

/* One packet of a stream, packed. */
struct packet_record {
    uint32_t seq;              /* valid with PACKET_DATA; else the acknowledgment number */
    uint32_t content;          /* fingerprint of what no NAT changes: seq, ack, payload */
    uint32_t time_us;          /* microseconds since the first packet of all, modulo 2^32 */
    uint16_t length;           /* Payload Length */
    int16_t peer_behind;       /* by how many frames; 0: none. See packet_store_peer, and */
    uint32_t narrow_flow : 18; /* packet_store_flow: modulo 2^18 where it is wide */
    uint32_t flags : 7;
    uint32_t state_stage : 7; /* the protocol's: how far the session had come at this packet */
};

/* What only packets with PACKET_WIDE have. */
struct packet_wide {
    uint32_t flow;
    uint32_t peer_frame;
};

/* What only packets with PACKET_ACK or PACKET_GAP have. */
struct packet_detail {
    uint32_t acks_frame; /* the packet it newly acknowledges; 0: none */
    uint16_t lost;       /* saturates at 65535 */
    uint16_t
        outstanding; /* packets in the other direction not yet acknowledged by this one's ack */
};

static inline bool packet_record_is_copy(const struct packet_record *record)
{
    return (record->flags & PACKET_COPY) == PACKET_COPY;
}

struct packet_store;

#define PACKET_PAGE 64u

struct packet_store *packet_store_new(void);
void packet_store_free(struct packet_store *store); /* NULL is fine */

/* The record of `frame`, zeroed but for PACKET_USED and the index of its flow, to be filled in; its
 * details are zeroed as well. Valid until packet_store_free. */
struct packet_record *packet_store_put(struct packet_store *store, uint32_t frame, uint32_t flow);

/* The record of `frame`, or NULL if none is used there. */
struct packet_record *packet_store_get(const struct packet_store *store, uint32_t frame);

/* Of the record of `frame`, with PACKET_WIDE. */
const struct packet_wide *packet_store_wide(const struct packet_store *store, uint32_t frame);

/* The index of the flow of the packet on `frame`, of which this is the record. */
static inline uint32_t packet_store_flow(const struct packet_store *store, uint32_t frame,
                                         const struct packet_record *record)
{
    return (record->flags & PACKET_WIDE) != 0 ? packet_store_wide(store, frame)->flow
                                              : record->narrow_flow;
}

/* The frame of the same packet at the nearest other point, as the linker wrote it; 0: none. */
static inline uint32_t packet_store_peer(const struct packet_store *store, uint32_t frame,
                                         const struct packet_record *record)
{
    if ((record->flags & PACKET_WIDE) != 0)
        return packet_store_wide(store, frame)->peer_frame;
    int32_t behind = record->peer_behind;
    return behind != 0 ? frame + (uint32_t)behind : 0;
}

void packet_store_set_peer(struct packet_store *store, uint32_t frame, uint32_t peer_frame);

/* The records of PACKET_PAGE frames from page * PACKET_PAGE on, used or not; NULL: none is used.
 * For who goes through all of them. */
const struct packet_record *packet_store_page(const struct packet_store *store, uint32_t page);

/* The details of `frame`, to be filled in; the frame has a record. Valid until packet_store_free.
 */
struct packet_detail *packet_store_put_detail(struct packet_store *store, uint32_t frame);

/* The details of `frame`; all 0 where there are none. */
struct packet_detail packet_store_detail(const struct packet_store *store, uint32_t frame);

#endif
