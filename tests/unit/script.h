/* Scripts for tests: what is said on a wire, packet by packet, and what the tracker makes of it.
 *
 * A wire is one control connection and the GRE beside it as one capture point sees them. Two wires
 * at two interfaces that are told the same things, with other ids, are a NAT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_SCRIPT_H
#define PPTPNAT_TEST_SCRIPT_H

#include <glib.h>

#include "core/pptp/tracker.h"

enum script_who { CLIENT, SERVER }; /* who opened TCP, who listens */

#define NOTHING   FINDING_COUNT /* no finding is decided on this frame */
#define NO_NUMBER (-1)          /* a GRE packet without sequence or acknowledgment number */

struct script {
    struct finding_log *log;       /* of what was found while reading */
    struct finding_log *concluded; /* besides, what followed at concluded_at; NULL: not asked */
    uint32_t concluded_at;
    struct tracker *tracker;
    double now;     /* seconds; every packet comes a millisecond after the one before */
    uint32_t frame; /* of the latest packet */
};

struct wire {
    struct script *script;
    uint32_t interface[2]; /* that shows what the client, the server sends */
    struct net_address client;
    struct net_address server;
    uint16_t client_port;
    uint16_t server_port;
    uint32_t next[2]; /* TCP sequence numbers */
    uint16_t ip_id[2];
    bool cut; /* the snap length leaves 12 octets of each message */
};

/* A control message; members that its type does not have are ignored. `result` 0 is success. */
struct said {
    enum pptp_message_type type;
    uint16_t call_id;
    uint16_t peer;
    uint8_t result;
    uint32_t identifier;
    uint16_t serial;
    uint16_t window;
    bool reserved;
};

/* A message of this type; further members by name. */
#define SAY(message_type, ...)                                                                     \
    {                                                                                              \
        .type = message_type, __VA_ARGS__                                                          \
    }

/* One line of a script: a message, the state of its call after it, and the finding decided on it.
 */
struct line {
    unsigned number;
    enum script_who who;
    struct said said;
    enum call_state state;
    enum finding_id finding;
};

struct script *script_new(void);
void script_free(struct script *script);
void script_wait(struct script *script, double seconds);
/* Asks what follows if no more is fed. Until more is fed, it is counted and found as well. */
void script_conclude(struct script *script);
/* The same with somebody who knows why GRE of `explained` has no call; NULL: of no flow. */
void script_conclude_but(struct script *script, const struct gre_flow *explained);
/* What was found while reading, and what was concluded since. */
const struct finding_log *script_log(const struct script *script);
/* How many findings of this kind were made, and the first of them (NULL: none). */
unsigned script_count(const struct script *script, enum finding_id id);
const struct finding *script_find(const struct script *script, enum finding_id id);
/* Fails with the list if any finding of Warning or Error was made. */
void script_expect_no_fault(const struct script *script);

/* IPv4 addresses as text. */
struct net_address script_address(const char *text);
struct wire wire_at(struct script *script, uint32_t interface, const char *client, uint16_t port,
                    const char *server);
/* The usual client and server at interface 0; the same with one established call. */
struct wire wire_lan(struct script *script);
struct wire wire_established(struct script *script, uint16_t pns_call_id, uint16_t pac_call_id);

/* TCP. Each returns the frame number. */
uint32_t wire_segment(struct wire *wire, enum script_who who, uint8_t flags, const uint8_t *octets,
                      uint32_t length);
/* The same octets again: as a retransmission (an IP ID of its own) or as a second copy of the frame
 * (the same). `back` is how many octets before the end of what was sent it starts. */
uint32_t wire_repeat(struct wire *wire, enum script_who who, const uint8_t *octets, uint32_t length,
                     bool same_ip_id);
void wire_open(struct wire *wire);
void wire_start(struct wire *wire); /* wire_open, SCCRQ, SCCRP */
uint32_t wire_close(struct wire *wire, enum script_who who);
uint32_t wire_reset(struct wire *wire, enum script_who who);

/* Messages. `octets` has room for PPTP_MAX_LENGTH; returns the length. */
uint32_t script_message(const struct said *said, uint8_t *octets);
uint32_t wire_say(struct wire *wire, enum script_who who, struct said said);
void wire_run(struct wire *wire, const struct line *lines, unsigned count);
/* OCRQ and OCRP of a call with these ids. */
struct call *wire_call(struct wire *wire, uint16_t pns_call_id, uint16_t pac_call_id);

/* GRE. The payload may be NULL. */
uint32_t wire_gre(struct wire *wire, enum script_who who, uint16_t call_id, int64_t seq,
                  int64_t ack, const uint8_t *payload, uint16_t length);
/* GRE that carries an LCP packet with a Magic-Number option. */
uint32_t wire_lcp(struct wire *wire, enum script_who who, uint16_t call_id, int64_t seq,
                  int64_t ack, uint8_t code, uint32_t magic);
/* GRE that carries IPv4. */
uint32_t wire_ip(struct wire *wire, enum script_who who, uint16_t call_id, int64_t seq,
                 int64_t ack);
/* `who` rejects GRE with this id by ICMP protocol unreachable. */
uint32_t wire_icmp(struct wire *wire, enum script_who who, uint16_t call_id);

#endif
