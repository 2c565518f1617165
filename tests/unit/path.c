/* See path.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define STEP_NS   (G_GINT64_CONSTANT(2) * 1000 * 1000)
#define TRAVEL_NS (50 * 1000)

struct net_address path_ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (struct net_address){.length = 4, .octets = {a, b, c, d}};
}

static void set_client(struct path *path, uint32_t index)
{
    struct path_client *client = &path->client[index];
    for (uint32_t place = 0; place < path->places; place++) {
        bool last = place + 1 == path->places;
        client->at[place] = (struct path_view){
            .address = {place == 0 ? path_ip(192, 168, 11, (uint8_t)(20 + index))
                        : last     ? path_ip(203, 0, 113, 30)
                                   : path_ip(10, 0, (uint8_t)place, 30),
                        path_ip(198, 51, 100, 10)},
            .port = {(uint16_t)(5000 + index), PPTP_PORT},
            .pns = (uint16_t)(place == 0 ? 256 : 10000 * place + index + 1),
            .pac = (uint16_t)(128 * index),
        };
    }
    for (int end = 0; end < 2; end++) {
        client->isn[end] = 0x10203040u * (index * 2 + (uint32_t)end + 1);
        client->next[end] = client->isn[end];
        client->ip_id[end] = (uint16_t)(1000 * (index * 2 + (uint32_t)end + 1));
    }
}

struct path *path_new(uint32_t places, uint32_t clients)
{
    struct path *path = g_new0(struct path, 1);
    path->places = places;
    path->clients = clients;
    path->now_ns = G_GINT64_CONSTANT(1700000000) * 1000000000;
    path->packets = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t place = 0; place < places; place++)
        path->interface[place] = place;
    for (uint32_t i = 0; i < clients; i++)
        set_client(path, i);
    return path;
}

void path_free(struct path *path)
{
    g_ptr_array_free(path->packets, TRUE);
    g_free(path);
}

void path_wait(struct path *path, double seconds)
{
    path->now_ns += (int64_t)(seconds * 1e9);
}

struct path_packet *path_packet(struct path *path, guint event, uint32_t place)
{
    return path->packets->pdata[event * path->places + place];
}

/* The same packet at every place; its addresses and TTL as they are there. */
static guint add(struct path *path, uint32_t index, const struct path_packet *what)
{
    struct path_client *client = &path->client[index];
    enum path_end from = what->from;
    uint16_t ip_id = client->ip_id[from]++;
    for (uint32_t place = 0; place < path->places; place++) {
        const struct path_view *view = &client->at[place];
        uint32_t away = from == CLIENT ? place : path->places - 1 - place;
        struct path_packet *packet = g_new(struct path_packet, 1);
        *packet = *what;
        packet->place = place;
        packet->time_ns = path->now_ns + away * TRAVEL_NS + path->clock_ns[place];
        packet->source = view->address[from];
        packet->destination = view->address[1 - from];
        packet->source_port = view->port[from];
        packet->destination_port = view->port[1 - from];
        packet->seq += view->shift[from];
        packet->ack += view->shift[1 - from];
        packet->ttl = path->no_ttl ? 0 : (uint8_t)(64 - away);
        packet->has_ip_id = !path->no_ip_id;
        packet->ip_id = ip_id;
        g_ptr_array_add(path->packets, packet);
    }
    path->now_ns += STEP_NS;
    return path->packets->len / path->places - 1;
}

