/* See pptp_supplier.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pptp_supplier.h"

#include "cause_table.h"
#include "nat_rules.h"

#define GRE_FIXED 8 /* RFC 2637 4.1: flags, protocol, key */

static struct tracker *tracker_from(const struct facts *facts)
{
    return (struct tracker *)(uintptr_t)facts;
}

static const char *sender_name(const struct session *session, enum direction direction)
{
    return tracker_sender_name(call_of(session), direction);
}

static const char *receiver_name(const struct session *session, enum direction direction)
{
    return tracker_receiver_name(call_of(session), direction);
}

static uint32_t point_of(const struct facts *facts, uint32_t interface)
{
    return tracker_point(tracker_from(facts), interface);
}

static struct message *messages_on(const struct facts *facts, uint32_t frame)
{
    return as_message(tracker_messages_on(tracker_from(facts), frame));
}

static const struct ip_checksums *ip_checksums(const struct facts *facts, const struct flow *flow)
{
    return tracker_ip_checksums(tracker_from(facts), gre_of(flow));
}

static uint32_t header_length(const struct packet_record *record)
{
    return GRE_FIXED + (record->flags & PACKET_DATA ? 4u : 0u) +
           (record->flags & PACKET_ACK ? 4u : 0u);
}

static void expect(const struct session *session, enum direction direction)
{
    tracker_expect(call_of(session), direction);
}

static bool opened(void *user, const struct call *call)
{
    return link_call_opened(user, call);
}

static bool explained(void *user, const struct gre_flow *flow)
{
    return linker_explains(user, as_flow(flow));
}

static struct tracker_asked asked_by(struct linker *linker, struct finding_log *log)
{
    return linker ? (struct tracker_asked){.log = log,
                                           .opened = opened,
                                           .explained = explained,
                                           .user = linker}
                  : (struct tracker_asked){.log = log, .alone = true};
}

static void begin(struct facts *facts, struct linker *linker, struct finding_log *log)
{
    struct tracker_asked asked = asked_by(linker, log);
    tracker_conclude(tracker_from(facts), &asked);
}

static void conclude(struct facts *facts, struct linker *linker, struct finding_log *log)
{
    struct tracker_asked asked = asked_by(linker, log);
    if (linker)
        link_source(linker);
    tracker_conclude_flows(tracker_from(facts), &asked);
    if (!linker)
        return;
    link_judge_disputed(linker);
    link_tunnel_finish(linker);
    link_tunnel_mark(linker);
    link_ppp_end(linker);
}

static void judge_nats(struct linker *linker)
{
    link_before_call(linker);
    link_judge_editors(linker);
}

/* Tunnels that cannot be told apart before the first hop are the fault of none of these. */
static uint32_t hop_of(const struct finding *finding)
{
    return finding->id == FINDING_TUNNEL_MAYBE_AMBIGUOUS ? 0 : finding->hop;
}

static bool is_of_lost_state(const struct finding *finding)
{
    switch (finding->id) {
    case FINDING_CALLID_MISTRANSLATED:
        return finding->mistranslation == MISTRANSLATION_UNTRANSLATED ||
               finding->mistranslation == MISTRANSLATION_ZERO;
    case FINDING_GRE_NOT_FORWARDED:
    case FINDING_GRE_REJECTED:
    case FINDING_CONTROL_NOT_FORWARDED:
    case FINDING_RESET_INJECTED:
        return true;
    default:
        return false;
    }
}

static const struct link_limit_text limits[LINK_LIMIT_ALL - LINK_LIMIT_COUNT] = {
    [NAT_LIMIT_SAME_KEY - LINK_LIMIT_COUNT] =
        {.bound = NAT_SAME_KEY_LIMIT,
         .text = "more than %u live calls have the same addresses and Call ID; the others are not "
                 "compared",
         .of_one_point = true},
    [NAT_LIMIT_WATCHES - LINK_LIMIT_COUNT] =
        {.bound = NAT_WATCH_LIMIT,
         .text = "more than %u pairs of tunnels share a Call ID; the others are not watched",
         .of_one_point = true},
    [NAT_LIMIT_EARLIER_CONNECTIONS - LINK_LIMIT_COUNT] =
        {.bound = NAT_EARLIER_CONNECTIONS,
         .text = "more than %u connections with calls have the same addresses and ports; a wrong "
                 "Call ID of an earlier one may be called unknown",
         .is_harmless = true},
    [NAT_LIMIT_REPEATED - LINK_LIMIT_COUNT] =
        {.bound = NAT_REPEATED_LIMIT,
         .text = "more than %u segments of one end were retransmitted; whether later ones pass the "
                 "hop is not judged"},
};

const struct supplier pptp_supplier = {
    .data = "GRE",
    .id = "Call ID",
    .finding =
        {
            [LINK_FACT_WRONG_ID] = FINDING_CALLID_MISTRANSLATED,
            [LINK_FACT_MAP_CHANGED] = FINDING_MAPPING_CHANGED,
            [LINK_FACT_MISDELIVERED] = FINDING_GRE_MISDELIVERED,
            [LINK_FACT_OTHER_ADDRESS] = FINDING_GRE_OTHER_ADDRESS,
            [LINK_FACT_AMBIGUOUS] = FINDING_LINK_AMBIGUOUS,
            [LINK_FACT_NOT_FORWARDED] = FINDING_GRE_NOT_FORWARDED,
            [LINK_FACT_MAYBE_NOT_FORWARDED] = FINDING_GRE_MAYBE_NOT_FORWARDED,
            [LINK_FACT_NOT_CAPTURED] = FINDING_GRE_NOT_CAPTURED,
            [LINK_FACT_LARGE_LOST] = FINDING_LARGE_PACKETS_LOST,
            [LINK_FACT_LOSS] = FINDING_GRE_LOSS,
            [LINK_FACT_FRAGMENT_LOST] = FINDING_FRAGMENT_LOST,
            [LINK_FACT_IP_CHECKSUM] = FINDING_IP_CHECKSUM_WRONG,
        },
    .limits = limits,
    .sender_name = sender_name,
    .receiver_name = receiver_name,
    .point_of = point_of,
    .messages_on = messages_on,
    .ip_checksums = ip_checksums,
    .header_length = header_length,
    .expect = expect,
    .own_new = pptp_own_new,
    .own_free = pptp_own_free,
    .judge_pair = link_judge_pair,
    .linked = link_owner_add,
    .kind_of = link_map_kind,
    .shared = link_tunnel_shared,
    .begin = begin,
    .conclude = conclude,
    .judge_nats = judge_nats,
    .astray = link_source_cause,
    .hop_of = hop_of,
    .is_of_lost_state = is_of_lost_state,
    .causes = pptp_causes,
};

struct linker *pptp_linker_new(struct tracker *tracker, struct finding_log *log,
                               const struct linker_options *options)
{
    return linker_new(tracker_facts(tracker), &pptp_supplier, log, options);
}
