/* See analysis.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"

#include "feed_log.h"
#include "ipsec/ipsec_outcome.h"
#include "pptp/pptp_outcome.h"
#include "pptp/pptp_supplier.h"

/* Who asks on a timer gets an outcome until its own cost has passed so often: then asking takes at
 * most one part in twenty of the time. One that is made in no time is always made anew: whoever
 * asks at the end of a file must not get that of its beginning. */
#define PATIENCE 20
#define CHEAP_US 20000

struct analysis {
    struct finding_log *log;
    struct tracker *tracker;
    struct ipsec_tracker *ipsec;
    uint32_t ipsec_last_frame; /* highest frame number fed */
    struct ipsec_linker *ipsec_linker;
    struct linker *linker;   /* NULL: links are off */
    struct feed_log *feed;   /* NULL: nobody records what is fed */
    struct outcome *outcome; /* what followed when somebody asked last; NULL: nobody has */
    bool is_old;             /* and more was fed since */
    int64_t concluded_us;    /* by the system's clock: when it was made, */
    int64_t took_us;         /* and how long that took */
};

struct analysis *analysis_new(const struct analysis_options *options)
{
    struct analysis *analysis = g_new0(struct analysis, 1);
    analysis->log = finding_log_new();
    analysis->tracker = tracker_new(analysis->log);
    analysis->ipsec = ipsec_tracker_new(analysis->log);
    analysis->ipsec_linker = ipsec_linker_new(analysis->ipsec);
    if (options->is_pptp_port)
        tracker_set_ports(analysis->tracker, options->is_pptp_port);
    if (options->link) {
        analysis->linker = pptp_linker_new(analysis->tracker, analysis->log, &options->linker);
        struct tracker_observer observer = pptp_linker_observer(analysis->linker);
        tracker_observe(analysis->tracker, &observer);
        struct ipsec_observer of_ipsec = ipsec_linker_observer(analysis->ipsec_linker);
        ipsec_tracker_observe(analysis->ipsec, &of_ipsec);
    }
    return analysis;
}

void analysis_free(struct analysis *analysis)
{
    if (!analysis)
        return;
    outcome_free(analysis->outcome);
    linker_free(analysis->linker);
    ipsec_linker_free(analysis->ipsec_linker);
    ipsec_tracker_free(analysis->ipsec);
    tracker_free(analysis->tracker);
    finding_log_free(analysis->log);
    g_free(analysis);
}

void analysis_record(struct analysis *analysis, struct feed_log *log)
{
    analysis->feed = log;
}

/* A fact is about to be added: what followed from those before is to be concluded anew. */
static void add_fact(struct analysis *analysis)
{
    analysis->is_old = true;
}

/* A packet that no link has shows that its point captured then. */
static void note_seen(struct analysis *analysis, uint32_t point, const struct packet *packet)
{
    if (analysis->linker)
        linker_seen(analysis->linker, point, packet->time_ns);
}

const struct pptp_connection *analysis_tcp(struct analysis *analysis,
                                           const struct tcp_segment *segment)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_tcp(analysis->feed, segment);
    return tracker_feed_tcp(analysis->tracker, segment);
}

const struct packet_record *analysis_gre(struct analysis *analysis, const struct gre_packet *packet)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_gre(analysis->feed, packet);
    return tracker_feed_gre(analysis->tracker, packet);
}

void analysis_icmp(struct analysis *analysis, const struct icmp_error *error)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_icmp(analysis->feed, error);
    note_seen(analysis, tracker_point(analysis->tracker, error->packet.interface), &error->packet);
    tracker_feed_icmp(analysis->tracker, error);
}

void analysis_fragment(struct analysis *analysis, const struct ip_fragment *fragment)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_fragment(analysis->feed, fragment);
    note_seen(analysis, tracker_point(analysis->tracker, fragment->packet.interface),
              &fragment->packet);
    if (analysis->linker)
        linker_fragment(analysis->linker, &fragment->packet);
}

