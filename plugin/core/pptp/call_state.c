/* The tables of RFC 2637 3.1 and 3.2 as rows {state, message, next}. A row is what the standard
 * allows; a message without a row is not, and the second table of each machine says which state it
 * asserts all the same.
 *
 * The observer sees both ends in one order, so a message that was under way when the other end
 * closed or cleared has a row too: neither end did anything wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "call_state.h"

#include <stddef.h>

/* Sets of messages, one bit for each type. */
#define BIT(type) (1u << (type))
#define ECHO      (BIT(PPTP_ECHO_REQUEST) | BIT(PPTP_ECHO_REPLY))
#define CALL_SETUP                                                                                 \
    (BIT(PPTP_OCRQ) | BIT(PPTP_OCRP) | BIT(PPTP_ICRQ) | BIT(PPTP_ICRP) | BIT(PPTP_ICCN))
#define CALL_END      (BIT(PPTP_CCRQ) | BIT(PPTP_CDN))
#define CALL_NOTES    (BIT(PPTP_WEN) | BIT(PPTP_SLI))
#define CALL_REQUESTS (BIT(PPTP_OCRQ) | BIT(PPTP_ICRQ))
#define CALL_MESSAGES (CALL_SETUP | CALL_END | CALL_NOTES)
#define EVERY         (0xFFFEu)
/* What an end may have sent too early, before it heard that the connection stands; the others are
 * answers and prove that it does. */
#define EARLY (BIT(PPTP_ECHO_REQUEST) | CALL_REQUESTS | BIT(PPTP_CCRQ))

enum outcome { ANY, GOOD, BAD };

struct row {
    unsigned state;
    unsigned messages;
    enum outcome outcome;
    unsigned next;
};

#define ROWS(table) table, sizeof(table) / sizeof((table)[0])

/* clang-format off */

/* RFC 2637 3.1.1, 3.1.2 */
static const struct row control_rows[] = {
    {CONTROL_IDLE, BIT(PPTP_SCCRQ), ANY, CONTROL_WAIT_REPLY},
    {CONTROL_WAIT_REPLY, BIT(PPTP_SCCRP), GOOD, CONTROL_ESTABLISHED},
    {CONTROL_WAIT_REPLY, BIT(PPTP_SCCRP), BAD, CONTROL_STOPPED},
    {CONTROL_WAIT_REPLY, BIT(PPTP_STOPCCRQ), ANY, CONTROL_WAIT_STOP_REPLY},
    {CONTROL_ESTABLISHED, ECHO | CALL_MESSAGES, ANY, CONTROL_ESTABLISHED},
    {CONTROL_ESTABLISHED, BIT(PPTP_STOPCCRQ), ANY, CONTROL_WAIT_STOP_REPLY},
    {CONTROL_WAIT_STOP_REPLY, BIT(PPTP_STOPCCRP), ANY, CONTROL_STOPPED},
    {CONTROL_WAIT_STOP_REPLY, EVERY & ~BIT(PPTP_STOPCCRP), ANY, CONTROL_WAIT_STOP_REPLY},
    {CONTROL_STOPPED, EVERY, ANY, CONTROL_STOPPED},
    {CONTROL_CLOSED, EVERY, ANY, CONTROL_CLOSED},
};

static const struct row control_asserted[] = {
    {CONTROL_WAIT_REPLY, EARLY, ANY, CONTROL_WAIT_REPLY},
    {CONTROL_UNKNOWN, BIT(PPTP_SCCRQ), ANY, CONTROL_WAIT_REPLY},
    {CONTROL_UNKNOWN, BIT(PPTP_SCCRP), GOOD, CONTROL_ESTABLISHED},
    {CONTROL_UNKNOWN, BIT(PPTP_SCCRP), BAD, CONTROL_STOPPED},
    {CONTROL_UNKNOWN, BIT(PPTP_STOPCCRQ), ANY, CONTROL_WAIT_STOP_REPLY},
    {CONTROL_UNKNOWN, BIT(PPTP_STOPCCRP), ANY, CONTROL_STOPPED},
    {CONTROL_UNKNOWN, ECHO | CALL_MESSAGES, ANY, CONTROL_ESTABLISHED},
};

