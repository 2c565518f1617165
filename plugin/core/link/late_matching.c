/* Matches across each hop what was not matched while reading: late links, files one after the
 * other, misaddressed flows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "packets.h"

/* A link's packets belong to each other first; only what is left may be another flow's
 * misaddressed. */
static void match_own(struct linker *linker, const struct packet_index *index, struct link *link)
{
    bool unmatched = false;
    for (uint32_t i = 0; i < 2 * link->view.count; i++) {
        const struct session *session = link->view.session[i / 2];
        const struct flow *flow = session ? session->flow[i % 2] : NULL;
        unmatched = unmatched || (flow && index->unmatched[flow->index]);
    }
    for (uint32_t i = 0; unmatched && i < 2 * (link->view.count - 1); i++) {
        struct passage passage = link_passage(link, (enum direction)(i % 2), i / 2);
        struct hop_sides sides = link_late_hop(linker, index, &passage);
        hop_sides_clear(&sides);
    }
}

static struct flow_at *places_of_flows(const struct linker *linker)
{
    uint32_t flows = linker->facts->flows->len;
    struct flow_at *positions = g_new0(struct flow_at, flows + 1);
    for (uint32_t i = 0; i < flows; i++)
        positions[i] = link_packets_flow_at(linker, facts_flow(linker->facts, i));
    return positions;
}

/* Whether packets of the link may still wait: not where there are two points, each packet has its
 * other half at the other one, and no other flow's packets were ever among them. */
static bool may_wait(const struct linker *linker, const struct packet_index *index,
                     const struct link *link)
{
    if (link->view.count > 2)
        return true;
    for (uint32_t i = 0; i < 2 * link->view.count; i++) {
        const struct session *session = link->view.session[i / 2];
        const struct flow *flow = session ? session->flow[i % 2] : NULL;
        if (link->at[i / 2].misaddressed[i % 2] ||
            (flow && (index->unmatched[flow->index] || flow_mark_of(linker, flow))))
            return true;
    }
    return false;
}

/* By index of the link. */
static bool *links_that_wait(const struct linker *linker, const struct packet_index *index)
{
    bool *wait = g_new0(bool, linker->links->len + 1);
    for (guint i = 0; i < linker->links->len; i++)
        wait[i] = may_wait(linker, index, linker->links->pdata[i]);
    return wait;
}

static void add_matched(uint8_t *matched, uint32_t frame, unsigned hops)
{
    matched[frame / 4] |= (uint8_t)(hops << frame % 4 * 2);
}

static void note_hop(const struct linker *linker, const struct flow_at *positions, uint32_t frame,
                     uint8_t *matched)
{
    const struct packet_store *packets = linker->facts->packets;
    const struct packet_record *record = facts_packet(linker->facts, frame);
    uint32_t peer_frame = link_peer_of(linker, frame, record);
    const struct packet_record *peer = peer_frame ? facts_packet(linker->facts, peer_frame) : NULL;
    if (!peer)
        return;
    struct flow_at own = positions[packet_store_flow(packets, frame, record)];
    struct flow_at other = positions[packet_store_flow(packets, peer_frame, peer)];
    if (other.link == LINK_NONE)
        return;
    if (own.link != other.link) { /* a foreign packet in another session's flow: both explained */
        add_matched(matched, frame, LINK_MATCHED_OUTWARDS | LINK_MATCHED_INWARDS);
        add_matched(matched, peer_frame, LINK_MATCHED_OUTWARDS | LINK_MATCHED_INWARDS);
        return;
    }
    bool outwards = other.position > own.position;
    add_matched(matched, frame, outwards ? LINK_MATCHED_OUTWARDS : LINK_MATCHED_INWARDS);
    add_matched(matched, peer_frame, outwards ? LINK_MATCHED_INWARDS : LINK_MATCHED_OUTWARDS);
}

/* What link_matched reads, for links that wait. A record names one peer only, but each packet after
 * a hop names the one before it. */
static uint8_t *matched_hops(const struct linker *linker, const struct packet_index *index,
                             const bool *wait)
{
    uint8_t *matched = g_new0(uint8_t, (gsize)linker->facts->latest_frame / 4 + 1);
    struct flow_at *positions = places_of_flows(linker);
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        if (positions[i].link == LINK_NONE || !wait[positions[i].link])
            continue;
        struct packet_walk walk = link_packets_walk(index, i);
        for (uint32_t frame; (frame = link_packets_next(&walk)) != 0;)
            note_hop(linker, positions, frame, matched);
    }
    g_free(positions);
    return matched;
}

/* What waits is renewed from the records: packets read before their session was linked never
 * waited.
 */
static void renew_waiting(struct linker *linker, const struct packet_index *index, const bool *wait,
                          const uint8_t *matched)
{
    link_data_forget(linker);
    for (guint i = 0; i < linker->links->len; i++) {
        struct link *link = linker->links->pdata[i];
        for (uint32_t at = 0; wait[i] && at < 2 * link->view.count; at++) {
            const struct session *session = link->view.session[at / 2];
            const struct flow *flow = session ? session->flow[at % 2] : NULL;
            if (!flow)
                continue;
            struct packet_walk walk = link_packets_walk(index, flow->index);
            for (uint32_t frame; (frame = link_packets_next(&walk)) != 0;)
                link_data_wait(linker, link, flow, at / 2, frame, link_matched(matched, frame));
        }
    }
}

/* Packets of a flow compared once more; a flow that stays unexplained that long is none of ours. */
#define STRAY_RETRIES 32

/* Whether a point before this one in the link's row should have shown the flow's packets. */
static bool has_upstream(const struct linker *linker, const struct link *link,
                         const struct flow *flow, uint32_t position)
{
    return link_data_direction(linker, flow) == link->downward ? position > 0
                                                               : position + 1 < link->view.count;
}

/* A packet with a wrong id may have been read before its right half: clocks apart, files one after
 * the other. */
static void retry_misaddressed(struct linker *linker, const struct packet_index *index)
{
    for (uint32_t i = 0; i < linker->facts->flows->len; i++) {
        struct flow *flow = facts_flow(linker->facts, i);
        const struct link *own = link_of_session(linker, flow->session);
        if (!index->unmatched[i] || flow_position_of(linker, flow) ||
            (own && !has_upstream(linker, own, flow, link_position_of(linker, flow->session))))
            continue;
        uint32_t retries = 0;
        struct packet_walk walk = link_packets_walk(index, i);
        for (uint32_t frame; retries < STRAY_RETRIES && (frame = link_packets_next(&walk)) != 0;) {
            struct packet_record *record = facts_packet(linker->facts, frame);
            if (link_peer_of(linker, frame, record))
                continue;
            retries++;
            link_misaddressed_find(linker, flow, record, frame, own);
        }
    }
}

void link_late_matching(struct linker *linker, const struct packet_index *index)
{
    for (guint i = 0; i < linker->links->len; i++)
        match_own(linker, index, linker->links->pdata[i]);
    bool *wait = links_that_wait(linker, index);
    uint8_t *matched = matched_hops(linker, index, wait);
    renew_waiting(linker, index, wait, matched);
    retry_misaddressed(linker, index);
    link_third(linker, index, matched);
    link_packets_forget_misaddressed(index);
    g_free(matched);
    g_free(wait);
}
