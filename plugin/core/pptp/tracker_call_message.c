/* Messages -> calls: which call a message is about, and its states. Roles come from the request
 * that set the call up (RFC 2637 3.2), or from a reply where the request was not captured; never
 * from a Call-Clear-Request or Call-Disconnect-Notify, which real programs send from either end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

static bool role_is(const struct call *call, enum id_owner owner, uint8_t end)
{
    return session_end_of(as_session(call), owner) == end;
}

/* Alive, or cleared but not yet told to be disconnected (RFC 2637 2.12, 2.13). */
static bool is_expected(const struct call *call)
{
    return tracker_call_alive(call) || call->state == CALL_WAIT_DISCONNECT;
}

/* The call with this id whoever owns it: a live one before one that is over, one whose id
 * `owner_end` assigned before the other, the field's owner by the RFC before the other owner. */
static struct call *find_either(const struct message_event *event, enum id_owner owner, uint16_t id,
                                uint8_t owner_end)
{
    enum id_owner other = other_owner(owner);
    struct call *a = tracker_call_with_id(event->tracker, &event->connection->base, owner, id);
    struct call *b = tracker_call_with_id(event->tracker, &event->connection->base, other, id);
    if (a == NULL || b == NULL)
        return a != NULL ? a : b;
    int score_a = 2 * is_expected(a) + role_is(a, owner, owner_end);
    int score_b = 2 * is_expected(b) + role_is(b, other, owner_end);
    return score_b > score_a ? b : a;
}

/* A new call of the message's connection; `pns` is the index of its PNS. */
static struct call *make_call(struct message_event *event, enum call_kind kind, uint8_t pns)
{
    struct pptp_connection *connection = &event->connection->base;
    const struct message_record *record = event->record;
    if (event->tracker->sessions->len >= TRACKER_CALL_LIMIT ||
        connection->calls.count >= TRACKER_CALLS_PER_CONNECTION_LIMIT) {
        tracker_say_limit(event->tracker,
                          event->tracker->sessions->len >= TRACKER_CALL_LIMIT
                              ? LIMIT_CALLS
                              : LIMIT_CALLS_PER_CONNECTION,
                          record->frame, event->interface);
        return NULL;
    }
    struct call *call = tracker_call_new(event->tracker, connection, connection->point,
                                         record->frame, record->time_ns);
    call->kind = kind;
    call->end_a = pns;
    call->roles_known = true;
    return call;
}

/* A request makes a call, except that it may turn up in the file behind its reply, or be stamped
 * some milliseconds later. */
static struct call *identify_request(struct message_event *event)
{
    const struct message_record *record = event->record;
    bool outgoing = record->type == PPTP_OCRQ;
    enum id_owner owner = outgoing ? PPTP_OWNER_PNS : PPTP_OWNER_PAC;
    uint8_t other = (uint8_t)(1 - record->sender);
    struct call *call = NULL;
    if (event->has_call_id)
        call =
            tracker_call_with_id(event->tracker, &event->connection->base, owner, record->call_id);
    if (call == NULL || !tracker_call_alive(call) || tracked_call(call)->request_seen ||
        record->time_ns > call->reply_time_ns + SECOND_NS) {
        call = make_call(event, outgoing ? CALL_KIND_OUTGOING : CALL_KIND_INCOMING,
                         outgoing ? record->sender : other);
        if (call != NULL)
            call->state = CALL_IDLE;
    } else {
        event->late = true;
        call->setup_frame = record->frame;
        call->setup_time_ns = record->time_ns;
    }
    if (call != NULL)
        tracked_call(call)->request_seen = true;
    return call;
}

/* True if every call of this connection was seen from its set-up on, and there was one. */
static bool set_up_seen(const struct tracked_connection *tracked)
{
    return tracked->whole && tracked->base.calls.count > 0;
}

/* A value that is a TCP port tells who wrote it: an editor that uses ports as Call IDs. */
static const char *whose_port(const struct pptp_connection *connection, uint16_t id)
{
    if (connection->end[0].port == id)
        return "; it is the client's TCP port";
    return connection->end[1].port == id ? "; it is the server's TCP port" : "";
}

