/* See world.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "world.h"

struct world *world_new(guint32 seed)
{
    struct world *world = g_new0(struct world, 1);
    world->packets = g_array_new(FALSE, TRUE, sizeof(struct world_packet));
    world->clients = g_array_new(FALSE, TRUE, sizeof(struct world_client));
    world->random = g_rand_new_with_seed(seed);
    world->now_ns = G_GINT64_CONSTANT(1700000000) * 1000000000;
    return world;
}

void world_free(struct world *world)
{
    for (guint i = 0; i < world->packets->len; i++)
        g_byte_array_free(g_array_index(world->packets, struct world_packet, i).octets, TRUE);
    g_array_free(world->packets, TRUE);
    g_array_free(world->clients, TRUE);
    g_rand_free(world->random);
    g_free(world);
}

static uint16_t random_id(struct world *world)
{
    return (uint16_t)g_rand_int_range(world->random, 0, 65536);
}

struct world_client *world_get_client(struct world *world, uint32_t client)
{
    return &g_array_index(world->clients, struct world_client, client);
}

/* No two clients may share what must be unique outside (RFC 2637 3.2.2). */
static bool is_taken(struct world *world, uint16_t pns_out, uint16_t pac, uint16_t port_out)
{
    for (guint i = 0; i < world->clients->len; i++) {
        const struct world_client *other = world_get_client(world, i);
        if (other->pns_out == pns_out || other->pac == pac || other->port_out == port_out)
            return true;
    }
    return false;
}

uint32_t world_client(struct world *world)
{
    struct world_client client = {0};
    do {
        client.port_in = (uint16_t)(1024 + random_id(world) % 60000);
        client.port_out = g_rand_boolean(world->random)
                              ? client.port_in
                              : (uint16_t)(1024 + random_id(world) % 60000);
        client.pns_in = g_rand_boolean(world->random) ? 256 : random_id(world);
        client.pns_out = g_rand_boolean(world->random) ? client.port_out : random_id(world);
        client.pac = g_rand_boolean(world->random) ? 0 : random_id(world);
    } while (is_taken(world, client.pns_out, client.pac, client.port_out) ||
             client.pns_in == client.pns_out || client.pns_in == client.pac ||
             client.pns_out == client.pac);
    for (int end = 0; end < 2; end++) {
        client.isn[end] = g_rand_int(world->random);
        client.next[end] = client.isn[end];
        client.ip_id[end] = random_id(world);
    }
    g_array_append_val(world->clients, client);
    return world->clients->len - 1;
}

/* Adds the packet at the sender's side and at the other; returns the arriving one. */
static struct world_packet *add(struct world *world, uint32_t client, enum world_end from,
                                const struct world_packet *what, const GByteArray *octets)
{
    uint32_t near = from == WORLD_CLIENT ? WORLD_INSIDE : WORLD_OUTSIDE;
    uint16_t ip_id = world_get_client(world, client)->ip_id[from]++;
    for (uint32_t i = 0; i < 2; i++) {
        struct world_packet packet = *what;
        packet.client = client;
        packet.from = from;
        packet.ip_id = ip_id;
        packet.point = i == 0 ? near : 1 - near;
        packet.is_far = i == 1;
        packet.order = world->packets->len;
        packet.partner = i == 0 ? packet.order + 1 : packet.order - 1;
        packet.time_ns = world->now_ns + i * 50000;
        packet.octets = g_byte_array_new();
        g_byte_array_append(packet.octets, octets->data, octets->len);
        g_array_append_val(world->packets, packet);
    }
    world->now_ns += WORLD_STEP_NS;
    return &g_array_index(world->packets, struct world_packet, world->packets->len - 1);
}

void world_wait(struct world *world, double seconds)
{
    world->now_ns += (int64_t)(seconds * 1e9);
}

