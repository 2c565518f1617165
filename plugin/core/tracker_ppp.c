/* How far PPP got in each call, and where it stopped: a stage is reached when both ends agreed on
 * it or when traffic of a later one proves it; it stalls when the same requests repeat and answers
 * are missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

#define PROTOCOL_LCP  0xC021
#define PROTOCOL_CCP  0x80FD
#define PROTOCOL_ECP  0x8053
#define PROTOCOL_CHAP 0xC223
#define PROTOCOL_EAP  0xC227

#define CHALLENGE 1 /* CHAP, and the Request of EAP */

#define STALL_REQUESTS 3
#define STALL_NS       (10 * SECOND_NS)
/* With fewer requests, so much must have passed since the latest: it may be about to succeed. */
#define ANSWER_NS SECOND_NS

/* What repeats: requests of one kind from one side. */
enum wait { WAIT_LCP, WAIT_CHALLENGE, WAIT_RESPONSE, WAIT_NETWORK, WAIT_CCP, WAIT_COUNT };

struct waiting {
    int64_t since_ns; /* the first request without answer */
    int64_t latest_ns;
    const char *name;
    uint32_t frame;
    uint32_t requests;
};

/* Kept while the call has not come to traffic. */
struct ppp_progress {
    struct waiting waiting[2][WAIT_COUNT]; /* by direction of the requests */
    bool lcp_agreed[2];                    /* a Configure-Ack went this way */
    bool network_agreed[2];
    uint8_t response_identifier[2]; /* of the latest EAP Response */
};

static const enum ppp_stage stage_of_wait[WAIT_COUNT] = {
    [WAIT_LCP] = PPP_STAGE_LCP,
    [WAIT_CHALLENGE] = PPP_STAGE_AUTHENTICATION,
    [WAIT_RESPONSE] = PPP_STAGE_AUTHENTICATION,
    [WAIT_NETWORK] = PPP_STAGE_NETWORK,
    [WAIT_CCP] = PPP_STAGE_NETWORK,
};

/* Past the set-up nearly every frame is data: told by its first octet (RFC 1661 6.5). */
static bool is_known_data(const struct call *call, const struct gre_packet *packet)
{
    if (call->stage == PPP_STAGE_ENCRYPTED)
        return packet->payload[0] == 0xFD || packet->payload[0] == 0x21;
    return call->stage == PPP_STAGE_OPEN && packet->payload[0] == 0x21;
}

static bool is_ccp(const struct ppp_frame *frame)
{
    return frame->protocol == PROTOCOL_CCP || frame->protocol == PROTOCOL_ECP;
}

