/* The whole analysis behind one door: the only header of core that the adapter feeds and that taps
 * read results through.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_ANALYSIS_H
#define PPTPNAT_ANALYSIS_H

#include "ipsec/ipsec_link.h"
#include "ipsec/ipsec_tracker.h"
#include "core/link/linker.h"
#include "core/outcome/outcome.h"
#include "core/pptp/evidence.h"
#include "core/pptp/tracker.h"

struct analysis_options {
    bool (*is_pptp_port)(uint16_t port); /* NULL: 1723 only */
    bool link; /* false: no links, and no finding that two points are needed for */
    struct linker_options linker;
};

struct analysis;
struct feed_log;

/* Copies `options`, arrays included. */
struct analysis *analysis_new(const struct analysis_options *options);
void analysis_free(struct analysis *analysis); /* NULL is fine */

/* From now on, all that is fed is also written to `log`, which is borrowed; NULL: no longer. */
void analysis_record(struct analysis *analysis, struct feed_log *log);

/* Feed every packet once, in capture order. */
/* Returns the connection it is of; NULL: none that is tracked. */
const struct pptp_connection *analysis_tcp(struct analysis *analysis,
                                           const struct tcp_segment *segment);
/* Returns what it noted of the packet, valid until the next feed; NULL: a bound was reached. */
const struct packet_record *analysis_gre(struct analysis *analysis,
                                         const struct gre_packet *packet);
void analysis_icmp(struct analysis *analysis, const struct icmp_error *error);
void analysis_fragment(struct analysis *analysis, const struct ip_fragment *fragment);
bool analysis_wants_tcp(const struct analysis *analysis, uint16_t port_a, uint16_t port_b);

/* The same of IPsec (ipsec_tracker.h), where packet.interface is the interface as for PPTP. The
 * UDP packets to feed are those of analysis_wants_udp. */
struct ipsec_record *analysis_udp(struct analysis *analysis, const struct ipsec_packet *packet);
struct ipsec_record *analysis_esp(struct analysis *analysis, const struct ipsec_packet *packet);
bool analysis_wants_udp(const struct analysis *analysis, struct udp_ports ports,
                        const uint8_t *data, uint32_t captured);

/* The highest frame number fed; 0: nothing was. */
uint32_t analysis_last_frame(const struct analysis *analysis);

/* Concludes what follows if no more is fed, unless that is known already. May be asked at any time,
 * and as often as one likes: no fact is changed. */
void analysis_finish(struct analysis *analysis);
/* The same for those who ask on a timer while packets come: keeps an outcome that is a little older
 * than the latest packets while that is cheaper. */
void analysis_refresh(struct analysis *analysis);
/* The latest outcome, for outputs; NULL: nobody has asked for one. Valid until one of the two above
 * is called. */
const struct outcome *analysis_outcome(const struct analysis *analysis);

const struct tracker *analysis_tracker(const struct analysis *analysis);
/* The facts, and what was concluded from them if nothing was fed since. NULL: links are off. */
const struct linker *analysis_linker(const struct analysis *analysis);
const struct finding_log *analysis_log(const struct analysis *analysis);

const struct ipsec_tracker *analysis_ipsec(const struct analysis *analysis);
/* What several points saw of the same SAs. NULL before analysis_finish, and where links are off;
 * valid until more is fed. */
const struct ipsec_links *analysis_ipsec_links(const struct analysis *analysis);

#endif
