/* What the end knows of GRE that its call gets nothing from: it went to another host or left with
 * another address (link/hosts.c), or it comes from an address that the call's end does not talk to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"
#include "core/base/names.h"

/* A tunnel starts its numbers at 0 or 1; further ones are an older call's last packets. */
#define SOURCE_FIRST_SEQ 16
#define SOURCE_PACKETS   2

/* Calls that an end has ids for, and who has a control connection with whom. */
struct source_tables {
    struct candidates *awaited; /* hash of (point, receiver, its id) -> indices of sessions */
    GHashTable *pairs;          /* set of hashes of (point, end, other end) */
};

static uint64_t awaited_key(uint32_t point, const struct net_address *receiver, uint16_t call_id)
{
    uint64_t host = link_host_key(point, receiver);
    return waiting_key((uint32_t)(host >> 32), (uint32_t)host, call_id);
}

static gpointer pair_key(uint32_t point, const struct net_address *a, const struct net_address *b)
{
    return GSIZE_TO_POINTER((gsize)(link_host_key(point, a) + 3 * link_host_key(point, b)));
}

static const struct endpoint *receiver_of(const struct session *call, enum direction direction)
{
    return &call->connection->end[session_receiver(call, direction)];
}

static void fill_tables(struct linker *linker, struct source_tables *tables)
{
    tables->awaited = candidates_new();
    tables->pairs = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < linker->facts->connections->len; i++) {
        const struct connection *connection = facts_connection(linker->facts, i);
        const struct net_address *a = &connection->end[0].address, *b = &connection->end[1].address;
        g_hash_table_add(tables->pairs, pair_key(connection->point, a, b));
        g_hash_table_add(tables->pairs, pair_key(connection->point, b, a));
    }
    for (uint32_t i = 0; i < linker->facts->sessions->len; i++) {
        struct session *call = facts_session(linker->facts, i);
        for (int o = 0; call->connection && call->established && o < 2; o++) {
            enum direction direction = owner_id_direction((enum id_owner)o);
            if (!call->has_id[o] || call->flow[direction])
                continue;
            const struct endpoint *receiver = receiver_of(call, direction);
            uint64_t key = awaited_key(call->point, &receiver->address, call->id[o]);
            if (candidates_count(tables->awaited, key) <= NAT_SAME_KEY_LIMIT)
                candidates_add(tables->awaited, key, i);
        }
    }
}

/* GRE of a call without set-up that may be another call's. An older call's has begun before, or has
 * counted on. */
static bool is_unknown(const struct linker *linker, const struct flow *flow)
{
    const struct session *call = flow->session;
    const struct link *link = link_of_session(linker, call);
    return !call->connection && !call->absorbed_by && !linker_explains(linker, flow) &&
           !(link && link->path) && flow->data_packets >= SOURCE_PACKETS &&
           flow->first_seq < SOURCE_FIRST_SEQ;
}

/* The direction in which the call awaits the flow and gets nothing, or DIRECTION_NONE. */
static enum direction awaits(const struct session *call, const struct flow *flow)
{
    const struct flow *first = flow->session->flow[0], *second = flow->session->flow[1];
    int64_t from_ns =
        first && second ? MIN(first->first_time_ns, second->first_time_ns) : flow->first_time_ns;
    if (call->point != flow->point || from_ns < call->setup_time_ns ||
        (session_has_ended(call) && call->ended_time_ns < flow->first_time_ns))
        return DIRECTION_NONE;
    for (int d = 0; d < 2; d++) {
        enum direction direction = (enum direction)d;
        if (!call->flow[d] && session_has_id(call, direction_id_owner(direction), flow->id) &&
            net_address_equal(&receiver_of(call, direction)->address, &flow->destination))
            return direction;
    }
    return DIRECTION_NONE;
}

/* The only call that awaits the flow; NULL: none, or several. Of more calls with one id at one host
 * than are compared elsewhere (NAT_SAME_KEY_LIMIT), none is the only one. */
