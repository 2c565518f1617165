/* Messages -> records: what each one says, and the findings that need no more than the message and
 * the state of its connection. What it does to calls is pptp/tracker_call_message.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

/* What can be said of the message's form. */
static void judge_form(const struct message_event *event, const struct pptp_message *message)
{
    const struct message_record *record = event->record;
    const struct pptp_layout *layout = pptp_layout(record->type);
    if (record->status != PPTP_BAD_COOKIE)
        tracker_service_spoke(event->tracker, event->connection, record->frame);
    switch ((enum pptp_status)record->status) {
    case PPTP_BAD_COOKIE:
        tracker_service_odd(event->tracker, event->connection, event->record, message->cookie);
        break;
    case PPTP_MANAGEMENT:
    case PPTP_UNKNOWN_TYPE:
        tracker_say_of_message(event, FINDING_UNKNOWN_TYPE, "message type %u, control type %u",
                               message->type, message->control_type);
        break;
    case PPTP_BAD_LENGTH:
        tracker_say_of_message(event, FINDING_BAD_LENGTH, "Length is %u, should be %u for %s",
                               message->length, layout != NULL ? layout->length : 0,
                               pptp_message_name(record->type));
        break;
    case PPTP_SHORT: /* cut by the snap length */
    case PPTP_OK:
        break;
    }
    if (!event->connection->base.has_spoken)
        return; /* another service's, as far as is known */
    if (message->reserved_not_zero)
        tracker_say_of_message(event, FINDING_RESERVED_NOT_ZERO,
                               "%s has a reserved field that is not 0",
                               pptp_message_name(record->type));
    if (record->resynchronised)
        tracker_say_of_message(event, FINDING_RESYNCHRONISED,
                               "found by its header at TCP sequence number %u", record->seq);
    if (record->split)
        tracker_say_of_message(event, FINDING_MESSAGE_SPLIT,
                               "begins in frame %u and ends in frame %u", record->first_frame,
                               record->frame);
    if (record->not_first)
        tracker_say_of_message(event, FINDING_MESSAGE_NOT_FIRST,
                               "%s begins in the middle of its segment",
                               pptp_message_name(record->type));
}

/* True if the field was captured and lies inside the message's own Length. */
static bool has_field(const struct control_piece *piece, uint8_t type, enum pptp_field_id field)
{
    const struct pptp_cell *cell = pptp_find_cell(type, field);
    return cell != NULL && (uint32_t)(cell->offset + cell->width) <= piece->captured &&
           (uint32_t)(cell->offset + cell->width) <= piece->length;
}

static void read_message(struct message_event *event, const struct control_piece *piece,
                         const struct pptp_message *message)
{
    struct message_record *record = event->record;
    record->seq = piece->seq;
    record->frame = piece->frame;
    record->first_frame = piece->first_frame;
    record->length = (uint16_t)MIN(piece->length, UINT16_MAX);
    record->split = piece->split;
    record->not_first = piece->not_first;
    record->resynchronised = piece->resynchronised;
    record->truncated = piece->truncated;
    record->unsure = piece->unsure;
    record->has_wrong_checksum = piece->checksum.wrong;
    record->checksum_seen = piece->checksum.seen;
    record->checksum_right = piece->checksum.right;
    record->is_unique = message->has_correlation_id;
    record->masked_hash = pptp_masked_hash(piece->data, piece->captured);
    if (record->status == PPTP_OK || record->status == PPTP_BAD_LENGTH)
        record->type = (uint8_t)message->control_type;
    record->is_whole = record->status == PPTP_OK && !record->truncated;
    record->sets_up = record->type >= PPTP_OCRQ && record->type <= PPTP_ICRP;
    record->call_id = message->call_id;
    record->peer_call_id = message->peer_call_id;
    record->call_serial_number = message->call_serial_number;
    event->window = message->window;
    record->identifier = message->identifier;
    record->result = message->result;
    record->error = message->error;
    event->has_call_id = has_field(piece, record->type, PPTP_F_CALL_ID);
    event->has_peer_call_id = has_field(piece, record->type, PPTP_F_PEER_CALL_ID);
    record->has_call_id = event->has_call_id;
    record->has_peer_call_id = event->has_peer_call_id;
    event->has_serial = has_field(piece, record->type, PPTP_F_CALL_SERIAL_NUMBER);
    event->has_window = has_field(piece, record->type, PPTP_F_WINDOW);
    event->success = !pptp_result_is_failure(record->type, record->result) || piece->truncated;
}

/* Messages about the control connection itself (RFC 2637 3.1). */
static void control_message(struct message_event *event)
{
    struct tracked_connection *tracked = event->connection;
    struct pptp_connection *connection = &tracked->base;
    struct message_record *record = event->record;
    bool allowed = true;
    enum control_state before = connection->state;
    if (!event->ended || (connection->closed_frame == 0 && record->type == PPTP_STOPCCRP))
        connection->state = control_state_next(before, (enum pptp_message_type)record->type,
                                               event->success, &allowed);
    if (!allowed && !event->excused)
        tracker_say_of_message(event, FINDING_UNEXPECTED_IN_STATE,
                               "%s in state %s of the control connection",
                               pptp_message_name(record->type), control_state_name(before));
    if (record->type == PPTP_SCCRQ && connection->calls.count == 0 && !record->resynchronised)
        tracked->whole = !tracked->missed[0] && !tracked->missed[1];
    if (record->type == PPTP_STOPCCRQ && !connection->stopped) {
        tracker_note_left_unanswered(connection);
        connection->stopped = true;
        tracker_drop_requests(tracked, NULL);
        tracker_end_calls(event->tracker, tracked, CALL_END_STOP, record->frame, record->time_ns);
    }
}

