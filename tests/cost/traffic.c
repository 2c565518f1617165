/* See traffic.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "traffic.h"

#include <stdio.h>
#include <string.h>

#define TCP     6
#define GRE     47
#define STEP_US 1

static uint8_t frame[14 + 20 + 65536];
static uint8_t *const payload = frame + 34;
static uint64_t now_us = 1700000000000000u;

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

static void block(uint32_t kind, const void *head, uint32_t head_length, uint32_t length)
{
    static const uint8_t zeros[4];
    uint32_t padded = (length + 3) / 4 * 4, total = 12 + head_length + padded;
    uint32_t words[2] = {kind, total};
    fwrite(words, sizeof words, 1, stdout);
    fwrite(head, head_length, 1, stdout);
    fwrite(frame, length, 1, stdout);
    fwrite(zeros, padded - length, 1, stdout);
    fwrite(&total, sizeof total, 1, stdout);
}

void begin_section(uint32_t interfaces)
{
    static const uint32_t section[4] = {0x1A2B3C4D, 1, UINT32_MAX, UINT32_MAX};
    static const uint32_t ethernet[2] = {1, 0};
    block(0x0A0D0D0A, section, sizeof section, 0);
    for (uint32_t i = 0; i < interfaces; i++)
        block(1, ethernet, sizeof ethernet, 0);
}

static uint32_t add(const uint8_t *data, uint32_t length, uint32_t sum)
{
    for (uint32_t i = 0; i < length; i++)
        sum += i & 1 ? data[i] : (uint32_t)data[i] << 8;
    return sum;
}

static uint32_t checksum(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return ~sum & 0xFFFF;
}

/* What stands in `payload`. `hops` is how many routers it has passed. */
static void packet(uint32_t interface, uint32_t from, uint32_t to, uint8_t protocol,
                   uint32_t length, uint32_t hops)
{
    static uint32_t ip_id;
    static const uint8_t head[34] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45};
    uint8_t *ip = frame + 14;
    memcpy(frame, head, sizeof head);
    put16(ip + 2, 20 + length);
    put16(ip + 4, ip_id++);
    ip[8] = (uint8_t)(64 - hops);
    ip[9] = protocol;
    put32(ip + 12, from);
    put32(ip + 16, to);
    put16(ip + 10, checksum(add(ip, 20, 0)));
    if (protocol == TCP) {
        put16(payload + 16, 0);
        put16(payload + 16, checksum(add(payload, length, add(ip + 12, 8, TCP + length))));
    }
    uint32_t words[5] = {interface, (uint32_t)(now_us >> 32), (uint32_t)now_us, 34 + length,
                         34 + length};
    block(6, words, sizeof words, 34 + length);
    now_us += STEP_US;
}

struct control control_of(uint32_t number, uint32_t points)
{
    return (struct control){.interface = {0, 1},
                            .points = points,
                            .client = {CLIENT, points == 1 ? CLIENT : OUTSIDE},
                            .server = SERVER,
                            .port = PORT + number % 50000,
                            .seq = {1000 + number * 5003, 5000 + number * 3001}};
}

void segment(const struct control *control, uint32_t point, int from_server, uint8_t flags,
             const uint8_t *data, uint32_t length)
{
    uint32_t client = control->client[point];
    memset(payload, 0, 20);
    put16(payload, from_server ? PPTP : control->port);
    put16(payload + 2, from_server ? control->port : PPTP);
    put32(payload + 4, control->seq[from_server]);
    put32(payload + 8, flags & ACK ? control->seq[1 - from_server] : 0);
    payload[12] = 0x50;
    payload[13] = flags;
    put16(payload + 14, 65535);
    if (length > 0)
        memcpy(payload + 20, data, length);
    uint32_t hops = control->points == 2 && point != (uint32_t)from_server;
    packet(control->interface[point], from_server ? control->server : client,
           from_server ? client : control->server, TCP, 20 + length, hops);
}

void send_segment(struct control *control, int from_server, uint8_t flags, const uint8_t *inside,
                  const uint8_t *outside, uint32_t length)
{
    for (uint32_t i = 0; i < control->points; i++) {
        uint32_t point = control->points == 1 ? 0 : from_server ? 1 - i : i;
        segment(control, point, from_server, flags, point ? outside : inside, length);
    }
    control->seq[from_server] += length + (flags & SYN ? 1 : 0);
}

static uint8_t *message(uint32_t type, uint32_t length)
{
    static uint8_t buffers[4][168];
    static unsigned next;
    uint8_t *at = buffers[next++ % 4];
    memset(at, 0, sizeof buffers[0]);
    put16(at, length);
    put16(at + 2, 1);
    put32(at + 4, 0x1A2B3C4D);
    put16(at + 8, type);
    return at;
}

void say(struct control *control, int from_server, const uint8_t *text)
{
    send_segment(control, from_server, PUSH, text, text, (uint32_t)text[0] << 8 | text[1]);
}

static uint8_t *start(uint32_t type)
{
    uint8_t *at = message(type, 156);
    put16(at + 12, 0x100);
    at[14] = type == 2;
    return at;
}

uint8_t *request(uint32_t id)
{
    uint8_t *at = message(7, 168);
    put16(at + 12, id);
    put16(at + 14, id);
    return at;
}

uint8_t *reply(uint32_t id, uint32_t peer)
{
    uint8_t *at = message(8, 32);
    put16(at + 12, id);
    put16(at + 14, peer);
    at[16] = 1;
    return at;
}

uint8_t *with_id(uint32_t type, uint32_t length, uint32_t id)
{
    uint8_t *at = message(type, length);
    put16(at + 12, id);
    return at;
}

uint8_t *echo(uint32_t number)
{
    uint8_t *at = message(5, 16);
    put32(at + 12, number);
    return at;
}

void open_tcp(struct control *control)
{
    send_segment(control, 0, SYN, NULL, NULL, 0);
    send_segment(control, 1, SYN | ACK, NULL, NULL, 0);
}

void open_control(struct control *control)
{
    open_tcp(control);
    say(control, 0, start(1));
    say(control, 1, start(2));
}

void open_call(struct control *control, uint32_t pns, uint32_t pac)
{
    say(control, 0, request(pns));
    say(control, 1, reply(pac, pns));
}

void gre(uint32_t interface, uint32_t from, uint32_t to, uint32_t id, uint32_t number,
         uint32_t hops)
{
    memset(payload, 7, 28);
    put32(payload, 0x3001880B);
    put16(payload + 4, 16);
    put16(payload + 6, id);
    put32(payload + 8, number);
    put32(payload + 12, number);
    packet(interface, from, to, GRE, 28, hops);
}