/* A Challenge is answered by a Response, a Response and a PAP request by the verdict. */
static enum wait wait_of(const struct ppp_frame *frame)
{
    bool asks = frame->protocol == PROTOCOL_CHAP || frame->protocol == PROTOCOL_EAP;
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

static void note_answer(struct ppp_progress *progress, int direction, const struct ppp_frame *frame)
{
    int other = 1 - direction;
    enum wait wait = wait_of(frame);
    if (frame->rejected != 0) {
        answered(progress, other,
                 frame->rejected == PROTOCOL_CCP || frame->rejected == PROTOCOL_ECP ? WAIT_CCP
                                                                                    : WAIT_NETWORK);
        return;
    }
    if (frame->act == PPP_ACT_REQUEST) {
        if (wait == WAIT_RESPONSE)
            answered(progress, other, WAIT_CHALLENGE);
        /* RFC 3748 4.1: the next Request has another identifier, one that is sent again the same.
         */
        else if (frame->protocol == PROTOCOL_EAP && wait == WAIT_CHALLENGE &&
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
static bool is_stalled(const struct waiting *waiting, int64_t now_ns, bool over)
{
    return (over && waiting->requests >= STALL_REQUESTS) ||
           (waiting->requests >= 2 && now_ns - waiting->since_ns >= STALL_NS &&
            now_ns - waiting->latest_ns >= ANSWER_NS);
}

/* `frame` decides; 0: the end of the file, whose word may be taken back. */
static void judge_stalls(struct tracker *tracker, struct call *call, uint32_t frame, int64_t now_ns,
                         bool over)
{
    struct tracked_call *tracked = tracked_call(call);
    uint8_t said = tracked->stalled_said;
    const struct ppp_progress *progress = call->ppp;
    for (unsigned i = 0; i < 2 * WAIT_COUNT; i++) {
        enum call_direction direction =
            i < WAIT_COUNT ? DIRECTION_PNS_TO_PAC : DIRECTION_PAC_TO_PNS;
        enum wait wait = (enum wait)(i % WAIT_COUNT);
        const struct waiting *waiting = &progress->waiting[direction][wait];
        unsigned bit = 1u << (unsigned)stage_of_wait[wait];
        if ((said & bit) != 0 || call->stage >= stage_of_wait[wait] ||
            !is_stalled(waiting, now_ns, over))
            continue;
        said = (uint8_t)(said | bit);
        if (frame != 0)
            tracked->stalled_said = said;
        struct finding finding =
            tracker_finding(FINDING_PPP_STALLED, waiting->frame, frame, call->point, NULL, call);
        if (call->flow[direction] != NULL)
            finding.interface = call->flow[direction]->interface;
        finding.direction = direction;
        tracker_say(tracker, &finding, "stage %s: %s sent %u times in %.1f s without an answer",
                    ppp_stage_name(stage_of_wait[wait]), waiting->name, waiting->requests,
                    (double)(waiting->latest_ns - waiting->since_ns) / (double)SECOND_NS);
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

/* A rejected compression or IPv6 is everyday; a rejected IPCP or authentication ends the call. */
static bool is_refusal(const struct ppp_frame *frame)
{
    uint16_t rejected = frame->rejected;
    if (frame->act != PPP_ACT_REFUSE)
        return false;
    return frame->protocol != PROTOCOL_LCP || rejected == 0x8021 || rejected == 0xC023 ||
           rejected == PROTOCOL_CHAP || rejected == PROTOCOL_EAP;
}

static void note_refusal(struct tracker *tracker, struct gre_flow *flow, uint32_t frame_number,
                         const struct ppp_frame *frame)
{
    struct call *call = flow->call;
    if (frame->has_error) {
        call->has_chap_error = true;
        call->chap_error = frame->error;
    }
    if (call->ppp_refused)
        return;
    call->ppp_refused = true;
    call->ppp_refused_frame = frame_number;
    struct finding finding = tracker_finding(FINDING_PPP_REFUSED, frame_number, frame_number,
                                             flow->interface, NULL, call);
    finding.direction = flow->direction;
    if (frame->has_error)
        tracker_say(tracker, &finding, "%s, E=%u", ppp_frame_name(frame), frame->error);
    else if (frame->rejected != 0)
        tracker_say(tracker, &finding, "%s of protocol 0x%04x", ppp_frame_name(frame),
                    frame->rejected);
    else
        tracker_say(tracker, &finding, "%s", ppp_frame_name(frame));
}

/* The stages before traffic. */
static void note_progress(struct tracker *tracker, struct gre_flow *flow,
                          const struct gre_packet *packet, const struct ppp_frame *frame)
{
    struct call *call = flow->call;
    if (call->ppp == NULL)
        call->ppp = g_new0(struct ppp_progress, 1);
    struct ppp_progress *progress = call->ppp;
    if (frame->act == PPP_ACT_REQUEST || frame->act == PPP_ACT_ACK || frame->act == PPP_ACT_NAK ||
        frame->act == PPP_ACT_REFUSE)
        note_answer(progress, flow->direction, frame);
    if (frame->act == PPP_ACT_REQUEST)
        note_request(progress, flow, &packet->packet, frame);
    judge_stalls(tracker, call, packet->packet.frame, packet->packet.time_ns, false);
    call->stage = MAX(call->stage, proven(progress, frame));
}

void tracker_ppp_end(struct tracker *tracker, struct call *call, uint32_t frame, int64_t time_ns)
{
    if (call->ppp != NULL)
        judge_stalls(tracker, call, frame, time_ns, true);
}

void tracker_ppp(struct tracker *tracker, struct gre_flow *flow, const struct gre_packet *packet)
{
    struct call *call = flow->call;
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
    if (is_refusal(&frame))
        note_refusal(tracker, flow, packet->packet.frame, &frame);
    if (frame.act == PPP_ACT_DATA) {
        call->stage = MAX(call->stage, frame.stage);
        g_free(call->ppp);
        call->ppp = NULL;
    } else if (call->stage != PPP_STAGE_OPEN && call->stage != PPP_STAGE_ENCRYPTED) {
        note_progress(tracker, flow, packet, &frame);
    }
}
