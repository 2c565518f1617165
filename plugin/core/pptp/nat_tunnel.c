/* N:1 ambiguity (F06), judged where it is: at one point, two calls of different control connections
 * that are both alive have the same hosts and the same id of the same owner. Then a GRE packet to
 * that owner no longer says which tunnel it is for (RFC 2637 3.2.2: the id must be unique for the
 * pair of hosts).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

/* Packets of the first call after which a pair that they have not told to be two tunnels is left:
 * one whose second call is over, or was answered in the future. */
#define LOOKS 1024

struct tunnel_watch {
    struct tunnel_watch *next;           /* of the same first call; */
    struct tunnel_watch *next_of_second; /* of the same second call; */
    struct tunnel_watch *next_ready;     /* of the same first call, the second being answered */
    struct session *first;
    struct session *second;
    enum id_owner owner;
    bool ready; /* the second was answered */
    bool distinct;
    uint32_t reported; /* index of the tunnel_ambiguous, + 1 */
    uint32_t looks;
};

/* What is known of a call that is compared with others: few have one. */
struct tunnel {
    struct tunnel_watch *watches; /* those of which this is the first call, oldest first */
    struct tunnel_watch *last_watch;
    struct tunnel_watch *watches_of_second;
    struct tunnel_watch *ready; /* of `watches`, those that a sign of life of this call decides */
    struct tunnel_watch *last_ready;
    int64_t alive_ns[2]; /* the latest sign of life, by whose id it carries; if it is watched */
};

struct tunnels {
    struct candidates *live; /* hash of a tunnel's key -> indices of sessions */
    GArray *in_live;         /* uint8_t by call: bits by enum id_owner; grows when written */
    GPtrArray *watches;      /* struct tunnel_watch *: collisions awaiting a sign of life */
    GPtrArray *of_calls;     /* struct tunnel *, by call; NULL: nothing; grows when written */
    struct block_pool pool;  /* theirs */
};

struct tunnels *tunnels_new(void)
{
    struct tunnels *tunnels = g_new0(struct tunnels, 1);
    tunnels->live = candidates_new();
    tunnels->in_live = g_array_new(FALSE, TRUE, sizeof(uint8_t));
    tunnels->watches = g_ptr_array_new_with_free_func(g_free);
    tunnels->of_calls = g_ptr_array_new();
    block_pool_init(&tunnels->pool, sizeof(struct tunnel));
    return tunnels;
}

void tunnels_free(struct tunnels *tunnels)
{
    if (!tunnels)
        return;
    candidates_free(tunnels->live);
    g_array_free(tunnels->in_live, TRUE);
    g_ptr_array_free(tunnels->watches, TRUE);
    g_ptr_array_free(tunnels->of_calls, TRUE);
    block_pool_clear(&tunnels->pool);
    g_free(tunnels);
}

uint32_t tunnels_watched(const struct tunnels *tunnels)
{
    return tunnels->watches->len;
}

static struct tunnels *tunnels_of(const struct linker *linker)
{
    return nat_own(linker)->tunnels;
}

/* NULL: nothing is known. */
static struct tunnel *tunnel_of(const struct linker *linker, const struct session *call)
{
    const GPtrArray *of_calls = tunnels_of(linker)->of_calls;
    return call->index < of_calls->len ? of_calls->pdata[call->index] : NULL;
}

static struct tunnel *tunnel_for(struct linker *linker, const struct session *call)
{
    struct tunnels *tunnels = tunnels_of(linker);
    if (call->index >= tunnels->of_calls->len)
        g_ptr_array_set_size(tunnels->of_calls, (gint)call->index + 1);
    gpointer *at = &tunnels->of_calls->pdata[call->index];
    if (!*at)
        *at = block_pool_add(&tunnels->pool);
    return *at;
}

/* From outside alone: a call that ends so soon after another's set-up was replaced by it. */
#define REDIAL_NS (10 * G_GINT64_CONSTANT(1000000000))
/* Calls of a connection that a message of no call is a sign of life for: the latest ones. */
#define LATEST_CALLS 64

