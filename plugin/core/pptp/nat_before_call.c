/* What becomes of a connection before there is a call, decided at the end of the file: attempts
 * that are turned down, ends that close early, octets that end at a hop, resets that a hop made.
 * The hop decides first: a reset is the far end's only if it came across.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

/* The connection as the point at a position saw it. */
static const struct pptp_connection *seen_at(const struct link_path *path, uint32_t position)
{
    return connection_of(path->row[position]->connection);
}

/* The position of the path that is nearest to an end. */
static uint32_t nearest(const struct link_path *path, int end)
{
    return (end == 0) == path->client_first ? 0 : path->count - 1;
}

static uint32_t sent_from(const struct link_path *path, uint32_t hop, int end)
{
    return link_path_downward(path, (uint32_t)end) ? hop : hop + 1;
}

static uint32_t sent_to(const struct link_path *path, uint32_t hop, int end)
{
    return link_path_downward(path, (uint32_t)end) ? hop + 1 : hop;
}

static struct finding connection_finding(const struct linker *linker, enum finding_id id,
                                         const struct pptp_connection *connection, int end,
                                         uint32_t hop, uint32_t frame)
{
    struct finding finding = finding_init(id);
    const struct sighting *sighting = sighting_of(linker, as_connection(connection));
    finding.judged_frame = frame;
    finding.deciding_frame = linker->now_frame;
    finding.connection = connection->index;
    finding.interface = connection->interface[end];
    if (finding.interface == TRACKER_NONE)
        finding.interface = connection->point;
    finding.hop = hop;
    if (sighting && sighting->path)
        finding.link = sighting->path->first_link->view.index;
    return finding;
}

/* Both closed before: what comes then is no fault. */
static bool is_over_before(const struct pptp_connection *connection, uint32_t frame)
{
    uint32_t first = connection_fin(connection, 0).frame;
    uint32_t second = connection_fin(connection, 1).frame;
    return first != 0 && first < frame && second != 0 && second < frame;
}

/* A capture that shows one direction only shows the other one's acknowledgments. */
static bool shows_direction(const struct pptp_connection *connection, int end)
{
    return connection->segments[end] > 0 || !connection->tcp[1 - end].has_acked;
}

/* True if a RST of `end` is seen behind the hop only: something at the hop sent it. */
static bool reset_comes_from_hop(const struct linker *linker, const struct link_path *path,
                                 uint32_t hop, int end)
{
    const struct pptp_connection *before = seen_at(path, sent_from(path, hop, end));
    const struct pptp_connection *behind = seen_at(path, sent_to(path, hop, end));
    struct frame_time reset = connection_rst(behind, end);
    return path->order_known && reset.frame != 0 && connection_rst(before, end).frame == 0 &&
           !is_over_before(behind, reset.frame) && shows_direction(before, end) &&
           link_covered_before(linker, path, hop, (uint32_t)end, reset.time_ns);
}

/* An acknowledgment of the other end, at either side, shows that the octets before `after` arrived.
 */
static bool was_acknowledged(const struct link_path *path, uint32_t hop, int sender, uint32_t after)
{
    uint32_t near_position = sent_from(path, hop, sender);
    const struct pptp_connection *near = seen_at(path, near_position);
    const struct pptp_connection *far = seen_at(path, sent_to(path, hop, sender));
    const struct tcp_facts *here = &near->tcp[1 - sender], *there = &far->tcp[1 - sender];
    uint32_t offset = path->hop[hop].has_offset[sender] ? path->hop[hop].offset[sender] : 0;
    uint32_t far_after = near_position == hop ? after + offset : after - offset;
    return (here->has_acked && serial_diff(here->acked, after) >= 0) ||
           (there->has_acked && serial_diff(there->acked, far_after) >= 0);
}

static bool has_repeated(const struct linker *linker, const struct pptp_connection *connection,
                         int sender)
{
    const struct segment_notes *notes = nat_segments(linker, as_connection(connection));
    return notes && notes->repeated[sender];
}

/* The message left its sender more than once, however cut, while the point behind the hop captured.
 */
