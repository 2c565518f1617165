/* How far an IKE SA has come, told by what is in clear: exchange type, flags, payloads, and which
 * message of its exchange it is. Pure functions over one table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IKE_PROGRESS_H
#define PPTPNAT_IKE_PROGRESS_H

#include "ike_wire.h"

enum ike_progress {
    IKE_PROGRESS_UNKNOWN,        /* joined in its middle, and nothing told since */
    IKE_PROGRESS_STARTED,        /* proposed (main 1, aggressive 1, IKE_SA_INIT request) */
    IKE_PROGRESS_NEGOTIATING,    /* answered, keys are exchanged (main 2 to 4, IKE_SA_INIT reply) */
    IKE_PROGRESS_AUTHENTICATING, /* main 5, aggressive 2, IKE_AUTH request */
    IKE_PROGRESS_ESTABLISHED     /* main 6, aggressive 3, IKE_AUTH reply, any later exchange */
};

/* "unknown", "started", "negotiating", "authenticating", "established". */
const char *ike_progress_name(enum ike_progress progress);

/* The number of the message in its exchange, from 1, or 0 where it cannot be told. `sender` is 0
 * for the initiator of the IKE SA; `so_far` the different messages of the same exchange and message
 * ID before it (IKEv1's quick mode and transactions are told by order). */
uint8_t ike_message_number(const struct ike_message *message, unsigned sender, unsigned so_far);

/* Where an SA is after message `number` of `exchange`. Progress is not lost, but for an IKE_AUTH
 * request after a reply: EAP needs several (RFC 7296 2.16). */
enum ike_progress ike_progress_after(enum ike_progress before, uint8_t exchange, uint8_t number);

/* Whether this exchange agrees on a pair of ESP SAs, and with which message both ends know it
 * (0: it does not). CREATE_CHILD_SA may re-key the IKE SA instead: that is encrypted. */
uint8_t ike_child_agreed_by(uint8_t exchange);

#endif
