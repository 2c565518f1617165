/* What became of a direction of a session at a hop, once the whole file is known: all of it lost,
 * lost from some moment on, lost from some size on, or now and then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"
#include "core/link/crossing.h"

#define LOSS_PACKETS 5
#define LOSS_PERCENT 1

static uint32_t icmp_errors_at(const struct linker *linker, const struct link *link,
                               enum direction direction, uint32_t position)
{
    const struct session *session = link->view.session[position];
    const struct session_notes *notes = session ? session_notes_of(linker, session) : NULL;
    uint32_t errors = notes ? notes->icmp[link_session_direction(linker, session, direction)] : 0;
    return errors + (session ? linker->supplier->shared(linker, session, direction).errors : 0);
}

static uint32_t icmp_errors(const struct linker *linker, const struct link *link,
                            enum direction direction)
{
    uint32_t errors = 0;
    for (uint32_t position = 0; position < link->view.count; position++)
        errors += icmp_errors_at(linker, link, direction, position);
    return errors;
}

/* The far point sees this session, and its control traffic in that direction. Where the session's
 * set-up is not in the far file, its data there may be a session of its own. */
static bool far_sees_session(const struct hop_packets *packets)
{
    const struct link *link = packets->passage.link;
    const struct session *session = link->view.session[packets->passage.far];
    if (!link->path || !session)
        return session != NULL;
    const struct connection *far = link->path->row[packets->passage.far]->connection;
    return far->segments[session_sender(session, packets->passage.direction)] > 0;
}

/* A filter that left the data out would look the same: the point must have shown some. An ICMP
 * error about the session is no sign of it: the packet that it quotes came by the same point, or
 * went from it, and was not captured either. */
static bool far_sees_data(const struct linker *linker, const struct link *link, uint32_t position)
{
    uint32_t point = link_position_point(link, position);
    return point < point_times_count(linker->times) && linker->end->data_seen[point];
}

bool link_hop_is_watched(const struct linker *linker, const struct hop_packets *packets)
{
    const struct link *link = packets->passage.link;
    return far_sees_session(packets) &&
           (far_sees_data(linker, link, packets->passage.far) ||
            (packets->count > 0 && link_refusal_by_hop(linker, packets) != NULL));
}

/* Packets after the session's end are no loss: the NAT may have forgotten it rightly. On a key that
 * two tunnels share a late packet may as well be the other one's. */
static int64_t session_ends(const struct linker *linker, const struct link *link, uint32_t position,
                            enum direction direction)
{
    const struct session *session = link->view.session[position];
    return session && session_has_ended(session) &&
                   !linker->supplier->shared(linker, session, direction).shares
               ? session->ended_time_ns - linker->facts->start_ns
               : INT64_MAX;
}

static struct finding hop_finding(const struct linker *linker, enum link_fact fact,
                                  const struct hop_packets *packets, uint32_t frame)
{
    const struct link *link = packets->passage.link;
    struct finding finding = link_finding(linker, linker->supplier->finding[fact], link,
                                          packets->passage.hop, packets->passage.near, frame);
    finding.direction = packets->passage.direction;
    return finding;
}

static void say(struct linker *linker, const struct hop_packets *packets, struct finding *finding)
{
    struct link *link = packets->passage.link;
    struct finding *reported = link_say(linker, finding);
    const enum finding_id *ids = linker->supplier->finding;
    if (reported && (reported->id == ids[LINK_FACT_NOT_FORWARDED] ||
                     reported->id == ids[LINK_FACT_MAYBE_NOT_FORWARDED]))
        link->cross[packets->passage.hop].blocked[packets->passage.direction] = reported->index + 1;
}

/* Who says so, for the end of a sentence; "" if nobody does. */
static char *refusal_words(const struct icmp_refusal *refusal)
{
    if (!refusal)
        return g_strdup("");
    return g_strdup_printf("; the NAT itself refused it (ICMP type %u code %u in frame %u)",
                           refusal->type, refusal->code, refusal->frame);
}

static void none_arrived(struct linker *linker, const struct hop_packets *packets)
{
    struct link *link = packets->passage.link;
    uint32_t errors = icmp_errors(linker, link, packets->passage.direction), count = packets->count;
    const struct icmp_refusal *refusal = link_refusal_by_hop(linker, packets);
    /* Without control traffic it is a guess that a flow nothing of which arrived is this session's.
     * A far point that ended before the first packet shows nothing. */
    if (errors == 0 && (!link->path || packets->certain == 0))
        return;
    bool captured = refusal || far_sees_data(linker, link, packets->passage.far);
    enum link_fact fact = !captured                  ? LINK_FACT_NOT_CAPTURED
                          : count >= 2 || errors > 0 ? LINK_FACT_NOT_FORWARDED
                                                     : LINK_FACT_MAYBE_NOT_FORWARDED;
    struct finding finding = hop_finding(linker, fact, packets, packets->frames[0]);
    char *refused = refusal_words(refusal);
    const char *data = linker->supplier->data;
    const char *why = refusal ? refused : errors ? "; an ICMP error quotes one" : "";
    if (!captured)
        finding.text = g_strdup_printf("%u %s packet%s captured before the hop, none after it%s",
                                       count, data, count == 1 ? "" : "s", why);
    else if (count == 1)
        finding.text = g_strdup_printf("The only %s packet did not pass the hop%s", data, why);
    else
        finding.text = g_strdup_printf("None of %u %s packets passed the hop%s", count, data, why);
    g_free(refused);
    say(linker, packets, &finding);
}

