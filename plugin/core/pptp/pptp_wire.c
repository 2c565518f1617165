/* What reads the tables of pptp/pptp_layout.c: one loop for all messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pptp_wire.h"

#include <string.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"

#define HEADER_CELLS       (sizeof pptp_header_cells / sizeof pptp_header_cells[0])
#define OFFSET_COOKIE      4
#define PLAUSIBLE_OCTETS   10 /* up to the end of the control message type */
#define PLAUSIBLE_LENGTH   1024
#define MESSAGE_CONTROL    1
#define MESSAGE_MANAGEMENT 2

const char *pptp_message_name(unsigned type)
{
    const struct pptp_layout *layout = pptp_layout(type);

    return layout != NULL ? layout->title : "Unknown";
}

const struct pptp_cell *pptp_find_cell(unsigned type, enum pptp_field_id field)
{
    const struct pptp_layout *layout = pptp_layout(type);

    for (unsigned i = 0; layout != NULL && i < layout->cell_count; i++) {
        if (layout->cells[i].field == field)
            return &layout->cells[i];
    }
    return NULL;
}

enum id_owner pptp_call_id_owner(unsigned type, enum pptp_field_id field)
{
    const struct pptp_cell *cell = pptp_find_cell(type, field);

    return cell != NULL ? cell->owner : PPTP_OWNER_NONE;
}

/* Reads one cell of a number kind into the member it belongs to; members are as wide as cells. */
static void read_cell(const struct pptp_cell *cell, const uint8_t *data, struct pptp_message *ret)
{
    const uint8_t *p = data + cell->offset;
    uint8_t *member = (uint8_t *)ret + cell->member;
    uint32_t value = cell->width == 1   ? bytes_u8(p)
                     : cell->width == 2 ? bytes_u16(p)
                                        : bytes_u32(p);

    if (cell->field == PPTP_F_RESERVED && value != 0)
        ret->reserved_not_zero = true;
    if (cell->member == PPTP_NO_MEMBER)
        return;
    if (cell->width == 1) {
        *member = (uint8_t)value;
    } else if (cell->width == 2) {
        uint16_t half = (uint16_t)value;
        memcpy(member, &half, sizeof half);
    } else {
        memcpy(member, &value, sizeof value);
    }
}

/* Reads the cells that lie whole in the first `limit` octets. */
static void read_cells(const struct pptp_cell *cells, unsigned count, const uint8_t *data,
                       uint32_t limit, struct pptp_message *ret)
{
    for (unsigned i = 0; i < count; i++) {
        if (pptp_field(cells[i].field)->kind == PPTP_KIND_TEXT)
            continue;
        if ((uint32_t)cells[i].offset + cells[i].width <= limit)
            read_cell(&cells[i], data, ret);
    }
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Windows puts a random GUID into the Subaddress of the Outgoing-Call-Request ([MS-PTPT] note 10);
 * a true subaddress is text (RFC 2637 2.7). */
static bool is_correlation_id(const uint8_t *octets, unsigned width)
{
    bool binary = false;
    bool ended = false;

    for (unsigned i = 0; i < PPTP_CORRELATION_OCTETS; i++) {
        if (octets[i] == 0)
            ended = true;
        else if (ended || octets[i] < 0x20 || octets[i] > 0x7E)
            binary = true;
    }
    for (unsigned i = PPTP_CORRELATION_OCTETS; i < width; i++) {
        if (octets[i] != 0)
            return false;
    }
    return binary;
}

enum pptp_status pptp_parse(const uint8_t *data, uint32_t captured, struct pptp_message *ret)
{
    const struct pptp_layout *layout;
    uint32_t limit;

    memset(ret, 0, sizeof *ret);
    if (captured >= PPTP_HEADER_LENGTH && bytes_u32(data + OFFSET_COOKIE) != PPTP_MAGIC_COOKIE) {
        ret->cookie = bytes_u32(data + OFFSET_COOKIE);
        return PPTP_BAD_COOKIE;
    }
    read_cells(pptp_header_cells, HEADER_CELLS, data, captured, ret);
    if (captured < PPTP_HEADER_LENGTH)
        return PPTP_SHORT;
    if (ret->type == MESSAGE_MANAGEMENT)
        return PPTP_MANAGEMENT;
    layout = pptp_layout(ret->control_type);
    if (ret->type != MESSAGE_CONTROL || layout == NULL)
        return PPTP_UNKNOWN_TYPE;

    /* What lies behind the claimed Length belongs to the next message. */
    limit = smaller(smaller(captured, ret->length), layout->length);
    read_cells(layout->cells, layout->cell_count, data, limit, ret);
    ret->complete = limit == layout->length;
    if (ret->complete && ret->control_type == PPTP_OCRQ) {
        const struct pptp_cell *cell = pptp_find_cell(PPTP_OCRQ, PPTP_F_SUBADDRESS);

        ret->has_correlation_id = is_correlation_id(data + cell->offset, cell->width);
    }
    return ret->length == layout->length ? PPTP_OK : PPTP_BAD_LENGTH;
}

uint32_t pptp_masked_hash(const uint8_t *data, uint32_t captured)
{
    uint8_t masked[PPTP_MAX_LENGTH];
    uint32_t length = smaller(captured, PPTP_MAX_LENGTH);
    const struct pptp_layout *layout;

    if (length < PPTP_HEADER_LENGTH || bytes_u32(data + OFFSET_COOKIE) != PPTP_MAGIC_COOKIE)
        return (uint32_t)hash_octets(hash_secret.start, data, length);
    if (length > bytes_u16(data))
        length = bytes_u16(data) > PPTP_HEADER_LENGTH ? bytes_u16(data) : PPTP_HEADER_LENGTH;
    memcpy(masked, data, length);
    layout = bytes_u16(data + 2) == MESSAGE_CONTROL ? pptp_layout(bytes_u16(data + 8)) : NULL;
    for (unsigned i = 0; layout != NULL && i < layout->cell_count; i++) {
        const struct pptp_cell *cell = &layout->cells[i];

        if (cell->owner != PPTP_OWNER_NONE && cell->offset < length)
            memset(masked + cell->offset, 0, smaller(cell->width, length - cell->offset));
    }
    return (uint32_t)hash_octets(hash_secret.start, masked, length);
}

bool pptp_looks_like_message(const uint8_t *data, uint32_t captured)
{
    uint16_t length;
    uint16_t type;

    if (captured < PLAUSIBLE_OCTETS || bytes_u32(data + OFFSET_COOKIE) != PPTP_MAGIC_COOKIE)
        return false;
    length = bytes_u16(data);
    type = bytes_u16(data + 2);
    if (length < PPTP_HEADER_LENGTH || length > PLAUSIBLE_LENGTH)
        return false;
    return type == MESSAGE_MANAGEMENT ||
           (type == MESSAGE_CONTROL && pptp_layout(bytes_u16(data + 8)) != NULL);
}

bool pptp_result_is_failure(unsigned type, uint8_t result)
{
    switch (type) {
    case PPTP_SCCRP:
    case PPTP_STOPCCRP:
    case PPTP_ECHO_REPLY:
    case PPTP_OCRP:
    case PPTP_ICRP:
        return result != 1;
    case PPTP_CDN:
        return result == 2 || result > 4;
    default:
        return false;
    }
}
