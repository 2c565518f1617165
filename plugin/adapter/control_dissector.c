/* Cutting the stream into messages, by Wireshark's own reassembly; core's analysis cuts for itself
 * (pptp/control_stream.h) and its records are found again here by what they say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_dissector.h"

#include <epan/conversation.h>
#include <epan/proto_data.h>

#include "core/base/bytes.h"
#include "expert.h"
#include "fields.h"
#include "message_tree.h"
#include "session_store.h"
#include "tap.h"

#define LATE_KEY       0x7070746Cu /* of the messages told late, among the data of a packet */
#define HEURISTIC_NAME "pptp_tcp"

#define COOKIE_OFFSET    4
#define LENGTH_PLAUSIBLE 1024 /* a longer Length is wrong (pptp_looks_like_message) */
#define LOOK_AHEAD       16   /* messages of the analysis that TCP may have hidden in a row */

static dissector_handle_t control_handle;
static dissector_handle_t message_handle;
static heur_dtbl_entry_t *heuristic;

/* A message of the frame and, once shown, its tree. */
struct frame_message {
    const struct message_record *record;
    proto_tree *tree;
    bool shown;
};

struct control_frame {
    struct control_frame *outer; /* in whose TCP this one's lies; NULL: none */
    uint32_t seq; /* raw number of the segment's first payload octet, and their count */
    uint32_t length;
    unsigned shown;     /* messages and other octets shown on this frame */
    proto_tree *latest; /* the tree of the latest */
    proto_tree *below;  /* TCP's, for findings on a frame without messages */
    unsigned next;      /* messages before it are behind what TCP has handed over */
    unsigned count;
    struct frame_message message[];
};

static struct control_frame *current_frame; /* while TCP dissects its segment; else NULL */

/* Frame numbers are used again after a packet that a read filter rejected (-2 -R), so a record may
 * be another packet's. */
static bool is_of_segment(const struct message_record *record, const struct tcp_segment *segment)
{
    const struct endpoint *sender = &record->connection->end[record->sender];
    const struct endpoint *receiver = &record->connection->end[1 - record->sender];

    return (sender->port == segment->source_port && receiver->port == segment->destination_port &&
            net_address_equal(&sender->address, &segment->packet.source)) ||
           (receiver->port == segment->source_port && sender->port == segment->destination_port &&
            net_address_equal(&receiver->address, &segment->packet.source));
}

/* Messages of frames that passed before they could be told: on every visit they are tapped with the
 * packet that told them, so that all passes count alike. */
static void tap_late(packet_info *pinfo)
{
    const GPtrArray *late = tracker_late_messages(analysis_tracker(session_analysis()));
    wmem_array_t *told;

    if (!PINFO_FD_VISITED(pinfo) && late->len > 0) {
        told = wmem_array_new(wmem_file_scope(), sizeof(struct message_record *));
        wmem_array_append(told, late->pdata, late->len);
        p_add_proto_data(wmem_file_scope(), pinfo, fields.proto_pptp, LATE_KEY, told);
    }
    told = p_get_proto_data(wmem_file_scope(), pinfo, fields.proto_pptp, LATE_KEY);
    for (guint i = 0; told != NULL && i < wmem_array_get_count(told); i++)
        pptp_tap_message(pinfo, *(struct message_record **)wmem_array_index(told, i));
}

struct control_frame *control_frame_begin(packet_info *pinfo, const struct tcp_segment *segment,
                                          bool is_counted)
{
    const struct message_record *first =
        tracker_messages_on(analysis_tracker(session_analysis()), pinfo->num);
    struct control_frame *frame;
    unsigned count = 0;

    for (const struct message_record *at = first; at != NULL; at = record_of(at->next_on_frame))
        count++;
    frame = wmem_alloc0(pinfo->pool, sizeof *frame + count * sizeof frame->message[0]);
    frame->seq = segment->seq + ((segment->flags & TCP_FLAG_SYN) != 0 ? 1 : 0);
    frame->length = segment->length;
    for (const struct message_record *at = first; at != NULL; at = record_of(at->next_on_frame)) {
        if (!is_of_segment(at, segment))
            continue;
        frame->message[frame->count++].record = at;
        if (is_counted && !at->is_late)
            pptp_tap_message(pinfo, at);
    }
    tap_late(pinfo);
    frame->outer = current_frame;
    current_frame = frame;
    return frame;
}

/* True if the field is not in the first `length` octets, or has this value there. */
static bool has_id(const struct message_record *record, const uint8_t *data, uint32_t length,
                   enum pptp_field_id field, uint16_t value)
{
    const struct pptp_cell *cell = pptp_find_cell(record->type, field);

    return cell == NULL || (uint32_t)cell->offset + cell->width > length ||
           bytes_u16(data + cell->offset) == value;
}

