/* Clients behind a NAT, a server, and a capture point on each side: what passes is seen at both,
 * and a test says of each packet what the NAT does to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_IPSEC_WORLD_H
#define PPTPNAT_TEST_IPSEC_WORLD_H

#include "core/analysis.h"
#include "ipsec_script.h"

enum world_point { WORLD_INSIDE, WORLD_OUTSIDE };
#define WORLD_BEYOND 2u /* a third point, outside too, one router further */

/* What happens to a packet on its way. */
#define WORLD_LOST        0x01u /* it ends at the NAT */
#define WORLD_EDITED      0x02u /* an octet near its end is another one behind the NAT */
#define WORLD_FRAGMENTED  0x04u
#define WORLD_UNCAPTURED  0x08u /* the point nearer to the sender misses it */
#define WORLD_TWICE       0x10u /* comes twice behind the NAT */
#define WORLD_MISDIRECTED 0x20u /* comes to world.wrong_host behind the NAT */

struct ipsec_world {
    struct analysis *analysis;
    double now; /* seconds; each packet comes 10 ms after the one before */
    uint32_t frame;
    uint16_t ip_id;
    unsigned fed;
    bool captures[2];     /* by enum world_point */
    unsigned passed[2];   /* packets so far, captured or not */
    unsigned begins[2];   /* the first of them that is captured; 0: all are */
    unsigned ends[2];     /* and the first that is not any more; 0: none */
    bool misses[2][2];    /* by that and enum ipsec_who that sends: half a tap */
    bool without_4500[2]; /* a capture filter left it out */
    uint32_t snaplen[2];  /* 0: all octets are captured */
    bool is_postponed[2]; /* fed at the end: one capture after the other */
    GPtrArray *postponed; /* struct ipsec_packet *, the octets behind it */
    bool has_third;
    double ahead_s; /* the outside clock */
    struct net_address wrong_host;
    uint32_t last[2]; /* frame of the latest packet at each point */
};

/* One client as each side sees it. Before it is set up, its outside ports may be changed. */
struct world_client {
    struct ipsec_world *world;
    struct ipsec_peers at[2]; /* by enum world_point */
    uint32_t spi[2];          /* ESP, by enum ipsec_who that sends */
    uint32_t seq[2];
};

struct ipsec_world *ipsec_world_new(void);
void ipsec_world_free(struct ipsec_world *world);
void ipsec_world_wait(struct ipsec_world *world, double seconds);

/* Client `number`, 192.168.11.(20 + number), which leaves as 192.168.1.30 from these ports. */
struct world_client ipsec_world_client(struct ipsec_world *world, unsigned number,
                                       uint16_t port_500, uint16_t port_4500);
/* The same without a NAT. */
struct world_client ipsec_world_routed(struct ipsec_world *world, unsigned number);

/* A UDP packet between the client's and the server's port of this family; ESP without UDP if
 * `native`. */
void ipsec_world_send(struct world_client *client, enum ipsec_who who, enum ike_family family,
                      bool native, const void *octets, uint32_t length, unsigned fate);
void ipsec_world_ike(struct world_client *client, enum ipsec_who who, enum ike_family family,
                     const struct ike_builder *message, unsigned fate);
/* Message `number` of main mode, on this family. */
void ipsec_world_main(struct world_client *client, unsigned number, bool natt,
                      enum ike_family family, unsigned fate);
void ipsec_world_quick(struct world_client *client, enum ike_family family);
void ipsec_world_establish(struct world_client *client, bool natt);
void ipsec_world_esp(struct world_client *client, enum ipsec_who who, bool native, unsigned fate);
/* `count` packets each way, 500 ms apart. */
void ipsec_world_talk(struct world_client *client, unsigned count, bool native);
void ipsec_world_keepalive(struct world_client *client, unsigned fate);
void ipsec_world_delete(struct world_client *client);

/* How many findings of this kind there are at the end; of the first, if wanted. */
unsigned ipsec_world_count(struct ipsec_world *world, enum finding_id id,
                           const struct finding **ret);
/* Nothing of warning or error. */
void ipsec_world_expect_no_fault(struct ipsec_world *world);
/* No finding across points but those of `ids`, which ends with FINDING_COUNT; each of them. */
void ipsec_world_expect_only(struct ipsec_world *world, const enum finding_id *ids);
enum verdict_status ipsec_world_status(struct ipsec_world *world, const char **ret_text);

#endif
