/* See ipsec_world.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_world.h"

#include "ask.h"

#define PACKET_SECONDS 0.01
#define WAY_SECONDS    0.0005
#define ESP_OCTETS     64

struct ipsec_world *ipsec_world_new(void)
{
    struct analysis_options options = {.link = true};
    struct ipsec_world *world = g_new0(struct ipsec_world, 1);
    world->analysis = analysis_new(&options);
    world->now = 1000;
    world->captures[WORLD_INSIDE] = true;
    world->captures[WORLD_OUTSIDE] = true;
    world->wrong_host = ipsec_address("192.168.11.99");
    world->postponed = g_ptr_array_new_with_free_func(g_free);
    return world;
}

void ipsec_world_free(struct ipsec_world *world)
{
    analysis_free(world->analysis);
    g_ptr_array_free(world->postponed, TRUE);
    g_free(world);
}

void ipsec_world_wait(struct ipsec_world *world, double seconds)
{
    world->now += seconds;
}

struct world_client ipsec_world_client(struct ipsec_world *world, unsigned number,
                                       uint16_t port_500, uint16_t port_4500)
{
    struct world_client client = {.world = world,
                                  .spi = {0xC0000000u + number, 0xD0000000u + number}};
    char address[32];
    g_snprintf(address, sizeof address, "192.168.11.%u", 20 + number);
    client.at[WORLD_INSIDE] = ipsec_peers_at(NULL, address, 500, 4500, number);
    client.at[WORLD_OUTSIDE] = ipsec_peers_at(NULL, "192.168.1.30", port_500, port_4500, number);
    return client;
}

struct world_client ipsec_world_routed(struct ipsec_world *world, unsigned number)
{
    struct world_client client = ipsec_world_client(world, number, 500, 4500);
    client.at[WORLD_OUTSIDE] = client.at[WORLD_INSIDE];
    return client;
}

static void feed(struct ipsec_world *world, const struct ipsec_packet *packet)
{
    struct udp_ports ports = {packet->source_port, packet->destination_port};
    if (packet->source_port == 0)
        analysis_esp(world->analysis, packet);
    else if (analysis_wants_udp(world->analysis, ports, packet->payload, packet->captured))
        analysis_udp(world->analysis, packet);
    ask_early(world->analysis, ++world->fed);
}

static void postpone(struct ipsec_world *world, const struct ipsec_packet *packet)
{
    struct ipsec_packet *kept = g_malloc(sizeof *kept + packet->captured);
    *kept = *packet;
    memcpy(kept + 1, packet->payload, packet->captured);
    kept->payload = (const uint8_t *)(kept + 1);
    g_ptr_array_add(world->postponed, kept);
}

static void finish(struct ipsec_world *world)
{
    for (guint i = 0; i < world->postponed->len; i++) {
        struct ipsec_packet *packet = world->postponed->pdata[i];
        packet->packet.frame = ++world->frame;
        feed(world, packet);
    }
    g_ptr_array_set_size(world->postponed, 0);
    analysis_finish(world->analysis);
}

static bool is_captured(struct ipsec_world *world, unsigned view)
{
    unsigned number = ++world->passed[view];
    return world->captures[view] && number >= world->begins[view] &&
           (world->ends[view] == 0 || number < world->ends[view]);
}

/* How a packet is seen at a point. */
struct sight {
    unsigned point;   /* enum world_point, or WORLD_BEYOND */
    unsigned routers; /* that it came through */
    bool is_behind;   /* the NAT, for this packet */
    bool native;
    enum ipsec_who who;
    enum ike_family family;
    unsigned fate;
};