static bool was_repeated(const struct linker *linker, const struct link_path *path, uint32_t hop,
                         const struct message *message)
{
    const struct segment_notes *notes = nat_segments(linker, message->connection);
    const GArray *repeated = notes ? notes->repeated[message->sender] : NULL;
    for (guint i = 0; repeated && i < repeated->len; i++) {
        const struct repeated_segment *again = &g_array_index(repeated, struct repeated_segment, i);
        if (serial_diff(again->seq, message->seq + record_of(message)->length) < 0 &&
            serial_diff(again->seq + again->length, message->seq) > 0 &&
            link_covers_time(linker, path, hop, message->sender, again->time_ns))
            return true;
    }
    return false;
}

static void message_lost(struct linker *linker, uint32_t hop, const struct message *message,
                         bool reset)
{
    struct finding finding = connection_finding(linker, FINDING_CONTROL_NOT_FORWARDED,
                                                connection_of(message->connection), message->sender,
                                                hop, message->frame);
    uint32_t answer = connection_rst(connection_of(message->connection), 1 - message->sender).frame;
    if (reset)
        finding.text = g_strdup_printf(
            "%s does not reach the next capture point; a device in between answers with the RST in "
            "frame %u. The connection had been idle for %.1f s",
            pptp_message_name(message->type), answer,
            (double)(message->time_ns - tracker_time_before(record_of(message))) / 1e9);
    else
        finding.text =
            g_strdup_printf("%s and its retransmissions do not reach the next capture point",
                            pptp_message_name(message->type));
    link_say(linker, &finding);
}

/* The first message of `sender` that ends at the hop. */
static void check_messages(struct linker *linker, const struct link_path *path, uint32_t hop,
                           int sender)
{
    uint32_t near = sent_from(path, hop, sender);
    const struct sighting *far = path->row[near == hop ? hop + 1 : hop];
    GHashTable *waiting = path->hop[hop].waiting[sender][near == hop ? 0 : 1];
    const struct pptp_connection *connection = seen_at(path, near);
    bool reset = reset_comes_from_hop(linker, path, hop, 1 - sender);
    int64_t answered_ns = connection_rst(connection, 1 - sender).time_ns;
    if (!waiting || !(reset || has_repeated(linker, connection, sender)) ||
        far->connection->segments[sender] == 0)
        return;
    for (guint i = 0; i < connection->messages.count; i++) {
        const struct message *message = connection->messages.items[i];
        if (message->sender != sender ||
            g_hash_table_lookup(waiting, GUINT_TO_POINTER(message->seq)) != message ||
            !link_covers_time(linker, path, hop, (uint32_t)sender, message->time_ns) ||
            was_acknowledged(path, hop, sender, message->seq + record_of(message)->length))
            continue;
        bool answered = reset && answered_ns >= message->time_ns;
        if (!answered && !was_repeated(linker, path, hop, message))
            continue;
        message_lost(linker, hop, message, answered);
        return;
    }
}

/* A SYN-ACK that ends at the hop: the client has acknowledged nothing. */
static void check_syn_ack(struct linker *linker, const struct link_path *path, uint32_t hop)
{
    const struct pptp_connection *near = seen_at(path, sent_from(path, hop, 1));
    const struct pptp_connection *far = seen_at(path, sent_to(path, hop, 1));
    const struct tcp_facts *facts = &near->tcp[1];
    if (!path->order_known || !near->has_isn[1] || far->has_isn[1] || near->tcp[0].has_acked ||
        far->tcp[0].has_acked || far->segments[1] > 0 ||
        !link_covers_time(linker, path, hop, 1, facts->syn.time_ns))
        return;
    bool again = facts->syns >= 2 && link_covers_time(linker, path, hop, 1, facts->syn_again_ns);
    if (!again && !reset_comes_from_hop(linker, path, hop, 0))
        return;
    struct finding finding =
        connection_finding(linker, FINDING_CONTROL_NOT_FORWARDED, near, 1, hop, facts->syn.frame);
    char times[LINK_TIMES_SIZE];
    finding.text = g_strdup_printf("The server's SYN-ACK, sent %s, does not reach the next capture "
                                   "point",
                                   link_times(facts->syns, times));
    link_say(linker, &finding);
}

