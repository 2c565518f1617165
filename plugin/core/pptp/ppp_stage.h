/* What a PPP frame inside Enhanced GRE says about the progress of the call: which protocol, which
 * stage, and whether it asks, agrees or refuses. Reads at most the first octets; knows nothing of
 * Wireshark's PPP dissector.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPP_STAGE_H
#define PPTPNAT_PPP_STAGE_H

#include <stdbool.h>
#include <stdint.h>

/* In the order a call goes through them; a call has reached the highest that both ends agreed on,
 * or that traffic proves. */
enum ppp_stage {
    PPP_STAGE_NONE, /* no PPP seen */
    PPP_STAGE_LCP,
    PPP_STAGE_AUTHENTICATION,
    PPP_STAGE_NETWORK,  /* NCPs: IPCP, IPV6CP, CCP */
    PPP_STAGE_OPEN,     /* network traffic passes, in clear or compressed */
    PPP_STAGE_ENCRYPTED /* traffic inside MPPE or another CCP method */
};

enum ppp_act {
    PPP_ACT_NONE,
    PPP_ACT_REQUEST,   /* Configure-Request, CHAP Challenge or Response, PAP Authenticate-Request */
    PPP_ACT_ACK,       /* Configure-Ack, CHAP Success, PAP Ack: this step succeeded */
    PPP_ACT_NAK,       /* Configure-Nak or -Reject: still talking */
    PPP_ACT_REFUSE,    /* CHAP Failure, PAP Nak, LCP Protocol-Reject */
    PPP_ACT_TERMINATE, /* Terminate-Request or -Ack */
    PPP_ACT_ECHO,      /* LCP Echo-Request, Echo-Reply, Discard-Request */
    PPP_ACT_DATA
};

struct ppp_frame {
    enum ppp_stage stage; /* the stage this frame belongs to */
    enum ppp_act act;
    uint16_t protocol; /* decompressed PPP protocol number; 0 if unreadable */
    uint8_t header;    /* octets of address, control and protocol; 0 if unreadable */
    uint8_t code;      /* of a control protocol; 0 for data */
    uint8_t identifier;
    /* LCP: the sender's own Magic-Number, from its Configure-Request or the field of Echo-Request,
     * Echo-Reply and Discard-Request. Not from answers to the peer's option. */
    bool has_magic;
    uint32_t magic;
    /* LCP Configure-Ack, -Nak and -Reject: the peer's Magic-Number that they answer. */
    bool has_peer_magic;
    uint32_t peer_magic;
    uint16_t rejected;           /* LCP Protocol-Reject: the protocol it refuses; else 0 */
    bool rejects_authentication; /* LCP Configure-Nak or -Reject of the Authentication-Protocol */
    bool rejects_mppe;           /* CCP Configure-Nak or -Reject of MPPE */
    bool has_error;              /* CHAP Failure: the number after "E=" (RFC 2759 6) */
    uint32_t error;              /* e.g. 691: access denied */
};

/* Reads the frame at `data` (`captured` octets; with or without address and control octets, with or
 * without protocol field compression: RFC 1661 6.5, 6.6). Always fills *ret; unreadable is
 * PPP_STAGE_NONE. */
void ppp_frame_read(const uint8_t *data, uint32_t captured, struct ppp_frame *ret);

/* PPP_IPV4 or PPP_COMPRESSED: what nearly every frame carries once a call is up, told by its first
 * octets in each of these forms. 0: any other frame, which has to be read. */
uint16_t ppp_data_protocol(const uint8_t *data, uint32_t captured);

/* Short words for tables and messages: "LCP", "authentication", ... Never NULL. */
const char *ppp_stage_name(enum ppp_stage stage);

/* "LCP Configure-Request", "CHAP Challenge", "IPv4", "MPPE" ...: what the Info column calls the
 * frame. Static text, never NULL. */
const char *ppp_frame_name(const struct ppp_frame *frame);
/* "IPCP", "CHAP", ...; "PPP" for a number that is not known. Static text. */
const char *ppp_protocol_name(uint16_t protocol);

#endif