bool analysis_wants_tcp(const struct analysis *analysis, uint16_t port_a, uint16_t port_b)
{
    return tracker_knows_ports(analysis->tracker, port_a, port_b);
}

/* The packet at its point: the halves of a tap are one, as PPTP's connections have shown. */
static struct ipsec_packet at_its_point(struct analysis *analysis,
                                        const struct ipsec_packet *packet)
{
    struct ipsec_packet placed = *packet;
    analysis->ipsec_last_frame = MAX(analysis->ipsec_last_frame, packet->packet.frame);
    placed.packet.interface = tracker_point(analysis->tracker, packet->packet.interface);
    note_seen(analysis, placed.packet.interface, &placed.packet);
    return placed;
}

struct ipsec_record *analysis_udp(struct analysis *analysis, const struct ipsec_packet *packet)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_udp(analysis->feed, packet);
    struct ipsec_packet placed = at_its_point(analysis, packet);
    return ipsec_tracker_feed_udp(analysis->ipsec, &placed);
}

struct ipsec_record *analysis_esp(struct analysis *analysis, const struct ipsec_packet *packet)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_esp(analysis->feed, packet);
    struct ipsec_packet placed = at_its_point(analysis, packet);
    return ipsec_tracker_feed_esp(analysis->ipsec, &placed);
}

bool analysis_wants_udp(const struct analysis *analysis, struct udp_ports ports,
                        const uint8_t *data, uint32_t captured)
{
    return ipsec_tracker_wants(analysis->ipsec, ports, data, captured);
}

uint32_t analysis_last_frame(const struct analysis *analysis)
{
    return MAX(tracker_last_frame(analysis->tracker), analysis->ipsec_last_frame);
}

void analysis_finish(struct analysis *analysis)
{
    if (analysis->outcome && !analysis->is_old)
        return;
    int64_t from_us = g_get_monotonic_time();
    outcome_free(analysis->outcome);
    const struct outcome_member members[] = {
        {.part = &pptp_outcome_part},
        {.part = &ipsec_outcome_part, .facts = analysis->ipsec_linker},
    };
    const struct outcome_facts of = {
        .facts = tracker_facts(analysis->tracker),
        .supplier = &pptp_supplier,
        .linker = analysis->linker,
        .log = analysis->log,
        .members = members,
        .member_count = G_N_ELEMENTS(members),
    };
    analysis->outcome = outcome_new(&of);
    analysis->is_old = false;
    analysis->concluded_us = g_get_monotonic_time();
    analysis->took_us = analysis->concluded_us - from_us;
}

void analysis_refresh(struct analysis *analysis)
{
    int64_t age_us = g_get_monotonic_time() - analysis->concluded_us;
    if (!analysis->outcome || analysis->took_us < CHEAP_US ||
        age_us >= PATIENCE * analysis->took_us)
        analysis_finish(analysis);
}

const struct outcome *analysis_outcome(const struct analysis *analysis)
{
    return analysis->outcome;
}

const struct tracker *analysis_tracker(const struct analysis *analysis)
{
    return analysis->tracker;
}

const struct linker *analysis_linker(const struct analysis *analysis)
{
    bool is_new = analysis->outcome && !analysis->is_old;
    return is_new ? outcome_linker(analysis->outcome) : analysis->linker;
}

const struct finding_log *analysis_log(const struct analysis *analysis)
{
    bool is_new = analysis->outcome && !analysis->is_old;
    return is_new ? outcome_log(analysis->outcome) : analysis->log;
}

const struct ipsec_tracker *analysis_ipsec(const struct analysis *analysis)
{
    return analysis->ipsec;
}

const struct ipsec_links *analysis_ipsec_links(const struct analysis *analysis)
{
    return analysis->outcome && analysis->linker
               ? outcome_of(analysis->outcome, &ipsec_outcome_part)
               : NULL;
}
