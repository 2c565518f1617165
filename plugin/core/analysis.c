/* See analysis.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"

struct analysis {
    struct finding_log *log;
    struct tracker *tracker;
    struct linker *linker; /* NULL: links are off */
    uint32_t online;       /* findings made while reading; what follows is the end's */
    bool finished;
};

struct analysis *analysis_new(const struct analysis_options *options)
{
    struct analysis *analysis = g_new0(struct analysis, 1);
    analysis->log = finding_log_new();
    analysis->tracker = tracker_new(analysis->log);
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
    linker_free(analysis->linker);
    tracker_free(analysis->tracker);
    finding_log_free(analysis->log);
    g_free(analysis);
}

/* Takes back what the end of the file had decided: it was not the end. */
static void reopen(struct analysis *analysis)
{
    if (!analysis->finished)
        return;
    analysis->finished = false;
    if (analysis->linker)
        linker_reopen(analysis->linker, analysis->online);
    finding_log_rewind(analysis->log, analysis->online);
}

const struct connection *analysis_tcp(struct analysis *analysis, const struct tcp_segment *segment)
{
    reopen(analysis);
    return tracker_feed_tcp(analysis->tracker, segment);
}

const struct gre_record *analysis_gre(struct analysis *analysis, const struct gre_packet *packet)
{
    reopen(analysis);
    return tracker_feed_gre(analysis->tracker, packet);
}

void analysis_icmp(struct analysis *analysis, const struct icmp_error *error)
{
    reopen(analysis);
    tracker_feed_icmp(analysis->tracker, error);
}

void analysis_fragment(struct analysis *analysis, const struct ip_fragment *fragment)
{
    reopen(analysis);
    if (analysis->linker)
        linker_fragment(analysis->linker, fragment);
}

bool analysis_wants_tcp(const struct analysis *analysis, uint16_t port_a, uint16_t port_b)
{
    return tracker_knows_ports(analysis->tracker, port_a, port_b);
}

void analysis_finish(struct analysis *analysis)
{
    if (analysis->finished)
        return;
    analysis->online = finding_log_count(analysis->log);
    analysis->finished = true;
    tracker_finish(analysis->tracker);
    if (analysis->linker)
        linker_finish(analysis->linker);
    else
        tracker_finish_flows(analysis->tracker);
}

const struct tracker *analysis_tracker(const struct analysis *analysis)
{
    return analysis->tracker;
}

const struct linker *analysis_linker(const struct analysis *analysis)
{
    return analysis->linker;
}

const struct finding_log *analysis_log(const struct analysis *analysis)
{
    return analysis->log;
}