static void settle(struct message_event *event)
{
    struct pptp_connection *connection = &event->connection->base;
    struct message_record *record = event->record;
    const struct call *call = call_of(record->session);
    tracker_await_reply(event);
    connection->was_refused = connection->was_refused || !event->success;
    if (!event->success)
        tracker_say_of_message(event, FINDING_REFUSED, "%s with result %u, error %u",
                               pptp_message_name(record->type), record->result, record->error);
    if (call == NULL)
        return;
    record->call_state = (unsigned)call->state & 0xF;
    record->stage = (unsigned)call->stage & 0xF;
    record->knows_id = ((unsigned)call->has_id[0] | (unsigned)call->has_id[1] << 1) & 3u;
    record->id_now[0] = call->id[0];
    record->id_now[1] = call->id[1];
}

/* A message that a later packet tells joins what its frame has completed already. */
static void file_late(struct tracker *tracker, struct message_record *record)
{
    struct message_record *head = tracker_messages_on(tracker, record->frame);
    if (head == NULL) {
        g_hash_table_insert(tracker->late_heads, GUINT_TO_POINTER(record->frame), record);
        return;
    }
    while (head->next_on_frame != NULL)
        head = record_of(head->next_on_frame);
    head->next_on_frame = as_message(record);
}

/* Records by frame: one head for each frame; a number that comes again (a read filter with two
 * passes) belongs to the latest packet. */
static void file_record(struct tracker *tracker, struct message_record *record)
{
    GPtrArray *heads = tracker->heads;
    if (tracker->tail != NULL && tracker->tail->frame == record->frame) {
        tracker->tail->next_on_frame = as_message(record);
        tracker->tail = record;
        return;
    }
    if (record->is_late) {
        file_late(tracker, record);
        return;
    }
    tracker->tail = record;
    guint at = heads->len;
    while (at > 0 && ((struct message_record *)heads->pdata[at - 1])->frame > record->frame)
        at--;
    if (at > 0 && ((struct message_record *)heads->pdata[at - 1])->frame == record->frame)
        heads->pdata[at - 1] = record;
    else
        g_ptr_array_insert(heads, (gint)at, record);
}

/* The Start messages are the first of their streams: nothing is missing before them although TCP's
 * SYN was not seen (it is not, on a port that only the messages show to be PPTP's). */
static bool begins_stream(const struct message_record *record)
{
    guint before = record->connection->messages.count;
    return (record->type == PPTP_SCCRQ && before == 0) ||
           (record->type == PPTP_SCCRP && before <= 1);
}

void tracker_deliver(const struct control_piece *piece, void *user)
{
    const struct delivery *delivery = user;
    struct tracker *tracker = delivery->tracker;
    struct pptp_connection *connection = &delivery->connection->base;
    if (tracker->message_count >= TRACKER_MESSAGE_LIMIT) {
        tracker_say_limit(tracker, LIMIT_MESSAGES, piece->frame, delivery->packet->interface);
        return;
    }
    struct message_record *record = block_pool_add(&tracker->message_pool);
    struct pptp_message message;
    record->status = (uint8_t)pptp_parse(piece->data, piece->captured, &message);
    if (piece->bad_cookie)
        record->status = PPTP_BAD_COOKIE;
    record->connection = as_connection(connection);
    record->index = tracker->message_count++;
    record->time_ns = piece->time_ns;
    record->sender = delivery->sender;
    struct message_event event = {
        .tracker = tracker,
        .connection = delivery->connection,
        .record = record,
        .interface = delivery->packet->interface,
        .ended = connection->closed_frame != 0 || connection->stopped,
        .carried = control_state_carries_calls(connection->state),
    };
    read_message(&event, piece, &message);
    if (begins_stream(record))
        record->resynchronised = false;
    /* The first header found in a stream joined in its middle hides no message that was captured.
     */
    if (record->resynchronised && connection->messages.count > 0) {
        connection->messages_missing++;
        delivery->connection->whole = false;
        delivery->connection->missed[record->sender] = true;
    }
    event.excused = event.ended || connection->messages_missing > 0 ||
                    delivery->connection->missed[0] || delivery->connection->missed[1];
    pointers_add(&connection->messages, record);
    record->is_late = record->frame != delivery->packet->frame;
    file_record(tracker, record);
    if (record->is_late)
        g_ptr_array_add(tracker->late, record);
    judge_form(&event, &message);
    if (record->type >= PPTP_OCRQ)
        tracker_call_identify(&event);
    tracker_match_reply(&event);
    if (record->type >= PPTP_OCRQ)
        tracker_call_apply(&event);
    else if (record->type != 0)
        control_message(&event);
    settle(&event);
    if (tracker->observer.message != NULL)
        tracker->observer.message(tracker->observer.user, record);
}

int64_t tracker_time_before(const struct message_record *message)
{
    const struct pointers *messages = &message->connection->messages; /* by index */
    guint low = 0, high = messages->count;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (((const struct message_record *)messages->items[middle])->index < message->index)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? ((const struct message_record *)messages->items[low - 1])->time_ns
                   : message->connection->first_time_ns;
}
