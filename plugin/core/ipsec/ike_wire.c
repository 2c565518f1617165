/* What reads the layouts of ike_layout.c: one loop for all, a cursor for chains of payloads, and
 * one small reader for each payload that says something about a NAT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ike_wire.h"

#include <string.h>

#include <glib.h>

#include "core/base/bytes.h"
#include "ike_names.h"

#define ATTRIBUTE_SHORT     0x8000 /* the value stands in the attribute itself */
#define ATTRIBUTE_HASH      2      /* of phase 1: RFC 2409 appendix A */
#define NOTIFY_V1_ERROR_END 8192   /* RFC 2408 3.14.1: below are errors, some private */
#define NOTIFY_V2_ERROR_END 16384  /* RFC 7296 3.10.1 */

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Not inlined: gcc would warn of widths that the members of this or that struct do not have. */
static G_GNUC_NO_INLINE void read_cell(const struct ike_cell *cell, const uint8_t *data,
                                       uint8_t *ret)
{
    const uint8_t *p = data + cell->offset;
    uint8_t *member = ret + cell->member;
    if (cell->width == 1) {
        *member = bytes_u8(p);
    } else if (cell->width == 2) {
        uint16_t value = bytes_u16(p);
        memcpy(member, &value, sizeof value);
    } else if (cell->width == 4) {
        uint32_t value = bytes_u32(p);
        memcpy(member, &value, sizeof value);
    } else {
        uint64_t value = (uint64_t)bytes_u32(p) << 32 | bytes_u32(p + 4);
        memcpy(member, &value, sizeof value);
    }
}

bool ike_read(enum ike_layout_id id, const uint8_t *data, uint32_t captured, void *ret)
{
    const struct ike_layout *layout = ike_layout(id);
    if (captured < layout->length)
        return false;
    for (unsigned i = 0; i < layout->cell_count; i++)
        read_cell(&layout->cells[i], data, ret);
    return true;
}

struct ike_cursor ike_cursor_at(const uint8_t *data, uint32_t captured, uint32_t end, uint8_t first)
{
    return (struct ike_cursor){.data = data,
                               .end = end,
                               .captured = smaller(captured, end),
                               .next = first,
                               .left = IKE_PAYLOAD_LIMIT};
}

bool ike_next_payload(struct ike_cursor *cursor, struct ike_payload *ret)
{
    struct ike_payload_header header = {0};
    if (cursor->next == IKE_PAYLOAD_NONE || cursor->left == 0)
        return false;
    if (cursor->offset > cursor->end) { /* a message that is shorter than its header */
        cursor->malformed = true;
        return false;
    }
    if (!ike_read(IKE_LAYOUT_PAYLOAD, cursor->data + cursor->offset,
                  cursor->captured - cursor->offset, &header)) {
        if (cursor->end - cursor->offset < IKE_PAYLOAD_HEADER_LENGTH)
            cursor->malformed = true;
        else
            cursor->truncated = true;
        return false;
    }
    if (header.length < IKE_PAYLOAD_HEADER_LENGTH || header.length > cursor->end - cursor->offset) {
        cursor->malformed = true;
        return false;
    }
    uint32_t body = cursor->offset + IKE_PAYLOAD_HEADER_LENGTH;
    uint32_t behind = cursor->offset + header.length;
    *ret = (struct ike_payload){.type = cursor->next,
                                .offset = body,
                                .length = behind - body,
                                .captured = smaller(behind, cursor->captured) - body};
    if (behind > cursor->captured) {
        cursor->truncated = true;
        behind = cursor->captured;
    }
    cursor->offset = behind;
    cursor->next = header.next;
    cursor->left--;
    return true;
}

/* The hash algorithm among the attributes of a transform, or 0. */
static uint16_t hash_of_transform(const uint8_t *data, uint32_t captured)
{
    struct ike_attribute attribute = {0};
    for (uint32_t offset = ike_layout(IKE_LAYOUT_TRANSFORM_V1)->length;
         offset <= captured &&
         ike_read(IKE_LAYOUT_ATTRIBUTE, data + offset, captured - offset, &attribute);) {
        offset += ike_layout(IKE_LAYOUT_ATTRIBUTE)->length;
        if ((attribute.type & ATTRIBUTE_SHORT) == 0)
            offset += attribute.value;
        else if (attribute.type == (ATTRIBUTE_SHORT | ATTRIBUTE_HASH))
            return attribute.value;
    }
    return 0;
}

