/* What the tracker finds, told to the linker and to PPTP's own rules.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"
#include "pptp_supplier.h"

static void free_segment_notes(gpointer data)
{
    struct segment_notes *notes = data;
    if (!notes)
        return;
    for (int end = 0; end < 2; end++) {
        if (notes->repeated[end])
            g_array_free(notes->repeated[end], TRUE);
    }
    g_free(notes);
}

void *pptp_own_new(struct linker *linker, const struct linker *copy_of)
{
    (void)linker;
    struct nat_own *own = g_new0(struct nat_own, 1);
    const struct nat_own *original = copy_of ? copy_of->own : NULL;
    own->tunnels = original ? original->tunnels : tunnels_new();
    own->segments =
        original ? original->segments : g_ptr_array_new_with_free_func(free_segment_notes);
    own->editors = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer hop;
    if (original)
        g_hash_table_iter_init(&iter, original->editors);
    while (original && g_hash_table_iter_next(&iter, &hop, NULL))
        g_hash_table_add(own->editors, g_memdup2(hop, sizeof(int64_t)));
    return own;
}

void pptp_own_free(struct linker *linker)
{
    struct nat_own *own = nat_own(linker);
    if (!linker->copy_of) {
        tunnels_free(own->tunnels);
        g_ptr_array_free(own->segments, TRUE);
    }
    if (own->owners) {
        candidates_free(own->owners);
        g_hash_table_destroy(own->owned);
    }
    g_hash_table_destroy(own->editors);
    g_free(own);
}

static struct segment_notes *segments_for(struct linker *linker,
                                          const struct pptp_connection *connection)
{
    GPtrArray *segments = nat_own(linker)->segments;
    if (connection->index >= segments->len)
        g_ptr_array_set_size(segments, (gint)connection->index + 1);
    gpointer *at = &segments->pdata[connection->index];
    if (!*at)
        *at = g_new0(struct segment_notes, 1);
    return *at;
}

static void remember_repeated(struct linker *linker, const struct pptp_connection *connection,
                              uint8_t sender, const struct tcp_segment *segment)
{
    GArray **repeated = &segments_for(linker, connection)->repeated[sender];
    struct repeated_segment again = {segment->seq, segment->length, segment->packet.time_ns};
    if (!*repeated)
        *repeated = g_array_new(FALSE, FALSE, sizeof again);
    if ((*repeated)->len < NAT_REPEATED_LIMIT)
        g_array_append_val(*repeated, again);
    else
        link_limit_reached(linker, NAT_LIMIT_REPEATED, segment->packet.frame);
}

static void on_connection(void *user, struct pptp_connection *connection)
{
    linker_connection(user, as_connection(connection));
}

static void on_segment(void *user, struct pptp_connection *connection,
                       const struct tcp_segment *segment, uint8_t sender,
                       const struct control_segment_verdict *verdict)
{
    linker_segment(user, as_connection(connection), &segment->packet, sender,
                   (segment->flags & TCP_FLAG_SYN) != 0);
    if (verdict->retransmission && segment->length > 0)
        remember_repeated(user, connection, sender, segment);
}

static void on_message(void *user, struct message_record *message)
{
    linker_message(user, as_message(message));
    if (tunnels_watched(nat_own(user)->tunnels) > 0)
        link_tunnel_message(user, message);
}

static void on_call(void *user, struct call *call)
{
    if (call->absorbed_by)
        linker_absorbed(user, as_session(call));
    link_owner_add(user, as_session(call));
    link_tunnel_call(user, as_session(call));
}

static bool on_gre(void *user, struct gre_flow *flow, struct packet_record *record,
                   const struct gre_packet *packet)
{
    bool are_halves = linker_data(user, as_flow(flow), record, &packet->packet);
    if (tunnels_watched(nat_own(user)->tunnels) > 0)
        link_tunnel_alive(user, flow->session, direction_id_owner(flow->direction),
                          packet->packet.time_ns);
    return are_halves;
}

static void take_halves(void *user, struct call **ret_call, struct call **ret_other)
{
    struct session *call, *other;
    linker_take_halves(user, &call, &other);
    *ret_call = call_of(call);
    *ret_other = call_of(other);
}

static void on_icmp(void *user, struct call *call, const struct icmp_error *error)
{
    if (!call || error->quoted_protocol != 47)
        return;
    struct link_refusal refusal = {&error->packet, error->type, error->code,
                                   &error->quoted_destination};
    for (int direction = 0; direction < 2; direction++) {
        const struct flow *flow = call->flow[direction];
        bool to_pns = session_has_id(as_session(call), PPTP_OWNER_PNS, error->quoted_call_id);
        if (flow ? flow->id == error->quoted_call_id &&
                       net_address_equal(&flow->destination, &error->quoted_destination)
                 : to_pns == (direction == DIRECTION_PAC_TO_PNS)) {
            link_refusal_note(user, as_session(call), (enum direction)direction, &refusal);
            break;
        }
    }
}

struct tracker_observer pptp_linker_observer(struct linker *linker)
{
    return (struct tracker_observer){
        .user = linker,
        .connection = on_connection,
        .segment = on_segment,
        .message = on_message,
        .call = on_call,
        .gre = on_gre,
        .halves = take_halves,
        .icmp = on_icmp,
    };
}
