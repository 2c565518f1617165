/* Enhanced GRE (RFC 2637 4.1): one reader that walks the words in their order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "egre_wire.h"

#include <string.h>

#include "core/base/bytes.h"

#define VERSION_ENHANCED 1

bool egre_is_enhanced(const uint8_t *data, uint32_t captured)
{
    return captured >= 4 && (bytes_u16(data) & EGRE_MASK_VERSION) == VERSION_ENHANCED &&
           bytes_u16(data + 2) == EGRE_PROTOCOL_PPP;
}

/* Reads the optional 32-bit word at *offset if it was captured, and moves on. */
static bool read_word(const uint8_t *data, uint32_t captured, uint8_t *offset, uint8_t *ret_offset,
                      uint32_t *ret_word)
{
    uint8_t start = *offset;

    *offset = (uint8_t)(start + 4);
    if (captured < *offset)
        return false;
    *ret_offset = start;
    *ret_word = bytes_u32(data + start);
    return true;
}

enum egre_status egre_parse(const uint8_t *data, uint32_t captured, struct egre_header *ret)
{
    uint8_t offset = 4;
    uint32_t key = 0;
    uint8_t key_offset = 0;
    bool whole;

    if (captured < 4) {
        memset(ret, 0, sizeof *ret);
        return EGRE_TRUNCATED;
    }
    if (!egre_is_enhanced(data, captured) || (bytes_u16(data) & EGRE_FLAG_KEY) == 0)
        return EGRE_NOT_ENHANCED;
    memset(ret, 0, sizeof *ret);
    ret->flags = bytes_u16(data);
    ret->protocol = bytes_u16(data + 2);
    if ((ret->flags & (EGRE_FLAG_CHECKSUM | EGRE_FLAG_ROUTING)) != 0)
        offset = 8; /* RFC 1701: either bit brings the word of Checksum and Offset */
    whole = read_word(data, captured, &offset, &key_offset, &key);
    ret->payload_length = (uint16_t)(key >> 16);
    ret->call_id = (uint16_t)key;
    if ((ret->flags & EGRE_FLAG_SEQ) != 0) {
        ret->has_seq = read_word(data, captured, &offset, &ret->seq_offset, &ret->seq);
        whole = whole && ret->has_seq;
    }
    if ((ret->flags & EGRE_FLAG_ACK) != 0) {
        ret->has_ack = read_word(data, captured, &offset, &ret->ack_offset, &ret->ack);
        whole = whole && ret->has_ack;
    }
    ret->header_length = whole ? offset : 0;
    return whole ? EGRE_OK : EGRE_TRUNCATED;
}

uint16_t egre_wrong_bits(const struct egre_header *header)
{
    return header->flags & (EGRE_FLAG_CHECKSUM | EGRE_FLAG_ROUTING | EGRE_FLAG_SSR |
                            EGRE_MASK_RECUR | EGRE_MASK_FLAGS);
}
