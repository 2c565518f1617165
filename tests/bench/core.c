/* Core alone, without Wireshark: events per second of GRE packets of 1,000 calls at one point, and
 * at two points that are linked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <time.h>

#include "core/analysis.h"
#include "core/base/bytes.h"

#define CALLS   1000
#define PACKETS 2000000
#define LENGTH  64

struct sender {
    struct analysis *analysis;
    uint32_t points;
    uint32_t frame;
    int64_t now_ns;
};

static struct net_address address(uint32_t value)
{
    return (struct net_address){.length = 4,
                                .octets = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
                                           (uint8_t)(value >> 8), (uint8_t)value}};
}

static struct packet outer(struct sender *sender, uint32_t point, uint32_t call, bool to_server)
{
    struct net_address client = address(point == 0 ? 0x0A000002u + call : 0xCB007101u);
    struct net_address server = address(0xC633640Au);
    return (struct packet){
        .frame = ++sender->frame,
        .time_ns = sender->now_ns += 1000,
        .interface = point,
        .source = to_server ? client : server,
        .destination = to_server ? server : client,
        .ttl = (uint8_t)(to_server == (point == 0) ? 64 : 63),
    };
}

static void send_tcp(struct sender *sender, uint32_t call, bool to_server, uint32_t seq,
                     uint8_t flags)
{
    for (uint32_t i = 0; i < sender->points; i++) {
        struct tcp_segment segment = {
            .packet = outer(sender, i, call, to_server),
            .source_port = (uint16_t)(to_server ? 2000 + call : PPTP_PORT),
            .destination_port = (uint16_t)(to_server ? PPTP_PORT : 2000 + call),
            .seq = seq,
            .flags = flags,
            .payload = (const uint8_t *)"",
        };
        analysis_tcp(sender->analysis, &segment);
    }
}

static void send_message(struct sender *sender, uint32_t call, bool to_server, uint32_t seq,
                         enum pptp_message_type type)
{
    uint8_t message[PPTP_MAX_LENGTH] = {0, 0, 0, 1, 0x1A, 0x2B, 0x3C, 0x4D, 0, 0};
    message[1] = pptp_layout(type)->length;
    message[9] = (uint8_t)type;
    for (uint32_t i = 0; i < sender->points; i++) {
        uint32_t pns = i == 0 ? 256 : 2000 + call;
        uint8_t *ids = message + 12;
        ids[0] = (uint8_t)((type == PPTP_OCRQ ? pns : call) >> 8);
        ids[1] = (uint8_t)(type == PPTP_OCRQ ? pns : call);
        if (type == PPTP_OCRP) {
            ids[2] = (uint8_t)(pns >> 8);
            ids[3] = (uint8_t)pns;
            message[16] = 1;
        }
        struct tcp_segment segment = {
            .packet = outer(sender, i, call, to_server),
            .source_port = (uint16_t)(to_server ? 2000 + call : PPTP_PORT),
            .destination_port = (uint16_t)(to_server ? PPTP_PORT : 2000 + call),
            .seq = seq,
            .flags = TCP_FLAG_ACK,
            .length = message[1],
            .captured = message[1],
            .payload = message,
        };
        analysis_tcp(sender->analysis, &segment);
    }
}

static void send_gre(struct sender *sender, uint32_t number)
{
    uint8_t payload[LENGTH] = {0xFD};
    uint32_t call = number % CALLS, turn = number / CALLS;
    bool to_server = turn & 1;
    for (uint32_t i = 1; i < LENGTH; i++)
        payload[i] = (uint8_t)(number * 31 + i);
    for (uint32_t i = 0; i < sender->points; i++) {
        uint32_t pns = i == 0 ? 256 : 2000 + call;
        struct gre_packet gre = {
            .packet = outer(sender, i, call, to_server),
            .header = {.flags = 0x3001,
                       .protocol = EGRE_PROTOCOL_PPP,
                       .payload_length = LENGTH,
                       .call_id = (uint16_t)(to_server ? call : pns),
                       .has_seq = true,
                       .seq = turn / 2,
                       .header_length = 12},
            .captured = LENGTH,
            .payload = payload,
        };
        analysis_gre(sender->analysis, &gre);
    }
}

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void run(uint32_t points)
{
    struct analysis_options options = {.link = true};
    struct sender sender = {.analysis = analysis_new(&options), .points = points};
    double start = seconds();
    for (uint32_t call = 0; call < CALLS; call++) {
        uint32_t client = call * 7919, server = call * 104729;
        send_tcp(&sender, call, true, client, TCP_FLAG_SYN);
        send_tcp(&sender, call, false, server, TCP_FLAG_SYN | TCP_FLAG_ACK);
        send_message(&sender, call, true, client + 1, PPTP_SCCRQ);
        send_message(&sender, call, false, server + 1, PPTP_SCCRP);
        send_message(&sender, call, true, client + 157, PPTP_OCRQ);
        send_message(&sender, call, false, server + 157, PPTP_OCRP);
    }
    for (uint32_t i = 0; i < PACKETS / points; i++)
        send_gre(&sender, i);
    double fed = seconds();
    analysis_finish(sender.analysis);
    double finished = seconds();
    printf("core, %u point%s: %.0f packets per second, %.2f s for the end of %u packets; "
           "%u links\n",
           points, points == 1 ? "" : "s", PACKETS / (fed - start), finished - fed, PACKETS,
           linker_link_count(analysis_linker(sender.analysis)));
    analysis_free(sender.analysis);
}

int main(void)
{
    run(1);
    run(2);
    return 0;
}
