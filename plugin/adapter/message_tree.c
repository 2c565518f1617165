/* The tree of one control message. No offset or length stands here: they are pptp_wire's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_tree.h"

#include "core/base/bytes.h"
#include "expert.h"
#include "fields.h"
#include "generated.h"

struct message_view {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    bool is_asked; /* whether a filter or a reader looks at any field of pptp */
    const uint8_t *data;
    uint32_t captured; /* octets at `data` */
    uint32_t limit;    /* of them, those that are inside the claimed Length or in the header */
    struct pptp_message message;
    enum pptp_status status;
    struct translation *translation; /* NULL: without a tree, or the analysis knows nothing */
};

/* RFC 2637 2.1: the single bits below the field; names for values that are no single bit. */
static void show_capabilities(const struct message_view *view, const struct pptp_cell *cell)
{
    const int *bits =
        cell->field == PPTP_F_FRAMING_CAPABILITIES ? fields.framing_bit : fields.bearer_bit;
    proto_item *item = proto_tree_add_item(view->tree, fields.pptp[cell->field], view->tvb,
                                           cell->offset, cell->width, ENC_BIG_ENDIAN);
    proto_tree *tree = proto_item_add_subtree(item, fields.ett_capabilities);

    for (unsigned i = 0; i < FIELDS_CAPABILITY_BITS; i++)
        proto_tree_add_item(tree, bits[i], view->tvb, cell->offset, cell->width, ENC_BIG_ENDIAN);
}

/* [MS-PTPT] note 10: Windows puts a random GUID into the Subaddress of the Outgoing-Call-Request.
 */
static void show_text(const struct message_view *view, const struct pptp_cell *cell)
{
    proto_tree_add_item(view->tree, fields.pptp[cell->field], view->tvb, cell->offset, cell->width,
                        ENC_ASCII | ENC_NA);
    if (cell->field == PPTP_F_SUBADDRESS && view->message.has_correlation_id)
        proto_tree_add_item(view->tree, fields.correlation_id, view->tvb, cell->offset,
                            PPTP_CORRELATION_OCTETS, ENC_LITTLE_ENDIAN);
}

static void show_cookie(const struct message_view *view, const struct pptp_cell *cell)
{
    bool correct = bytes_u32(view->data + cell->offset) == PPTP_MAGIC_COOKIE;
    proto_item *item = proto_tree_add_item(view->tree, fields.pptp[cell->field], view->tvb,
                                           cell->offset, cell->width, ENC_BIG_ENDIAN);

    proto_item_append_text(item, correct ? " (correct)" : " (incorrect)");
    if (!correct) {
        /* The built-in dissector's expert info, for filters that name it. */
        item = proto_tree_add_item(view->tree, fields.cookie_incorrect, view->tvb, cell->offset,
                                   cell->width, ENC_NA);
        proto_item_set_hidden(item);
    }
}

static void show_number(const struct message_view *view, const struct pptp_cell *cell)
{
    proto_item *item = proto_tree_add_item(view->tree, fields.pptp[cell->field], view->tvb,
                                           cell->offset, cell->width, ENC_BIG_ENDIAN);

    if (view->translation != NULL && cell->owner != PPTP_OWNER_NONE)
        translation_show_at(view->translation, item, view->tvb, cell->owner,
                            bytes_u16(view->data + cell->offset));
}

static void show_cell(const struct message_view *view, const struct pptp_cell *cell)
{
    const uint8_t *octets = view->data + cell->offset;
    int field = fields.pptp[cell->field];
    proto_item *item;

    if (cell->field == PPTP_F_COOKIE) {
        show_cookie(view, cell);
        return;
    }
    switch (pptp_field(cell->field)->kind) {
    case PPTP_KIND_TEXT:
        show_text(view, cell);
        break;
    case PPTP_KIND_BITS:
        show_capabilities(view, cell);
        break;
    case PPTP_KIND_VERSION:
        proto_tree_add_uint_format_value(view->tree, field, view->tvb, cell->offset, cell->width,
                                         bytes_u16(octets), "%u.%u", octets[0], octets[1]);
        break;
    case PPTP_KIND_TENTHS:
        item = proto_tree_add_item(view->tree, field, view->tvb, cell->offset, cell->width,
                                   ENC_BIG_ENDIAN);
        proto_item_append_text(item, " (%u.%u s)", bytes_u16(octets) / 10, bytes_u16(octets) % 10);
        break;
    case PPTP_KIND_DECIMAL:
    case PPTP_KIND_HEX:
    case PPTP_KIND_NAMED:
        show_number(view, cell);
        break;
    }
}

