/* A path to test the linker on: clients, a server, and two or more capture points between them with
 * a NAT, or nothing, between each two. What happens is told once and is seen at every place; then
 * single packets can be spoiled or lost. Everything a place shows of a client can be set.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_PATH_H
#define PPTPNAT_TEST_PATH_H

#include <glib.h>

#include "core/analysis.h"

#define PATH_PLACES  10
#define PATH_CLIENTS 600

enum path_end { CLIENT, SERVER };

/* How a client's packets read at one place. */
struct path_view {
    struct net_address address[2]; /* by enum path_end */
    uint16_t port[2];
    uint16_t pns;
    uint16_t pac;
    uint32_t shift[2]; /* added to the sequence numbers of each end */
};

struct path_client {
    struct path_view at[PATH_PLACES];
    uint32_t isn[2];
    uint32_t next[2]; /* of TCP, from the ISN on */
    uint32_t gre[2];
    uint16_t ip_id[2];
};

/* A packet as one place shows it. */
struct path_packet {
    enum { PATH_TCP, PATH_GRE, PATH_ICMP, PATH_FRAGMENT } kind;
    bool lost;
    uint32_t frame; /* given by path_feed */
    uint32_t place;
    int64_t time_ns;
    enum path_end from;
    uint8_t type; /* of the control message; 0: none */
    struct net_address source;
    struct net_address destination;
    uint8_t ttl;
    bool has_ip_id;
    uint16_t ip_id;
    bool fragmented;
    bool ip_checksum_wrong;
    uint16_t ip_checksum_seen;
    uint16_t ip_checksum_right;
    uint16_t source_port;
    uint16_t destination_port;
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    bool has_checksum;
    uint16_t checksum_seen;
    uint16_t checksum_right;
    bool checksum_offloaded;
    struct icmp_error icmp;
    uint8_t octets[1600];
    uint32_t length;
    uint32_t cut; /* octets of it that the snap length left; 0: all */
};

struct path {
    uint32_t places;
    uint32_t clients;
    struct path_client client[PATH_CLIENTS];
    uint32_t interface[PATH_PLACES];
    int64_t clock_ns[PATH_PLACES]; /* how far each place's clock is ahead */
    bool no_ttl;
    bool no_ip_id;
    int64_t now_ns;
    GPtrArray *packets; /* struct path_packet *: `places` of them for each event */
    struct linker_options options;
};

/* A network behind a NAT at each step: 192.168.11.x, then 10.0.<place>.30, and 203.0.113.30 at the
 * last place; the server is 198.51.100.10 everywhere. Call IDs of clients are translated, of the
 * server not. */
struct path *path_new(uint32_t places, uint32_t clients);
void path_free(struct path *path);
void path_done(struct path *path, struct analysis *analysis); /* frees both */
struct net_address path_ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d);

/* Each returns the event's number. The first three and path_set_up let time pass. */
guint path_tcp(struct path *path, uint32_t client, enum path_end from, uint8_t flags);
guint path_say(struct path *path, uint32_t client, enum path_end from, enum pptp_message_type type);
guint path_gre(struct path *path, uint32_t client, enum path_end from, uint32_t length);
/* GRE that carries these octets, in hexadecimal. */
guint path_ppp(struct path *path, uint32_t client, enum path_end from, const char *text);
/* The event's packets once more, as they are now: a retransmission has another IP ID. */
guint path_again(struct path *path, guint event, bool same_ip_id);
/* An ICMP error at `place` about the packet of an event, as it is there, from the end that the
 * packet was for. */
guint path_icmp(struct path *path, guint event, uint32_t place, uint8_t type, uint8_t code);
/* A fragment of the event's packet at `place`, in front of it. */
guint path_fragment(struct path *path, guint event, uint32_t place);
void path_wait(struct path *path, double seconds);

/* Connection, call and Set-Link-Info; the handshake alone; the end of it all. */
void path_shake(struct path *path, uint32_t client);
void path_set_up(struct path *path, uint32_t client);
void path_tear_down(struct path *path, uint32_t client);
/* `count` GRE packets each way, in turn. */
void path_talk(struct path *path, uint32_t client, uint32_t count);

struct path_packet *path_packet(struct path *path, guint event, uint32_t place);
void path_lose(struct path *path, guint event, uint32_t place);
void path_lose_from(struct path *path, guint event, uint32_t place); /* in its direction */
/* At the second place something has given the TCP numbers of both ends another start. */
void path_change_numbers(struct path *path, uint32_t client);
/* Puts a value into the Call ID field (or Peer's Call ID) at one place. */
void path_set_id(struct path *path, guint event, uint32_t place, bool peer, uint16_t value);
/* The event's frame number at a place, after path_feed. */
uint32_t path_frame(struct path *path, guint event, uint32_t place);

/* Sorts by time, numbers the frames, feeds a new analysis to the end of the file. */
struct analysis *path_feed(struct path *path);
/* The same, packets of one place behind those of the other, as files put together. */
struct analysis *path_feed_by_place(struct path *path);

/* How many links are shown, as in link_view_is_shown. */
uint32_t path_shown_links(const struct analysis *analysis);
/* The `nth` finding of that kind, from 0; NULL: there are no more. */
const struct finding *path_finding(const struct analysis *analysis, enum finding_id id,
                                   uint32_t nth);
/* Fails, with all findings, unless this kind was found on that frame (and is the only W or E). */
const struct finding *path_expect(const struct analysis *analysis, enum finding_id id,
                                  uint32_t frame);
const struct finding *path_expect_only(const struct analysis *analysis, enum finding_id id,
                                       uint32_t frame);
/* Fails if there is one of that kind; of Warning or Error. */
void path_expect_none(const struct analysis *analysis, enum finding_id id);
void path_expect_fine(const struct analysis *analysis);
/* Whether the verdict on the link has `part` in its text. */
bool path_link_says(const struct analysis *analysis, uint32_t link, const char *part);

#endif