/* The host that receives packets with `owner`'s id, and the one that sends them. */
static void hosts(const struct session *call, enum id_owner owner,
                  const struct net_address **ret_to, const struct net_address **ret_from)
{
    *ret_to = &call->connection->end[session_end_of(call, owner)].address;
    *ret_from = &call->connection->end[session_end_of(call, other_owner(owner))].address;
}

static bool same_key(const struct session *a, const struct session *b, enum id_owner owner)
{
    const struct net_address *a_to, *a_from, *b_to, *b_from;
    hosts(a, owner, &a_to, &a_from);
    hosts(b, owner, &b_to, &b_from);
    return a->has_id[owner] && session_has_id(b, owner, a->id[owner]) && a->point == b->point &&
           net_address_equal(a_to, b_to) && net_address_equal(a_from, b_from);
}

/* From now on a sign of life of the first call decides. */
static void make_ready(struct linker *linker, struct tunnel_watch *watch)
{
    struct tunnel *first = tunnel_for(linker, watch->first);
    watch->ready = true;
    *(first->last_ready ? &first->last_ready->next_ready : &first->ready) = watch;
    first->last_ready = watch;
}

static void watch_pair(struct linker *linker, struct session *other, struct session *call,
                       enum id_owner owner)
{
    struct tunnel *first = tunnel_for(linker, other), *second = tunnel_for(linker, call);
    struct tunnel_watch *watch = g_new0(struct tunnel_watch, 1);
    *watch = (struct tunnel_watch){.first = other, .second = call, .owner = owner};
    *(first->last_watch ? &first->last_watch->next : &first->watches) = watch;
    first->last_watch = watch;
    watch->next_of_second = second->watches_of_second;
    second->watches_of_second = watch;
    g_ptr_array_add(tunnels_of(linker)->watches, watch);
}

/* False: it is in `live` already. */
static bool put_in_live(struct tunnels *tunnels, const struct session *call, enum id_owner owner)
{
    if (call->index >= tunnels->in_live->len)
        g_array_set_size(tunnels->in_live, call->index + 1);
    uint8_t *owners = &g_array_index(tunnels->in_live, uint8_t, call->index);
    bool is_new = (*owners >> owner & 1) == 0;
    *owners |= (uint8_t)(1u << owner);
    return is_new;
}

static void watch_owner(struct linker *linker, struct session *call, enum id_owner owner)
{
    if (!call->has_id[owner] || !put_in_live(tunnels_of(linker), call, owner))
        return;
    const struct net_address *to, *from;
    hosts(call, owner, &to, &from);
    uint64_t what = (uint64_t)call->point << 32 | (uint64_t)call->id[owner] << 8 | (uint64_t)owner;
    uint64_t key = hash_address(hash_address(hash_step(hash_secret.start, what), to), from);
    struct candidates *live = tunnels_of(linker)->live;
    for (uint32_t next, at = candidates_first(live, key); at; at = next) {
        struct session *other = facts_session(linker->facts, candidates_item(live, at));
        next = candidates_next(live, at);
        if (session_has_ended(other)) {
            candidates_remove(live, at);
            continue;
        }
        if (!same_key(other, call, owner))
            continue;
        if (tunnels_of(linker)->watches->len >= NAT_WATCH_LIMIT) {
            link_limit_reached(linker, NAT_LIMIT_WATCHES, call->setup_frame);
            break;
        }
        watch_pair(linker, other, call, owner);
    }
    if (candidates_count(live, key) < NAT_SAME_KEY_LIMIT)
        candidates_add(live, key, call->index);
    else
        link_limit_reached(linker, NAT_LIMIT_SAME_KEY, call->setup_frame);
}

void link_tunnel_call(struct linker *linker, struct session *call)
{
    if (!call->connection || session_has_ended(call))
        return;
    watch_owner(linker, call, PPTP_OWNER_PNS);
    watch_owner(linker, call, PPTP_OWNER_PAC);
    const struct tunnel *tunnel = tunnel_of(linker, call);
    for (struct tunnel_watch *watch = tunnel && call->reply_frame ? tunnel->watches_of_second
                                                                  : NULL;
         watch; watch = watch->next_of_second) {
        if (!watch->ready)
            make_ready(linker, watch);
    }
}