guint path_tcp(struct path *path, uint32_t client, enum path_end from, uint8_t flags)
{
    struct path_client *who = &path->client[client];
    struct path_packet *what = g_new0(struct path_packet, 1);
    what->from = from;
    what->seq = who->next[from];
    what->ack = who->next[1 - from];
    what->flags = flags;
    guint event = add(path, client, what);
    if (flags & (TCP_FLAG_SYN | TCP_FLAG_FIN))
        who->next[from]++;
    g_free(what);
    return event;
}

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put_field(uint8_t *message, unsigned type, enum pptp_field_id field, uint32_t value)
{
    const struct pptp_cell *cell = pptp_find_cell(type, field);
    for (unsigned i = 0; cell && i < cell->width; i++)
        message[cell->offset + cell->width - 1 - i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *id_field(struct path_packet *packet, bool peer)
{
    if (packet->kind == PATH_GRE)
        return packet->octets + 6;
    return packet->octets +
           pptp_find_cell(packet->type, peer ? PPTP_F_PEER_CALL_ID : PPTP_F_CALL_ID)->offset;
}

void path_set_id(struct path *path, guint event, uint32_t place, bool peer, uint16_t value)
{
    put16(id_field(path_packet(path, event, place), peer), value);
}

guint path_say(struct path *path, uint32_t client, enum path_end from, enum pptp_message_type type)
{
    static const enum pptp_field_id fields[2] = {PPTP_F_CALL_ID, PPTP_F_PEER_CALL_ID};
    static const enum pptp_field_id ones[] = {PPTP_F_CONTROL_RESULT, PPTP_F_OUT_RESULT,
                                              PPTP_F_IN_RESULT,      PPTP_F_STOP_RESULT,
                                              PPTP_F_ECHO_RESULT,    PPTP_F_REASON};
    struct path_client *who = &path->client[client];
    struct path_packet *what = g_new0(struct path_packet, 1);
    what->from = from;
    what->type = (uint8_t)type;
    what->flags = TCP_FLAG_ACK;
    what->seq = who->next[from];
    what->ack = who->next[1 - from];
    what->length = pptp_layout(type)->length;
    put16(what->octets, (uint16_t)what->length);
    put16(what->octets + 2, 1);
    put16(what->octets + 4, PPTP_MAGIC_COOKIE >> 16);
    put16(what->octets + 6, PPTP_MAGIC_COOKIE & 0xFFFF);
    put16(what->octets + 8, (uint16_t)type);
    put_field(what->octets, type, PPTP_F_PROTOCOL_VERSION, 0x0100);
    put_field(what->octets, type, PPTP_F_CALL_SERIAL_NUMBER, client + 1);
    put_field(what->octets, type, PPTP_F_IDENTIFIER, path->packets->len);
    put_field(what->octets, type, PPTP_F_DISC_RESULT, 4);
    for (size_t i = 0; i < G_N_ELEMENTS(ones); i++)
        put_field(what->octets, type, ones[i], 1);
    who->next[from] += what->length;
    guint event = add(path, client, what);
    for (uint32_t place = 0; place < path->places; place++) {
        const struct path_view *view = &who->at[place];
        for (int i = 0; i < 2; i++) {
            enum id_owner owner = pptp_call_id_owner(type, fields[i]);
            if (owner != PPTP_OWNER_NONE)
                path_set_id(path, event, place, i == 1,
                            owner == PPTP_OWNER_PNS ? view->pns : view->pac);
        }
    }
    g_free(what);
    return event;
}

guint path_gre(struct path *path, uint32_t client, enum path_end from, uint32_t length)
{
    struct path_client *who = &path->client[client];
    struct path_packet *what = g_new0(struct path_packet, 1);
    uint32_t seq = who->gre[from]++;
    what->kind = PATH_GRE;
    what->from = from;
    what->length = 12 + length;
    put16(what->octets, EGRE_FLAG_KEY | EGRE_FLAG_SEQ | 1);
    put16(what->octets + 2, EGRE_PROTOCOL_PPP);
    put16(what->octets + 4, (uint16_t)length);
    put16(what->octets + 8, (uint16_t)(seq >> 16));
    put16(what->octets + 10, (uint16_t)seq);
    for (uint32_t i = 0; i < length; i++)
        what->octets[12 + i] =
            (uint8_t)((client * 251 + (uint32_t)from * 97 + seq * 31 + i * 7 + 1) * 2654435761u >>
                      13);
    if (length > 0)
        what->octets[12] = 0xFD; /* compressed datagram (RFC 1962): nothing the stages react to */
    guint event = add(path, client, what);
    for (uint32_t place = 0; place < path->places; place++)
        path_set_id(path, event, place, false,
                    from == CLIENT ? who->at[place].pac : who->at[place].pns);
    g_free(what);
    return event;
}

guint path_ppp(struct path *path, uint32_t client, enum path_end from, const char *text)
{
    uint8_t octets[64];
    uint32_t length = 0;
    for (; *text != '\0'; text += 2) {
        while (*text == ' ')
            text++;
        octets[length++] =
            (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
    }
    guint event = path_gre(path, client, from, length);
    for (uint32_t place = 0; place < path->places; place++)
        memcpy(path_packet(path, event, place)->octets + 12, octets, length);
    return event;
}

guint path_again(struct path *path, guint event, bool same_ip_id)
{
    for (uint32_t place = 0; place < path->places; place++) {
        struct path_packet *copy = g_new(struct path_packet, 1);
        *copy = *path_packet(path, event, place);
        copy->time_ns += path->now_ns - path_packet(path, event, 0)->time_ns + place;
        copy->ip_id = (uint16_t)(copy->ip_id + (same_ip_id ? 0 : 500));
        g_ptr_array_add(path->packets, copy);
    }
    path->now_ns += STEP_NS;
    return path->packets->len / path->places - 1;
}

/* A packet of its own at one place. */
static guint add_single(struct path *path, uint32_t place, const struct path_packet *what)
{
    for (uint32_t i = 0; i < path->places; i++) {
        struct path_packet *packet = g_new(struct path_packet, 1);
        *packet = *what;
        packet->place = i;
        packet->lost = i != place;
        packet->time_ns = path->now_ns + path->clock_ns[i];
        g_ptr_array_add(path->packets, packet);
    }
    return path->packets->len / path->places - 1;
}

guint path_icmp(struct path *path, guint event, uint32_t place, uint8_t type, uint8_t code)
{
    const struct path_packet *about = path_packet(path, event, place);
    uint32_t away = about->from == SERVER ? place : path->places - 1 - place;
    struct path_packet *what = g_new(struct path_packet, 1);
    *what = *about;
    what->kind = PATH_ICMP;
    what->source = about->destination;
    what->destination = about->source;
    what->ttl = path->no_ttl ? 0 : (uint8_t)(64 - away);
    what->icmp = (struct icmp_error){
        .type = type,
        .code = code,
        .quoted_source = about->source,
        .quoted_destination = about->destination,
        .quoted_protocol = about->kind == PATH_GRE ? 47 : 6,
        .quoted_call_id = (uint16_t)(about->octets[6] << 8 | about->octets[7]),
        .quoted_source_port = about->source_port,
        .quoted_destination_port = about->destination_port,
    };
    guint made = add_single(path, place, what);
    path->now_ns += STEP_NS;
    g_free(what);
    return made;
}

guint path_fragment(struct path *path, guint event, uint32_t place)
{
    struct path_packet what = *path_packet(path, event, place);
    what.kind = PATH_FRAGMENT;
    return add_single(path, place, &what);
}

void path_shake(struct path *path, uint32_t client)
{
    path_tcp(path, client, CLIENT, TCP_FLAG_SYN);
    path_tcp(path, client, SERVER, TCP_FLAG_SYN | TCP_FLAG_ACK);
    path_tcp(path, client, CLIENT, TCP_FLAG_ACK);
    path_say(path, client, CLIENT, PPTP_SCCRQ);
    path_say(path, client, SERVER, PPTP_SCCRP);
}

void path_set_up(struct path *path, uint32_t client)
{
    path_shake(path, client);
    path_say(path, client, CLIENT, PPTP_OCRQ);
    path_say(path, client, SERVER, PPTP_OCRP);
    path_say(path, client, CLIENT, PPTP_SLI);
}

void path_tear_down(struct path *path, uint32_t client)
{
    path_say(path, client, CLIENT, PPTP_CCRQ);
    path_say(path, client, SERVER, PPTP_CDN);
    path_say(path, client, CLIENT, PPTP_STOPCCRQ);
    path_say(path, client, SERVER, PPTP_STOPCCRP);
    path_tcp(path, client, CLIENT, TCP_FLAG_FIN | TCP_FLAG_ACK);
    path_tcp(path, client, SERVER, TCP_FLAG_FIN | TCP_FLAG_ACK);
}

void path_change_numbers(struct path *path, uint32_t client)
{
    path->client[client].at[1].shift[CLIENT] = 0x55555555u * (client + 1);
    path->client[client].at[1].shift[SERVER] = 0x12345678u * (client + 1);
}

void path_talk(struct path *path, uint32_t client, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        path_gre(path, client, CLIENT, 40);
        path_gre(path, client, SERVER, 50);
    }
}

void path_lose(struct path *path, guint event, uint32_t place)
{
    path_packet(path, event, place)->lost = true;
}

void path_lose_from(struct path *path, guint event, uint32_t place)
{
    bool outwards = path_packet(path, event, place)->from == CLIENT;
    for (uint32_t i = 0; i < path->places; i++) {
        if (outwards ? i >= place : i <= place)
            path_lose(path, event, i);
    }
}

uint32_t path_frame(struct path *path, guint event, uint32_t place)
{
    return path_packet(path, event, place)->frame;
}
