/* How far PPP got in each call, and where it stopped: a stage is reached when both ends agreed on
 * it or when traffic of a later one proves it; it stalls when the same requests repeat and answers
 * are missing. Whether it stalled or was refused is said at the end of the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ppp_wire.h"
#include "tracker_ppp.h"

#define CHALLENGE   1 /* CHAP, and the Request of EAP */
#define CODE_REJECT 7 /* of LCP and of each NCP */
#define FIRST_SEQ   1 /* pptpd begins with 0, pptp-linux with 1 */

/* With fewer requests, so much must have passed since the latest: it may be about to succeed. */
#define ANSWER_NS SECOND_NS

static const enum ppp_stage stage_of_wait[WAIT_COUNT] = {
    [WAIT_LCP] = PPP_STAGE_LCP,
    [WAIT_CHALLENGE] = PPP_STAGE_AUTHENTICATION,
    [WAIT_RESPONSE] = PPP_STAGE_AUTHENTICATION,
    [WAIT_NETWORK] = PPP_STAGE_NETWORK,
    [WAIT_CCP] = PPP_STAGE_NETWORK,
};

/* Past the set-up nearly every frame is data, of a stage that the call has reached. */
static bool is_known_data(const struct call *call, const struct gre_packet *packet)
{
    if (call->stage < PPP_STAGE_OPEN)
        return false;
    uint16_t protocol = ppp_data_protocol(packet->payload, packet->captured);
    return protocol == PPP_IPV4 ||
           (protocol == PPP_COMPRESSED && call->stage == PPP_STAGE_ENCRYPTED);
}

static bool is_ccp(const struct ppp_frame *frame)
{
    return frame->protocol == PPP_CCP || frame->protocol == PPP_ECP;
}

/* A Challenge is answered by a Response, a Response and a PAP request by the verdict. */
static enum wait wait_of(const struct ppp_frame *frame)
{
    bool asks = frame->protocol == PPP_CHAP || frame->protocol == PPP_EAP;
    switch (frame->stage) {
    case PPP_STAGE_LCP:
        return WAIT_LCP;
    case PPP_STAGE_AUTHENTICATION:
        return asks && frame->code == CHALLENGE ? WAIT_CHALLENGE : WAIT_RESPONSE;
    default:
        return is_ccp(frame) ? WAIT_CCP : WAIT_NETWORK;
    }
}

/* Whatever `direction` waited for of this kind has come. */
static void answered(struct ppp_progress *progress, int direction, enum wait wait)
{
    progress->waiting[direction][wait].requests = 0;
}

/* It answers something: whoever sends it receives. */
static bool is_answer(const struct ppp_frame *frame)
{
    switch (frame->act) {
    case PPP_ACT_REQUEST:
        return frame->protocol != PPP_PAP && frame->stage == PPP_STAGE_AUTHENTICATION &&
               frame->code != CHALLENGE;
    case PPP_ACT_ACK:
    case PPP_ACT_NAK:
    case PPP_ACT_REFUSE:
        return true;
    case PPP_ACT_TERMINATE:
        return frame->code == TERMINATE_ACK;
    case PPP_ACT_ECHO:
        return frame->code == LCP_ECHO_REPLY;
    default:
        return frame->code == CODE_REJECT;
    }
}

/* What a Protocol-Reject answers. */
static enum wait wait_for_protocol(uint16_t protocol)
{
    if (protocol == PPP_PAP)
        return WAIT_RESPONSE;
    if (ppp_is_authentication(protocol))
        return WAIT_CHALLENGE;
    return protocol == PPP_CCP || protocol == PPP_ECP ? WAIT_CCP : WAIT_NETWORK;
}