/* The call, which is over, was a tunnel before: after its reply it sent towards `owner`, on a key
 * that it shares with none. */
static bool had_traffic(const struct session *call, enum id_owner owner)
{
    const struct flow *flow = call->flow[owner_id_direction(owner)];
    return call->reply_frame && flow && flow->last_time_ns > call->reply_time_ns;
}

/* Two positions of one path, not two tunnels. */
static bool one_path(const struct linker *linker, const struct session *a, const struct session *b)
{
    const struct sighting *x = sighting_of(linker, a->connection),
                          *y = sighting_of(linker, b->connection);
    return x && y && x != y && x->path && x->path == y->path;
}

static const struct finding *say(struct linker *linker, const struct tunnel_watch *watch,
                                 enum finding_id id)
{
    const struct session *first = watch->first, *second = watch->second;
    uint16_t value = second->id[watch->owner];
    struct finding finding = finding_init(id);
    finding.judged_frame = second->reply_frame ? second->reply_frame : second->setup_frame;
    finding.deciding_frame = linker->now_frame;
    finding.interface = second->point;
    finding.session = second->index;
    finding.connection = second->connection->index;
    finding.peer_frame = first->reply_frame;
    finding.direction = owner_id_direction(watch->owner);
    finding.has_seen = true;
    finding.seen = value;
    if (link_of_session(linker, second))
        finding.link = link_of_session(linker, second)->view.index;
    finding.text = g_strdup_printf(
        "Calls %u (set up in frame %u) and %u (frame %u) have the same addresses and the same Call "
        "ID %u of the %s (%s): GRE to it fits both",
        first->index, first->setup_frame, second->index, second->setup_frame, value,
        tracker_receiver_name(call_of(second), finding.direction),
        watch->owner == PPTP_OWNER_PNS ? "PNS" : "PAC");
    return link_say(linker, &finding);
}

/* A sign of life of a call; `ends`: it also ends the call. */
struct life {
    enum id_owner owner; /* whose id it carries */
    int64_t time_ns;
    bool ends;
};

/* Whether it shows that the two are two tunnels. */
static bool tells(const struct linker *linker, const struct tunnel_watch *watch,
                  const struct life *life)
{
    const struct session *first = watch->first, *second = watch->second;
    bool outside_alone = !link_of_session(linker, first) || link_position_of(linker, first) == 0;
    /* Packets on the shared key prove nothing: they may be the other call's. */
    return life->owner != watch->owner && (!session_has_ended(first) || life->ends) &&
           (!session_has_ended(second) || had_traffic(second, life->owner)) &&
           life->time_ns > second->setup_time_ns && life->time_ns > second->reply_time_ns &&
           !one_path(linker, first, second) &&
           !(life->ends && outside_alone && life->time_ns - second->setup_time_ns < REDIAL_NS);
}

static void show_life(struct linker *linker, const struct session *call, const struct life *life)
{
    struct tunnel *tunnel = tunnel_of(linker, call);
    if (!tunnel || !tunnel->watches)
        return;
    tunnel->alive_ns[life->owner] = MAX(tunnel->alive_ns[life->owner], life->time_ns);
    struct tunnel_watch *before = NULL, *next;
    for (struct tunnel_watch *watch = tunnel->ready; watch; watch = next) {
        next = watch->next_ready;
        bool distinct = tells(linker, watch, life);
        if (!distinct && ++watch->looks < LOOKS) {
            before = watch;
            continue;
        }
        *(before ? &before->next_ready : &tunnel->ready) = next;
        if (!next)
            tunnel->last_ready = before;
        watch->distinct = distinct;
        const struct finding *reported =
            distinct ? say(linker, watch, FINDING_TUNNEL_AMBIGUOUS) : NULL;
        watch->reported = reported ? reported->index + 1 : 0;
        if (!distinct && !session_has_ended(watch->second))
            link_limit_reached(linker, NAT_LIMIT_WATCHES, watch->second->setup_frame);
    }
}

