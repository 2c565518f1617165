/* ICMP errors that quote packets of PPTP: evidence about a call or an attempt to connect, never
 * traffic of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

#define IP_PROTOCOL_TCP 6
#define IP_PROTOCOL_GRE 47

#define ICMP_UNREACHABLE    3
#define ICMP_FRAGMENTATION  4 /* code: needed, but forbidden: nobody refuses anything */
#define ICMPV6_UNREACHABLE  1
#define ICMPV6_TOO_BIG      2
#define IPV4_ADDRESS_LENGTH 4

/* Of several calls with the quoted key, the one that is known to have sent the quoted number. */
static struct call *quoted_call(const struct tracker *tracker, const struct icmp_error *error,
                                uint32_t point)
{
    struct gre_flow *first = tracker_find_flow(tracker, point, &error->quoted_source,
                                               &error->quoted_destination, error->quoted_call_id);
    if (first == NULL)
        return NULL;
    struct gre_flow *flow = first;
    while (error->has_quoted_seq && flow->sharing != NULL && flow->sharing != first &&
           (!flow->has_seq || flow->last_seq != error->quoted_seq))
        flow = flow->sharing;
    if (error->has_quoted_seq && flow->has_seq && flow->last_seq == error->quoted_seq)
        return call_of(flow->session);
    return call_of(first->session);
}

static void note_gre(struct tracker *tracker, struct call *call, const struct icmp_error *error)
{
    struct finding finding =
        tracker_finding(FINDING_GRE_REJECTED, error->packet.frame, error->packet.frame,
                        error->packet.interface, NULL, call);
    if (call->icmp_errors++ == 0)
        call->icmp_frame = error->packet.frame;
    if (error->has_quoted_seq)
        finding_say(tracker->log, &finding,
                    "ICMP type %u code %u quotes GRE with Call ID %u (0x%04x), sequence number %u",
                    error->type, error->code, error->quoted_call_id, error->quoted_call_id,
                    error->quoted_seq);
    else
        finding_say(tracker->log, &finding,
                    "ICMP type %u code %u quotes GRE with Call ID %u (0x%04x)", error->type,
                    error->code, error->quoted_call_id, error->quoted_call_id);
}

static bool is_unreachable(const struct icmp_error *error)
{
    if (error->packet.source.length == IPV4_ADDRESS_LENGTH)
        return error->type == ICMP_UNREACHABLE && error->code != ICMP_FRAGMENTATION;
    return error->type == ICMPV6_UNREACHABLE;
}

/* The sender is told to send smaller packets (RFC 1191, RFC 8201), and refused nothing. */
static bool is_mtu_discovery(const struct icmp_error *error)
{
    if (error->packet.source.length == IPV4_ADDRESS_LENGTH)
        return error->type == ICMP_UNREACHABLE && error->code == ICMP_FRAGMENTATION;
    return error->type == ICMPV6_TOO_BIG;
}

/* Only an error about the first packet of a connection that nobody answered is a refusal. */
static void note_tcp(struct tracker *tracker, const struct icmp_error *error, uint32_t point)
{
    struct pptp_connection *connection =
        tracker_find_connection(tracker, point, &error->quoted_source, error->quoted_source_port,
                                &error->quoted_destination, error->quoted_destination_port);
    if (connection == NULL || !connection->has_isn[0] || connection->segments[1] != 0 ||
        connection->icmp != NULL || !is_unreachable(error))
        return;
    connection->icmp = g_new0(struct attempt_refusal, 1);
    *connection->icmp = (struct attempt_refusal){
        .at = {error->packet.frame, error->packet.time_ns},
        .source = error->packet.source,
        .type = error->type,
        .code = error->code,
    };
}

void tracker_feed_icmp(struct tracker *tracker, const struct icmp_error *error)
{
    struct call *call = NULL;
    tracker_note_packet(tracker, &error->packet);
    uint32_t point = tracker_point(tracker, error->packet.interface);
    if (error->quoted_protocol == IP_PROTOCOL_GRE && !is_mtu_discovery(error)) {
        call = quoted_call(tracker, error, point);
        if (call != NULL)
            note_gre(tracker, call, error);
    } else if (error->quoted_protocol == IP_PROTOCOL_TCP) {
        note_tcp(tracker, error, point);
    }
    if (tracker->observer.icmp != NULL)
        tracker->observer.icmp(tracker->observer.user, call, error);
}
