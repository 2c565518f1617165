/* See gre_content.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "gre_content.h"

#include <glib.h>

#include "core/base/hash.h"

uint32_t gre_content(const struct gre_packet *packet)
{
    const struct egre_header *header = &packet->header;
    uint32_t count = MIN(packet->captured, GRE_CONTENT_LIMIT);
    uint64_t words[2] = {(uint64_t)header->seq << 32 | header->ack,
                         (uint64_t)header->flags << 16 | header->payload_length};
    return (uint32_t)hash_octets(hash_words(words, 2), packet->payload, count);
}
