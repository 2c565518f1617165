/* Which flow, and so which call, a GRE packet is of. A flow's key is (point, source, destination,
 * Call ID), and the Call ID is the one that the receiver assigned (RFC 2637 4.1): packets from the
 * PNS carry the PAC's, packets from the PAC carry the PNS's. A flow is made when its id becomes
 * known, and gets its index with its first packet; a packet of unknown key makes a flow of a call
 * without control traffic, which the real call adopts if it turns up later in the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"
#include "tracker_internal.h"

/* Half-seen calls between the same two addresses that are looked through for the other half. */
#define PAIR_SEARCH 64
/* Clocks of the two halves of a tap differ by less. */
#define SLACK_NS SECOND_NS

struct flow_key {
    uint32_t point;
    uint16_t call_id;
    const struct net_address *source;
    const struct net_address *destination;
};

static void prefetch_flow(const void *flow)
{
    for (size_t at = 0; at < sizeof(struct tracked_flow); at += BLOCK_POOL_LINE)
        tracker_prefetch((const char *)flow + at);
}

void tracker_expect(const struct call *call, enum direction direction)
{
    tracker_prefetch(call);
    prefetch_flow(&((const struct tracked_call *)call)->flows[direction]);
}

static bool same_key(const void *item, const void *key)
{
    const struct gre_flow *flow = item;
    const struct flow_key *wanted = key;
    prefetch_flow(flow);
    return flow->id == wanted->call_id && flow->point == wanted->point &&
           net_address_equal(&flow->source, wanted->source) &&
           net_address_equal(&flow->destination, wanted->destination);
}

static uint32_t hash_key(const struct flow_key *key)
{
    uint64_t words[5];
    words[0] = (uint64_t)key->point << 32 | (uint64_t)key->call_id << 16 |
               (uint64_t)key->source->length << 8 | key->destination->length;
    memcpy(&words[1], key->source->octets, 16);
    memcpy(&words[3], key->destination->octets, 16);
    return (uint32_t)hash_words(words, 5);
}

static struct flow_key key_of(const struct gre_flow *flow)
{
    return (struct flow_key){flow->point, flow->id, &flow->source, &flow->destination};
}

static void **find_key(const struct tracker *tracker, const struct flow_key *key)
{
    return index_table_find(&tracker->by_key, hash_key(key), same_key, key);
}

struct gre_flow *tracker_find_flow(const struct tracker *tracker, uint32_t point,
                                   const struct net_address *source,
                                   const struct net_address *destination, uint16_t call_id)
{
    struct flow_key key = {point, call_id, source, destination};
    void **slot = find_key(tracker, &key);
    return slot != NULL ? *slot : NULL;
}

static bool same_pair(const void *item, const void *key)
{
    const struct address_pair *pair = item;
    const struct address_pair *wanted = key;
    return pair->point == wanted->point && net_address_equal(&pair->source, &wanted->source) &&
           net_address_equal(&pair->destination, &wanted->destination);
}

static uint32_t hash_pair(const struct address_pair *pair)
{
    uint64_t words[5] = {pair->point};
    memcpy(&words[1], pair->source.octets, 16);
    memcpy(&words[3], pair->destination.octets, 16);
    return (uint32_t)hash_words(words, 5);
}

static struct address_pair *find_pair(const struct tracker *tracker,
                                      const struct address_pair *wanted)
{
    void **slot = index_table_find(&tracker->by_pair, hash_pair(wanted), same_pair, wanted);
    return slot != NULL ? *slot : NULL;
}

static void put_unpaired(struct tracker *tracker, struct call *call, const struct gre_flow *flow)
{
    struct address_pair wanted = {flow->point, flow->source, flow->destination, NULL};
    struct address_pair *pair = find_pair(tracker, &wanted);
    if (pair == NULL) {
        pair = g_new(struct address_pair, 1);
        *pair = wanted;
        g_ptr_array_add(tracker->pairs, pair);
        index_table_add(&tracker->by_pair, hash_pair(pair), pair);
    }
    struct tracked_call *tracked = tracked_call(call);
    tracked->before = NULL;
    tracked->next = pair->unpaired;
    if (pair->unpaired != NULL)
        pair->unpaired->before = tracked;
    pair->unpaired = tracked;
}

static void take_unpaired(struct tracker *tracker, struct call *call, const struct gre_flow *flow)
{
    struct address_pair wanted = {flow->point, flow->source, flow->destination, NULL};
    struct address_pair *pair = find_pair(tracker, &wanted);
    struct tracked_call *tracked = tracked_call(call);
    if (tracked->before != NULL)
        tracked->before->next = tracked->next;
    else if (pair != NULL && pair->unpaired == tracked)
        pair->unpaired = tracked->next;
    if (tracked->next != NULL)
        tracked->next->before = tracked->before;
    tracked->next = tracked->before = NULL;
}