/* True if the analysis means the octets at `data`. */
static bool is_record_of(const struct message_record *record, const uint8_t *data,
                         uint32_t captured)
{
    uint32_t length = MIN(record->length, captured);

    return record->masked_hash == pptp_masked_hash(data, length) &&
           has_id(record, data, length, PPTP_F_CALL_ID, record->call_id) &&
           has_id(record, data, length, PPTP_F_PEER_CALL_ID, record->peer_call_id);
}

/* The message of the analysis that begins at `data`, found by its contents: raw sequence numbers
 * are lost where TCP has reassembled. Both sides go through the stream in its order. */
static struct frame_message *find_message(struct control_frame *frame, const uint8_t *data,
                                          uint32_t captured, uint32_t reported)
{
    for (unsigned i = frame->next; i < frame->count && i < frame->next + LOOK_AHEAD; i++) {
        const struct message_record *record = frame->message[i].record;

        if (record->length <= reported && is_record_of(record, data, captured)) {
            frame->next = i + 1;
            return &frame->message[i];
        }
    }
    return NULL;
}

/* True if `data` is the start of a header as far as it is there. */
static bool may_be_header(const uint8_t *data, uint32_t captured)
{
    static const uint8_t cookie[] = {0x1A, 0x2B, 0x3C, 0x4D};

    return captured <= COOKIE_OFFSET ||
           memcmp(data + COOKIE_OFFSET, cookie, MIN(captured - COOKIE_OFFSET, sizeof cookie)) == 0;
}

/* Where from `from` on the next header stands. One that the end of the octets cuts counts only if
 * part of the cookie is there. */
static uint32_t find_header(const uint8_t *data, uint32_t captured, uint32_t from)
{
    for (; from < captured; from++) {
        uint32_t left = captured - from;

        if (pptp_looks_like_message(data + from, left) ||
            (left > COOKIE_OFFSET && left < PPTP_HEADER_LENGTH && may_be_header(data + from, left)))
            break;
    }
    return MIN(from, captured);
}

/* Asks TCP for the rest of the message at `offset`; false if it cannot. `missing` is 0 if it is not
 * known how much that is. */
static bool ask_for_rest(packet_info *pinfo, uint32_t offset, uint32_t missing)
{
    if (!pinfo->can_desegment)
        return false;
    pinfo->desegment_offset = (int)offset;
    pinfo->desegment_len = missing != 0 ? missing : DESEGMENT_ONE_MORE_SEGMENT;
    return true;
}

/* A message, or octets that are none. */
struct piece {
    uint32_t length;
    struct frame_message *message; /* NULL: the analysis completes none here */
};

/* How much belongs to what stands at `offset`; false if TCP has been asked for more. Where a Length
 * is wrong it is the analysis that knows, as it sees how the stream goes on. */
static bool find_piece(tvbuff_t *tvb, packet_info *pinfo, uint32_t offset,
                       struct control_frame *frame, struct piece *ret)
{
    uint32_t captured = tvb_captured_length(tvb) - offset;
    uint32_t reported = tvb_reported_length(tvb) - offset;
    const uint8_t *data = tvb_get_ptr(tvb, (gint)offset, (gint)captured);
    uint32_t skip = 1;
    uint32_t length;

    ret->message = frame != NULL ? find_message(frame, data, captured, reported) : NULL;
    ret->length = reported;
    if (ret->message != NULL) {
        ret->length = ret->message->record->length;
        return true;
    }
    if (may_be_header(data, captured)) {
        if (reported < PPTP_HEADER_LENGTH)
            return !ask_for_rest(pinfo, offset, 0);
        if (captured < 2)
            return true;
        length = bytes_u16(data);
        if (length >= PPTP_HEADER_LENGTH && length <= LENGTH_PLAUSIBLE) {
            if (length > reported)
                return !ask_for_rest(pinfo, offset, length - reported);
            ret->length = length;
            return true;
        }
        skip = PPTP_HEADER_LENGTH;
    }
    skip = find_header(data, captured, skip);
    ret->length = skip == captured ? reported : skip;
    return true;
}

static void show_piece(const struct piece *piece, tvbuff_t *tvb, packet_info *pinfo,
                       proto_tree *tree, struct control_frame *frame)
{
    struct frame_message *message = piece->message;
    proto_tree *shown =
        message_tree_show(tvb, pinfo, tree, message != NULL ? message->record : NULL,
                          frame == NULL || frame->shown == 0);

    if (frame == NULL)
        return;
    frame->shown++;
    frame->latest = shown;
    if (message != NULL) {
        message->shown = true;
        message->tree = shown;
    }
}

