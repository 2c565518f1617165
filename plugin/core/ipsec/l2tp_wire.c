/* One walk over the optional words of the header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "l2tp_wire.h"

#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/names.h"

#define FLAG_CONTROL   0x8000
#define FLAG_LENGTH    0x4000
#define FLAG_SEQUENCE  0x0800
#define FLAG_OFFSET    0x0200
#define MASK_RESERVED  0x34F0
#define MASK_VERSION   0x000F
#define VERSION        2
#define CONTROL_HEADER 12 /* flags, Length, Tunnel ID, Session ID, Ns, Nr */
#define AVP_HEADER     6  /* flags and length, vendor, attribute type */

static const struct name_entry message_types[] = {
    {0, "ZLB"},  {1, "SCCRQ"}, {2, "SCCRP"}, {3, "SCCCN"}, {4, "StopCCN"}, {6, "HELLO"},
    {7, "OCRQ"}, {8, "OCRP"},  {9, "OCCN"},  {10, "ICRQ"}, {11, "ICRP"},   {12, "ICCN"},
    {14, "CDN"}, {15, "WEN"},  {16, "SLI"},  {0, NULL},
};

const char *l2tp_message_name(uint16_t type)
{
    return name_of(message_types, type, "unknown");
}

static enum l2tp_kind parse_control(const uint8_t *data, uint32_t captured, uint32_t length,
                                    struct l2tp_header *ret)
{
    uint16_t needed = FLAG_LENGTH | FLAG_SEQUENCE;
    if ((ret->flags & needed) != needed || (ret->flags & FLAG_OFFSET) != 0)
        return L2TP_NONE;
    ret->length = bytes_u16(data + 2);
    if (ret->length < CONTROL_HEADER || ret->length > length)
        return L2TP_NONE;
    ret->tunnel = bytes_u16(data + 4);
    ret->session = bytes_u16(data + 6);
    if (ret->length >= CONTROL_HEADER + AVP_HEADER + 2 &&
        captured >= CONTROL_HEADER + AVP_HEADER + 2)
        ret->message_type = bytes_u16(data + CONTROL_HEADER + AVP_HEADER);
    return L2TP_CONTROL;
}

enum l2tp_kind l2tp_parse(const uint8_t *data, uint32_t captured, uint32_t length,
                          struct l2tp_header *ret)
{
    if (captured < 2)
        return L2TP_NONE;
    struct l2tp_header header = {.flags = bytes_u16(data)};
    if ((header.flags & MASK_VERSION) != VERSION || (header.flags & MASK_RESERVED) != 0)
        return L2TP_NONE;
    enum l2tp_kind kind = L2TP_NONE;
    if ((header.flags & FLAG_CONTROL) != 0) {
        if (captured >= CONTROL_HEADER)
            kind = parse_control(data, captured, length, &header);
    } else {
        uint32_t ids = (header.flags & FLAG_LENGTH) != 0 ? 4 : 2;
        if (captured >= ids + 4) {
            header.length = ids == 4 ? bytes_u16(data + 2) : 0;
            header.tunnel = bytes_u16(data + ids);
            header.session = bytes_u16(data + ids + 2);
            kind = header.length > length ? L2TP_NONE : L2TP_DATA;
        }
    }
    if (kind != L2TP_NONE)
        *ret = header;
    return kind;
}
