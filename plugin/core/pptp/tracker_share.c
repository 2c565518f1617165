/* Two calls that are alive and have one key: same addresses, same id (N:1 ambiguity). The header of
 * a packet cannot tell them apart, but the rest of it can: IP IDs run on for each socket, the LCP
 * Magic-Number is the sender's own, and numbers and acknowledgments have to fit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

/* How many packets of others may lie between two of one socket's counter. */
#define IP_ID_RUN 32
/* Numbers that far apart do not belong to one sequence that is being followed. */
#define SEQ_NEAR 64

static bool runs_on(const struct gre_flow *flow, const struct gre_packet *packet)
{
    uint16_t step = (uint16_t)(packet->packet.ip_id - flow->last_ip_id);
    return packet->packet.has_ip_id && flow->has_ip_id && step >= 1 && step <= IP_ID_RUN;
}

/* A mirror port, or a capture given twice, shows a packet again: it is of the same call. Hosts that
 * always send IP ID 0 cannot be told. */
static bool is_shown_again(const struct tracker *tracker, const struct gre_flow *flow,
                           const struct gre_packet *packet)
{
    if (!packet->packet.has_ip_id || !flow->has_ip_id || packet->packet.ip_id == 0 ||
        packet->packet.ip_id != flow->last_ip_id)
        return false;
    const struct packet_record *last = packet_store_get(tracker->packets, flow->last_frame);
    return last && last->content == gre_content(packet);
}

/* A Configure-Request and an Echo carry the sender's own number, an answer to a Configure-Request
 * that of the other side (RFC 1661 6.4). The sender may have chosen anew; the answer may not. */
static int judge_magic(const struct gre_flow *flow, const struct gre_flow *opposite,
                       const struct ppp_frame *frame)
{
    if (frame->has_magic && flow->has_magic)
        return flow->magic == frame->magic ? 12 : -6;
    if (frame->has_peer_magic && opposite != NULL && opposite->has_magic)
        return opposite->magic == frame->peer_magic ? 12 : -12;
    return 0;
}

static int judge_seq(const struct sequence_window *window, const struct gre_packet *packet)
{
    if (!packet->header.has_seq)
        return 0;
    if (!window->started)
        return packet->header.seq <= 1 ? 2 : 0; /* real senders start at 0 or at 1 */
    int32_t ahead = serial_diff(packet->header.seq, window->highest);
    if (ahead == 1)
        return 4;
    if (ahead > 1)
        return ahead <= SEQ_NEAR ? 1 : -4;
    if (ahead <= -SEQUENCE_WINDOW_HISTORY)
        return -4;
    return (window->seen >> (unsigned)-ahead & 1) != 0 ? -6 : 0;
}

static int judge_ack(const struct gre_flow *opposite, const struct gre_packet *packet)
{
    if (!packet->header.has_ack || packet->header.ack == UINT32_MAX)
        return 0;
    if (opposite == NULL || !opposite->window.started)
        return -3; /* nothing was sent that it could acknowledge */
    int32_t behind = serial_diff(opposite->window.highest, packet->header.ack);
    if (behind < 0)
        return -6;
    return behind < SEQ_NEAR ? 2 : 0;
}

static int judge_call(const struct call *call)
{
    if (call->ended_by == CALL_END_REFUSED)
        return -20;
    if (!tracker_call_alive(call) || !call->established)
        return -4;
    return 0;
}

struct gre_flow *tracker_share_pick(const struct tracker *tracker, struct gre_flow *first,
                                    const struct gre_packet *packet)
{
    struct ppp_frame frame;
    struct gre_flow *best = first;
    int best_score = INT_MIN;
    ppp_frame_read(packet->payload, packet->captured, &frame);
    struct gre_flow *flow = first;
    do {
        if (is_shown_again(tracker, flow, packet))
            return flow;
        const struct gre_flow *opposite =
            gre_of(flow->session->flow[other_direction(flow->direction)]);
        int score = judge_magic(flow, opposite, &frame) + judge_seq(&flow->window, packet) +
                    judge_ack(opposite, packet) + judge_call(call_of(flow->session));
        if (runs_on(flow, packet))
            score += 10; /* for all alike, if it is one counter of the whole host */
        /* Nothing tells: the call that was set up first speaks first. */
        if (score > best_score) {
            best = flow;
            best_score = score;
        }
        flow = flow->sharing;
    } while (flow != first);
    return best;
}
