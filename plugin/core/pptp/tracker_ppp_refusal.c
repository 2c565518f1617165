/* Which end refuses PPP, and how: facts while reading, the refusal that stands at the end. What is
 * made good later is none: pppd and accel-ppp answer IPCP by Terminate-Ack while CCP is under way,
 * and a CHAP Failure allows a retry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ppp_wire.h"
#include "tracker_ppp.h"

enum { NCP_IPCP, NCP_CCP };

static int ncp_of(uint16_t protocol)
{
    return protocol == PPP_IPCP ? NCP_IPCP : protocol == PPP_CCP ? NCP_CCP : -1;
}

static void refuse(struct ppp_progress *progress, enum ppp_refusal_kind kind, int direction,
                   const struct packet *packet, const struct ppp_frame *frame)
{
    struct ppp_refusal *refusal = &progress->refusal[kind][direction];
    if (refusal->frame != 0)
        return;
    *refusal = (struct ppp_refusal){
        .time_ns = packet->time_ns,
        .frame = packet->frame,
        .kind = kind,
        .direction = (enum direction)direction,
        .error = frame->error,
        .has_error = frame->has_error,
        .protocol = frame->rejected != 0 ? frame->rejected : frame->protocol,
    };
}

static void make_good(struct ppp_progress *progress, enum ppp_refusal_kind kind, int direction)
{
    progress->refusal[kind][direction].frame = 0;
}

static void turn_down(struct ppp_progress *progress, int direction, uint16_t protocol, bool mppe)
{
    progress->rejected[direction] = protocol;
    progress->rejected_mppe[direction] = mppe;
}

static void agree(struct ppp_progress *progress, int direction, bool is_authentication,
                  uint16_t protocol)
{
    uint16_t rejected = progress->rejected[direction];
    if (is_authentication ? ppp_is_authentication(rejected) : rejected == protocol)
        progress->rejected[direction] = 0;
}

/* The sender of `direction` let the other one in, or asks for no login any more. */
static void let_in(struct ppp_progress *progress, int direction)
{
    make_good(progress, PPP_REFUSAL_LOGIN, direction);
    make_good(progress, PPP_REFUSAL_AUTHENTICATION, 1 - direction);
    agree(progress, direction, true, 0);
    agree(progress, 1 - direction, true, 0);
}

static void note_reject(struct ppp_progress *progress, int direction, const struct packet *packet,
                        const struct ppp_frame *frame)
{
    if (ppp_is_authentication(frame->rejected))
        refuse(progress, PPP_REFUSAL_AUTHENTICATION, direction, packet, frame);
    else if (frame->rejected == PPP_IPCP)
        refuse(progress, PPP_REFUSAL_NETWORK, direction, packet, frame);
    if (frame->rejected != PPP_IPV6CP)
        turn_down(progress, direction, frame->rejected, frame->rejected == PPP_CCP);
}

static void note_terminate(struct ppp_progress *progress, int direction,
                           const struct packet *packet, const struct ppp_frame *frame)
{
    int ncp = ncp_of(frame->protocol);
    if (frame->protocol == PPP_LCP && frame->code == TERMINATE_REQUEST) {
        struct ppp_refusal *refusal = &progress->refusal[PPP_REFUSAL_LINK][direction];
        if (refusal->frame != 0)
            return;
        refuse(progress, PPP_REFUSAL_LINK, direction, packet, frame);
        int by = progress->rejected[1 - direction] != 0 ? 1 - direction : direction;
        refusal->protocol = progress->rejected[by];
        refusal->mppe = progress->rejected[by] != 0 && progress->rejected_mppe[by];
        refusal->turned_down = (enum direction)by;
        for (int wait = 0; wait < WAIT_COUNT; wait++)
            refusal->unanswered |= progress->waiting[direction][wait].requests >= STALL_REQUESTS;
    }
    if (ncp < 0)
        return;
    if (frame->code == TERMINATE_ACK && progress->configures[1 - direction][ncp]) {
        enum ppp_refusal_kind kind = ncp == NCP_IPCP ? PPP_REFUSAL_IPCP : PPP_REFUSAL_CCP;
        refuse(progress, kind, direction, packet, frame);
        turn_down(progress, direction, frame->protocol, ncp == NCP_CCP);
    }
    if (frame->code == TERMINATE_REQUEST) {
        progress->configures[direction][ncp] = false;
        turn_down(progress, direction, frame->protocol, ncp == NCP_CCP);
    }
}

static void note_agreement(struct ppp_progress *progress, int direction,
                           const struct ppp_frame *frame)
{
    if (ppp_is_authentication(frame->protocol)) {
        let_in(progress, direction);
        return;
    }
    agree(progress, direction, frame->protocol == PPP_LCP, frame->protocol);
    if (frame->protocol == PPP_IPCP) {
        make_good(progress, PPP_REFUSAL_NETWORK, direction);
        make_good(progress, PPP_REFUSAL_IPCP, direction);
    }
    if (frame->protocol == PPP_CCP)
        make_good(progress, PPP_REFUSAL_CCP, direction);
}