/* Shows the cells, which follow `end`, as far as they are there whole, if anybody asks; returns
 * where they end. */
static uint32_t show_cells(const struct message_view *view, const struct pptp_cell *cells,
                           unsigned count, uint32_t end)
{
    for (unsigned i = 0; i < count; i++) {
        if ((uint32_t)cells[i].offset + cells[i].width > view->limit)
            break;
        if (view->is_asked)
            show_cell(view, &cells[i]);
        end = (uint32_t)cells[i].offset + cells[i].width;
    }
    return end;
}

/* What no cell describes: a body that RFC 2637 does not define, octets behind the layout's end, or
 * no message at all. */
static void show_rest(const struct message_view *view, uint32_t offset)
{
    tvbuff_t *rest;

    if (offset >= view->captured)
        return;
    rest = tvb_new_subset_remaining(view->tvb, (gint)offset);
    call_data_dissector(rest, view->pinfo, view->tree);
}

/* False if the octets are no message: the cookie is wrong or there is no room for a header. */
static bool is_message(const struct message_view *view)
{
    const struct pptp_cell *cookie = &pptp_header_cells[2];

    if (tvb_reported_length(view->tvb) < PPTP_HEADER_LENGTH)
        return false;
    return (uint32_t)cookie->offset + cookie->width > view->captured ||
           bytes_u32(view->data + cookie->offset) == PPTP_MAGIC_COOKIE;
}

static void show_octets(const struct message_view *view)
{
    const struct pptp_layout *layout = pptp_layout(view->message.control_type);
    const struct pptp_cell *cookie = &pptp_header_cells[2];
    uint32_t end;

    if (!is_message(view)) {
        if ((uint32_t)cookie->offset + cookie->width <= view->captured)
            show_cookie(view, cookie);
        show_rest(view, 0);
        return;
    }
    end = show_cells(view, pptp_header_cells, array_length(pptp_header_cells), 0);
    if (view->status == PPTP_OK || view->status == PPTP_BAD_LENGTH)
        end = show_cells(view, layout->cells, layout->cell_count, end);
    show_rest(view, end);
}

/* What the Info column tells of. */
struct said {
    const struct pptp_message *message;
    const struct message_record *record; /* or NULL */
    enum pptp_status status;
    uint32_t limit;
};

/* The name of a reply's result, or NULL. */
static const char *result_name(const struct pptp_message *message)
{
    const struct pptp_layout *layout = pptp_layout(message->control_type);

    for (unsigned i = 0; i < layout->cell_count; i++) {
        switch (layout->cells[i].field) {
        case PPTP_F_CONTROL_RESULT:
        case PPTP_F_STOP_RESULT:
        case PPTP_F_ECHO_RESULT:
        case PPTP_F_OUT_RESULT:
        case PPTP_F_IN_RESULT:
        case PPTP_F_DISC_RESULT:
            return name_of(pptp_field(layout->cells[i].field)->names, message->result, NULL);
        default:
            break;
        }
    }
    return NULL;
}

/* Says the Call ID `field` if the message has it. */
static void say_call_id(wmem_strbuf_t *text, const struct said *said, enum pptp_field_id field,
                        uint16_t value, const char *label)
{
    const struct message_record *record = said->record;
    const struct pptp_cell *cell = pptp_find_cell(said->message->control_type, field);
    uint16_t expected;

    if (cell == NULL || (uint32_t)cell->offset + cell->width > said->limit)
        return;
    wmem_strbuf_append_printf(text, ", %s %u", label, value);
    if (record != NULL && translation_is_wrong(record) &&
        expert_expected_call_id(record->frame, value, &expected))
        wmem_strbuf_append_printf(text, " (expected %u)", expected);
}

/* "Set-Link-Info, call 3, Peer's Call ID 33244 (expected 1536)" */
static const char *sentence(packet_info *pinfo, const struct said *said)
{
    const struct pptp_message *message = said->message;
    const struct call *call =
        said->record != NULL ? call_final(call_of(said->record->session)) : NULL;
    wmem_strbuf_t *text;
    const char *result;

    switch (said->status) {
    case PPTP_BAD_COOKIE:
    case PPTP_SHORT:
        /* Octets that the analysis does not judge belong to a message it has seen elsewhere, or
         * whose start is not in the capture. */
        return said->record != NULL ? "Not a PPTP message" : "Part of a PPTP message";
    case PPTP_MANAGEMENT:
        return "Management Message";
    case PPTP_UNKNOWN_TYPE:
        return wmem_strdup_printf(pinfo->pool, "Unknown control type (%u)", message->control_type);
    case PPTP_OK:
    case PPTP_BAD_LENGTH:
        break;
    }
    text = wmem_strbuf_new(pinfo->pool, pptp_message_name(message->control_type));
    if (call != NULL)
        wmem_strbuf_append_printf(text, ", call %u", call->index);
    say_call_id(text, said, PPTP_F_CALL_ID, message->call_id, "Call ID");
    say_call_id(text, said, PPTP_F_PEER_CALL_ID, message->peer_call_id, "Peer's Call ID");
    result = result_name(message);
    if (result != NULL)
        wmem_strbuf_append_printf(text, ", %s", result);
    return wmem_strbuf_get_str(text);
}