/* `call` is the one it must mean all the same, or NULL. */
static void say_unknown(struct message_event *event, uint16_t id, struct call *call)
{
    if (!set_up_seen(event->connection))
        return;
    event->record->session = as_session(call);
    struct finding *reported = tracker_say_of_message(
        event, FINDING_UNKNOWN_CALL_ID,
        "%s names Call ID %u (0x%04x), which no call of this connection "
        "has%s",
        pptp_message_name(event->record->type), id, id, whose_port(&event->connection->base, id));
    if (reported == NULL)
        return;
    reported->has_seen = true;
    reported->seen = id;
    /* What it should be, for the only call there is: its owner's id by the layout (which of the two
     * fields of a reply it was does not matter: the other one is known), and the receiver's in a
     * Set-Link-Info, where Windows servers put the client's (protocol.md, deviations). */
    unsigned type = event->record->type;
    enum id_owner owner =
        pptp_call_id_owner(type, event->has_peer_call_id ? PPTP_F_PEER_CALL_ID : PPTP_F_CALL_ID);
    if (call != NULL && type == PPTP_SLI)
        owner = other_owner(session_owner_at(as_session(call), event->record->sender));
    if (call != NULL && call->has_id[owner]) {
        reported->has_expected = true;
        reported->expected = call->id[owner];
    }
}

/* The call of the oldest pending request whose sender's id the reply echoes. */
static struct call *find_pending(const struct message_event *event, uint8_t request_type,
                                 enum id_owner owner)
{
    const struct message_record *reply = event->record;
    if (!event->has_peer_call_id)
        return NULL;
    for (GList *link = event->connection->base.unanswered.head; link != NULL; link = link->next) {
        const struct message_record *request = link->data;
        if (request->type == request_type && request->sender != reply->sender &&
            request->session != NULL &&
            session_has_id(request->session, owner, reply->peer_call_id))
            return call_of(request->session);
    }
    return NULL;
}

/* OCRP, ICRP and ICCN. */
static struct call *identify_reply(struct message_event *event)
{
    const struct message_record *record = event->record;
    bool from_pns = record->type == PPTP_ICRP;
    enum id_owner owner = from_pns ? PPTP_OWNER_PAC : PPTP_OWNER_PNS;
    uint8_t other = (uint8_t)(1 - record->sender);
    uint8_t request = record->type == PPTP_OCRP   ? PPTP_OCRQ
                      : record->type == PPTP_ICRP ? PPTP_ICRQ
                                                  : PPTP_ICRP;
    struct call *call = find_pending(event, request, owner);
    if (call != NULL)
        return call;
    struct call *known = NULL;
    if (event->has_peer_call_id)
        known = tracker_call_with_id(event->tracker, &event->connection->base, owner,
                                     record->peer_call_id);
    if (known != NULL && role_is(known, owner, other))
        return known; /* answered before */
    const struct message_record *only = tracker_only_pending(event->connection, request, other);
    /* Where messages are missing, another request may have been among them. */
    call = only != NULL && event->connection->whole ? call_of(only->session) : NULL;
    if (event->has_peer_call_id && known == NULL)
        say_unknown(event, record->peer_call_id, call);
    if (call != NULL)
        return call;
    if (set_up_seen(event->connection))
        return NULL;
    if (event->connection->whole && !event->excused)
        tracker_say_of_message(event, FINDING_UNEXPECTED_IN_STATE, "%s without a request",
                               pptp_message_name(record->type));
    return make_call(event, record->type == PPTP_OCRP ? CALL_KIND_OUTGOING : CALL_KIND_INCOMING,
                     from_pns ? record->sender : other);
}

static struct call *only_live(const struct tracked_connection *tracked)
{
    return tracked->live_count == 1 ? &tracked->live->base : NULL;
}

/* The call whose end a Call-Disconnect-Notify tells that names no known id: it answers the only
 * pending Call-Clear-Request, or the only call request. */
static struct call *disconnected(const struct tracked_connection *connection, uint8_t other)
{
    const struct message_record *request = tracker_only_pending(connection, PPTP_CCRQ, other);
    if (request == NULL)
        request = tracker_only_pending(connection, PPTP_OCRQ, other);
    return request != NULL ? call_of(request->session) : NULL;
}

