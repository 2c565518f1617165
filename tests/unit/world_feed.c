/* How a world is fed: by each point's clock, with addresses, TTLs and checksums as they are there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "world.h"

#include "ask.h"

static void shuffle(struct world *world, GPtrArray *sorted)
{
    for (guint i = 0; i + 1 < sorted->len; i++) {
        if (g_rand_double(world->random) < world->shuffle) {
            gpointer first = sorted->pdata[i];
            sorted->pdata[i] = sorted->pdata[i + 1];
            sorted->pdata[i + 1] = first;
        }
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const struct world_packet *x = *(struct world_packet *const *)a;
    const struct world_packet *y = *(struct world_packet *const *)b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

struct net_address world_ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (struct net_address){.length = 4, .octets = {a, b, c, d}};
}

struct net_address world_address(uint32_t point, uint32_t client, enum world_end end)
{
    if (end == WORLD_SERVER)
        return world_ip(198, 51, 100, 10);
    return point == WORLD_INSIDE ? world_ip(192, 168, 11, (uint8_t)(20 + client))
                                 : world_ip(203, 0, 113, 30);
}

static struct packet ip_packet(const struct world *world, const struct world_packet *packet)
{
    struct packet ip = {
        .frame = packet->frame,
        .time_ns = packet->time_ns,
        .interface = world->lose_interfaces ? 0
                     : world->swap_points   ? 1 - packet->point
                                            : packet->point,
        .source = packet->source.length
                      ? packet->source
                      : world_address(packet->point, packet->client, packet->from),
        .destination = packet->destination.length
                           ? packet->destination
                           : world_address(packet->point, packet->client, 1 - packet->from),
        .ttl = packet->is_far ? 63 : 64,
        .has_ip_id = true,
        .ip_id = packet->ip_id,
        .ip_checksum_wrong = packet->has_ip_sum,
        .ip_checksum_seen = packet->has_ip_sum ? (0x1234u + packet->ip_sum_off) % 0xFFFFu : 0,
        .ip_checksum_right = packet->has_ip_sum ? 0x1234 : 0,
    };
    return ip;
}

static void feed_tcp(struct world *world, struct analysis *analysis,
                     const struct world_packet *packet)
{
    const struct world_client *c = world_get_client(world, packet->client);
    uint16_t port = packet->point == WORLD_INSIDE ? c->port_in : c->port_out;
    struct tcp_segment segment = {
        .packet = ip_packet(world, packet),
        .source_port = packet->from == WORLD_CLIENT ? port : PPTP_PORT,
        .destination_port = packet->from == WORLD_CLIENT ? PPTP_PORT : port,
        .seq = packet->seq,
        .ack = packet->ack,
        .flags = packet->flags,
        .length = packet->octets->len,
        .captured = packet->octets->len,
        .payload = packet->octets->data,
        .has_checksum = packet->tcp_sum != WORLD_NO_SUM,
        .checksum_seen = 0x4321,
        .checksum_right = packet->tcp_sum == WORLD_WRONG_SUM ? 0x1111 : 0x4321,
    };
    analysis_tcp(analysis, &segment);
}

static void feed_gre(const struct world *world, struct analysis *analysis,
                     const struct world_packet *packet)
{
    struct gre_packet gre = {.packet = ip_packet(world, packet)};
    g_assert_cmpint(egre_parse(packet->octets->data, packet->octets->len, &gre.header), ==,
                    EGRE_OK);
    gre.captured = packet->octets->len - gre.header.header_length;
    if (world->snap)
        gre.captured = MIN(gre.captured, world->snap);
    gre.payload = packet->octets->data + gre.header.header_length;
    analysis_gre(analysis, &gre);
}

struct analysis *world_feed(struct world *world)
{
    struct analysis_options options = {.link = true};
    struct analysis *analysis = analysis_new(&options);
    GPtrArray *sorted = g_ptr_array_new();
    for (guint i = 0; i < world->packets->len; i++) {
        struct world_packet *packet = &g_array_index(world->packets, struct world_packet, i);
        if (packet->point == WORLD_OUTSIDE)
            packet->time_ns +=
                world->shift_ns + (int64_t)((double)i * WORLD_STEP_NS * world->drift);
        if (!packet->dropped)
            g_ptr_array_add(sorted, packet);
    }
    g_ptr_array_sort(sorted, by_time);
    shuffle(world, sorted);
    for (guint i = 0; i < sorted->len; i++)
        ((struct world_packet *)sorted->pdata[i])->frame = i + 1;
    for (guint i = 0; i < sorted->len; i++) {
        const struct world_packet *packet = sorted->pdata[i];
        if (packet->is_gre)
            feed_gre(world, analysis, packet);
        else
            feed_tcp(world, analysis, packet);
        ask_early(analysis, i + 1);
    }
    g_ptr_array_free(sorted, TRUE);
    analysis_finish(analysis);
    return analysis;
}

uint32_t world_faults(const struct analysis *analysis, const struct finding **ret_first)
{
    uint32_t faults = 0;
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding_kind(finding->id)->severity < SEVERITY_WARN)
            continue;
        if (faults++ == 0)
            *ret_first = finding;
    }
    return faults;
}

char *world_describe(const struct analysis *analysis)
{
    GString *text = g_string_new(NULL);
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        g_string_append_printf(
            text, "\n  frame %u (decided at %u): %s, seen %u, expected %u, %s: %s",
            finding->judged_frame, finding->deciding_frame, finding_kind(finding->id)->filter,
            finding->seen, finding->expected, mistranslation_name(finding->mistranslation),
            finding->text ? finding->text : "");
    }
    return g_string_free(text, FALSE);
}