static void note_answer(struct ppp_progress *progress, int direction, const struct ppp_frame *frame)
{
    int other = 1 - direction;
    enum wait wait = wait_of(frame);
    if (frame->rejected != 0) {
        answered(progress, other, wait_for_protocol(frame->rejected));
        return;
    }
    if (frame->act == PPP_ACT_REQUEST) {
        if (wait == WAIT_RESPONSE)
            answered(progress, other, WAIT_CHALLENGE);
        /* RFC 3748 4.1: the next Request has another identifier, one that is sent again the same.
         */
        else if (frame->protocol == PPP_EAP && wait == WAIT_CHALLENGE &&
                 frame->identifier != progress->response_identifier[other])
            answered(progress, other, WAIT_RESPONSE);
        return;
    }
    answered(progress, other, wait);
    if (frame->act == PPP_ACT_ACK && wait == WAIT_LCP)
        progress->lcp_agreed[direction] = true;
    if (frame->act == PPP_ACT_ACK && wait == WAIT_NETWORK)
        progress->network_agreed[direction] = true;
}

static void note_request(struct ppp_progress *progress, const struct gre_flow *flow,
                         const struct packet *packet, const struct ppp_frame *frame)
{
    struct waiting *waiting = &progress->waiting[flow->direction][wait_of(frame)];
    if (waiting->requests++ == 0) {
        waiting->since_ns = packet->time_ns;
        waiting->frame = packet->frame;
    }
    if (wait_of(frame) == WAIT_RESPONSE)
        progress->response_identifier[flow->direction] = frame->identifier;
    waiting->latest_ns = packet->time_ns;
    waiting->name = ppp_frame_name(frame);
}

/* Three requests in a row may be a bad line that recovers: they count when nothing more can come.
 */
static bool is_stalled(const struct waiting *waiting, int64_t now_ns, bool ended)
{
    return (ended && waiting->requests >= STALL_REQUESTS) ||
           (waiting->requests >= 2 && now_ns - waiting->since_ns >= STALL_NS &&
            now_ns - waiting->latest_ns >= ANSWER_NS);
}

/* Keeps what is stalled now, and how it goes on. */
static void note_stalls(struct ppp_progress *progress, const struct call *call, int64_t now_ns,
                        bool ended)
{
    for (unsigned i = 0; i < 2 * WAIT_COUNT; i++) {
        const struct waiting *waiting = &progress->waiting[i / WAIT_COUNT][i % WAIT_COUNT];
        enum ppp_stage stage = stage_of_wait[i % WAIT_COUNT];
        struct waiting *stalled = &progress->stalled[stage];
        bool goes_on = stalled->frame != 0 && stalled->frame == waiting->frame;
        if (waiting->requests == 0 || (stalled->frame != 0 && !goes_on))
            continue;
        if (!goes_on && (call->stage >= stage || !is_stalled(waiting, now_ns, ended)))
            continue;
        *stalled = *waiting;
        progress->stalled_direction[stage] = (uint8_t)(i / WAIT_COUNT);
    }
}

static void say_stalls(struct finding_log *log, const struct call *call,
                       const struct ppp_progress *progress)
{
    for (enum ppp_stage stage = PPP_STAGE_LCP; stage < PPP_STAGE_OPEN; stage++) {
        const struct waiting *stalled = &progress->stalled[stage];
        if (stalled->frame == 0)
            continue;
        enum direction direction = (enum direction)progress->stalled_direction[stage];
        struct finding finding =
            tracker_finding(FINDING_PPP_STALLED, stalled->frame, 0, call->point, NULL, call);
        if (call->flow[direction] != NULL)
            finding.interface = call->flow[direction]->interface;
        finding.direction = direction;
        finding_say(log, &finding, "stage %s: %s sent %u times in %.1f s without an answer",
                    ppp_stage_name(stage), stalled->name, stalled->requests,
                    (double)(stalled->latest_ns - stalled->since_ns) / (double)SECOND_NS);
    }
}

/* What the frame proves: the stage before its own, its own if both ends agreed, or all of it. */
static enum ppp_stage proven(const struct ppp_progress *progress, const struct ppp_frame *frame)
{
    switch (frame->stage) {
    case PPP_STAGE_LCP:
        return progress->lcp_agreed[0] && progress->lcp_agreed[1] ? PPP_STAGE_LCP : PPP_STAGE_NONE;
    case PPP_STAGE_AUTHENTICATION:
        return frame->act == PPP_ACT_ACK ? PPP_STAGE_AUTHENTICATION : PPP_STAGE_LCP;
    case PPP_STAGE_NETWORK:
        return progress->network_agreed[0] && progress->network_agreed[1] ? PPP_STAGE_NETWORK
                                                                          : PPP_STAGE_LCP;
    default:
        return frame->stage;
    }
}