static bool is_half(const struct call *call)
{
    return call->connection == NULL && call->absorbed_by == NULL && call->flow[0] != NULL &&
           call->flow[1] == NULL;
}

/* Of several flows with one key the table gives the first: it does so at the new point as well. */
static void move_flow(struct tracker *tracker, struct gre_flow *flow, uint32_t to)
{
    struct flow_key key = key_of(flow);
    void **slot = find_key(tracker, &key);
    bool is_first = slot != NULL && *slot == flow;
    key.point = flow->point = to;
    if (is_first && find_key(tracker, &key) == NULL)
        index_table_add(&tracker->by_key, hash_key(&key), flow);
}

void tracker_move_call(struct tracker *tracker, struct call *call, uint32_t to)
{
    struct tracked_call *tracked = tracked_call(call);
    bool half = is_half(call);
    tracker->last_flow = NULL;
    if (half)
        take_unpaired(tracker, call, gre_of(call->flow[0]));
    call->point = to;
    for (int d = 0; d < 2; d++) {
        if (tracked->flows[d].base.session != NULL)
            move_flow(tracker, &tracked->flows[d].base, to);
    }
    if (half)
        put_unpaired(tracker, call, gre_of(call->flow[0]));
}

/* True unless the acknowledgment is for something that `sent` did not send. */
static bool acks_fit(const struct gre_packet *packet, const struct gre_flow *sent)
{
    if (!packet->header.has_ack || !sent->window.started)
        return true;
    return serial_diff(packet->header.ack + 1, sent->window.first) >= 0 &&
           serial_diff(packet->header.ack, sent->window.highest) <= 0;
}

/* The half-seen call whose other direction the packet is: the only one between these addresses, or
 * of several the only one that has sent what the packet acknowledges. */
static struct call *find_other_half(struct tracker *tracker, const struct gre_packet *packet,
                                    uint32_t point)
{
    struct address_pair wanted = {point, packet->packet.destination, packet->packet.source, NULL};
    const struct address_pair *pair = find_pair(tracker, &wanted);
    struct call *fits = NULL;
    unsigned fitting = 0;
    unsigned searched = 0;
    for (struct tracked_call *half = pair != NULL ? pair->unpaired : NULL;
         half != NULL && searched < PAIR_SEARCH; half = half->next) {
        searched++;
        if (!acks_fit(packet, gre_of(half->base.flow[0])))
            continue;
        fits = &half->base;
        fitting++;
    }
    return fitting == 1 ? fits : NULL;
}

static struct gre_flow *new_flow(struct tracker *tracker, struct call *call,
                                 enum direction direction, const struct flow_key *key)
{
    struct tracked_flow *tracked = &tracked_call(call)->flows[direction];
    struct gre_flow *flow = &tracked->base;
    flow->index = TRACKER_NONE;
    flow->interface = TRACKER_NONE;
    flow->point = key->point;
    flow->source = *key->source;
    flow->destination = *key->destination;
    flow->id = key->call_id;
    flow->direction = direction;
    flow->session = as_session(call);
    flow->recent = tracked->first_recent;
    flow->recent_size = RECENT_START;
    g_ptr_array_add(tracker->all_flows, flow);
    return flow;
}

static bool is_full(struct tracker *tracker, uint32_t frame, uint32_t interface)
{
    if (tracker->all_flows->len < TRACKER_FLOW_LIMIT)
        return false;
    tracker_say_limit(tracker, LIMIT_FLOWS, frame, interface);
    return true;
}

static struct gre_flow *flow_of_unknown(struct tracker *tracker, const struct gre_packet *packet,
                                        const struct flow_key *key)
{
    const struct packet *outer = &packet->packet;
    struct call *call = find_other_half(tracker, packet, key->point);
    struct gre_flow *flow;
    if (is_full(tracker, outer->frame, outer->interface))
        return NULL;
    if (call != NULL) {
        take_unpaired(tracker, call, gre_of(call->flow[0]));
        flow = new_flow(tracker, call, DIRECTION_PAC_TO_PNS, key);
    } else if (tracker->sessions->len < TRACKER_CALL_LIMIT) {
        call = tracker_call_new(tracker, NULL, key->point, outer->frame, outer->time_ns);
        flow = new_flow(tracker, call, DIRECTION_PNS_TO_PAC, key);
        put_unpaired(tracker, call, flow);
    } else {
        tracker_say_limit(tracker, LIMIT_CALLS, outer->frame, outer->interface);
        return NULL;
    }
    index_table_add(&tracker->by_key, hash_key(key), flow);
    return flow;
}

