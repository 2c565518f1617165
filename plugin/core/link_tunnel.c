/* N:1 ambiguity (F06), judged where it is: at one point, two calls of different control connections
 * that are both alive have the same hosts and the same id of the same owner. Then a GRE packet to
 * that owner no longer says which tunnel it is for (RFC 2637 3.2.2: the id must be unique for the
 * pair of hosts).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "bytes.h"
#include "link_internal.h"

struct tunnel_watch {
    struct tunnel_watch *next; /* of the same first call */
    struct call *first;
    struct call *second;
    enum pptp_owner owner;
    bool active; /* the first showed life after the second's request */
    bool told;
    uint32_t said; /* index of the tunnel_ambiguous, + 1 */
};

/* From outside alone: a call that ends so soon after another's set-up was replaced by it. */
#define REDIAL_NS (10 * G_GINT64_CONSTANT(1000000000))
/* Calls of a connection that a message of no call is a sign of life for: the latest ones. */
#define LATEST_CALLS 64

/* The host that receives packets with `owner`'s id, and the one that sends them. */
static void hosts(const struct call *call, enum pptp_owner owner, const struct net_address **ret_to,
                  const struct net_address **ret_from)
{
    uint32_t to = owner == PPTP_OWNER_PNS ? call->pns : 1u - call->pns;
    *ret_to = &call->connection->end[to].address;
    *ret_from = &call->connection->end[1 - to].address;
}

static bool id_of(const struct call *call, enum pptp_owner owner, uint16_t *ret_id)
{
    *ret_id = owner == PPTP_OWNER_PNS ? call->pns_call_id : call->pac_call_id;
    return owner == PPTP_OWNER_PNS ? call->has_pns_call_id : call->has_pac_call_id;
}

static bool same_key(const struct call *a, const struct call *b, enum pptp_owner owner)
{
    const struct net_address *a_to, *a_from, *b_to, *b_from;
    uint16_t a_id, b_id;
    hosts(a, owner, &a_to, &a_from);
    hosts(b, owner, &b_to, &b_from);
    return id_of(a, owner, &a_id) && id_of(b, owner, &b_id) && a_id == b_id &&
           a->point == b->point && net_address_equal(a_to, b_to) &&
           net_address_equal(a_from, b_from);
}

static bool over(const struct call *call)
{
    return call->ended_by != CALL_END_NONE;
}

static void watch_owner(struct linker *linker, struct call *call, enum pptp_owner owner)
{
    struct call_notes *notes = link_notes(linker, call);
    uint16_t id;
    if (notes->watched[owner] || !id_of(call, owner, &id))
        return;
    notes->watched[owner] = true;
    const struct net_address *to, *from;
    hosts(call, owner, &to, &from);
    uint64_t key = gre_waiting_key(bytes_hash(BYTES_HASH_START, to->octets, to->length),
                                   bytes_hash(BYTES_HASH_START, from->octets, from->length),
                                   (uint32_t)id << 8 | (uint32_t)owner);
    struct bucket *bucket = link_bucket(linker->live_calls, key, true);
    for (guint i = bucket->len; i-- > 0;) {
        struct call *other = bucket->items[i];
        if (over(other)) {
            bucket_remove(bucket, i);
            continue;
        }
        if (!same_key(other, call, owner))
            continue;
        if (linker->watches->len >= LINK_WATCH_LIMIT) {
            link_limit_reached(linker, LINK_LIMIT_WATCHES, call->setup_frame);
            break;
        }
        struct call_notes *first = link_notes(linker, other);
        struct tunnel_watch *watch = g_new0(struct tunnel_watch, 1);
        *watch = (struct tunnel_watch){.first = other, .second = call, .owner = owner};
        if (first->last_watch)
            first->last_watch->next = watch;
        else
            first->watches = watch;
        first->last_watch = watch;
        g_ptr_array_add(linker->watches, watch);
    }
    if (bucket->len < LINK_SAME_KEY_LIMIT)
        bucket_add(bucket, call);
    else
        link_limit_reached(linker, LINK_LIMIT_SAME_KEY, call->setup_frame);
}

void link_tunnel_call(struct linker *linker, struct call *call)
{
    if (!call->connection || over(call))
        return;
    watch_owner(linker, call, PPTP_OWNER_PNS);
    watch_owner(linker, call, PPTP_OWNER_PAC);
}

/* The call, which is over, was a tunnel before: after its reply it sent towards `owner`, on a key
 * that it shares with none. */
static bool talked(const struct call *call, enum pptp_owner owner)
{
    const struct gre_flow *flow =
        call->flow[owner == PPTP_OWNER_PAC ? DIRECTION_PNS_TO_PAC : DIRECTION_PAC_TO_PNS];
    return call->reply_frame && flow && flow->last_time_ns > call->reply_time_ns;
}

/* Two places of one path, not two tunnels. */
static bool one_path(const struct call *a, const struct call *b)
{
    const struct sighting *x = a->connection->nat, *y = b->connection->nat;
    return x && y && x != y && x->chain && x->chain == y->chain;
}