static const struct session *awaiting(const struct linker *linker, const struct candidates *awaited,
                                      const struct flow *flow)
{
    uint64_t key = awaited_key(flow->point, &flow->destination, flow->id);
    const struct session *only = NULL;
    if (candidates_count(awaited, key) > NAT_SAME_KEY_LIMIT)
        return NULL;
    for (uint32_t at = candidates_first(awaited, key); at; at = candidates_next(awaited, at)) {
        const struct session *call = facts_session(linker->facts, candidates_item(awaited, at));
        if (awaits(call, flow) == DIRECTION_NONE)
            continue;
        if (only)
            return NULL;
        only = call;
    }
    return only;
}

static void note(struct linker *linker, const struct session *call, uint32_t finding)
{
    gpointer key = call ? GUINT_TO_POINTER(call->index) : NULL;
    if (call && !g_hash_table_contains(linker->end->astray, key))
        g_hash_table_insert(linker->end->astray, key, GUINT_TO_POINTER(finding));
}

static void note_link(struct linker *linker, const struct link *link, uint32_t finding)
{
    for (uint32_t position = 0; position < link->view.count; position++) {
        note(linker, link->view.session[position], finding);
        for (int d = 0; d < 2; d++) {
            const GPtrArray *misaddressed = link->at[position].misaddressed[d];
            for (guint i = 0; misaddressed && i < misaddressed->len; i++) {
                const struct flow *flow = misaddressed->pdata[i];
                if (flow_position_of(linker, flow) && !flow->session->connection)
                    note(linker, flow->session, finding);
            }
        }
    }
}

static void say_other_source(struct linker *linker, const struct flow *flow,
                             const struct session *call)
{
    char here[NAMES_ADDRESS_SIZE], there[NAMES_ADDRESS_SIZE];
    struct finding finding = finding_init(FINDING_GRE_OTHER_SOURCE);
    enum direction direction = awaits(call, flow);
    const struct endpoint *right = &call->connection->end[session_sender(call, direction)];
    finding.judged_frame = flow->first_frame;
    finding.interface = flow->interface;
    finding.connection = call->connection->index;
    finding.session = call->index;
    finding.direction = direction;
    finding.text = g_strdup_printf(
        "%u GRE packets with the Call ID of this call come from %s, none from %s, the address of "
        "its control connection",
        flow->packets, names_address(&flow->source, here), names_address(&right->address, there));
    const struct finding *reported = link_say(linker, &finding);
    if (!reported)
        return;
    note(linker, call, reported->index);
    note(linker, flow->session, reported->index);
    if (link_of_session(linker, call))
        note_link(linker, link_of_session(linker, call), reported->index);
}

static void find_other_sources(struct linker *linker)
{
    struct source_tables tables = {NULL, NULL};
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        struct flow *flow = facts_flow(linker->facts, i);
        if (!is_unknown(linker, flow))
            continue;
        if (!tables.awaited)
            fill_tables(linker, &tables);
        const struct session *call = awaiting(linker, tables.awaited, flow);
        if (!call || g_hash_table_contains(
                         tables.pairs, pair_key(flow->point, &flow->source, &flow->destination)))
            continue;
        say_other_source(linker, flow, call);
        for (int d = 0; d < 2; d++) {
            if (flow->session->flow[d])
                linker->end->explained->data[flow->session->flow[d]->index] = 1;
        }
    }
    if (tables.awaited) {
        candidates_free(tables.awaited);
        g_hash_table_destroy(tables.pairs);
    }
}

void link_source(struct linker *linker)
{
    g_byte_array_set_size(linker->end->explained, linker->facts->flows->len);
    g_hash_table_remove_all(linker->end->astray);
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        const struct flow *flow = facts_flow(linker->facts, i);
        const struct link *link = link_of_session(linker, flow->session);
        linker->end->explained->data[i] =
            flow_position_of(linker, flow) != NULL ||
            (link && link->misdelivered && !flow->session->connection);
    }
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        uint32_t finding = link->misdelivered ? link->misdelivered : link->other_address;
        if (finding)
            note_link(linker, link, finding - 1);
    }
    find_other_sources(linker);
}

uint32_t link_source_cause(const struct linker *linker, uint32_t call)
{
    gpointer found;
    return g_hash_table_lookup_extended(linker->end->astray, GUINT_TO_POINTER(call), NULL, &found)
               ? GPOINTER_TO_UINT(found)
               : FINDING_NONE;
}