void world_tcp(struct world *world, uint32_t client, enum world_end from, uint8_t flags)
{
    GByteArray *none = g_byte_array_new();
    struct world_client *c = world_get_client(world, client);
    struct world_packet what = {.seq = c->next[from], .ack = c->next[1 - from], .flags = flags};
    add(world, client, from, &what, none);
    if (flags & (TCP_FLAG_SYN | TCP_FLAG_FIN))
        c->next[from]++;
    g_byte_array_free(none, TRUE);
}

static void put16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
    put16(p, (uint16_t)(value >> 16));
    put16(p + 2, (uint16_t)value);
}

static void put_field(GByteArray *message, unsigned type, enum pptp_field_id field, uint32_t value)
{
    const struct pptp_cell *cell = pptp_find_cell(type, field);
    if (!cell)
        return;
    if (cell->width == 4)
        put32(message->data + cell->offset, value);
    else if (cell->width == 2)
        put16(message->data + cell->offset, (uint16_t)value);
    else
        message->data[cell->offset] = (uint8_t)value;
}

static uint32_t id_offset(const struct world_packet *packet, bool peer)
{
    if (packet->is_gre)
        return 6;
    return pptp_find_cell(packet->type, peer ? PPTP_F_PEER_CALL_ID : PPTP_F_CALL_ID)->offset;
}

uint16_t world_call_id(const struct world_packet *packet, bool peer)
{
    const uint8_t *p = packet->octets->data + id_offset(packet, peer);
    return (uint16_t)(p[0] << 8 | p[1]);
}

void world_set_call_id(struct world_packet *packet, bool peer, uint16_t value)
{
    put16(packet->octets->data + id_offset(packet, peer), value);
}

static uint16_t id_at(const struct world_client *client, enum id_owner owner, uint32_t point)
{
    if (owner == PPTP_OWNER_PAC)
        return client->pac;
    return point == WORLD_INSIDE ? client->pns_in : client->pns_out;
}

/* The owner the sender means: a Set-Link-Info from the server carries P, as Windows sends it. */
static enum id_owner meant_owner(unsigned type, enum pptp_field_id field, enum world_end from)
{
    if (type == PPTP_SLI && from == WORLD_SERVER && field == PPTP_F_PEER_CALL_ID)
        return PPTP_OWNER_PNS;
    return pptp_call_id_owner(type, field);
}

void world_say(struct world *world, uint32_t client, enum world_end from,
               enum pptp_message_type type)
{
    static const enum pptp_field_id ids[2] = {PPTP_F_CALL_ID, PPTP_F_PEER_CALL_ID};
    static const enum pptp_field_id results[] = {PPTP_F_CONTROL_RESULT, PPTP_F_OUT_RESULT,
                                                 PPTP_F_IN_RESULT,      PPTP_F_STOP_RESULT,
                                                 PPTP_F_ECHO_RESULT,    PPTP_F_REASON};
    GByteArray *message = g_byte_array_new();
    g_byte_array_set_size(message, pptp_layout(type)->length);
    memset(message->data, 0, message->len);
    put16(message->data, (uint16_t)message->len);
    put16(message->data + 2, 1);
    put32(message->data + 4, PPTP_MAGIC_COOKIE);
    put16(message->data + 8, (uint16_t)type);
    put_field(message, type, PPTP_F_PROTOCOL_VERSION, 0x0100);
    put_field(message, type, PPTP_F_CALL_SERIAL_NUMBER, client + 1);
    put_field(message, type, PPTP_F_IDENTIFIER, g_rand_int(world->random));
    put_field(message, type, PPTP_F_DISC_RESULT, 4);
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
        put_field(message, type, results[i], 1);
    struct world_client *c = world_get_client(world, client);
    struct world_packet what = {.type = (uint8_t)type,
                                .seq = c->next[from],
                                .ack = c->next[1 - from],
                                .flags = TCP_FLAG_ACK};
    c->next[from] += message->len;
    add(world, client, from, &what, message);
    g_byte_array_free(message, TRUE);
    for (guint i = world->packets->len - 2; i < world->packets->len; i++) {
        struct world_packet *packet = &g_array_index(world->packets, struct world_packet, i);
        for (int f = 0; f < 2; f++) {
            enum id_owner owner = meant_owner(type, ids[f], from);
            if (owner != PPTP_OWNER_NONE)
                world_set_call_id(packet, f == 1, id_at(c, owner, packet->point));
        }
    }
}

