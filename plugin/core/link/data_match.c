/* Which data packets at two neighbouring points are one packet. Packets are told by what no NAT
 * changes (sequence, acknowledgment, length, payload), first among those of their own link, then,
 * where nothing fits, as misaddressed flows (misaddressed.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* Takes the packet's other half across `hop`, or leaves it waiting. */
static bool match_at_hop(struct linker *linker, const struct passage *passage, uint32_t position,
                         const struct packet_record *record, const struct packet *packet)
{
    uint64_t key = link_data_key(passage, record);
    struct waiting_entry entry;
    if (waiting_take(linker->waiting, key, position, &entry)) {
        bool is_near = passage->near == position;
        link_data_matched(linker, passage, is_near ? packet->frame : entry.frame,
                          is_near ? entry.frame : packet->frame);
        return true;
    }
    if (!waiting_put(linker->waiting, key, position, packet->frame, packet->time_ns))
        link_limit_reached(linker, LINK_LIMIT_DATA_WAITING, packet->frame);
    uint32_t there = passage->near == position ? passage->far : passage->near;
    const struct session *other = passage->link->view.session[there];
    if (other && linker->supplier->expect)
        linker->supplier->expect(other, passage->direction);
    return false;
}

void link_data_wait(struct linker *linker, struct link *link, const struct flow *flow,
                    uint32_t position, uint32_t frame, unsigned matched)
{
    enum direction direction = link_data_direction(linker, flow);
    for (uint32_t back = 0; back < 2 && back <= position; back++) {
        uint32_t hop = position - back;
        if (hop + 1 >= link->view.count ||
            (matched & (back ? LINK_MATCHED_INWARDS : LINK_MATCHED_OUTWARDS)))
            continue;
        struct passage passage = link_passage(link, direction, hop);
        uint64_t key = link_data_key(&passage, facts_packet(linker->facts, frame));
        if (!waiting_put(linker->waiting, key, position, frame, flow->last_time_ns))
            link_limit_reached(linker, LINK_LIMIT_DATA_WAITING, frame);
    }
}

void link_data_packet(struct linker *linker, struct flow *flow, struct packet_record *record,
                      const struct packet *packet)
{
    const struct flow_position *misaddressed = flow_position_of(linker, flow);
    struct link *link = misaddressed ? misaddressed->link : link_of_session(linker, flow->session);
    if (!link) {
        /* The link of a session with control traffic may still be made. */
        if (!flow->session->connection && linker->links->len > 0)
            link_misaddressed_try(linker, flow, record, packet, NULL);
        if (!flow_position_of(linker, flow))
            link_data_sample(linker, flow, record, packet);
        return;
    }
    if (!link->path && !misaddressed)
        link_data_sample(linker, flow, record, packet); /* the row may have one more point */
    uint32_t position =
        misaddressed ? misaddressed->position : link_position_of(linker, flow->session);
    enum direction direction =
        misaddressed ? misaddressed->direction : link_data_direction(linker, flow);
    bool foreign = false;
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t hop = position - i;
        if (i > position || hop + 1 >= link->view.count)
            continue;
        struct passage passage = link_passage(link, direction, hop);
        bool hit = match_at_hop(linker, &passage, position, record, packet);
        if (passage.far == position && !hit)
            foreign = link_misaddressed_other_half_was_read(&passage);
    }
    if (foreign && linker->links->len > 1 && !misaddressed)
        link_misaddressed_try(linker, flow, record, packet, link);
}

/* An entry is old when its own point's clock has gone on by the window; a clock that stands still
 * (files one after the other, clocks hours apart) makes nothing old. */
static bool entry_is_old(const struct waiting_entry *entry, void *user)
{
    const struct linker *linker = user;
    const struct packet_record *record = facts_packet(linker->facts, entry->frame);
    const struct flow *flow = record ? facts_flow_of(linker->facts, entry->frame, record) : NULL;
    if (!flow)
        return true;
    struct point_span span = point_times_of(linker->times, flow->point);
    return !span.seen || span.latest_ns - entry->time_ns > linker->window_ns;
}

struct waiting_packets *link_data_table(struct linker *linker, uint32_t limit)
{
    return waiting_new(limit, entry_is_old, linker);
}

void link_data_forget(struct linker *linker)
{
    waiting_free(linker->waiting);
    linker->waiting = link_data_table(linker, LINK_DATA_WAITING_LIMIT);
}