/* RFC 2637 3: messages follow each other in the stream without regard to segments. */
static int dissect_control(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    struct control_frame *frame = current_frame;
    uint32_t captured = tvb_captured_length(tvb);
    uint32_t offset = 0;

    while (offset < captured) {
        struct piece piece;

        if (!find_piece(tvb, pinfo, offset, frame, &piece))
            return (int)captured;
        bool is_all = offset == 0 && piece.length == tvb_reported_length(tvb);
        show_piece(&piece,
                   is_all ? tvb : tvb_new_subset_length(tvb, (gint)offset, (gint)piece.length),
                   pinfo, tree, frame);
        offset += piece.length;
    }
    /* A message that the snap length cut: what is there has been shown, the mark is Wireshark's. */
    if (offset > captured && !pinfo->flags.in_error_pkt)
        tvb_ensure_bytes_exist(tvb, 0, (gint)offset);
    return (int)captured;
}

/* For one message that TCP has hidden; `data` is its control_frame. */
static int dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct control_frame *frame = data;
    struct frame_message *message = &frame->message[frame->next];
    const struct message_record *record = message->record;
    bool first = frame->shown == 0;

    if (tvb_reported_length(tvb) != 0)
        message->tree = message_tree_show(tvb, pinfo, tree, record, first);
    else
        message->tree = message_tree_recall(tvb, pinfo, tree, record, first);
    message->shown = true;
    frame->shown++;
    frame->latest = message->tree;
    return (int)tvb_captured_length(tvb);
}

/* What is no message of a known type is shown only where its octets are. */
static bool is_to_show(const struct frame_message *message, tvbuff_t *octets)
{
    return message->record->type != 0 || tvb_reported_length(octets) != 0;
}

/* The octets of a message if all of them are in this segment, else an empty buffer. */
static tvbuff_t *message_octets(const struct control_frame *frame, tvbuff_t *tvb, uint32_t offset,
                                const struct message_record *record)
{
    uint32_t start = record->seq - frame->seq; /* modulo 2^32, so before the segment is far away */
    uint32_t length = record->length;

    if (start >= frame->length || length > frame->length - start ||
        offset + start >= tvb_captured_length(tvb))
        return tvb_new_subset_length(tvb, 0, 0);
    return tvb_new_subset_length(tvb, (gint)(offset + start), (gint)length);
}

/* The tree of the latest message about the finding's call, else of the latest of all. */
static proto_tree *finding_tree(const struct finding *finding, void *user)
{
    const struct control_frame *frame = user;

    if (frame->shown == 0)
        return frame->below;
    for (unsigned i = frame->count; i > 0 && finding->session != FINDING_NONE; i--) {
        const struct frame_message *message = &frame->message[i - 1];

        if (message->shown && call_of(message->record->session) != NULL &&
            call_of(message->record->session)->index == finding->session)
            return message->tree;
    }
    return frame->latest;
}

void control_frame_end(struct control_frame *frame, tvbuff_t *tvb, uint32_t offset,
                       packet_info *pinfo, proto_tree *tree, bool ours)
{
    current_frame = frame->outer;
    for (frame->next = 0; ours && frame->next < frame->count; frame->next++) {
        const struct frame_message *message = &frame->message[frame->next];
        tvbuff_t *octets;

        if (message->shown)
            continue;
        octets = message_octets(frame, tvb, offset, message->record);
        if (is_to_show(message, octets))
            call_dissector_only(message_handle, octets, pinfo, tree, frame);
    }
    frame->below = expert_tree_of_protocol(tree, fields.proto_tcp);
    expert_attach_findings(tvb, pinfo, finding_tree, frame);
}

/* PPTP on other ports: the Magic Cookie in its place decides (RFC 2637 1.4). */
static compat_bool heuristic_control(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                     void *data)
{
    uint32_t captured = tvb_captured_length(tvb);

    if (session_analysis() == NULL ||
        !pptp_looks_like_message(tvb_get_ptr(tvb, 0, (gint)captured), captured))
        return false;
    conversation_set_dissector(find_or_create_conversation(pinfo), control_handle);
    dissect_control(tvb, pinfo, tree, data);
    return true;
}

void control_dissector_register(void)
{
    control_handle = create_dissector_handle_with_name_and_description(
        dissect_control, fields.proto_pptp, "pptpnat.control", "PPTP control connection");
    message_handle = create_dissector_handle_with_name_and_description(
        dissect_message, fields.proto_pptp, "pptpnat.message", "PPTP control message");
    heur_dissector_add("tcp", heuristic_control, "PPTP over TCP", HEURISTIC_NAME, fields.proto_pptp,
                       HEURISTIC_ENABLE);
    heuristic = find_heur_dissector_by_unique_short_name(HEURISTIC_NAME);
}

dissector_handle_t control_dissector_handle(void)
{
    return control_handle;
}

bool control_heuristic_enabled(void)
{
    return heuristic != NULL && heuristic->enabled;
}
