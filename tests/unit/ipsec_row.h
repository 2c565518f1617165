/* A client and a server with any number of points between them, and at each point the addresses and
 * ports that the packets have there: rows of NATs, at either end, of any address family.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_IPSEC_ROW_H
#define PPTPNAT_TEST_IPSEC_ROW_H

#include "core/analysis.h"
#include "ipsec_script.h"

#define ROW_POINTS 4

/* An end of the tunnel as a point sees it. */
struct row_end {
    struct net_address address;
    uint16_t port[2]; /* by enum ike_family */
};

struct ipsec_row {
    struct analysis *analysis;
    double now; /* seconds; each packet comes 10 ms after the one before */
    uint32_t frame;
    uint16_t ip_id;
    unsigned fed;
    unsigned points;
    struct row_end end[ROW_POINTS][2]; /* by point, the client's first, and enum ipsec_who */
    uint32_t snaplen[ROW_POINTS];      /* of the UDP payload; 0: all octets are captured */
    bool misses[ROW_POINTS][2];        /* by enum ipsec_who that sends */
    double ahead_s[ROW_POINTS];
    bool mirrors[ROW_POINTS];  /* shows each packet twice */
    bool keep_ttl;             /* routers do not count it down */
    bool one_interface;        /* the capture lost its interfaces */
    bool own_ip_ids;           /* each router gives packets one of its own */
    unsigned float_reaches[2]; /* messages 5 and 6, sent three times: as ipsec_row_send has it */
    uint64_t initiator_spi;
    uint64_t responder_spi;
    uint32_t spi[2]; /* ESP, by enum ipsec_who that sends */
    uint32_t seq[2];
    uint32_t message_id;
};

/* "192.168.1.2", or of IPv6 the last two octets of 2001:db8::/32: "6:12". */
struct row_end row_end_of(const char *address, uint16_t port_500, uint16_t port_4500);
struct ipsec_row *ipsec_row_new(unsigned points);
void ipsec_row_free(struct ipsec_row *row);
/* The packet is seen at the first `reaches` points of its way; 0: at all. */
void ipsec_row_send(struct ipsec_row *row, enum ipsec_who who, enum ike_family family,
                    const void *octets, uint32_t length, unsigned reaches);
void ipsec_row_ike(struct ipsec_row *row, enum ipsec_who who, enum ike_family family,
                   const struct ike_builder *message, unsigned reaches);
/* IKEv1: main mode, and quick mode on 4500. */
void ipsec_row_main(struct ipsec_row *row);
void ipsec_row_quick(struct ipsec_row *row);
/* One message of IKEv2. */
void ipsec_row_v2(struct ipsec_row *row, enum ipsec_who who, uint8_t exchange, uint32_t id,
                  enum ike_family family);
/* Set-up, a request and its reply; the first on `family`, the others on 4500. */
void ipsec_row_establish_v2(struct ipsec_row *row, enum ike_family family);
void ipsec_row_exchange_v2(struct ipsec_row *row, enum ipsec_who who, uint8_t exchange);
void ipsec_row_esp(struct ipsec_row *row, enum ipsec_who who, unsigned reaches);
void ipsec_row_talk(struct ipsec_row *row, unsigned count);

/* Nothing of warning or error; the number of links. */
uint32_t ipsec_row_expect_no_fault(struct ipsec_row *row);
/* Exactly one finding of warning or error that is nobody's consequence. */
const struct finding *ipsec_row_expect(struct ipsec_row *row, enum finding_id id);
enum verdict_status ipsec_row_status(struct ipsec_row *row, const char **ret_text);

#endif
