/* The linker's life and what it is told: the observer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* What the link owns; it lies in the pool itself. */
static void free_call_link(gpointer data)
{
    struct link *link = data;
    for (int i = 0; i < 2 * LINK_POINTS_LIMIT; i++) {
        GPtrArray *misaddressed = link->misaddressed[i / LINK_POINTS_LIMIT][i % LINK_POINTS_LIMIT];
        if (misaddressed)
            g_ptr_array_free(misaddressed, TRUE);
    }
    g_free(link->view.text);
}

static void free_path(gpointer data)
{
    struct link_path *path = data;
    for (int i = 0; i < 4 * (LINK_POINTS_LIMIT - 1); i++) {
        GHashTable *waiting = path->waiting[i / 4][i / 2 % 2][i % 2];
        if (waiting && !path->waiting_is_borrowed)
            g_hash_table_destroy(waiting);
    }
    g_ptr_array_free(path->links, TRUE);
    g_free(path);
}

static void free_sighting(gpointer data)
{
    struct sighting *sighting = data;
    GArray *arrays[] = {sighting->bad_checksums, sighting->repeated[0], sighting->repeated[1]};
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
        if (arrays[i])
            g_array_free(arrays[i], TRUE);
    }
    g_free(sighting);
}

/* What only reading needs: a copy borrows it, or does without. */
static void make_for_reading(struct linker *linker, const struct linker_options *options)
{
    double window = options->window_s > 0 ? options->window_s : LINKER_DEFAULT_WINDOW_S;
    linker->window_ns = (int64_t)(window * 1e9);
    linker->inside_interfaces =
        g_memdup2(options->inside_interfaces, options->inside_interface_count * sizeof(uint32_t));
    linker->inside_interface_count = options->inside_interface_count;
    linker->inside_subnets = g_memdup2(options->inside_subnets,
                                       options->inside_subnet_count * sizeof(struct link_subnet));
    linker->inside_subnet_count = options->inside_subnet_count;
    linker->by_isn = link_candidates_table();
    linker->by_message = link_candidates_table();
    linker->live_calls = link_candidates_table();
    block_pool_init(&linker->notes_pool, sizeof(struct call_notes));
    linker->watches = g_ptr_array_new_with_free_func(g_free);
    linker->fragments = fragments_new(LINK_FRAGMENT_LIMIT);
    linker->times = point_times_new();
    linker->samples = link_gre_waiting(linker, LINK_GRE_WAITING_LIMIT / 4);
}

void linker_make_own(struct linker *linker)
{
    linker->by_host = link_candidates_table();
    linker->owners = NULL;
    linker->sightings = g_ptr_array_new_with_free_func(linker->copy_of ? g_free : free_sighting);
    linker->paths = g_ptr_array_new_with_free_func(free_path);
    linker->links = g_ptr_array_new_with_free_func(free_call_link);
    block_pool_init(&linker->link_pool, sizeof(struct link));
    linker->reported = g_hash_table_new(hash_of_pointer, NULL);
    linker->misaddressed_members = g_hash_table_new(hash_of_pointer, NULL);
    linker->pairings = g_array_new(FALSE, TRUE, sizeof(struct message_pairing));
    linker->call_marks = g_array_new(FALSE, TRUE, sizeof(struct call_mark));
    linker->sighting_at = g_ptr_array_new();
    linker->flow_marks = g_ptr_array_new_with_free_func(g_free);
    linker->points = g_ptr_array_new_with_free_func(g_free);
    linker->provisional_points = g_ptr_array_new_with_free_func(g_free);
    linker->editors = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    linker->positions = g_hash_table_new_full(hash_of_int64, g_int64_equal, g_free, NULL);
    linker->hosts_at = link_path_hosts_table();
    linker->waiting = NULL;
    link_gre_forget(linker);
}

struct linker *linker_new(struct tracker *tracker, struct finding_log *log,
                          const struct linker_options *options)
{
    hash_start();
    struct linker *linker = g_new0(struct linker, 1);
    linker->tracker = tracker;
    linker->log = log;
    make_for_reading(linker, options);
    linker_make_own(linker);
    return linker;
}

static void free_for_reading(struct linker *linker)
{
    GHashTable *tables[] = {linker->by_isn, linker->by_message, linker->live_calls};
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_destroy(tables[i]);
    g_ptr_array_free(linker->watches, TRUE);
    block_pool_clear(&linker->notes_pool);
    waiting_free(linker->samples);
    g_free(linker->inside_interfaces);
    g_free(linker->inside_subnets);
    point_times_free(linker->times);
    fragments_free(linker->fragments);
}

