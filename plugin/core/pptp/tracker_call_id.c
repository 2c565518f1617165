/* Call IDs of a control connection: which call has one, and what a message that tells one says of
 * it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"
#include "tracker_internal.h"

/* How many live calls are looked through where the newest with an id is over and an older one may
 * not be. */
#define LIVE_SEARCH 64

struct id_key {
    const struct pptp_connection *connection;
    enum id_owner owner;
    uint16_t id;
};

static bool same_id(const void *item, const void *key)
{
    const struct call *call = item;
    const struct id_key *wanted = key;
    return connection_of(call->connection) == wanted->connection &&
           session_has_id(as_session(call), wanted->owner, wanted->id);
}

static uint32_t hash_id(const struct id_key *key)
{
    uint64_t word = (uint64_t)key->connection->index << 32 | (uint64_t)key->owner << 16 | key->id;
    return (uint32_t)hash_words(&word, 1);
}

/* Where the call stands that learned the id last; NULL: there is none. */
static void **find(const struct tracker *tracker, const struct id_key *key)
{
    return index_table_find(&tracker->by_call_id, hash_id(key), same_id, key);
}

static void put(struct tracker *tracker, const struct id_key *key, struct call *call)
{
    void **slot = find(tracker, key);
    if (slot != NULL)
        *slot = call;
    else
        index_table_add(&tracker->by_call_id, hash_id(key), call);
}

/* Nearly all connections have one call, which needs no table to be found. */
static struct call *newest_with_id(const struct tracker *tracker,
                                   const struct tracked_connection *tracked,
                                   const struct id_key *key)
{
    const struct pointers *calls = &tracked->base.calls;
    if (!tracked->ids_in_table)
        return calls->count > 0 && same_id(calls->items[0], key) ? calls->items[0] : NULL;
    void **slot = find(tracker, key);
    return slot != NULL ? *slot : NULL;
}

static void put_ids_of_first(struct tracker *tracker, struct tracked_connection *tracked)
{
    struct call *first = tracked->base.calls.items[0];
    for (int owner = OWNER_A; owner <= OWNER_B; owner++) {
        struct id_key key = {&tracked->base, (enum id_owner)owner, first->id[owner]};
        if (first->has_id[owner])
            put(tracker, &key, first);
    }
    tracked->ids_in_table = true;
}

struct call *tracker_call_with_id(const struct tracker *tracker,
                                  const struct pptp_connection *connection, enum id_owner owner,
                                  uint16_t call_id)
{
    const struct tracked_connection *tracked = (const struct tracked_connection *)connection;
    struct id_key key = {connection, owner, call_id};
    struct call *newest = newest_with_id(tracker, tracked, &key);
    if (newest == NULL || tracker_call_alive(newest))
        return newest;
    unsigned searched = 0;
    for (struct tracked_call *live = tracked->live; live != NULL && searched < LIVE_SEARCH;
         live = live->next, searched++) {
        if (session_has_id(as_session(&live->base), owner, call_id))
            return &live->base;
    }
    return newest;
}

/* An id became known. RFC 2637 3.2.2: it is unique among the live calls of its owner. */
static void learn_id(struct message_event *event, enum id_owner owner, uint16_t id)
{
    struct call *call = call_of(event->record->session);
    bool pns = owner == PPTP_OWNER_PNS;
    struct id_key key = {&event->connection->base, owner, id};
    if (call->has_id[owner])
        return;
    const struct call *holder =
        tracker_call_with_id(event->tracker, &event->connection->base, owner, id);
    /* Where the capture lost messages the end of that call may have been among them. */
    if (holder != NULL && tracker_call_alive(holder) && !event->connection->missed[0] &&
        !event->connection->missed[1])
        tracker_say_of_message(event, FINDING_CALL_ID_IN_USE,
                               "Call ID %u (0x%04x) of the %s (%s) is in use by the call set up in "
                               "frame %u",
                               id, id,
                               session_end_of(as_session(call), owner) == 0 ? "client" : "server",
                               pns ? "PNS" : "PAC", holder->setup_frame);
    if (event->connection->base.calls.count > 1 && !event->connection->ids_in_table)
        put_ids_of_first(event->tracker, event->connection);
    if (event->connection->ids_in_table)
        put(event->tracker, &key, call);
    call->has_id[owner] = true;
    call->id[owner] = id;
    tracker_expect_flow(event->tracker, call, owner_id_direction(owner), event->record->time_ns);
}

void tracker_learn_ids(struct message_event *event)
{
    const struct message_record *record = event->record;
    enum id_owner own = pptp_call_id_owner(record->type, PPTP_F_CALL_ID);
    enum id_owner peer = pptp_call_id_owner(record->type, PPTP_F_PEER_CALL_ID);
    if (!event->success)
        return;
    if (event->has_call_id)
        learn_id(event, own, record->call_id);
    if (event->has_peer_call_id)
        learn_id(event, peer, record->peer_call_id);
    if (event->has_window)
        call_of(record->session)->window[session_owner_at(record->session, record->sender)] =
            event->window;
}