static const struct finding *say(struct linker *linker, struct tunnel_watch *watch,
                                 enum finding_id id)
{
    const struct call *first = watch->first, *second = watch->second;
    uint16_t value;
    id_of(second, watch->owner, &value);
    struct finding finding = finding_init(id);
    finding.judged_frame = second->reply_frame ? second->reply_frame : second->setup_frame;
    finding.deciding_frame = linker->now_frame;
    finding.interface = second->point;
    finding.call = second->index;
    finding.connection = second->connection->index;
    finding.peer_frame = first->reply_frame;
    finding.direction =
        watch->owner == PPTP_OWNER_PNS ? DIRECTION_PAC_TO_PNS : DIRECTION_PNS_TO_PAC;
    finding.has_seen = true;
    finding.seen = value;
    if (second->link)
        finding.link = second->link->face.index;
    finding.text = g_strdup_printf(
        "Calls %u (set up in frame %u) and %u (frame %u) have the same addresses and the same %s "
        "Call ID %u: GRE towards it fits both",
        first->index, first->setup_frame, second->index, second->setup_frame,
        watch->owner == PPTP_OWNER_PNS ? "PNS" : "PAC", value);
    watch->told = true;
    return link_say(linker, &finding);
}

/* `ends`: what shows the call alive also ends it. */
static void show_life(struct linker *linker, const struct call *call, enum pptp_owner owner,
                      int64_t time_ns, bool ends)
{
    const struct call_notes *notes = call->nat;
    bool outside_alone = !call->link || call->place == 0;
    for (struct tunnel_watch *watch = notes ? notes->watches : NULL; watch; watch = watch->next) {
        /* Packets on the shared key prove nothing: they may be the other call's. */
        const struct call *second = watch->second;
        if (watch->told || owner == watch->owner || (over(call) && !ends) ||
            (over(second) && !talked(second, owner)) || time_ns <= second->setup_time_ns ||
            one_path(call, second) ||
            (ends && outside_alone && time_ns - second->setup_time_ns < REDIAL_NS))
            continue;
        watch->active = true;
        if (!second->reply_frame || time_ns <= second->reply_time_ns)
            continue;
        const struct finding *said = say(linker, watch, FINDING_TUNNEL_AMBIGUOUS);
        watch->said = said ? said->index + 1 : 0;
    }
}

void link_tunnel_alive(struct linker *linker, const struct call *call, enum pptp_owner owner,
                       int64_t time_ns)
{
    show_life(linker, call, owner, time_ns, false);
}

void link_tunnel_message(struct linker *linker, const struct message_record *message)
{
    const GPtrArray *calls = message->connection->calls;
    bool ends = message->type == PPTP_CCRQ || message->type == PPTP_STOPCCRQ;
    for (guint i = calls->len; i-- > 0 && calls->len - i <= LATEST_CALLS;) {
        const struct call *call = calls->pdata[i];
        if ((message->call && message->call != call) || !call->connection)
            continue;
        /* An end before the message is another one's. */
        bool ended_now = ends && over(call) && call->ended_time_ns == message->time_ns;
        show_life(linker, call, message->sender == call->pns ? PPTP_OWNER_PAC : PPTP_OWNER_PNS,
                  message->time_ns, ended_now);
    }
}

static void mark(const struct call *call, uint32_t said)
{
    struct link *link = call->link;
    if (link && link->clash[call->place] == 0)
        link->clash[call->place] = said;
}

void link_tunnel_mark(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        memset(link->clash, 0, sizeof link->clash);
    }
    for (guint i = 0; i < linker->watches->len; i++) {
        const struct tunnel_watch *watch = linker->watches->pdata[i];
        if (!watch->said)
            continue;
        mark(watch->first, watch->said);
        mark(watch->second, watch->said);
        const struct link *link = watch->second->link;
        uint32_t hop = watch->second->place - 1u;
        finding_log_get(linker->log, watch->said - 1)->hop =
            link && watch->second->place > 0 && link_clashes_at(link, hop) ? hop : FINDING_NOBODY;
    }
}

uint32_t link_tunnel_errors(const struct linker *linker, const struct call *call,
                            enum call_direction direction, bool *ret_shares)
{
    enum pptp_owner owner = direction == DIRECTION_PNS_TO_PAC ? PPTP_OWNER_PAC : PPTP_OWNER_PNS;
    uint32_t errors = 0;
    *ret_shares = false;
    for (guint i = 0; i < linker->watches->len; i++) {
        const struct tunnel_watch *watch = linker->watches->pdata[i];
        if (watch->owner != owner || (watch->first != call && watch->second != call))
            continue;
        const struct call *other = watch->first == call ? watch->second : watch->first;
        const struct call_notes *notes = other->nat;
        *ret_shares = true;
        errors += notes ? notes->icmp[direction] : 0;
    }
    return errors;
}

void link_tunnel_finish(struct linker *linker)
{
    for (guint i = 0; i < linker->watches->len; i++) {
        struct tunnel_watch *watch = linker->watches->pdata[i];
        if (!watch->told && watch->active && !watch->second->reply_frame && !over(watch->first) &&
            !over(watch->second)) {
            say(linker, watch, FINDING_TUNNEL_MAYBE_AMBIGUOUS);
            watch->told = false; /* more may still be fed */
        }
    }
}