void linker_free(struct linker *linker)
{
    if (!linker)
        return;
    GHashTable *tables[] = {linker->by_host,  linker->editors,  linker->positions,
                            linker->hosts_at, linker->reported, linker->misaddressed_members};
    GPtrArray *arrays[] = {linker->sightings,
                           linker->paths,
                           linker->links,
                           linker->points,
                           linker->sighting_at,
                           linker->flow_marks,
                           linker->provisional_points};
    GArray *marks[] = {linker->pairings, linker->call_marks};
    if (!linker->copy_of)
        free_for_reading(linker);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_destroy(tables[i]);
    if (linker->owners)
        g_hash_table_destroy(linker->owners);
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_ptr_array_free(arrays[i], TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        g_array_free(marks[i], TRUE);
    block_pool_clear(&linker->link_pool);
    waiting_free(linker->waiting);
    frame_store_free(linker->late);
    g_free(linker);
}

static void tick(struct linker *linker, uint32_t point, const struct packet *packet)
{
    linker->now_frame = packet->frame;
    point_times_note(linker->times, point, packet->time_ns);
}

static void on_connection(void *user, struct connection *connection)
{
    struct linker *linker = user;
    linker->now_frame = tracker_last_frame(linker->tracker);
    link_evidence_connection(linker, connection);
}

static void take_checksum(struct linker *linker, struct sighting *sighting,
                          const struct tcp_segment *segment)
{
    struct bad_checksum bad = {segment->packet.frame, segment->checksum_seen,
                               segment->checksum_right};
    if (!sighting->bad_checksums)
        sighting->bad_checksums = g_array_new(FALSE, FALSE, sizeof bad);
    if (sighting->bad_checksums->len < LINK_BAD_CHECKSUMS)
        g_array_append_val(sighting->bad_checksums, bad);
    else
        link_limit_reached(linker, LINK_LIMIT_CHECKSUMS, bad.frame);
    link_checksum_segment(linker, sighting, &bad);
}

static void remember_repeated(struct linker *linker, GArray **repeated,
                              const struct tcp_segment *segment)
{
    struct repeated_segment again = {segment->seq, segment->length, segment->packet.time_ns};
    if (!*repeated)
        *repeated = g_array_new(FALSE, FALSE, sizeof again);
    if ((*repeated)->len < LINK_REPEATED_LIMIT)
        g_array_append_val(*repeated, again);
    else
        link_limit_reached(linker, LINK_LIMIT_REPEATED, segment->packet.frame);
}

static void on_segment(void *user, struct connection *connection, const struct tcp_segment *segment,
                       uint8_t sender, const struct control_segment_verdict *verdict)
{
    struct linker *linker = user;
    struct sighting *sighting = link_sighting(linker, connection);
    tick(linker, connection->point, &segment->packet);
    if (!sighting->has_first_ip_id[sender] && segment->packet.has_ip_id) {
        sighting->has_first_ip_id[sender] = true;
        sighting->first_ip_id[sender] = segment->packet.ip_id;
    }
    if (sighting->start_ns[sender] == 0 && (segment->flags & TCP_FLAG_SYN))
        sighting->start_ns[sender] = segment->packet.time_ns;
    if (sighting->path && !sighting->path->judged && !sighting->path->order_known)
        link_evidence_order(linker, sighting->path);
    if (verdict->retransmission && segment->length > 0)
        remember_repeated(linker, &sighting->repeated[sender], segment);
    if (tcp_segment_is_wrong(segment) && segment->length > 0)
        take_checksum(linker, sighting, segment);
}

static void on_message(void *user, struct message_record *message)
{
    struct linker *linker = user;
    linker->now_frame = tracker_last_frame(linker->tracker);
    link_evidence_connection(linker,
                             message->connection); /* its first message may make it PPTP's */
    if (!link_evidence_message(linker, message))
        link_pair_message(linker, message);
    const struct sighting *sighting = sighting_of(linker, message->connection);
    if (sighting && sighting->path && !sighting->path->order_known)
        link_evidence_order(linker, sighting->path);
    if (linker->watches->len > 0)
        link_tunnel_message(linker, message);
}

static void on_call(void *user, struct call *call)
{
    if (call->absorbed_by)
        link_gre_absorbed(user, call);
    link_owner_add(user, call);
    link_tunnel_call(user, call);
}

void linker_fragment(struct linker *linker, const struct ip_fragment *fragment)
{
    const struct packet *packet = &fragment->packet;
    linker->now_frame = packet->frame;
    if (!fragments_note(linker->fragments, tracker_point(linker->tracker, packet->interface),
                        packet))
        link_limit_reached(linker, LINK_LIMIT_FRAGMENTS, packet->frame);
}

static void note_whole(struct linker *linker, const struct packet *packet)
{
    if (!fragments_note_whole(linker->fragments, packet))
        link_limit_reached(linker, LINK_LIMIT_FRAGMENTS, packet->frame);
}

static void on_gre(void *user, struct gre_flow *flow, struct packet_record *record,
                   const struct gre_packet *packet)
{
    struct linker *linker = user;
    tick(linker, flow->point, &packet->packet);
    if (packet->packet.fragmented)
        note_whole(linker, &packet->packet);
    link_gre_packet(linker, flow, record, &packet->packet);
    if (linker->watches->len > 0)
        link_tunnel_alive(linker, flow->call, direction_id_owner(flow->direction),
                          packet->packet.time_ns);
}

static void on_icmp(void *user, struct call *call, const struct icmp_error *error)
{
    struct linker *linker = user;
    if (!call || error->quoted_protocol != 47)
        return;
    for (int direction = 0; direction < 2; direction++) {
        const struct gre_flow *flow = call->flow[direction];
        bool to_pns = call_has_id(call, OWNER_A, error->quoted_call_id);
        if (flow ? flow->call_id == error->quoted_call_id &&
                       net_address_equal(&flow->destination, &error->quoted_destination)
                 : to_pns == (direction == DIRECTION_B_TO_A)) {
            link_refusal_note(linker, call, (enum direction)direction, error);
            break;
        }
    }
}

struct tracker_observer linker_observer(struct linker *linker)
{
    struct tracker_observer observer = {
        .user = linker,
        .connection = on_connection,
        .segment = on_segment,
        .message = on_message,
        .call = on_call,
        .gre = on_gre,
        .icmp = on_icmp,
    };
    return observer;
}
