/* The linker's life and what it is told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* What the link owns; it lies in the pool itself. */
static void free_link(gpointer data)
{
    struct link *link = data;
    for (int i = 0; i < 2 * link->room; i++) {
        GPtrArray *misaddressed = link->at[i / 2].misaddressed[i % 2];
        if (misaddressed)
            g_ptr_array_free(misaddressed, TRUE);
    }
    link_free_room(link);
}

static void free_path(gpointer data)
{
    struct link_path *path = data;
    for (uint32_t i = 0; !path->waiting_is_borrowed && i < 4 * (path->room - 1u); i++) {
        GHashTable *waiting = path->hop[i / 4].waiting[i / 2 % 2][i % 2];
        if (waiting)
            g_hash_table_destroy(waiting);
    }
    if (path->more_links)
        g_ptr_array_free(path->more_links, TRUE);
    path_free_room(path);
    g_free(path);
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
    linker->by_isn = candidates_new();
    linker->by_message = candidates_new();
    block_pool_init(&linker->notes_pool, sizeof(struct session_notes));
    linker->fragments = fragments_new(LINK_FRAGMENT_LIMIT);
    linker->times = point_times_new();
    linker->samples = link_data_table(linker, LINK_DATA_WAITING_LIMIT / 4);
}

static void free_array(gpointer array)
{
    g_array_free(array, TRUE);
}

void linker_make_own(struct linker *linker)
{
    linker->by_host = g_hash_table_new_full(hash_of_pointer, NULL, NULL, free_array);
    linker->sightings = g_ptr_array_new();
    block_pool_init(&linker->sighting_pool, sizeof(struct sighting));
    linker->paths = g_ptr_array_new_with_free_func(free_path);
    linker->links = g_ptr_array_new_with_free_func(free_link);
    block_pool_init(&linker->link_pool, sizeof(struct link));
    linker->reported = g_hash_table_new(hash_of_pointer, NULL);
    linker->misaddressed_members = g_hash_table_new(hash_of_pointer, NULL);
    linker->pairings = g_array_new(FALSE, TRUE, sizeof(struct message_pairing));
    linker->session_marks = g_array_new(FALSE, TRUE, sizeof(struct session_mark));
    linker->flow_marks = g_ptr_array_new_with_free_func(g_free);
    linker->points = points_new();
    linker->waiting = NULL;
    link_data_forget(linker);
}

struct linker *linker_new(struct facts *facts, const struct supplier *supplier,
                          struct finding_log *log, const struct linker_options *options)
{
    hash_start();
    struct linker *linker = g_new0(struct linker, 1);
    linker->facts = facts;
    linker->supplier = supplier;
    linker->log = log;
    make_for_reading(linker, options);
    linker_make_own(linker);
    linker->own = supplier->own_new(linker, NULL);
    return linker;
}

static void free_for_reading(struct linker *linker)
{
    candidates_free(linker->by_isn);
    candidates_free(linker->by_message);
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
    linker->supplier->own_free(linker);
    GHashTable *tables[] = {linker->by_host, linker->reported, linker->misaddressed_members};
    GPtrArray *arrays[] = {linker->sightings, linker->paths, linker->links, linker->flow_marks};
    GArray *marks[] = {linker->pairings, linker->session_marks};
    if (!linker->copy_of)
        free_for_reading(linker);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_destroy(tables[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_ptr_array_free(arrays[i], TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        g_array_free(marks[i], TRUE);
    points_free(linker->points);
    block_pool_clear(&linker->link_pool);
    block_pool_clear(&linker->sighting_pool);
    waiting_free(linker->waiting);
    frame_store_free(linker->late);
    frame_store_free(linker->changed_pairings);
    g_free(linker);
}

static void tick(struct linker *linker, uint32_t point, const struct packet *packet)
{
    linker->now_frame = packet->frame;
    point_times_note(linker->times, point, packet->time_ns);
}

void linker_seen(struct linker *linker, uint32_t point, int64_t time_ns)
{
    point_times_note(linker->times, point, time_ns);
}

void linker_connection(struct linker *linker, struct connection *connection)
{
    linker->now_frame = linker->facts->latest_frame;
    link_evidence_connection(linker, connection);
}

void linker_segment(struct linker *linker, struct connection *connection,
                    const struct packet *packet, uint8_t sender, bool opens)
{
    struct sighting *sighting = link_sighting(linker, connection);
    tick(linker, connection->point, packet);
    if (!sighting->has_first_ip_id[sender] && packet->has_ip_id) {
        sighting->has_first_ip_id[sender] = true;
        sighting->first_ip_id[sender] = packet->ip_id;
    }
    if (sighting->start_ns[sender] == 0 && opens)
        sighting->start_ns[sender] = packet->time_ns;
    if (sighting->path && !sighting->path->judged && !sighting->path->order_known)
        link_evidence_order(linker, sighting->path);
}

void linker_message(struct linker *linker, struct message *message)
{
    linker->now_frame = linker->facts->latest_frame;
    /* Its first message may show that a connection is of the protocol. */
    link_evidence_connection(linker, message->connection);
    if (!link_evidence_message(linker, message))
        link_pair_message(linker, message);
    const struct sighting *sighting = sighting_of(linker, message->connection);
    if (sighting && sighting->path && !sighting->path->order_known)
        link_evidence_order(linker, sighting->path);
}

void linker_fragment(struct linker *linker, const struct packet *packet)
{
    linker->now_frame = packet->frame;
    uint32_t point = linker->supplier->point_of(linker->facts, packet->interface);
    if (!fragments_note(linker->fragments, point, packet))
        link_limit_reached(linker, LINK_LIMIT_FRAGMENTS, packet->frame);
}

bool linker_data(struct linker *linker, struct flow *flow, struct packet_record *record,
                 const struct packet *packet)
{
    tick(linker, flow->point, packet);
    if (packet->fragmented && !fragments_note_whole(linker->fragments, packet))
        link_limit_reached(linker, LINK_LIMIT_FRAGMENTS, packet->frame);
    link_data_packet(linker, flow, record, packet);
    return linker->halves[0] != NULL;
}