static void show_columns(packet_info *pinfo, const struct said *said, bool first)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "PPTP");
    if (!col_get_writable(pinfo->cinfo, COL_INFO))
        return;
    if (first) {
        /* Keeps what TCP has fenced, such as "[TCP Retransmission]". */
        col_clear(pinfo->cinfo, COL_INFO);
        col_append_str(pinfo->cinfo, COL_INFO, sentence(pinfo, said));
    } else {
        col_append_sep_str(pinfo->cinfo, COL_INFO, "; ", sentence(pinfo, said));
    }
}

static proto_tree *add_protocol(tvbuff_t *tvb, proto_tree *tree, int length)
{
    proto_item *item = proto_tree_add_item(tree, fields.proto_pptp, tvb, 0, length, ENC_NA);

    return proto_item_add_subtree(item, fields.ett_pptp);
}

proto_tree *message_tree_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                              const struct message_record *record, bool first)
{
    struct message_view view = {.tvb = tvb, .pinfo = pinfo};
    struct translation translation;

    if (tree == NULL && !col_get_writable(pinfo->cinfo, COL_INFO)) {
        col_set_str(pinfo->cinfo, COL_PROTOCOL, "PPTP");
        return NULL;
    }
    view.captured = tvb_captured_length(tvb);
    view.data = tvb_get_ptr(tvb, 0, (gint)view.captured);
    view.status = pptp_parse(view.data, view.captured, &view.message);
    view.limit = MIN(view.captured, MAX(view.message.length, PPTP_HEADER_LENGTH));
    show_columns(pinfo, &(struct said){&view.message, record, view.status, view.limit}, first);
    view.tree = add_protocol(tvb, tree, -1);
    view.is_asked = view.tree != NULL && proto_field_is_referenced(view.tree, fields.proto_pptp);
    if (record != NULL && view.is_asked) {
        translation = translation_of_message(record);
        view.translation = &translation;
    }
    show_octets(&view);
    if (view.translation != NULL)
        return generated_message(tvb, view.tree, record, view.translation);
    return view.tree;
}

/* A Call ID of a message whose octets are not at hand. */
static void recall_call_id(proto_tree *tree, tvbuff_t *tvb, struct translation *translation,
                           unsigned type, enum pptp_field_id field, uint16_t value)
{
    proto_item *item;

    if (pptp_find_cell(type, field) == NULL)
        return;
    item = proto_tree_add_uint(tree, fields.pptp[field], tvb, 0, 0, value);
    proto_item_set_generated(item);
    translation_show_at(translation, item, tvb, pptp_call_id_owner(type, field), value);
}

proto_tree *message_tree_recall(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                const struct message_record *record, bool first)
{
    const struct pptp_message message = {
        .control_type = record->type,
        .call_id = record->call_id,
        .peer_call_id = record->peer_call_id,
        .result = record->result,
    };
    struct translation translation = translation_of_message(record);
    proto_tree *pptp_tree = add_protocol(tvb, tree, 0);
    proto_item *item = proto_tree_get_parent(pptp_tree);

    show_columns(pinfo,
                 &(struct said){&message, record, (enum pptp_status)record->status, record->length},
                 first);
    proto_item_append_text(item, ", message of %u octets in several segments", record->length);
    item =
        proto_tree_add_uint(pptp_tree, fields.pptp[PPTP_F_CONTROL_TYPE], tvb, 0, 0, record->type);
    proto_item_set_generated(item);
    recall_call_id(pptp_tree, tvb, &translation, record->type, PPTP_F_CALL_ID, record->call_id);
    recall_call_id(pptp_tree, tvb, &translation, record->type, PPTP_F_PEER_CALL_ID,
                   record->peer_call_id);
    return generated_message(tvb, pptp_tree, record, &translation);
}
