/* Writes a capture for the benchmarks, always the same for the same arguments: so many calls, each
 * behind one NAT, set up over its own control connection, then so many GRE packets, seen at one or
 * at two points. Or tunnels of IPsec, set up by IKE, and ESP in UDP.
 *
 *   generate gre|esp|udp CALLS PACKETS POINTS FAULTS > FILE
 *
 * PACKETS counts those in the file, both points together. FAULTS 1: every 100th packet is lost at
 * the NAT, and every 50th call's GRE to the client keeps the outside Call ID. A tunnel has two ESP
 * SAs, one each way. udp: packets of CALLS conversations that are none of ours, without a set-up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAYLOAD   200
#define CLIENTS   60000 /* per public address: one port each */
#define INSIDE    0
#define OUTSIDE   1
#define FROM_PNS  0
#define FROM_PAC  1
#define SERVER    0xC633640Au /* 198.51.100.10 */
#define PORT      1723
#define IKE_MAIN  2
#define IKE_QUICK 32
#define STEP_NS   20000
#define TRAVEL_NS 5000

static uint64_t now_ns = 1700000000ull * 1000000000ull;
static uint32_t points;

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

static uint32_t mix(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7FEB352Du;
    x = (x ^ x >> 15) * 0x846CA68Bu;
    return x ^ x >> 16;
}

static void block(uint32_t kind, const void *body, uint32_t length)
{
    static const uint8_t zeros[4];
    uint32_t total = (length + 3) / 4 * 4 + 12, head[2] = {kind, total};
    fwrite(head, sizeof head, 1, stdout);
    fwrite(body, length, 1, stdout);
    fwrite(zeros, total - 12 - length, 1, stdout);
    fwrite(&total, sizeof total, 1, stdout);
}

static void write_head(void)
{
    static const uint32_t section[4] = {0x1A2B3C4D, 1, 0xFFFFFFFF, 0xFFFFFFFF};
    /* Ethernet; if_name; if_tsresol 9 */
    static uint8_t interface[24] = {1,   0,   0,   0, 0, 0, 0, 0, 2, 0, 3, 0,
                                    'i', 'n', '0', 0, 9, 0, 1, 0, 9, 0, 0, 0};
    block(0x0A0D0D0A, section, sizeof section);
    for (uint32_t i = 0; i < points; i++) {
        interface[14] = (uint8_t)('0' + i);
        block(1, interface, sizeof interface);
    }
}

static uint32_t inside_address(uint32_t call)
{
    return 0x0A000000u + 2 + call;
}

static uint32_t outside_address(uint32_t call)
{
    return 0xCB007100u + 1 + call / CLIENTS;
}

static uint32_t pns_id(uint32_t call, uint32_t point)
{
    return point == INSIDE ? 256 : 1024 + call % CLIENTS;
}

static uint32_t pac_id(uint32_t call)
{
    return call & 0xFFFF;
}

static uint16_t sum(const uint8_t *data, uint32_t length, uint32_t start)
{
    for (uint32_t i = 0; i + 1 < length; i += 2)
        start += (uint32_t)(data[i] << 8 | data[i + 1]);
    if (length & 1)
        start += (uint32_t)data[length - 1] << 8;
    while (start >> 16)
        start = (start & 0xFFFF) + (start >> 16);
    return (uint16_t)~start;
}

/* One packet at one point; `ip` has room for its header in front of `length` octets. */
static void write_packet(uint32_t point, uint32_t call, int from, uint32_t protocol, uint8_t *frame,
                         uint32_t length, uint32_t ip_id)
{
    uint8_t *ip = frame + 14, body[20 + 14 + 20 + 20 + 256];
    uint32_t client = point == INSIDE ? inside_address(call) : outside_address(call);
    int away = point == (from == FROM_PNS ? OUTSIDE : INSIDE);
    memset(frame, 0, 34);
    frame[5] = 1, frame[11] = 2, frame[12] = 8;
    ip[0] = 0x45;
    put16(ip + 2, 20 + length);
    put16(ip + 4, ip_id);
    ip[8] = (uint8_t)(64 - away);
    ip[9] = (uint8_t)protocol;
    put32(ip + 12, from == FROM_PNS ? client : SERVER);
    put32(ip + 16, from == FROM_PNS ? SERVER : client);
    put16(ip + 10, sum(ip, 20, 0));
    if (protocol == 6) {
        put16(ip + 20 + 16, 0);
        put16(ip + 20 + 16, sum(ip + 20, length,
                                sum(ip + 12, 8, 0) == 0xFFFF
                                    ? 6 + length
                                    : (uint32_t)(uint16_t)~sum(ip + 12, 8, 0) + 6 + length));
    }
    uint64_t time = now_ns + (away ? TRAVEL_NS : 0);
    uint32_t head[5] = {point, (uint32_t)(time >> 32), (uint32_t)time, 34 + length, 34 + length};
    memcpy(body, head, sizeof head);
    memcpy(body + sizeof head, frame, 34 + length);
    block(6, body, (uint32_t)sizeof head + 34 + length);
}