static void show(struct world_client *client, const struct sight *sight, const uint8_t *octets,
                 uint32_t length)
{
    struct ipsec_world *world = client->world;
    unsigned view = MIN(sight->point, (unsigned)WORLD_OUTSIDE);
    const struct ipsec_peers *peers = &client->at[view];
    struct endpoint from = ipsec_end(peers, sight->who, sight->family);
    struct endpoint to = ipsec_end(peers, (enum ipsec_who)(1 - (int)sight->who), sight->family);
    uint32_t snaplen = world->snaplen[view] != 0 ? world->snaplen[view] : length;
    if (!is_captured(world, view) || world->misses[view][sight->who] ||
        (world->without_4500[view] && sight->family == IKE_ON_4500))
        return;
    if (sight->is_behind && (sight->fate & WORLD_MISDIRECTED))
        to.address = world->wrong_host;
    world->last[view] = world->is_postponed[view] ? 0 : ++world->frame;
    double now =
        world->now + sight->routers * WAY_SECONDS + (view == WORLD_OUTSIDE ? world->ahead_s : 0);
    struct ipsec_packet packet = {.packet = {.frame = world->last[view],
                                             .time_ns = (int64_t)(now * 1e9),
                                             .interface = sight->point,
                                             .source = from.address,
                                             .destination = to.address,
                                             .ttl = (uint8_t)(64 - sight->routers),
                                             .has_ip_id = true,
                                             .ip_id = world->ip_id,
                                             .fragmented = (sight->fate & WORLD_FRAGMENTED) != 0},
                                  .source_port = sight->native ? 0 : from.port,
                                  .destination_port = sight->native ? 0 : to.port,
                                  .length = length,
                                  .captured = MIN(length, snaplen),
                                  .payload = octets};
    if (world->is_postponed[view])
        postpone(world, &packet);
    else
        feed(world, &packet);
}

/* At all points on one side of the NAT, in the order of its way. */
static void show_side(struct world_client *client, struct sight *sight, bool outside,
                      const uint8_t *octets, uint32_t length)
{
    unsigned first = outside ? WORLD_OUTSIDE : WORLD_INSIDE;
    unsigned last = outside && client->world->has_third ? WORLD_BEYOND : first;
    for (unsigned i = 0; i <= last - first; i++) {
        sight->point = sight->who == IPSEC_CLIENT ? first + i : last - i;
        show(client, sight, octets, length);
        sight->routers++;
    }
}

void ipsec_world_send(struct world_client *client, enum ipsec_who who, enum ike_family family,
                      bool native, const void *octets, uint32_t length, unsigned fate)
{
    bool from_outside = who == IPSEC_SERVER;
    uint8_t *copy = g_memdup2(octets, length);
    struct sight sight = {.native = native, .who = who, .family = family, .fate = fate};
    client->world->now += PACKET_SECONDS;
    client->world->ip_id++;
    if (!(fate & WORLD_UNCAPTURED))
        show_side(client, &sight, from_outside, copy, length);
    else
        sight.routers++;
    sight.is_behind = true;
    if ((fate & WORLD_EDITED) && length >= 2)
        copy[length - 2] ^= 0x40;
    if (!(fate & WORLD_LOST))
        show_side(client, &sight, !from_outside, copy, length);
    client->world->ip_id += (fate & WORLD_TWICE) != 0; /* a copy of its own */
    if (fate & WORLD_TWICE)
        show_side(client, &sight, !from_outside, copy, length);
    g_free(copy);
}

void ipsec_world_ike(struct world_client *client, enum ipsec_who who, enum ike_family family,
                     const struct ike_builder *message, unsigned fate)
{
    uint8_t octets[IKE_BUILDER_ROOM + 4] = {0};
    uint32_t skip = family == IKE_ON_4500 ? 4 : 0;
    memcpy(octets + skip, message->octets, message->length);
    ipsec_world_send(client, who, family, false, octets, message->length + skip, fate);
}

void ipsec_world_main(struct world_client *client, unsigned number, bool natt,
                      enum ike_family family, unsigned fate)
{
    bool is_client = number % 2 == 1;
    struct ike_builder message =
        ipsec_main(&client->at[is_client ? WORLD_INSIDE : WORLD_OUTSIDE], number, natt);
    ipsec_world_ike(client, is_client ? IPSEC_CLIENT : IPSEC_SERVER, family, &message, fate);
}