/* `octets`: the payload; NULL: random octets. */
static void add_gre(struct world *world, uint32_t client, enum world_end from,
                    const uint8_t *octets, uint32_t length)
{
    struct world_client *c = world_get_client(world, client);
    GByteArray *packet = g_byte_array_new();
    g_byte_array_set_size(packet, 12 + length);
    put16(packet->data, EGRE_FLAG_KEY | EGRE_FLAG_SEQ | 1);
    put16(packet->data + 2, EGRE_PROTOCOL_PPP);
    put16(packet->data + 4, (uint16_t)length);
    put32(packet->data + 8, c->gre_next[from]++);
    for (uint32_t i = 0; i < length; i++)
        packet->data[12 + i] = octets ? octets[i] : (uint8_t)g_rand_int(world->random);
    if (length > 0 && !octets)
        packet->data[12] = 0xFD; /* compressed datagram (RFC 1962): nothing the stages react to */
    struct world_packet what = {.is_gre = true};
    add(world, client, from, &what, packet);
    g_byte_array_free(packet, TRUE);
    for (guint i = world->packets->len - 2; i < world->packets->len; i++) {
        struct world_packet *made = &g_array_index(world->packets, struct world_packet, i);
        world_set_call_id(
            made, false,
            id_at(c, from == WORLD_CLIENT ? PPTP_OWNER_PAC : PPTP_OWNER_PNS, made->point));
    }
}

void world_gre(struct world *world, uint32_t client, enum world_end from, uint32_t length)
{
    add_gre(world, client, from, NULL, length);
}

void world_ppp(struct world *world, uint32_t client, enum world_end from, const char *hex)
{
    uint8_t octets[64];
    uint32_t length = (uint32_t)strlen(hex) / 2;
    g_assert_cmpuint(length, <=, sizeof octets);
    for (uint32_t i = 0; i < length; i++)
        octets[i] =
            (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    add_gre(world, client, from, octets, length);
}

void world_set_up(struct world *world, uint32_t client)
{
    world_tcp(world, client, WORLD_CLIENT, TCP_FLAG_SYN);
    world_tcp(world, client, WORLD_SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK);
    world_tcp(world, client, WORLD_CLIENT, TCP_FLAG_ACK);
    world_say(world, client, WORLD_CLIENT, PPTP_SCCRQ);
    world_say(world, client, WORLD_SERVER, PPTP_SCCRP);
    world_say(world, client, WORLD_CLIENT, PPTP_OCRQ);
    world_say(world, client, WORLD_SERVER, PPTP_OCRP);
    world_say(world, client, WORLD_CLIENT, PPTP_SLI);
    world_say(world, client, WORLD_SERVER, PPTP_SLI);
}

void world_tear_down(struct world *world, uint32_t client)
{
    world_say(world, client, WORLD_CLIENT, PPTP_CCRQ);
    world_say(world, client, WORLD_SERVER, PPTP_CDN);
    world_say(world, client, WORLD_CLIENT, PPTP_STOPCCRQ);
    world_say(world, client, WORLD_SERVER, PPTP_STOPCCRP);
    world_tcp(world, client, WORLD_CLIENT, TCP_FLAG_FIN | TCP_FLAG_ACK);
    world_tcp(world, client, WORLD_SERVER, TCP_FLAG_FIN | TCP_FLAG_ACK);
}

void world_copy(struct world *world, guint index)
{
    struct world_packet copy = g_array_index(world->packets, struct world_packet, index);
    GByteArray *octets = copy.octets;
    copy.octets = g_byte_array_new();
    g_byte_array_append(copy.octets, octets->data, octets->len);
    copy.time_ns += 10000;
    copy.order = world->packets->len;
    copy.partner = UINT32_MAX;
    g_array_append_val(world->packets, copy);
}