static void write_tcp(uint32_t call, int from, uint32_t seq, uint32_t ack, uint8_t flags,
                      const uint8_t *message, uint32_t length)
{
    uint8_t frame[34 + 20 + 256];
    for (uint32_t i = 0; i < points; i++) {
        /* The sender's side sees it first. */
        uint32_t point = points == 1 ? OUTSIDE : from == FROM_PNS ? i : 1 - i;
        uint8_t *tcp = frame + 34;
        memset(tcp, 0, 20);
        uint32_t port = 1024 + call % CLIENTS;
        put16(tcp, from == FROM_PNS ? port : PORT);
        put16(tcp + 2, from == FROM_PNS ? PORT : port);
        put32(tcp + 4, seq);
        put32(tcp + 8, ack);
        tcp[12] = 0x50;
        tcp[13] = flags;
        put16(tcp + 14, 65535);
        memcpy(tcp + 20, message, length);
        if (length == 168) {
            put16(tcp + 20 + 12, pns_id(call, point));
        } else if (length == 32) {
            put16(tcp + 20 + 12, pac_id(call));
            put16(tcp + 20 + 14, pns_id(call, point));
        }
        write_packet(points == 1 ? 0 : point, call, from, 6, frame, 20 + length, seq);
    }
    now_ns += STEP_NS;
}

static void write_set_up(uint32_t call)
{
    uint8_t message[256] = {0};
    uint32_t client = mix(call * 2), server = mix(call * 2 + 1);
    static const struct {
        int from;
        uint32_t length;
        uint8_t type;
        uint8_t result_at;
    } script[] = {{FROM_PNS, 156, 1, 0},
                  {FROM_PAC, 156, 2, 14},
                  {FROM_PNS, 168, 7, 0},
                  {FROM_PAC, 32, 8, 16}};
    write_tcp(call, FROM_PNS, client++, 0, 2, message, 0);
    write_tcp(call, FROM_PAC, server++, client, 18, message, 0);
    write_tcp(call, FROM_PNS, client, server, 16, message, 0);
    for (int i = 0; i < 4; i++) {
        memset(message, 0, sizeof message);
        put16(message, script[i].length);
        message[3] = 1;
        put32(message + 4, 0x1A2B3C4D);
        message[9] = script[i].type;
        if (script[i].length == 156)
            message[12] = 1; /* version 1.0 */
        else
            put16(message + 14, call & 0xFFFF); /* serial number */
        if (script[i].result_at)
            message[script[i].result_at] = 1;
        uint32_t *next = script[i].from == FROM_PNS ? &client : &server;
        write_tcp(call, script[i].from, *next, script[i].from == FROM_PNS ? server : client, 24,
                  message, script[i].length);
        *next += script[i].length;
    }
}

/* Returns how many packets that makes in the file. */
static uint32_t write_gre(uint32_t number, uint32_t call, int from, uint32_t seq, int faults)
{
    uint8_t frame[34 + 12 + PAYLOAD];
    uint8_t *gre = frame + 34;
    uint32_t written = 0;
    put32(gre, 0x3001880B);
    put16(gre + 4, PAYLOAD);
    put32(gre + 8, seq);
    for (uint32_t i = 0; i < PAYLOAD; i += 4)
        put32(gre + 12 + i, mix(number + i * 0x10001));
    gre[12] = 0xFD;
    for (uint32_t i = 0; i < points; i++) {
        uint32_t point = points == 1 ? OUTSIDE : from == FROM_PNS ? i : 1 - i;
        int wrong = faults && point == INSIDE && from == FROM_PAC && call % 50 == 0;
        if (i == 1 && faults && number % 100 == 0)
            continue;
        put16(gre + 6, from == FROM_PNS ? pac_id(call) : pns_id(call, wrong ? OUTSIDE : point));
        write_packet(points == 1 ? 0 : point, call, from, 47, frame, 12 + PAYLOAD, number);
        written++;
    }
    now_ns += STEP_NS;
    return written;
}

/* The client's port is another one at each side. */
static uint32_t write_udp(uint32_t call, int from, uint32_t client_port, uint32_t server_port,
                          const uint8_t *data, uint32_t length, uint32_t number, int lost)
{
    uint8_t frame[34 + 8 + 256];
    uint8_t *udp = frame + 34;
    uint32_t written = 0;
    put16(udp + 4, 8 + length);
    put16(udp + 6, 0);
    memcpy(udp + 8, data, length);
    for (uint32_t i = 0; i < points; i++) {
        uint32_t point = points == 1 ? OUTSIDE : from == FROM_PNS ? i : 1 - i;
        uint32_t client = point == INSIDE ? client_port : 1024 + call % CLIENTS;
        if (i == 1 && lost)
            continue;
        put16(udp, from == FROM_PNS ? client : server_port);
        put16(udp + 2, from == FROM_PNS ? server_port : client);
        write_packet(points == 1 ? 0 : point, call, from, 17, frame, 8 + length, number);
        written++;
    }
    now_ns += STEP_NS;
    return written;
}