/* Of the whole IP packet, as an MTU counts it; without IP options, which nobody sends. */
static uint32_t ip_length(const struct linker *linker, uint32_t frame)
{
    const struct packet_record *record = facts_packet(linker->facts, frame);
    const struct flow *flow = facts_flow_of(linker->facts, frame, record);
    return (flow->source.length == 4 ? 20u : 40u) + linker->supplier->header_length(record) +
           record->length;
}

static struct crossing_loss count_lost(const struct linker *linker,
                                       const struct hop_packets *packets)
{
    struct crossing_loss loss = {0};
    for (uint32_t i = 0; i < packets->count; i++)
        crossing_count(&loss, i, packets->times_ns[i], ip_length(linker, packets->frames[i]),
                       packets->arrived[i] != 0);
    return loss;
}

static void lost_by_size(struct linker *linker, const struct hop_packets *packets,
                         const struct crossing_loss *loss)
{
    struct finding finding =
        hop_finding(linker, LINK_FACT_LARGE_LOST, packets, packets->frames[loss->first]);
    finding.text =
        g_strdup_printf("IP packets of up to %u bytes passed, all %u of %u bytes or "
                        "more were lost: the path MTU is below %u",
                        loss->longest_passed, loss->lost, loss->shortest_lost, loss->shortest_lost);
    say(linker, packets, &finding);
}

static void lost_now_and_then(struct linker *linker, const struct hop_packets *packets,
                              const struct crossing_loss *loss)
{
    const struct link *link = packets->passage.link;
    const struct link_hop_count *count =
        &link->view.hops[packets->passage.hop].count[packets->passage.direction];
    uint64_t sent = (uint64_t)count->passed + count->lost;
    if (link->cross[packets->passage.hop].blocked[packets->passage.direction] ||
        loss->lost < LOSS_PACKETS || count->lost < LOSS_PACKETS ||
        count->lost * UINT64_C(100) < sent * LOSS_PERCENT)
        return;
    struct finding finding =
        hop_finding(linker, LINK_FACT_LOSS, packets, packets->frames[loss->first]);
    finding.text = g_strdup_printf("%u of %" G_GUINT64_FORMAT " %s packets were lost at the hop",
                                   count->lost, (guint64)sent, linker->supplier->data);
    link_say(linker, &finding);
}

static void none_after(struct linker *linker, const struct hop_packets *packets,
                       const struct crossing_loss *loss)
{
    struct link *link = packets->passage.link;
    const struct icmp_refusal *refusal = link_refusal_by_hop(linker, packets);
    /* What arrived may have come after the session. */
    if (loss->passed == 0 || loss->tail < (refusal ? 1 : CROSSING_TAIL_PACKETS))
        return;
    uint32_t frame = packets->frames[loss->first_of_tail];
    double idle = (double)loss->idle_ns / 1e9;
    bool is_first = link->ceased.frame == 0 || frame < link->ceased.frame;
    if (is_first)
        link->ceased = (struct ceased){.frame = frame,
                                       .point = link_position_point(link, packets->passage.near),
                                       .idle_s = (float)idle};
    if (crossing_fate(loss) != CROSSING_CEASED && !refusal)
        return;
    struct finding finding = hop_finding(linker, LINK_FACT_NOT_FORWARDED, packets, frame);
    char *refused = refusal_words(refusal);
    finding.text =
        g_strdup_printf("%u %s packet%s passed, then none of %u; before the first lost one "
                        "the direction was idle for %.1f s%s",
                        loss->passed, linker->supplier->data, loss->passed == 1 ? "" : "s",
                        loss->tail, idle, refused);
    g_free(refused);
    say(linker, packets, &finding);
    if (is_first)
        link->ceased.reported =
            link->cross[packets->passage.hop].blocked[packets->passage.direction];
}

void link_loss(struct linker *linker, const struct hop_packets *all)
{
    struct link *link = all->passage.link;
    struct hop_packets in_call = *all;
    const struct hop_packets *packets = &in_call;
    link->cross[packets->passage.hop].blocked[packets->passage.direction] = 0;
    int64_t end = session_ends(linker, link, packets->passage.near, packets->passage.direction);
    while (in_call.count > 0 && packets->times_ns[in_call.count - 1] > end)
        in_call.count--;
    if (packets->count == 0 || !far_sees_session(packets))
        return;
    uint32_t in_part = link_fragment_end(linker, packets);
    if (in_part > 0 && packets->arrived_count + in_part >= packets->count)
        return;
    if (packets->arrived_count == 0) {
        none_arrived(linker, packets);
        return;
    }
    struct crossing_loss loss = count_lost(linker, packets);
    if (crossing_fate(&loss) == CROSSING_BY_SIZE) {
        lost_by_size(linker, packets, &loss);
        return;
    }
    none_after(linker, packets, &loss);
    if (in_part == 0)
        lost_now_and_then(linker, packets, &loss);
}