/* Where the call set-up is not in the capture, the numbers tell that nothing came before. */
static bool is_start(const struct call *call, const struct gre_packet *packet,
                     const struct ppp_frame *frame)
{
    if (frame->protocol != PPP_LCP || frame->code < LCP_CONFIGURE_REQUEST ||
        frame->code > LCP_CONFIGURE_REJECT)
        return false;
    return call->connection != NULL ? call->established
                                    : frame->code == LCP_CONFIGURE_REQUEST &&
                                          packet->header.has_seq && packet->header.seq <= FIRST_SEQ;
}

/* The stages before traffic. */
static void note_progress(struct gre_flow *flow, const struct gre_packet *packet,
                          const struct ppp_frame *frame)
{
    struct call *call = call_of(flow->session);
    if (call->ppp == NULL)
        call->ppp = g_new0(struct ppp_progress, 1);
    struct ppp_progress *progress = call->ppp;
    if (!progress->begun)
        progress->from_start = is_start(call, packet, frame);
    progress->begun = true;
    if (frame->act != PPP_ACT_ECHO && (is_answer(frame) || frame->act == PPP_ACT_REQUEST))
        note_answer(progress, flow->direction, frame);
    progress->answered[flow->direction] = progress->answered[flow->direction] || is_answer(frame);
    ppp_refusal_note(progress, flow, &packet->packet, frame);
    if (frame->act == PPP_ACT_REQUEST)
        note_request(progress, flow, &packet->packet, frame);
    note_stalls(progress, call, packet->packet.time_ns, false);
    call->stage = MAX(call->stage, proven(progress, frame));
}

/* Traffic passes: nothing is left to be said, unless there was a stall on the way. */
static void drop_progress(struct call *call)
{
    struct ppp_progress *progress = call->ppp;
    for (enum ppp_stage stage = PPP_STAGE_LCP; progress != NULL && stage < PPP_STAGE_OPEN;
         stage++) {
        if (progress->stalled[stage].frame != 0) {
            memset(progress->waiting, 0, sizeof progress->waiting);
            return;
        }
    }
    g_free(progress);
    call->ppp = NULL;
}

void tracker_ppp(struct gre_flow *flow, const struct gre_packet *packet)
{
    struct call *call = call_of(flow->session);
    struct ppp_frame frame;
    if (is_known_data(call, packet))
        return;
    ppp_frame_read(packet->payload, packet->captured, &frame);
    if (frame.stage == PPP_STAGE_NONE)
        return;
    if (frame.has_magic) {
        flow->has_magic = true;
        flow->magic = frame.magic;
    }
    if (frame.act == PPP_ACT_DATA) {
        call->stage = MAX(call->stage, frame.stage);
        drop_progress(call);
    } else if (call->stage != PPP_STAGE_OPEN && call->stage != PPP_STAGE_ENCRYPTED &&
               call->ended_by == CALL_END_NONE) {
        note_progress(flow, packet, &frame);
    }
}

void tracker_ppp_conclude(const struct tracker *tracker, const struct call *call, bool opened,
                          struct finding_log *log)
{
    const struct ppp_progress *progress = call->ppp;
    if (progress == NULL || call->absorbed_by != NULL)
        return;
    int64_t now_ns = call->ended_by != CALL_END_NONE ? call->ended_time_ns
                     : call->connection != NULL
                         ? tracker_clock(tracker, connection_of(call->connection))
                         : tracker->end_ns;
    if (!opened && ppp_refusal_stands(call, now_ns)) {
        ppp_refusal_say(call, log);
        return;
    }
    struct ppp_progress at_end = *progress;
    note_stalls(&at_end, call, now_ns, true);
    say_stalls(log, call, &at_end);
}

bool tracker_ppp_answers(const struct call *call, enum direction direction)
{
    const struct ppp_progress *progress = call->ppp;
    return progress != NULL && progress->answered[direction];
}
