/* See analysis.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"

#include "feed_log.h"
#include "ipsec/ipsec_conclusion.h"

/* What IPsec's findings are found by; of those that the end decides, also the findings. */
struct ipsec_part {
    struct ipsec_tracker *tracker;
    struct ipsec_finding_index *online;
    struct ipsec_finding_index *at_end;
    GPtrArray *conclusions; /* empty until the end */
    uint32_t last_frame;    /* highest frame number fed */
};

/* Who asks on a timer gets an outcome until its own cost has passed so often: then asking takes at
 * most one part in twenty of the time. */
#define PATIENCE 20

struct analysis {
    struct finding_log *log;
    struct tracker *tracker;
    struct ipsec_part ipsec;
    struct linker *linker;   /* NULL: links are off */
    struct feed_log *feed;   /* NULL: nobody records what is fed */
    struct outcome *outcome; /* what followed when somebody asked last; NULL: nobody has */
    bool is_old;             /* and more was fed since */
    int64_t concluded_us;    /* by the system's clock: when it was made, */
    int64_t took_us;         /* and how long that took */
};

static void set_conclusions(struct ipsec_part *ipsec, GPtrArray *conclusions)
{
    if (ipsec->conclusions != NULL)
        g_ptr_array_free(ipsec->conclusions, TRUE);
    ipsec_finding_index_free(ipsec->at_end);
    ipsec->conclusions = conclusions;
    ipsec->at_end = ipsec_finding_index_new();
    ipsec_finding_index_update(ipsec->at_end, conclusions);
}

static void ipsec_part_clear(struct ipsec_part *ipsec)
{
    ipsec_finding_index_free(ipsec->at_end);
    ipsec_finding_index_free(ipsec->online);
    g_ptr_array_free(ipsec->conclusions, TRUE);
    ipsec_tracker_free(ipsec->tracker);
}

struct analysis *analysis_new(const struct analysis_options *options)
{
    struct analysis *analysis = g_new0(struct analysis, 1);
    analysis->log = finding_log_new();
    analysis->tracker = tracker_new(analysis->log);
    analysis->ipsec.tracker = ipsec_tracker_new();
    analysis->ipsec.online = ipsec_finding_index_new();
    set_conclusions(&analysis->ipsec, g_ptr_array_new());
    if (options->is_pptp_port)
        tracker_set_ports(analysis->tracker, options->is_pptp_port);
    if (options->link) {
        analysis->linker = linker_new(analysis->tracker, analysis->log, &options->linker);
        struct tracker_observer observer = linker_observer(analysis->linker);
        tracker_observe(analysis->tracker, &observer);
    }
    return analysis;
}

void analysis_free(struct analysis *analysis)
{
    if (!analysis)
        return;
    outcome_free(analysis->outcome);
    linker_free(analysis->linker);
    ipsec_part_clear(&analysis->ipsec);
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
    if (!analysis->outcome || analysis->is_old)
        return;
    analysis->is_old = true;
    set_conclusions(&analysis->ipsec, g_ptr_array_new());
}

const struct connection *analysis_tcp(struct analysis *analysis, const struct tcp_segment *segment)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_tcp(analysis->feed, segment);
    return tracker_feed_tcp(analysis->tracker, segment);
}

const struct gre_record *analysis_gre(struct analysis *analysis, const struct gre_packet *packet)
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
    tracker_feed_icmp(analysis->tracker, error);
}

void analysis_fragment(struct analysis *analysis, const struct ip_fragment *fragment)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_fragment(analysis->feed, fragment);
    if (analysis->linker)
        linker_fragment(analysis->linker, fragment);
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
    analysis->ipsec.last_frame = MAX(analysis->ipsec.last_frame, packet->packet.frame);
    placed.packet.interface = tracker_point(analysis->tracker, packet->packet.interface);
    return placed;
}

struct ipsec_record *analysis_udp(struct analysis *analysis, const struct ipsec_packet *packet)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_udp(analysis->feed, packet);
    struct ipsec_packet placed = at_its_point(analysis, packet);
    return ipsec_tracker_feed_udp(analysis->ipsec.tracker, &placed);
}

struct ipsec_record *analysis_esp(struct analysis *analysis, const struct ipsec_packet *packet)
{
    add_fact(analysis);
    if (analysis->feed)
        feed_log_esp(analysis->feed, packet);
    struct ipsec_packet placed = at_its_point(analysis, packet);
    return ipsec_tracker_feed_esp(analysis->ipsec.tracker, &placed);
}

bool analysis_wants_udp(const struct analysis *analysis, struct udp_ports ports,
                        const uint8_t *data, uint32_t captured)
{
    return ipsec_tracker_wants(analysis->ipsec.tracker, ports, data, captured);
}

uint32_t analysis_last_frame(const struct analysis *analysis)
{
    return MAX(tracker_last_frame(analysis->tracker), analysis->ipsec.last_frame);
}

void analysis_finish(struct analysis *analysis)
{
    if (analysis->outcome && !analysis->is_old)
        return;
    int64_t from_us = g_get_monotonic_time();
    outcome_free(analysis->outcome);
    analysis->outcome = outcome_new(analysis->tracker, analysis->linker, analysis->log);
    analysis->is_old = false;
    analysis->concluded_us = g_get_monotonic_time();
    analysis->took_us = analysis->concluded_us - from_us;
    set_conclusions(&analysis->ipsec, ipsec_conclude(analysis->ipsec.tracker));
}

void analysis_refresh(struct analysis *analysis)
{
    int64_t age_us = g_get_monotonic_time() - analysis->concluded_us;
    if (!analysis->outcome || age_us >= PATIENCE * analysis->took_us)
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
    return analysis->ipsec.tracker;
}

const GPtrArray *analysis_ipsec_conclusions(const struct analysis *analysis)
{
    return analysis->ipsec.conclusions;
}

void analysis_ipsec_on_frame(struct analysis *analysis, uint32_t frame, ipsec_finding_fn each,
                             void *user)
{
    struct ipsec_part *ipsec = &analysis->ipsec;
    ipsec_finding_index_update(ipsec->online, ipsec_tracker_findings(ipsec->tracker));
    ipsec_finding_index_on_frame(ipsec->online, frame, each, user);
    ipsec_finding_index_on_frame(ipsec->at_end, frame, each, user);
}