static void check_resets(struct linker *linker, const struct link_path *path, uint32_t hop)
{
    for (int end = 0; end < 2; end++) {
        if (!reset_comes_from_hop(linker, path, hop, end))
            continue;
        const struct pptp_connection *behind = seen_at(path, sent_to(path, hop, end));
        struct finding finding = connection_finding(linker, FINDING_RESET_INJECTED, behind, end,
                                                    hop, connection_rst(behind, end).frame);
        finding.text =
            g_strdup_printf("RST with the address of the %s, which the capture point on the side "
                            "of the %s never saw",
                            end == 1 ? "server" : "client", end == 1 ? "server" : "client");
        link_say(linker, &finding);
    }
}

/* Points with a SYN that is linked to none: it may be what is looked for. */
static GHashTable *points_with_odd_syns(const struct linker *linker)
{
    GHashTable *points = g_hash_table_new(hash_of_pointer, NULL);
    for (guint i = 0; i < linker->sightings->len; i++) {
        const struct sighting *sighting = linker->sightings->pdata[i];
        if (!sighting->path && sighting->connection->has_isn[0] &&
            connection_of(sighting->connection)->to_pptp_port)
            g_hash_table_add(points, GUINT_TO_POINTER(sighting->connection->point));
    }
    return points;
}

struct before_call {
    struct linker *linker;
    GHashTable *ways;
    GHashTable *odd; /* points */
};

/* The attempt is of no link, yet of this NAT. */
static void blame_hop(struct linker *linker, const struct link_way *way,
                      const struct finding *reported)
{
    const struct link_view *view = &way->path->first_link->view;
    struct nat_device *nat =
        link_nat_between(linker, view->point[way->hop], view->point[way->hop + 1]);
    nat->faults++;
    if (reported && nat->attempt == 0)
        nat->attempt = reported->index + 1;
}

/* The client's SYN was seen here last, and never at the next point on its way. */
static bool check_syn(const struct before_call *before, const struct pptp_connection *connection)
{
    const struct tcp_facts *facts = &connection->tcp[0];
    struct frame_time reset = connection_rst(connection, 1);
    struct linker *linker = before->linker;
    const struct link_way *way =
        link_way_find(before->ways, connection->point, &connection->end[1].address);
    if (!way || !connection->has_isn[0] || connection->has_isn[1] || facts->has_acked ||
        connection->tcp[1].has_acked || !connection->to_pptp_port ||
        g_hash_table_contains(before->odd, GUINT_TO_POINTER(way->next)) ||
        !link_covers_time(linker, way->path, way->hop, 0, facts->syn.time_ns))
        return false;
    bool again =
        facts->syns >= 2 && link_covers_time(linker, way->path, way->hop, 0, facts->syn_again_ns);
    if (!again && reset.frame == 0 && !connection->icmp)
        return false;
    struct finding finding = connection_finding(linker, FINDING_CONTROL_NOT_FORWARDED, connection,
                                                0, FINDING_NONE, facts->syn.frame);
    char times[LINK_TIMES_SIZE];
    finding.text =
        g_strdup_printf("The client's SYN, sent %s, does not reach the next capture point%s",
                        link_times(facts->syns, times),
                        reset.frame != 0   ? "; a device in between answers with a RST"
                        : connection->icmp ? "; an ICMP error answers it"
                                           : "");
    blame_hop(linker, way, link_say(linker, &finding));
    if (reset.frame == 0)
        return true;
    finding = connection_finding(linker, FINDING_RESET_INJECTED, connection, 1, FINDING_NONE,
                                 reset.frame);
    finding.text = g_strdup("RST with the address of the server, which the SYN never reached");
    link_say(linker, &finding);
    return true;
}

/* `hop`: where it was turned down, if that was on the way. */
static void say_refused(struct linker *linker, const struct pptp_connection *connection,
                        enum refusal refusal, uint32_t hop)
{
    struct finding finding = connection_finding(linker, FINDING_TCP_REFUSED, connection, 0, hop,
                                                connection->first_frame);
    finding.text = tracker_refusal_text(connection, refusal);
    link_say(linker, &finding);
}

