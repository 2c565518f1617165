/* The packets that an analysis was fed, as a stream of octets: tshark with the plugin writes it,
 * the command reads it and feeds an analysis of its own, as if it had opened the frames itself.
 *
 * Both ends are of one build on one machine: structs are written as they are in memory, and a head
 * tells whether the other end has the same ones. What is read is checked all the same: it comes
 * from another process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FEED_LOG_H
#define PPTPNAT_FEED_LOG_H

#include <stdio.h>

#include "base/interfaces.h"
#include "ipsec/ipsec_tracker.h"
#include "pptp/pptp_packet.h"

struct feed_log;
struct analysis;

/* Writes to `file`, which is borrowed. What it could not take is left in ferror. */
struct feed_log *feed_log_new(FILE *file);
void feed_log_free(struct feed_log *log); /* NULL is fine */

void feed_log_tcp(struct feed_log *log, const struct tcp_segment *segment);
void feed_log_gre(struct feed_log *log, const struct gre_packet *packet);
void feed_log_icmp(struct feed_log *log, const struct icmp_error *error);
void feed_log_fragment(struct feed_log *log, const struct ip_fragment *fragment);
void feed_log_udp(struct feed_log *log, const struct ipsec_packet *packet);
void feed_log_esp(struct feed_log *log, const struct ipsec_packet *packet);
/* The end: all interfaces, and that nothing is missing. */
void feed_log_end(struct feed_log *log, const struct interfaces *interfaces);

enum feed_log_status {
    FEED_LOG_READ,
    FEED_LOG_CUT,     /* no end, or octets that make no sense */
    FEED_LOG_FOREIGN, /* no such stream, or of another build */
    FEED_LOG_STOPPED  /* `goes_on` has said so */
};

struct feed_log_reader {
    void *user;
    /* Asked before each packet. */
    bool (*goes_on)(void *user);
    /* At the end, each interface by its number; `id` NULL: none was captured there. */
    void (*interface)(void *user, uint32_t number, const struct interface_id *id, const char *name);
};

/* Feeds `analysis` with all that `file` holds. */
enum feed_log_status feed_log_read(FILE *file, struct analysis *analysis,
                                   const struct feed_log_reader *reader);

#endif