/* One message of IKEv1: the Vendor ID of NAT traversal, a nonce, or what is encrypted. */
static void write_ike(uint32_t call, uint32_t number, uint8_t exchange)
{
    static const uint8_t natt[16] = {0x4A, 0x13, 0x1C, 0x81, 0x07, 0x03, 0x58, 0x45,
                                     0x5C, 0x57, 0x28, 0xF2, 0x0E, 0x95, 0x45, 0x2F};
    uint8_t message[4 + 28 + 64] = {0}, *ike = message + 4;
    uint32_t floats = exchange == IKE_QUICK || number > 4;
    put32(ike, mix(call * 2 + 1));
    put32(ike + 4, call);
    if (exchange == IKE_QUICK || number > 1) {
        put32(ike + 8, mix(call * 2));
        put32(ike + 12, call);
    }
    ike[16] = number < 3 ? 13 : 10;
    ike[17] = 0x10;
    ike[18] = exchange;
    ike[19] = floats ? 1 : 0;
    put32(ike + 20, exchange == IKE_QUICK ? mix(call) : 0);
    put32(ike + 24, 28 + (number < 3 ? 20 : 64));
    for (uint32_t i = 28; i < 28 + 64; i += 4)
        put32(ike + i, mix(call * 64 + number * 1024 + i));
    if (!floats) {
        put32(ike + 28, number < 3 ? 20 : 64);
        memcpy(ike + 32, natt, sizeof natt);
    }
    write_udp(call, number & 1 ? FROM_PNS : FROM_PAC, floats ? 4500 : 500, floats ? 4500 : 500,
              floats ? message : ike, (floats ? 32 : 28) + (number < 3 && !floats ? 20 : 64),
              number, 0);
}

static void write_tunnel(uint32_t call)
{
    for (uint32_t number = 1; number <= 6; number++)
        write_ike(call, number, IKE_MAIN);
    for (uint32_t number = 1; number <= 3; number++)
        write_ike(call, number, IKE_QUICK);
}

static uint32_t write_esp(uint32_t number, uint32_t call, int from, uint32_t seq, int faults)
{
    uint8_t data[12 + PAYLOAD];
    put32(data, mix(call * 2 + (uint32_t)from) | 0x1000);
    put32(data + 4, seq + 1);
    for (uint32_t i = 8; i < sizeof data; i += 4)
        put32(data + i, mix(number + i * 0x10001));
    return write_udp(call, from, 4500, 4500, data, sizeof data, number,
                     faults && number % 100 == 0);
}

static uint32_t write_other(uint32_t number, uint32_t call, int from, uint32_t seq, int faults)
{
    uint8_t data[12 + PAYLOAD];
    (void)seq;
    memset(data, 0x5A, sizeof data);
    return write_udp(call, from, 20000 + call % 20000, 40000 + call % 8, data, sizeof data, number,
                     faults && number % 100 == 0);
}

static void write_nothing(uint32_t call)
{
    (void)call;
}

static const struct {
    const char *name;
    void (*set_up)(uint32_t call);
    uint32_t (*data)(uint32_t number, uint32_t call, int from, uint32_t seq, int faults);
} protocols[] = {{"gre", write_set_up, write_gre},
                 {"esp", write_tunnel, write_esp},
                 {"udp", write_nothing, write_other}};

int main(int argc, char **argv)
{
    uint32_t protocol = 0, count = sizeof protocols / sizeof *protocols;
    while (argc == 6 && protocol < count && strcmp(argv[1], protocols[protocol].name) != 0)
        protocol++;
    if (argc != 6 || protocol == count) {
        fprintf(stderr, "generate gre|esp|udp CALLS PACKETS POINTS FAULTS > FILE\n");
        return 2;
    }
    uint32_t calls = (uint32_t)strtoul(argv[2], NULL, 10);
    uint32_t packets = (uint32_t)strtoul(argv[3], NULL, 10);
    int faults = atoi(argv[5]);
    points = atoi(argv[4]) == 1 ? 1 : 2;
    write_head();
    for (uint32_t call = 0; call < calls; call++)
        protocols[protocol].set_up(call);
    /* Calls talk in turn, each way in turn: what many tunnels on one link look like. */
    for (uint32_t number = 0, written = 0; written < packets; number++) {
        uint32_t call = number % calls, turn = number / calls;
        written += protocols[protocol].data(number, call, turn & 1 ? FROM_PAC : FROM_PNS, turn / 2,
                                            faults);
    }
    return ferror(stdout) ? 1 : 0;
}