void ipsec_world_quick(struct world_client *client, enum ike_family family)
{
    uint32_t id = ++client->at[WORLD_INSIDE].message_id;
    for (uint8_t number = 1; number <= 3; number++) {
        struct ike_builder message = ipsec_secret(&client->at[WORLD_INSIDE], IKE_V1_QUICK, id,
                                                  number < 3 ? 144 : 32, number);
        ipsec_world_ike(client, number % 2 == 1 ? IPSEC_CLIENT : IPSEC_SERVER, family, &message, 0);
    }
}

void ipsec_world_establish(struct world_client *client, bool natt)
{
    for (unsigned number = 1; number <= 6; number++)
        ipsec_world_main(client, number, natt, natt && number >= 5 ? IKE_ON_4500 : IKE_ON_500, 0);
    ipsec_world_quick(client, natt ? IKE_ON_4500 : IKE_ON_500);
}

void ipsec_world_esp(struct world_client *client, enum ipsec_who who, bool native, unsigned fate)
{
    uint8_t octets[ESP_OCTETS];
    uint32_t spi = client->spi[who], seq = ++client->seq[who];
    for (unsigned i = 0; i < 4; i++) {
        octets[i] = (uint8_t)(spi >> 8 * (3 - i));
        octets[4 + i] = (uint8_t)(seq >> 8 * (3 - i));
    }
    for (unsigned i = 8; i < ESP_OCTETS; i++)
        octets[i] = (uint8_t)((spi ^ seq * 31) >> i % 24);
    ipsec_world_send(client, who, IKE_ON_4500, native, octets, sizeof octets, fate);
}

void ipsec_world_talk(struct world_client *client, unsigned count, bool native)
{
    for (unsigned i = 0; i < count; i++) {
        ipsec_world_wait(client->world, 0.5);
        ipsec_world_esp(client, IPSEC_CLIENT, native, 0);
        ipsec_world_esp(client, IPSEC_SERVER, native, 0);
    }
}

void ipsec_world_keepalive(struct world_client *client, unsigned fate)
{
    ipsec_world_send(client, IPSEC_CLIENT, IKE_ON_4500, false, "\xFF", 1, fate);
}

void ipsec_world_delete(struct world_client *client)
{
    struct ike_builder message = ipsec_secret(&client->at[WORLD_INSIDE], IKE_V1_INFORMATIONAL,
                                              ++client->at[WORLD_INSIDE].message_id, 64, 9);
    ipsec_world_ike(client, IPSEC_CLIENT, IKE_ON_4500, &message, 0);
}

unsigned ipsec_world_count(struct ipsec_world *world, enum finding_id id,
                           const struct finding **ret)
{
    unsigned count = 0;
    finish(world);
    const struct finding_log *log = analysis_log(world->analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding->id == id && count++ == 0 && ret != NULL)
            *ret = finding;
    }
    return count;
}

void ipsec_world_expect_no_fault(struct ipsec_world *world)
{
    finish(world);
    const struct finding_log *log = analysis_log(world->analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding_kind(finding->id)->severity >= SEVERITY_WARN)
            g_error("%s on frame %u: %s", finding_kind(finding->id)->filter, finding->judged_frame,
                    finding->text);
    }
}

void ipsec_world_expect_only(struct ipsec_world *world, const enum finding_id *ids)
{
    bool found[FINDING_COUNT] = {false};
    finish(world);
    const struct finding_log *log = analysis_log(world->analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        bool expected = !finding_is_nat(finding->id);
        for (const enum finding_id *id = ids; *id != FINDING_COUNT; id++)
            expected = expected || *id == finding->id;
        if (!expected)
            g_error("%s on frame %u: %s", finding_kind(finding->id)->filter, finding->judged_frame,
                    finding->text);
        found[finding->id] = true;
    }
    for (const enum finding_id *id = ids; *id != FINDING_COUNT; id++) {
        if (!found[*id])
            g_error("no %s", finding_kind(*id)->filter);
    }
}

enum verdict_status ipsec_world_status(struct ipsec_world *world, const char **ret_text)
{
    const char *cause;
    finish(world);
    return linker_verdict(analysis_linker(world->analysis), ret_text, &cause);
}
