/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ppp_public.h"

#include <string.h>

#include "core/base/bytes.h"
#include "ppp_stage.h"
#include "ppp_wire.h"

#define PPP_CCP         0x80FD
#define PPP_LINK_CCP    0x80FB
#define MAGIC_OCTETS    4
#define REJECTED_OCTETS 2

/* The longest that an option of LCP that describes the link can be, by type (RFC 1661 6, RFC 1990
 * 5.1, RFC 1994 3): MRU, ACCM, authentication protocol with its algorithm, quality protocol with
 * its period, magic number, field compression, MRRU, short sequence numbers. 0: it tells of the
 * host, such as the endpoint discriminator (19) or callback (13), or is not known. */
static const uint8_t longest_of_link[] = {
    [1] = 4, [2] = 6, [3] = 5, [4] = 8, [5] = 6, [7] = 2, [8] = 2, [17] = 4, [18] = 2,
};

/* CCP's longest are those of MPPE and of an organisation's own (RFC 1962 4.1, RFC 3078 2). */
#define LONGEST_OF_CCP 6

/* Whether the values of an option may be shown; what is longer than it can be holds something else.
 */
static bool is_public_option(uint16_t protocol, uint8_t type, uint8_t size)
{
    if (protocol == PPP_CCP || protocol == PPP_LINK_CCP)
        return size <= LONGEST_OF_CCP;
    return protocol == PPP_LCP && type < sizeof longest_of_link && size <= longest_of_link[type];
}

static void mark(bool *ret_public, uint32_t from, uint32_t count, uint32_t end)
{
    for (uint32_t i = from; i < from + count && i < end; i++)
        ret_public[i] = true;
}

/* An option whose length leads nowhere ends the list; its length is what shows that. */
static void mark_options(const uint8_t *data, uint32_t offset, uint32_t end, uint16_t protocol,
                         bool *ret_public)
{
    while (end - offset >= PPP_OPTION_HEADER) {
        uint8_t size = data[offset + 1];

        mark(ret_public, offset, PPP_OPTION_HEADER, end);
        if (size < PPP_OPTION_HEADER || size > end - offset)
            return;
        if (is_public_option(protocol, data[offset], size))
            mark(ret_public, offset, size, end);
        offset += size;
    }
}

/* The word that ppp_frame_read reads, with the space before it and the octet that ends the number:
 * a digit in its place would make another number. */
static void mark_chap_error(const uint8_t *data, uint32_t offset, uint32_t end, bool *ret_public)
{
    for (uint32_t i = offset; i + 2 < end; i++) {
        uint32_t digit = i + 2;

        if (data[i] != 'E' || data[i + 1] != '=' || (i > offset && data[i - 1] != ' '))
            continue;
        while (digit < end && digit < i + 12 && data[digit] >= '0' && data[digit] <= '9')
            digit++;
        mark(ret_public, i > offset ? i - 1 : i, digit - i + 1 + (i > offset), end);
        return;
    }
}

static void mark_body(const struct ppp_frame *frame, const uint8_t *data, uint32_t offset,
                      uint32_t end, bool *ret_public)
{
    if (frame->protocol == PPP_CHAP) {
        if (frame->code == CHAP_FAILURE)
            mark_chap_error(data, offset, end, ret_public);
    } else if (frame->stage == PPP_STAGE_AUTHENTICATION) {
        return;
    } else if (frame->code >= LCP_CONFIGURE_REQUEST && frame->code <= LCP_CONFIGURE_REJECT) {
        mark_options(data, offset, end, frame->protocol, ret_public);
    } else if (frame->protocol == PPP_LCP && frame->code == LCP_PROTOCOL_REJECT) {
        mark(ret_public, offset, REJECTED_OCTETS, end);
    } else if (frame->protocol == PPP_LCP && frame->act == PPP_ACT_ECHO) {
        mark(ret_public, offset, MAGIC_OCTETS, end);
    }
}

void ppp_public(const uint8_t *data, uint32_t captured, bool *ret_public)
{
    struct ppp_frame frame;
    uint32_t body;
    uint32_t end = captured;

    memset(ret_public, 0, captured * sizeof *ret_public);
    ppp_frame_read(data, captured, &frame);
    mark(ret_public, 0, frame.header, captured);
    if (frame.stage == PPP_STAGE_NONE || frame.act == PPP_ACT_DATA ||
        captured - frame.header < PPP_PACKET_HEADER)
        return;
    body = frame.header + PPP_PACKET_HEADER;
    mark(ret_public, frame.header, PPP_PACKET_HEADER, captured);
    if (frame.header + bytes_u16(data + frame.header + 2) < end) /* the rest is padding */
        end = frame.header + (uint32_t)bytes_u16(data + frame.header + 2);
    if (end >= body)
        mark_body(&frame, data, body, end, ret_public);
}