void link_tunnel_alive(struct linker *linker, const struct session *call, enum id_owner owner,
                       int64_t time_ns)
{
    struct life life = {owner, time_ns, false};
    show_life(linker, call, &life);
}

void link_tunnel_message(struct linker *linker, const struct message_record *message)
{
    const struct pointers *calls = &connection_of(message->connection)->calls;
    bool ends = message->type == PPTP_CCRQ || message->type == PPTP_STOPCCRQ;
    for (guint i = calls->count; i-- > 0 && calls->count - i <= LATEST_CALLS;) {
        const struct session *call = calls->items[i];
        if ((message->session && message->session != call) || !call->connection)
            continue;
        /* An end before the message is another one's. */
        struct life life = {other_owner(session_owner_at(call, message->sender)), message->time_ns,
                            ends && session_has_ended(call) &&
                                call->ended_time_ns == message->time_ns};
        show_life(linker, call, &life);
    }
}

static void mark(const struct linker *linker, const struct session *call, uint32_t reported)
{
    struct link *link = link_of_session(linker, call);
    if (link && link->at[link_position_of(linker, call)].clash == 0)
        link->at[link_position_of(linker, call)].clash = reported;
}

void link_tunnel_mark(struct linker *linker)
{
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t position = 0; position < link->room; position++)
            link->at[position].clash = 0;
    }
    for (guint i = 0; i < tunnels_of(linker)->watches->len; i++) {
        const struct tunnel_watch *watch = tunnels_of(linker)->watches->pdata[i];
        if (!watch->reported)
            continue;
        mark(linker, watch->first, watch->reported);
        mark(linker, watch->second, watch->reported);
        const struct link *link = link_of_session(linker, watch->second);
        uint32_t hop = link_position_of(linker, watch->second) - 1u;
        finding_log_get(linker->log, watch->reported - 1)->hop =
            link && link_position_of(linker, watch->second) > 0 && link_clashes_at(link, hop)
                ? hop
                : FINDING_NONE;
    }
}

/* What ICMP errors say of the other call, if the pair shares the key of these packets. */
static bool add_errors(const struct linker *linker, const struct tunnel_watch *watch,
                       const struct session *other, enum direction direction, uint32_t *errors)
{
    const struct session_notes *notes = session_notes_of(linker, other);
    if (watch->owner != direction_id_owner(direction))
        return false;
    *errors += notes ? notes->icmp[direction] : 0;
    return true;
}

struct link_shared link_tunnel_shared(const struct linker *linker, const struct session *call,
                                      enum direction direction)
{
    const struct tunnel *tunnel = tunnel_of(linker, call);
    struct link_shared shared = {false, 0};
    for (const struct tunnel_watch *watch = tunnel ? tunnel->watches : NULL; watch;
         watch = watch->next)
        shared.shares |= add_errors(linker, watch, watch->second, direction, &shared.errors);
    for (const struct tunnel_watch *watch = tunnel ? tunnel->watches_of_second : NULL; watch;
         watch = watch->next_of_second)
        shared.shares |= add_errors(linker, watch, watch->first, direction, &shared.errors);
    return shared;
}

/* The first call showed life after the second's request, by packets that are not the second's. */
static bool is_active(const struct linker *linker, const struct tunnel_watch *watch)
{
    const struct tunnel *first = tunnel_of(linker, watch->first);
    return first->alive_ns[other_owner(watch->owner)] > watch->second->setup_time_ns &&
           !one_path(linker, watch->first, watch->second);
}

void link_tunnel_finish(struct linker *linker)
{
    for (guint i = 0; i < tunnels_of(linker)->watches->len; i++) {
        const struct tunnel_watch *watch = tunnels_of(linker)->watches->pdata[i];
        if (!watch->distinct && !watch->second->reply_frame && !session_has_ended(watch->first) &&
            !session_has_ended(watch->second) && is_active(linker, watch))
            say(linker, watch, FINDING_TUNNEL_MAYBE_AMBIGUOUS);
    }
}