void ppp_refusal_note(struct ppp_progress *progress, const struct gre_flow *flow,
                      const struct packet *packet, const struct ppp_frame *frame)
{
    int direction = flow->direction, ncp = ncp_of(frame->protocol);
    switch (frame->act) {
    case PPP_ACT_REQUEST:
        if (frame->stage == PPP_STAGE_NETWORK)
            let_in(progress, direction);
        if (ncp >= 0)
            progress->configures[direction][ncp] = true;
        break;
    case PPP_ACT_ACK:
        note_agreement(progress, direction, frame);
        break;
    case PPP_ACT_NAK:
        if (frame->rejects_authentication)
            turn_down(progress, direction, PPP_CHAP, false);
        else if (frame->rejects_mppe)
            turn_down(progress, direction, PPP_CCP, true);
        break;
    case PPP_ACT_REFUSE:
        if (frame->rejected != 0)
            note_reject(progress, direction, packet, frame);
        else if (ppp_is_authentication(frame->protocol))
            refuse(progress, PPP_REFUSAL_LOGIN, direction, packet, frame);
        break;
    case PPP_ACT_TERMINATE:
        note_terminate(progress, direction, packet, frame);
        break;
    default:
        break;
    }
}

/* The network stage opened here. A point that shows one direction shows half of the agreement. */
static bool has_opened(const struct call *call, const struct ppp_progress *progress)
{
    bool one_way = call->flow[0] == NULL || call->flow[1] == NULL;
    return call->stage >= PPP_STAGE_NETWORK ||
           (one_way && (progress->network_agreed[0] || progress->network_agreed[1]));
}

static const struct ppp_refusal *earlier(const struct ppp_refusal *a, const struct ppp_refusal *b)
{
    if (a == NULL || b->frame == 0)
        return b->frame != 0 ? b : a;
    return b->frame < a->frame ? b : a;
}

bool tracker_ppp_refusal(const struct call *call, struct ppp_refusal *ret_refusal)
{
    const struct ppp_progress *progress = call->ppp;
    const struct ppp_refusal *first = NULL, *link = NULL;
    if (progress == NULL || !progress->from_start || has_opened(call, progress))
        return false;
    for (int direction = 0; direction < 2; direction++) {
        for (int kind = 0; kind < PPP_REFUSAL_LINK; kind++)
            first = earlier(first, &progress->refusal[kind][direction]);
        link = earlier(link, &progress->refusal[PPP_REFUSAL_LINK][direction]);
    }
    first = first != NULL ? first : link;
    if (first == NULL)
        return false;
    *ret_refusal = *first;
    ret_refusal->unanswered |= !progress->answered[0] || !progress->answered[1];
    return true;
}

bool ppp_refusal_stands(const struct call *call, int64_t now_ns)
{
    const struct ppp_progress *progress = call->ppp;
    struct ppp_refusal refusal;
    if (!tracker_ppp_refusal(call, &refusal))
        return false;
    bool ended = call->ended_by != CALL_END_NONE ||
                 progress->refusal[PPP_REFUSAL_LINK][0].frame != 0 ||
                 progress->refusal[PPP_REFUSAL_LINK][1].frame != 0;
    /* Else the next packets could have made it good. */
    return ended || now_ns - refusal.time_ns >= STALL_NS;
}

const char *tracker_sender_name(const struct call *call, enum direction direction)
{
    if (call->connection == NULL || !call->roles_known)
        return "sender";
    return session_sender(as_session(call), direction) == 0 ? "client" : "server";
}

const char *tracker_receiver_name(const struct call *call, enum direction direction)
{
    if (call->connection == NULL || !call->roles_known)
        return "receiver";
    return tracker_sender_name(call, other_direction(direction));
}

/* What was turned down before the link was given up. */
static char *words_before(const struct call *call, const struct ppp_refusal *refusal)
{
    if (refusal->unanswered)
        return g_strdup(", after requests that got no answer");
    if (refusal->protocol == 0)
        return g_strdup("");
    const char *what = refusal->mppe ? "CCP (MPPE encryption)"
                       : ppp_is_authentication(refusal->protocol)
                           ? "the authentication"
                           : ppp_protocol_name(refusal->protocol);
    return g_strdup_printf(", after the %s rejected %s",
                           tracker_sender_name(call, refusal->turned_down), what);
}

void ppp_refusal_say(const struct call *call, struct finding_log *log)
{
    struct ppp_refusal standing;
    const struct ppp_refusal *refusal = &standing;
    if (!tracker_ppp_refusal(call, &standing))
        return;
    const char *from = tracker_sender_name(call, refusal->direction);
    const char *protocol = ppp_protocol_name(refusal->protocol);
    struct finding finding = tracker_finding(FINDING_PPP_REFUSED, refusal->frame, 0,
                                             call->flow[refusal->direction]->interface, NULL, call);
    finding.direction = refusal->direction;
    if (refusal->kind == PPP_REFUSAL_LINK) {
        char *before = words_before(call, refusal);
        finding_say(log, &finding, "LCP Terminate-Request from the %s%s", from, before);
        g_free(before);
    } else if (refusal->has_error) {
        finding_say(log, &finding, "CHAP Failure from the %s, E=%u", from, refusal->error);
    } else if (refusal->kind == PPP_REFUSAL_LOGIN) {
        finding_say(log, &finding, "%s %s from the %s", protocol,
                    refusal->protocol == PPP_PAP ? "Authenticate-Nak" : "Failure", from);
    } else if (refusal->kind == PPP_REFUSAL_AUTHENTICATION ||
               refusal->kind == PPP_REFUSAL_NETWORK) {
        finding_say(log, &finding, "LCP Protocol-Reject of %s from the %s", protocol, from);
    } else {
        finding_say(log, &finding, "the %s answers the %s Configure-Request with a Terminate-Ack",
                    from, protocol);
    }
}