struct gre_flow *tracker_flow_of(struct tracker *tracker, const struct gre_packet *packet,
                                 uint32_t point)
{
    struct flow_key key = {point, packet->header.call_id, &packet->packet.source,
                           &packet->packet.destination};
    struct gre_flow *flow = tracker->last_flow;
    if (flow != NULL && same_key(flow, &key))
        return flow;
    void **slot = find_key(tracker, &key);
    flow = slot != NULL ? *slot : flow_of_unknown(tracker, packet, &key);
    if (flow == NULL)
        return NULL;
    tracker_prefetch(flow->session);
    if (flow->sharing != NULL) {
        tracker->last_flow = NULL;
        return tracker_share_pick(tracker, flow, packet);
    }
    tracker->last_flow = flow;
    return flow;
}

/* The unknown call's flow turns out to be one of `call`. */
static void adopt(struct tracker *tracker, struct gre_flow *flow, struct call *call,
                  enum direction direction)
{
    struct call *unknown = call_of(flow->session);
    if (unknown->flow[0] == as_flow(flow) && unknown->flow[1] == NULL)
        take_unpaired(tracker, unknown, flow);
    unknown->flow[flow->direction] = NULL;
    if (unknown->absorbed_by == NULL)
        unknown->turned = flow->direction != direction;
    unknown->absorbed_by = as_session(call);
    if (call->icmp_errors == 0)
        call->icmp_frame = unknown->icmp_frame;
    call->icmp_errors += unknown->icmp_errors;
    unknown->icmp_errors = 0;
    call->stage = MAX(call->stage, unknown->stage);
    flow->session = as_session(call);
    flow->direction = direction;
    call->flow[direction] = as_flow(flow);
    tracker_tell_call(tracker, unknown);
}

void tracker_join_halves(struct tracker *tracker, struct call *call, struct call *other)
{
    if (call == other || !is_half(call) || !is_half(other) || call->point != other->point)
        return;
    struct gre_flow *sent = gre_of(call->flow[0]), *answer = gre_of(other->flow[0]);
    if (!net_address_equal(&sent->source, &answer->destination) ||
        !net_address_equal(&sent->destination, &answer->source))
        return;
    take_unpaired(tracker, call, sent);
    adopt(tracker, answer, call, DIRECTION_PAC_TO_PNS);
}

/* True if the call was quiet for so long that its id in a new call is no ambiguity any more. */
static bool is_silent(const struct gre_flow *flow, int64_t now_ns)
{
    const struct call *call = call_of(flow->session);
    int64_t latest = MAX(call->setup_time_ns, call->reply_time_ns);
    if (call->connection != NULL)
        latest = MAX(latest, call->connection->last_time_ns);
    for (int i = 0; i < 2; i++) {
        if (call->flow[i] != NULL)
            latest = MAX(latest, call->flow[i]->last_time_ns);
    }
    return now_ns - latest > SILENT_NS;
}

/* Of the flows that have the key so far, keeps those of calls that are alive, in a ring, and puts
 * the new one behind them; beyond SHARED_KEY_LIMIT the oldest goes. Returns the first. */
static struct gre_flow *put_behind(struct tracker *tracker, struct gre_flow *first,
                                   struct gre_flow *flow, int64_t now_ns)
{
    struct gre_flow *head = NULL;
    struct gre_flow *tail = NULL;
    struct gre_flow *old = first;
    uint32_t count = 1;
    do {
        struct gre_flow *next = old->sharing;
        old->sharing = NULL;
        if (old->session->connection != NULL && tracker_call_alive(call_of(old->session)) &&
            !is_silent(old, now_ns)) {
            if (tail != NULL)
                tail->sharing = old;
            else
                head = old;
            tail = old;
            count++;
        }
        old = next;
    } while (old != NULL && old != first);
    if (head == NULL)
        return flow;
    if (count > SHARED_KEY_LIMIT) {
        head = head->sharing;
        tracker_say_limit(tracker, LIMIT_SHARED_KEY, flow->session->setup_frame, flow->interface);
    }
    tail->sharing = flow;
    flow->sharing = head;
    return head;
}

void tracker_expect_flow(struct tracker *tracker, struct call *call, enum direction direction,
                         int64_t now_ns)
{
    const struct pptp_connection *connection = connection_of(call->connection);
    uint8_t sender = session_sender(as_session(call), direction);
    struct flow_key key = {
        .point = call->point,
        .call_id = call->id[direction_id_owner(direction)],
        .source = &connection->end[sender].address,
        .destination = &connection->end[1 - sender].address,
    };
    void **slot = find_key(tracker, &key);
    struct gre_flow *first = slot != NULL ? *slot : NULL;
    if (first != NULL && first->session->connection == NULL &&
        first->first_time_ns >= call->setup_time_ns - SLACK_NS) {
        adopt(tracker, first, call, direction);
        return;
    }
    if (is_full(tracker, connection->last_frame, connection->interface[0]))
        return;
    struct gre_flow *flow = new_flow(tracker, call, direction, &key);
    if (first == NULL) {
        index_table_add(&tracker->by_key, hash_key(&key), flow);
        return;
    }
    tracker->last_flow = NULL;
    *slot = put_behind(tracker, first, flow, now_ns);
}