/* CCRQ, CDN, WEN and SLI. What only informs is about the only live call. */
static struct call *identify_notice(struct message_event *event)
{
    const struct message_record *record = event->record;
    uint8_t other = (uint8_t)(1 - record->sender);
    bool own = record->type == PPTP_CCRQ || record->type == PPTP_CDN;
    enum pptp_field_id field = own ? PPTP_F_CALL_ID : PPTP_F_PEER_CALL_ID;
    uint16_t id = own ? record->call_id : record->peer_call_id;
    if (!(own ? event->has_call_id : event->has_peer_call_id))
        return NULL;
    struct call *call = find_either(event, pptp_call_id_owner(record->type, field), id,
                                    own ? record->sender : other);
    if (call != NULL)
        return call;
    if (!own) {
        call = event->connection->whole ? only_live(event->connection) : NULL;
    } else if (record->type == PPTP_CDN) {
        call = disconnected(event->connection, other);
        /* RFC 2637 2.13: the id is the PAC's, and of a call that was never answered nobody knows
         * it. */
        if (call != NULL && !call->has_id[PPTP_OWNER_PAC] && call->end_a == other)
            return call;
    }
    say_unknown(event, id, call);
    return call;
}

void tracker_call_identify(struct message_event *event)
{
    struct message_record *record = event->record;
    switch (record->type) {
    case PPTP_OCRQ:
    case PPTP_ICRQ:
        record->session = as_session(identify_request(event));
        break;
    case PPTP_OCRP:
    case PPTP_ICRP:
    case PPTP_ICCN:
        record->session = as_session(identify_reply(event));
        break;
    default:
        record->session = as_session(identify_notice(event));
    }
}

static void apply_state(struct message_event *event)
{
    const struct message_record *record = event->record;
    struct call *call = call_of(record->session);
    enum call_state before = call->state;
    bool allowed = true;
    if (!event->ended && !event->late)
        call->state =
            call_state_next(before, (enum pptp_message_type)record->type, event->success, &allowed);
    if ((!allowed || !event->carried) && !event->excused)
        tracker_say_of_message(event, FINDING_UNEXPECTED_IN_STATE,
                               "%s in state %s of the call, %s of the connection",
                               pptp_message_name(record->type), call_state_name(before),
                               control_state_name(event->connection->base.state));
}

static void apply_reply(struct message_event *event)
{
    const struct message_record *record = event->record;
    struct call *call = call_of(record->session);
    if (record->type != PPTP_ICCN && call->reply_frame == 0) {
        call->reply_frame = record->frame;
        call->reply_time_ns = record->time_ns;
    }
    if (!event->success)
        tracker_call_end(event->tracker, call, CALL_END_REFUSED, record->frame, record->time_ns);
    else if (record->type != PPTP_ICRP)
        call->established = true;
    if (event->success)
        tracker_tell_call(event->tracker, call);
}

void tracker_call_apply(struct message_event *event)
{
    const struct message_record *record = event->record;
    struct pptp_connection *connection = &event->connection->base;
    struct call *call = call_of(record->session);
    if (connection->state == CONTROL_UNKNOWN)
        connection->state = CONTROL_ESTABLISHED; /* nothing else carries a call */
    if (call == NULL) {
        if (!event->carried && !event->excused)
            tracker_say_of_message(event, FINDING_UNEXPECTED_IN_STATE, "%s in state %s",
                                   pptp_message_name(record->type),
                                   control_state_name(connection->state));
        return;
    }
    apply_state(event);
    switch (record->type) {
    case PPTP_OCRQ:
    case PPTP_ICRQ:
        call->has_serial = event->has_serial;
        call->call_serial_number = record->call_serial_number;
        tracker_learn_ids(event);
        tracker_tell_call(event->tracker, call);
        break;
    case PPTP_OCRP:
    case PPTP_ICRP:
    case PPTP_ICCN:
        tracker_learn_ids(event);
        apply_reply(event);
        break;
    case PPTP_CCRQ:
        tracker_call_end(event->tracker, call, CALL_END_CLEAR, record->frame, record->time_ns);
        break;
    case PPTP_CDN:
        tracker_call_end(event->tracker, call, CALL_END_DISCONNECT, record->frame, record->time_ns);
        break;
    default:
        break;
    }
}