static uint16_t hash_of_proposal(const uint8_t *data, const struct ike_payload *payload)
{
    struct ike_proposal proposal = {0};
    if (!ike_read(IKE_LAYOUT_PROPOSAL, data, payload->captured, &proposal))
        return 0;
    uint32_t skip = (uint32_t)ike_layout(IKE_LAYOUT_PROPOSAL)->length + proposal.spi_length;
    if (skip > payload->captured)
        return 0;
    struct ike_cursor cursor =
        ike_cursor_at(data + skip, payload->captured - skip, payload->length - skip, IKE_TRANSFORM);
    struct ike_payload transform;
    while (ike_next_payload(&cursor, &transform)) {
        uint16_t hash = hash_of_transform(cursor.data + transform.offset, transform.captured);
        if (transform.type == IKE_TRANSFORM && hash != 0)
            return hash;
    }
    return 0;
}

/* The answer has one proposal with one transform: the one that was chosen (RFC 2408 4.2). */
static uint16_t hash_of_sa(const uint8_t *data, const struct ike_payload *payload)
{
    uint32_t skip = ike_layout(IKE_LAYOUT_SA_V1)->length;
    if (skip > payload->captured)
        return 0;
    struct ike_cursor cursor =
        ike_cursor_at(data + skip, payload->captured - skip, payload->length - skip, IKE_PROPOSAL);
    struct ike_payload proposal;
    while (ike_next_payload(&cursor, &proposal)) {
        uint16_t hash = hash_of_proposal(cursor.data + proposal.offset, &proposal);
        if (proposal.type == IKE_PROPOSAL && hash != 0)
            return hash;
    }
    return 0;
}

static void keep_natd(struct ike_message *message, enum natd_kind kind, uint32_t offset,
                      uint32_t length, uint32_t captured)
{
    if (message->natd_count == IKE_NATD_LIMIT || length > UINT8_MAX || captured < length)
        return;
    message->natd[message->natd_count++] =
        (struct ike_natd){.kind = kind, .length = (uint8_t)length, .offset = offset};
}

static void read_notify(const uint8_t *data, const struct ike_payload *payload,
                        struct ike_message *ret)
{
    uint8_t major = ike_major(&ret->header);
    enum ike_layout_id id = major == 1 ? IKE_LAYOUT_NOTIFY_V1 : IKE_LAYOUT_NOTIFY_V2;
    struct ike_notify notify = {0};
    if (!ike_read(id, data + payload->offset, payload->captured, &notify))
        return;
    uint32_t skip = (uint32_t)ike_layout(id)->length + notify.spi_length;
    if (skip > payload->captured)
        return;
    if (ike_notify_is_error(major, notify.type) && !ret->has_error) {
        ret->has_error = true;
        ret->error = notify.type;
    }
    if (major == 2 &&
        (notify.type == IKE_NOTIFY_NATD_SOURCE || notify.type == IKE_NOTIFY_NATD_DESTINATION))
        keep_natd(ret, notify.type == IKE_NOTIFY_NATD_SOURCE ? NATD_OF_SOURCE : NATD_OF_DESTINATION,
                  payload->offset + skip, payload->length - skip, payload->captured - skip);
}

static void read_fragment(const uint8_t *data, const struct ike_payload *payload,
                          struct ike_message *ret)
{
    bool is_v2 = payload->type == IKE_V2_ENCRYPTED_FRAGMENT;
    struct ike_fragment fragment = {0};
    if (!ike_read(is_v2 ? IKE_LAYOUT_FRAGMENT_V2 : IKE_LAYOUT_FRAGMENT_V1, data + payload->offset,
                  payload->captured, &fragment))
        return;
    ret->has_fragment = true;
    ret->fragment = is_v2 ? fragment.number : fragment.short_number;
    ret->fragments = fragment.total;
}