/* RFC 2637 3.2.3 to 3.2.5. An aborted set-up ends in CCRQ (PNS) or CDN (PAC). */
static const struct row call_rows[] = {
    {CALL_IDLE, CALL_REQUESTS, ANY, CALL_WAIT_REPLY},
    {CALL_WAIT_REPLY, BIT(PPTP_OCRP), GOOD, CALL_ESTABLISHED},
    {CALL_WAIT_REPLY, BIT(PPTP_ICRP), GOOD, CALL_WAIT_CONNECT},
    {CALL_WAIT_REPLY, BIT(PPTP_OCRP) | BIT(PPTP_ICRP), BAD, CALL_REFUSED},
    {CALL_WAIT_REPLY, BIT(PPTP_CCRQ), ANY, CALL_WAIT_DISCONNECT},
    {CALL_WAIT_REPLY, BIT(PPTP_CDN), ANY, CALL_CLOSED},
    {CALL_WAIT_CONNECT, BIT(PPTP_ICCN), ANY, CALL_ESTABLISHED},
    {CALL_WAIT_CONNECT, BIT(PPTP_CCRQ), ANY, CALL_WAIT_DISCONNECT},
    {CALL_WAIT_CONNECT, BIT(PPTP_CDN), ANY, CALL_CLOSED},
    {CALL_ESTABLISHED, CALL_NOTES, ANY, CALL_ESTABLISHED},
    {CALL_ESTABLISHED, BIT(PPTP_CCRQ), ANY, CALL_WAIT_DISCONNECT},
    {CALL_ESTABLISHED, BIT(PPTP_CDN), ANY, CALL_CLOSED},
    {CALL_WAIT_DISCONNECT, BIT(PPTP_CDN), ANY, CALL_CLOSED},
    {CALL_WAIT_DISCONNECT, BIT(PPTP_OCRP) | BIT(PPTP_ICCN) | CALL_NOTES, ANY, CALL_WAIT_DISCONNECT},
    {CALL_CLOSED, CALL_END | CALL_NOTES, ANY, CALL_CLOSED},
    {CALL_CLOSED, CALL_REQUESTS, ANY, CALL_WAIT_REPLY},
    {CALL_REFUSED, CALL_END, ANY, CALL_REFUSED},
    {CALL_REFUSED, CALL_REQUESTS, ANY, CALL_WAIT_REPLY},
};

static const struct row call_asserted[] = {
    {CALL_UNKNOWN, CALL_REQUESTS, ANY, CALL_WAIT_REPLY},
    {CALL_UNKNOWN, BIT(PPTP_OCRP), GOOD, CALL_ESTABLISHED},
    {CALL_UNKNOWN, BIT(PPTP_ICRP), GOOD, CALL_WAIT_CONNECT},
    {CALL_UNKNOWN, BIT(PPTP_OCRP) | BIT(PPTP_ICRP), BAD, CALL_REFUSED},
    {CALL_UNKNOWN, BIT(PPTP_ICCN) | CALL_NOTES, ANY, CALL_ESTABLISHED},
    {CALL_UNKNOWN, BIT(PPTP_CCRQ), ANY, CALL_WAIT_DISCONNECT},
    {CALL_UNKNOWN, BIT(PPTP_CDN), ANY, CALL_CLOSED},
};

/* clang-format on */

static const struct row *find_row(const struct row *rows, size_t count, unsigned state,
                                  enum pptp_message_type type, bool success)
{
    unsigned message = (unsigned)type <= PPTP_MESSAGE_TYPES ? BIT(type) & EVERY : 0;

    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];

        if (row->state == state && (row->messages & message) != 0 &&
            (row->outcome == ANY || (row->outcome == GOOD) == success))
            return row;
    }
    return NULL;
}

enum control_state control_state_next(enum control_state state, enum pptp_message_type type,
                                      bool success, bool *ret_allowed)
{
    const struct row *row = find_row(ROWS(control_rows), state, type, success);

    *ret_allowed = true;
    if (row != NULL)
        return (enum control_state)row->next;
    /* A type that the standard does not have moves nothing; it is reported for what it is. */
    *ret_allowed = state == CONTROL_UNKNOWN || pptp_layout(type) == NULL;
    row = find_row(ROWS(control_asserted), state, type, success);
    if (row == NULL)
        row = find_row(ROWS(control_asserted), CONTROL_UNKNOWN, type, success);
    return row != NULL ? (enum control_state)row->next : state;
}

enum call_state call_state_next(enum call_state state, enum pptp_message_type type, bool success,
                                bool *ret_allowed)
{
    const struct row *row = find_row(ROWS(call_rows), state, type, success);

    *ret_allowed = true;
    if (row != NULL)
        return (enum call_state)row->next;
    row = find_row(ROWS(call_asserted), CALL_UNKNOWN, type, success);
    if (row == NULL)
        return state; /* not a message about a call */
    *ret_allowed = state == CALL_UNKNOWN;
    return (enum call_state)row->next;
}

bool control_state_carries_calls(enum control_state state)
{
    return state == CONTROL_UNKNOWN || state == CONTROL_ESTABLISHED ||
           state == CONTROL_WAIT_STOP_REPLY;
}

const char *control_state_name(enum control_state state)
{
    switch (state) {
    case CONTROL_UNKNOWN:
        return "unknown";
    case CONTROL_IDLE:
        return "idle";
    case CONTROL_WAIT_REPLY:
        return "wait-reply";
    case CONTROL_ESTABLISHED:
        return "established";
    case CONTROL_WAIT_STOP_REPLY:
        return "wait-stop-reply";
    case CONTROL_STOPPED:
        return "stopped";
    case CONTROL_CLOSED:
        return "closed";
    }
    return "unknown";
}

const char *call_state_name(enum call_state state)
{
    switch (state) {
    case CALL_UNKNOWN:
        return "unknown";
    case CALL_IDLE:
        return "idle";
    case CALL_WAIT_REPLY:
        return "wait-reply";
    case CALL_WAIT_CONNECT:
        return "wait-connect";
    case CALL_ESTABLISHED:
        return "established";
    case CALL_WAIT_DISCONNECT:
        return "wait-disconnect";
    case CALL_CLOSED:
        return "closed";
    case CALL_REFUSED:
        return "refused";
    }
    return "unknown";
}
