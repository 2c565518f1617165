/* What the tracker keeps of a call's PPP until traffic passes: which requests have no answer, and
 * what an end refused. Facts only; what they come to is decided at the end of the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TRACKER_PPP_H
#define PPTPNAT_TRACKER_PPP_H

#include "tracker_internal.h"

#define STALL_REQUESTS 3
#define STALL_NS       (10 * SECOND_NS)

/* What repeats: requests of one kind from one side. */
enum wait { WAIT_LCP, WAIT_CHALLENGE, WAIT_RESPONSE, WAIT_NETWORK, WAIT_CCP, WAIT_COUNT };

struct waiting {
    int64_t since_ns; /* the first request without answer */
    int64_t latest_ns;
    const char *name;
    uint32_t frame;
    uint32_t requests;
};

struct ppp_progress {
    struct waiting waiting[2][WAIT_COUNT]; /* by direction of the requests */
    struct waiting stalled[PPP_STAGE_OPEN];
    uint8_t stalled_direction[PPP_STAGE_OPEN];
    bool from_start; /* the first frame seen of it negotiates LCP */
    bool begun;
    bool lcp_agreed[2]; /* a Configure-Ack went this way */
    bool network_agreed[2];
    bool answered[2];               /* this way went an answer: its sender receives */
    uint8_t response_identifier[2]; /* of the latest EAP Response */

    struct ppp_refusal refusal[PPP_REFUSAL_COUNT][2]; /* by direction; frame 0: none stands */
    /* By direction, of IPCP and CCP: the latest that ended or began it was a Configure-Request. */
    bool configures[2][2];
    uint16_t rejected[2]; /* what was turned down this way and not agreed on since; 0: nothing */
    bool rejected_mppe[2];
};

static inline bool ppp_is_authentication(uint16_t protocol)
{
    return protocol == PPP_PAP || protocol == PPP_CHAP || protocol == PPP_EAP;
}

/* pptp/tracker_ppp_refusal.c */
void ppp_refusal_note(struct ppp_progress *progress, const struct gre_flow *flow,
                      const struct packet *packet, const struct ppp_frame *frame);
/* Whether the refusal of the call, if there is one, is final at `now_ns`. */
bool ppp_refusal_stands(const struct call *call, int64_t now_ns);
void ppp_refusal_say(const struct call *call, struct finding_log *log);

#endif