static void read_payload(const uint8_t *data, const struct ike_payload *payload,
                         struct ike_message *ret)
{
    if (payload->type < 64)
        ret->payloads |= (uint64_t)1 << payload->type;
    switch (payload->type) {
    case IKE_V1_SA:
        ret->hash = hash_of_sa(data + payload->offset, payload);
        break;
    case IKE_V1_KE:
    case IKE_V2_KE:
        ret->ke_length = (uint16_t)payload->length;
        break;
    case IKE_V1_VENDOR_ID:
    case IKE_V2_VENDOR_ID:
        ret->vendors |= ike_vendor_bit(data + payload->offset, payload->captured);
        break;
    case IKE_V1_NATD:
    case IKE_V1_NATD_DRAFT:
        keep_natd(ret, ret->natd_count == 0 ? NATD_OF_DESTINATION : NATD_OF_SOURCE, payload->offset,
                  payload->length, payload->captured);
        break;
    case IKE_V1_NOTIFICATION:
    case IKE_V2_NOTIFY:
        read_notify(data, payload, ret);
        break;
    case IKE_V1_FRAGMENT:
    case IKE_V2_ENCRYPTED_FRAGMENT:
        read_fragment(data, payload, ret);
        break;
    default:
        break;
    }
}

/* The payloads up to the first one that hides the rest (RFC 7296 3.14: it is the last). */
static void read_chain(const uint8_t *data, uint32_t captured, struct ike_message *ret)
{
    struct ike_cursor cursor =
        ike_cursor_at(data, captured, ret->header.length, ret->header.next_payload);
    cursor.offset = IKE_HEADER_LENGTH;
    struct ike_payload payload;
    while (ike_next_payload(&cursor, &payload)) {
        read_payload(data, &payload, ret);
        if (payload.type == IKE_V2_ENCRYPTED || payload.type == IKE_V2_ENCRYPTED_FRAGMENT) {
            ret->encrypted = true;
            break;
        }
    }
    bool is_open = !ret->encrypted && cursor.left == 0 && cursor.next != IKE_PAYLOAD_NONE;
    ret->complete = !cursor.malformed && !cursor.truncated && !is_open;
    if (cursor.malformed)
        ret->status = IKE_MALFORMED;
}

void ike_parse(const uint8_t *data, uint32_t captured, uint32_t length, struct ike_message *ret)
{
    memset(ret, 0, sizeof *ret);
    if (!ike_read(IKE_LAYOUT_HEADER, data, captured, &ret->header)) {
        ret->status = IKE_SHORT;
        return;
    }
    uint8_t major = ike_major(&ret->header);
    if (major != 1 && major != 2) {
        ret->status = IKE_BAD_VERSION;
        return;
    }
    if (ret->header.length != length)
        ret->status = IKE_BAD_LENGTH;
    else if (captured < length)
        ret->status = IKE_TRUNCATED;
    if (ret->header.length < IKE_HEADER_LENGTH)
        return;
    ret->encrypted = major == 1 && (ret->header.flags & IKE_FLAG_ENCRYPTED) != 0;
    if (ret->encrypted)
        ret->complete = true;
    else
        read_chain(data, captured, ret);
}

bool ike_announces_natt(const struct ike_message *message)
{
    return message->natd_count > 0 || ike_vendors_have_natt(message->vendors);
}

bool ike_notify_is_error(uint8_t major, uint16_t type)
{
    return type != 0 && type < (major == 1 ? NOTIFY_V1_ERROR_END : NOTIFY_V2_ERROR_END);
}

bool ike_exchange_is_known(uint8_t major, uint8_t exchange)
{
    switch (exchange) {
    case IKE_V1_BASE:
    case IKE_V1_MAIN:
    case IKE_V1_AUTHENTICATION_ONLY:
    case IKE_V1_AGGRESSIVE:
    case IKE_V1_INFORMATIONAL:
    case IKE_V1_TRANSACTION:
    case IKE_V1_QUICK:
    case IKE_V1_NEW_GROUP:
        return major == 1;
    case IKE_V2_INIT:
    case IKE_V2_AUTH:
    case IKE_V2_CREATE_CHILD:
    case IKE_V2_INFORMATIONAL:
    case IKE_V2_SESSION_RESUME:
    case IKE_V2_INTERMEDIATE:
    case IKE_V2_FOLLOWUP_KE:
        return major == 2;
    default:
        return false;
    }
}
