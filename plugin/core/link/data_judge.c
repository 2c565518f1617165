/* What two copies of one data packet say: whether it carries the id that it must.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

/* Packets that must agree before the id of a session without control traffic is taken for right. */
#define FIRM_AFTER 3

/* What the packet of `direction` must carry at `position`; false: not known. */
static bool expected_id(const struct link *link, enum direction direction, uint32_t position,
                        uint16_t *ret_id)
{
    enum id_owner owner = direction_id_owner(direction);
    return link_id_at(link, owner, position, ret_id) && link->map[owner].firm;
}

static void say_wrong_run(struct linker *linker, const struct passage *passage, enum link_fact fact)
{
    struct link *link = passage->link;
    enum direction direction = passage->direction;
    struct id_run *run = &link->cross[passage->hop].run[direction];
    uint16_t expected, meant = 0;
    if (!expected_id(link, direction, passage->far, &expected))
        return;
    expected_id(link, direction, passage->near, &meant);
    struct finding finding =
        link_passage_finding(linker, fact, passage, run->first_peer, run->first_wrong);
    finding.has_expected = true;
    finding.has_seen = true;
    finding.expected = expected;
    finding.seen = run->seen;
    enum id_owner owner = direction_id_owner(direction);
    finding.mistranslation =
        linker->supplier->kind_of(linker, link, passage->far, owner, expected, meant, run->seen);
    finding.text = g_strdup_printf(
        "%s header: %s is %u, should be %u (%s %u)%s", linker->supplier->data, linker->supplier->id,
        run->seen, expected,
        link_meant_words(link, passage->near, link_sender_name(linker, &link->view, direction)),
        meant, run->right ? "; earlier packets were correct" : "");
    struct finding *reported = link_say(linker, &finding);
    if (reported && link->cause == FINDING_NONE)
        link->cause = reported->index;
    run->reported = true;
}

/* One wrong packet among right ones is a mistranslation of that packet; from the second on in a row
 * the map has changed in mid-session; wrong from the start is one fault.
 */
static void step_run(struct linker *linker, const struct passage *passage, bool right,
                     uint32_t near_frame, uint32_t far_frame, uint16_t seen)
{
    struct link *link = passage->link;
    const uint32_t steady = 1u << (2 * passage->hop + (uint32_t)passage->direction);
    if (right && (link->steady & steady))
        return;
    struct id_run *run = &link->cross[passage->hop].run[passage->direction];
    if (right) {
        if (run->wrong == 1 && !run->reported)
            say_wrong_run(linker, passage, LINK_FACT_WRONG_ID);
        run->right++;
        if (run->right == FIRM_AFTER && !link->path)
            link->map[direction_id_owner(passage->direction)].firm = true;
        run->wrong = 0;
        run->reported = false;
        if (run->right >= FIRM_AFTER)
            link->steady |= steady;
        return;
    }
    link->steady &= ~steady;
    run->wrong++;
    if (run->wrong == 1) {
        run->first_wrong = far_frame;
        run->first_peer = near_frame;
        run->seen = seen;
    }
    if (run->reported)
        return;
    if (run->right == 0)
        say_wrong_run(linker, passage, LINK_FACT_WRONG_ID);
    else if (run->wrong == 2)
        say_wrong_run(linker, passage, LINK_FACT_MAP_CHANGED);
}

void link_data_runs_finish(struct linker *linker, struct link *link)
{
    for (int d = 0; d < 2; d++) {
        for (uint32_t hop = 0; hop + 1 < link->view.count; hop++) {
            const struct id_run *run = &link->cross[hop].run[d];
            struct passage passage = link_passage(link, (enum direction)d, hop);
            if (run->wrong == 1 && !run->reported)
                say_wrong_run(linker, &passage, LINK_FACT_WRONG_ID);
        }
    }
}

void link_data_matched(struct linker *linker, const struct passage *passage, uint32_t near_frame,
                       uint32_t far_frame)
{
    struct link *link = passage->link;
    const struct packet_record *near_record = facts_packet(linker->facts, near_frame);
    const struct packet_record *far_record = facts_packet(linker->facts, far_frame);
    if (!near_record || !far_record)
        return;
    link_set_peer(linker, far_frame, near_frame);
    if (!link_peer_of(linker, near_frame, near_record))
        link_set_peer(linker, near_frame, far_frame);
    if ((link->view.evidence & EVIDENCE_DATA) == 0)
        link->view.evidence |= EVIDENCE_DATA;
    const struct flow *flow = facts_flow_of(linker->facts, far_frame, far_record);
    uint16_t expected;
    if (!flow_position_of(linker, flow)) {
        step_run(linker, passage, true, near_frame, far_frame, 0);
        return;
    }
    /* What went another way says nothing about the translation on the right one. */
    if (link_hosts_judge(linker, passage, flow, near_frame, far_frame))
        return;
    if (expected_id(link, passage->direction, passage->far, &expected) && flow->id != expected) {
        if (far_record->flags & PACKET_DUPLICATE)
            return; /* a copy of a wrong packet is no second one */
        step_run(linker, passage, false, near_frame, far_frame, flow->id);
    }
}