/* `server`: as the point nearest to the server shows it; `client`: nearest to the client. */
static bool check_refused(struct linker *linker, const struct pptp_connection *server,
                          const struct pptp_connection *client)
{
    enum refusal refusal = tracker_refusal(tracker_of(linker), server);
    enum refusal at_client = tracker_refusal(tracker_of(linker), client);
    if (refusal == REFUSAL_SILENCE && connection_rst(client, 1).frame != 0)
        return false; /* it is not the server's */
    if (refusal != REFUSAL_RESET && refusal != REFUSAL_ICMP && at_client == REFUSAL_ICMP) {
        say_refused(linker, client, at_client, server == client ? FINDING_NONE : 0);
        return true;
    }
    if (refusal != REFUSAL_NONE)
        say_refused(linker, server, refusal, FINDING_NONE);
    return refusal != REFUSAL_NONE;
}

/* The end that closed first, where it really did: its own point has its FIN or RST. */
static const struct pptp_connection *closer(const struct pptp_connection *server,
                                            const struct pptp_connection *client, int *ret_end)
{
    if (server->closed_frame != 0 && server->closed_by == 1) {
        *ret_end = 1;
        return server;
    }
    *ret_end = 0;
    return client->closed_frame != 0 && client->closed_by == 0 ? client : NULL;
}

static bool came_across(const struct link_path *path, int end)
{
    for (uint32_t position = 0; position < path->count; position++) {
        if (tracker_close_of(seen_at(path, position), end).frame == 0)
            return false;
    }
    return path->count > 1;
}

static void check_closed(struct linker *linker, const struct link_path *path,
                         const struct pptp_connection *server, const struct pptp_connection *client)
{
    int end, closed_by;
    const struct pptp_connection *connection = closer(server, client, &end);
    if (!connection || !tracker_closed_early(connection, &closed_by))
        return;
    struct finding finding =
        connection_finding(linker, FINDING_CLOSED_EARLY, connection, end, FINDING_NONE,
                           tracker_close_of(connection, end).frame);
    char *text = tracker_closed_early_text(connection, end);
    finding.text =
        g_strdup_printf("%s%s", text,
                        path && came_across(path, end)
                            ? "; the close came across the hop, so it is not the NAT's doing"
                            : "");
    g_free(text);
    link_say(linker, &finding);
}

static void check_connection(const struct before_call *before, const struct link_path *path,
                             const struct pptp_connection *server,
                             const struct pptp_connection *client)
{
    if (tracker_is_other_service(server) || tracker_is_other_service(client))
        return;
    if (!check_syn(before, server) && !check_refused(before->linker, server, client))
        check_closed(before->linker, path, server, client);
}

static void check_chain(const struct before_call *before, const struct link_path *path)
{
    const struct pptp_connection *server = seen_at(path, nearest(path, 1));
    const struct pptp_connection *client = seen_at(path, nearest(path, 0));
    if (tracker_is_other_service(server) || tracker_is_other_service(client))
        return;
    for (uint32_t hop = 0; hop + 1 < path->count; hop++) {
        check_messages(before->linker, path, hop, 0);
        check_messages(before->linker, path, hop, 1);
        check_syn_ack(before->linker, path, hop);
        check_resets(before->linker, path, hop);
    }
    check_connection(before, path, server, client);
}

void link_before_call(struct linker *linker)
{
    struct before_call before = {linker, link_ways(linker), points_with_odd_syns(linker)};
    for (guint i = 0; i < linker->paths->len; i++)
        check_chain(&before, linker->paths->pdata[i]);
    for (guint i = 0; i < linker->sightings->len; i++) {
        const struct sighting *sighting = linker->sightings->pdata[i];
        if (!sighting->path)
            check_connection(&before, NULL, connection_of(sighting->connection),
                             connection_of(sighting->connection));
    }
    g_hash_table_destroy(before.ways);
    g_hash_table_destroy(before.odd);
}
