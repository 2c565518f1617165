/* Scripts for tests of the IPsec tracker: what a client and a server say, packet by packet, as one
 * capture point sees it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_IPSEC_SCRIPT_H
#define PPTPNAT_TEST_IPSEC_SCRIPT_H

#include "core/ipsec/ipsec_conclusion.h"
#include "ike_builder.h"

enum ipsec_who { IPSEC_CLIENT, IPSEC_SERVER };

struct ipsec_script {
    struct finding_log *log;
    struct ipsec_tracker *tracker;
    double now; /* seconds; every packet comes 10 ms after the one before */
    uint32_t frame;
    uint16_t ip_id; /* of the latest packet; each has its own */
};

/* Two hosts as one point sees them, with the ports of each family; an IKE SA between them. */
struct ipsec_peers {
    struct ipsec_script *script;
    uint32_t point;
    struct net_address client;
    struct net_address server;
    uint16_t port_500; /* the client's; the server's are 500 and 4500 */
    uint16_t port_4500;
    uint64_t initiator_spi;
    uint64_t responder_spi;
    uint32_t message_id; /* of the next quick mode */
};

struct ipsec_script *ipsec_script_new(void);
void ipsec_script_free(struct ipsec_script *script);
void ipsec_script_wait(struct ipsec_script *script, double seconds);

struct net_address ipsec_address(const char *text);
/* A client behind these outside ports, and the server 192.168.1.10. The SPIs follow from `number`.
 */
struct ipsec_peers ipsec_peers_at(struct ipsec_script *script, const char *client,
                                  uint16_t port_500, uint16_t port_4500, unsigned number);
struct endpoint ipsec_end(const struct ipsec_peers *peers, enum ipsec_who who,
                          enum ike_family family);

/* Any UDP packet. All of these return the record, or NULL. */
struct ipsec_record *ipsec_say_udp(struct ipsec_peers *peers, enum ipsec_who who,
                                   uint16_t client_port, uint16_t server_port, const void *octets,
                                   uint32_t length);
struct ipsec_record *ipsec_say(struct ipsec_peers *peers, enum ipsec_who who,
                               enum ike_family family, const struct ike_builder *message);
/* Main mode message `number` as real peers send it; `natt` with Vendor IDs and address hashes. From
 * 5 on encrypted. */
struct ike_builder ipsec_main(const struct ipsec_peers *peers, unsigned number, bool natt);
struct ipsec_record *ipsec_say_main(struct ipsec_peers *peers, unsigned number, bool natt);
/* An encrypted message; `fill` makes its octets its own. */
struct ike_builder ipsec_secret(const struct ipsec_peers *peers, uint8_t exchange,
                                uint32_t message_id, uint32_t length, uint8_t fill);
/* The three messages of a quick mode, on this family. */
void ipsec_say_quick(struct ipsec_peers *peers, enum ike_family family);
/* Main mode and quick mode, with or without NAT traversal. */
void ipsec_establish(struct ipsec_peers *peers, bool natt);

/* ESP in UDP on port 4500; native; a keepalive. */
struct ipsec_record *ipsec_esp(struct ipsec_peers *peers, enum ipsec_who who, uint32_t spi,
                               uint32_t seq);
struct ipsec_record *ipsec_native(struct ipsec_peers *peers, enum ipsec_who who, uint32_t spi,
                                  uint32_t seq);
struct ipsec_record *ipsec_keepalive(struct ipsec_peers *peers, enum ipsec_who who);

/* All findings, those that only the end decides last; to be freed. */
struct finding_log *ipsec_script_findings(const struct ipsec_script *script);
/* How many findings of this kind there are, the concluded ones included; the first's frame in *ret,
 * which may be NULL. */
unsigned ipsec_count(const struct ipsec_script *script, enum finding_id id, uint32_t *ret);
void ipsec_expect_no_finding(const struct ipsec_script *script);

#endif
