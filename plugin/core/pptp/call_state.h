/* The state machines of RFC 2637 3.1 (control connection) and 3.2 (calls) as transition tables, as
 * an observer between the two ends sees them. States are compared for equality only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CALL_STATE_H
#define PPTPNAT_CALL_STATE_H

#include <stdbool.h>

#include "pptp_wire.h"

enum control_state {
    CONTROL_UNKNOWN, /* joined in mid-stream: everything is allowed */
    CONTROL_IDLE,    /* TCP open, nothing said */
    CONTROL_WAIT_REPLY,
    CONTROL_ESTABLISHED,
    CONTROL_WAIT_STOP_REPLY,
    CONTROL_STOPPED, /* Stop exchange done or start refused */
    CONTROL_CLOSED   /* TCP FIN or RST; decided by the tracker, not by a message */
};

enum call_state {
    CALL_UNKNOWN, /* its set-up is not in the capture: everything is allowed */
    CALL_IDLE,
    CALL_WAIT_REPLY,   /* OCRQ or ICRQ sent */
    CALL_WAIT_CONNECT, /* ICRP sent, ICCN awaited */
    CALL_ESTABLISHED,
    CALL_WAIT_DISCONNECT, /* CCRQ sent, CDN awaited */
    CALL_CLOSED,
    CALL_REFUSED
};

/* What a message does. `success` is false if its result code says failure (replies only). Returns
 * the next state and sets *ret_allowed to false if the tables do not allow the message in this
 * state; the state returned is then the one the message asserts, so that tracking goes on. */
enum control_state control_state_next(enum control_state state, enum pptp_message_type type,
                                      bool success, bool *ret_allowed);
enum call_state call_state_next(enum call_state state, enum pptp_message_type type, bool success,
                                bool *ret_allowed);

/* True in the states in which a call message (type 7 and up) may be sent at all. */
bool control_state_carries_calls(enum control_state state);

/* Short words for fields and tables: "established", "wait-reply", ... Never NULL. */
const char *control_state_name(enum control_state state);
const char *call_state_name(enum call_state state);

#endif
