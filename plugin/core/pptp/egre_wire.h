/* The Enhanced GRE header (RFC 2637 4.1) as the spans it occupies. Knows nothing of trees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_EGRE_WIRE_H
#define PPTPNAT_EGRE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#define EGRE_FLAG_CHECKSUM 0x8000 /* C, must be 0 */
#define EGRE_FLAG_ROUTING  0x4000 /* R, must be 0 */
#define EGRE_FLAG_KEY      0x2000 /* K, must be 1 */
#define EGRE_FLAG_SEQ      0x1000 /* S */
#define EGRE_FLAG_SSR      0x0800 /* s, must be 0 */
#define EGRE_MASK_RECUR    0x0700 /* must be 0 */
#define EGRE_FLAG_ACK      0x0080 /* A */
#define EGRE_MASK_FLAGS    0x0078 /* must be 0 */
#define EGRE_MASK_VERSION  0x0007 /* 1 */
#define EGRE_PROTOCOL_PPP  0x880B

enum egre_status {
    EGRE_OK,
    EGRE_TRUNCATED,   /* fewer octets were captured than the header needs */
    EGRE_NOT_ENHANCED /* another GRE version, protocol, or no key: not ours */
};

/* Offsets count from the first octet of the GRE header; 0 where the word is absent. */
struct egre_header {
    uint16_t flags; /* the first 16 bits as they are */
    uint16_t protocol;
    uint16_t payload_length; /* as claimed by the header */
    uint16_t call_id;        /* assigned by the receiver (RFC 2637 4.1) */
    bool has_seq;
    bool has_ack;
    uint32_t seq;
    uint32_t ack;
    uint8_t seq_offset;
    uint8_t ack_offset;
    uint8_t header_length; /* 8, 12 or 16; 4 more if C or R is set (they are never right) */
};

/* True if the first `captured` octets start a version 1 header of protocol 0x880B, the only thing
 * this plugin takes from the built-in GRE dissector. Needs 4 octets. */
bool egre_is_enhanced(const uint8_t *data, uint32_t captured);

/* Reads the header at `data`. On EGRE_OK fills all of *ret; on EGRE_TRUNCATED what could be read,
 * the rest 0; on EGRE_NOT_ENHANCED leaves it untouched. A C or R bit (never legal in version 1)
 * makes the 4-octet checksum/offset word be skipped once, as RFC 1701 lays it out. */
enum egre_status egre_parse(const uint8_t *data, uint32_t captured, struct egre_header *ret);

/* The reserved bits that are not 0: a subset of C, R, s, Recur, Flags. 0 on a right header. */
uint16_t egre_wrong_bits(const struct egre_header *header);

#endif
