/* Control connections and GRE packets, written to standard output as a pcapng file. Interface 0 is
 * inside a NAT and 1 is outside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <stdint.h>

#define CLIENT  0x0A000001u /* 10.0.0.1 and those that follow */
#define OUTSIDE 0xC6336401u /* 198.51.100.1 and those that follow */
#define SERVER  0xCB00710Au /* 203.0.113.10 */
#define PORT    5000u
#define PPTP    1723u
#define SYN     0x02
#define RST     0x04
#define ACK     0x10
#define PUSH    0x18

/* A control connection as one end after the other sends on it. */
struct control {
    uint32_t interface[2]; /* inside, outside */
    uint32_t points;       /* 1: at interface[0] only */
    uint32_t client[2];    /* its address at each */
    uint32_t server;
    uint32_t port;   /* the client's */
    uint32_t seq[2]; /* of the client and of the server */
};

void begin_section(uint32_t interfaces);

/* Others with other numbers have other ports and sequence numbers. */
struct control control_of(uint32_t number, uint32_t points);
void open_tcp(struct control *control);
void open_control(struct control *control);
void open_call(struct control *control, uint32_t pns, uint32_t pac);

/* At one point, and the sequence number stays. */
void segment(const struct control *control, uint32_t point, int from_server, uint8_t flags,
             const uint8_t *data, uint32_t length);
/* At all points; `outside` is what stands there in place of `inside`. */
void send_segment(struct control *control, int from_server, uint8_t flags, const uint8_t *inside,
                  const uint8_t *outside, uint32_t length);
/* A message, the same at all points. */
void say(struct control *control, int from_server, const uint8_t *text);

/* Messages; each is overwritten by the fourth after it. */
uint8_t *request(uint32_t id);
uint8_t *reply(uint32_t id, uint32_t peer);
uint8_t *echo(uint32_t number);
uint8_t *with_id(uint32_t type, uint32_t length, uint32_t id);
#define LINK_INFO(peer) with_id(15, 24, peer)
#define CONNECTED(peer) with_id(11, 28, peer)
#define DISCONNECT(id)  with_id(13, 148, id)

/* A data packet that has passed so many hops; its contents follow from `number`. */
void gre(uint32_t interface, uint32_t from, uint32_t to, uint32_t id, uint32_t number,
         uint32_t hops);

#endif
