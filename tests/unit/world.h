/* A small world to test the whole core in: clients behind a NAT, a server outside, a capture point
 * on each side. What happens is told once; the world renders it at both points as a right NAT
 * would, and single packets can then be spoiled.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_WORLD_H
#define PPTPNAT_TEST_WORLD_H

#include <glib.h>

#include "core/analysis.h"

#define WORLD_INSIDE  0
#define WORLD_OUTSIDE 1
#define WORLD_STEP_NS (2 * 1000 * 1000) /* between two events */

enum world_end { WORLD_CLIENT, WORLD_SERVER };

/* A packet at one point. `octets` is the control message, or the GRE packet with its header. */
struct world_packet {
    int64_t time_ns;
    uint32_t point;
    uint32_t frame;   /* given by world_feed: its place in the file */
    uint32_t partner; /* index of the same packet at the other point, or UINT32_MAX */
    uint32_t order;   /* of creation */
    bool is_gre;
    bool is_far;  /* this is the side where it arrives */
    uint8_t type; /* control message type; 0: no message */
    uint32_t client;
    enum world_end from;
    bool dropped;
    uint32_t seq, ack; /* TCP */
    uint8_t flags;
    uint16_t ip_id;
    struct net_address source, destination; /* other ones than the NAT gives; length 0: none */
    enum { WORLD_NO_SUM, WORLD_RIGHT_SUM, WORLD_WRONG_SUM } tcp_sum;
    bool has_ip_sum; /* its IP header's checksum is wrong by so much, in one's complement */
    uint16_t ip_sum_off;
    GByteArray *octets;
};

struct world_client {
    uint16_t port_in, port_out;
    uint16_t pns_in, pns_out, pac;
    uint32_t isn[2];
    uint32_t next[2]; /* TCP sequence numbers relative to the ISN */
    uint32_t gre_next[2];
    uint16_t ip_id[2];
};

struct world {
    GArray *packets; /* struct world_packet */
    GArray *clients; /* struct world_client */
    int64_t now_ns;
    GRand *random;
    bool lose_interfaces; /* all packets come from interface 0 */
    bool swap_points;     /* the interface numbers are exchanged */
    int64_t shift_ns;     /* the outside clock is ahead by this */
    double drift;         /* and runs faster by this factor */
    double shuffle;       /* share of neighbouring frames that change places in the file */
    uint32_t snap;        /* octets of GRE payload captured; 0: all */
};

struct world *world_new(guint32 seed);
void world_free(struct world *world);

/* A client with random ports, ids and numbers; returns its index. Two clients may have the same id
 * inside and never have the same outside. */
uint32_t world_client(struct world *world);
struct world_client *world_get_client(struct world *world, uint32_t client);

/* What happens next: TCP, one control message with the ids given as the sender means them, a GRE
 * packet with random payload. Each advances the clock a little. */
void world_tcp(struct world *world, uint32_t client, enum world_end from, uint8_t flags);
void world_say(struct world *world, uint32_t client, enum world_end from,
               enum pptp_message_type type);
void world_gre(struct world *world, uint32_t client, enum world_end from, uint32_t length);
void world_wait(struct world *world, double seconds);

/* An address of the world as it is at that point. */
struct net_address world_address(uint32_t point, uint32_t client, enum world_end end);
struct net_address world_ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d);

/* A GRE packet with that PPP frame, of two hexadecimal digits an octet. */
void world_ppp(struct world *world, uint32_t client, enum world_end from, const char *hex);

/* The same packet once more at the point where it was captured: a copy made on the way. */
void world_copy(struct world *world, guint index);

/* TCP, start, call set-up, Set-Link-Info both ways; and the end of all that. */
void world_set_up(struct world *world, uint32_t client);
void world_tear_down(struct world *world, uint32_t client);

/* The Call ID field `peer` (else Call ID) of a control message, or the GRE header's. */
uint16_t world_call_id(const struct world_packet *packet, bool peer);
void world_set_call_id(struct world_packet *packet, bool peer, uint16_t value);

/* Sorts by each point's clock, numbers the frames, and feeds a new analysis to its end. */
struct analysis *world_feed(struct world *world);

/* Findings of Warning and Error. */
uint32_t world_faults(const struct analysis *analysis, const struct finding **ret_first);
/* One line per finding, for messages; free with g_free. */
char *world_describe(const struct analysis *analysis);

#endif
