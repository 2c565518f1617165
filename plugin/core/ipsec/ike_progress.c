/* One row for each message that tells something.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ike_progress.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define ANY_NUMBER          0

static const struct {
    uint8_t exchange;
    uint8_t number;
    uint8_t progress;
} steps[] = {
    {IKE_V1_MAIN, 1, IKE_PROGRESS_STARTED},
    {IKE_V1_MAIN, 2, IKE_PROGRESS_NEGOTIATING},
    {IKE_V1_MAIN, 3, IKE_PROGRESS_NEGOTIATING},
    {IKE_V1_MAIN, 4, IKE_PROGRESS_NEGOTIATING},
    {IKE_V1_MAIN, 5, IKE_PROGRESS_AUTHENTICATING},
    {IKE_V1_MAIN, 6, IKE_PROGRESS_ESTABLISHED},
    {IKE_V1_AGGRESSIVE, 1, IKE_PROGRESS_STARTED},
    {IKE_V1_AGGRESSIVE, 2, IKE_PROGRESS_AUTHENTICATING},
    {IKE_V1_AGGRESSIVE, 3, IKE_PROGRESS_ESTABLISHED},
    {IKE_V1_QUICK, ANY_NUMBER, IKE_PROGRESS_ESTABLISHED},
    {IKE_V2_INIT, 1, IKE_PROGRESS_STARTED},
    {IKE_V2_INIT, 2, IKE_PROGRESS_NEGOTIATING},
    {IKE_V2_INTERMEDIATE, ANY_NUMBER, IKE_PROGRESS_NEGOTIATING},
    {IKE_V2_AUTH, 1, IKE_PROGRESS_AUTHENTICATING},
    {IKE_V2_AUTH, 2, IKE_PROGRESS_ESTABLISHED},
    {IKE_V2_CREATE_CHILD, ANY_NUMBER, IKE_PROGRESS_ESTABLISHED},
    {IKE_V2_INFORMATIONAL, ANY_NUMBER, IKE_PROGRESS_ESTABLISHED},
};

const char *ike_progress_name(enum ike_progress progress)
{
    switch (progress) {
    case IKE_PROGRESS_UNKNOWN:
        return "unknown";
    case IKE_PROGRESS_STARTED:
        return "started";
    case IKE_PROGRESS_NEGOTIATING:
        return "negotiating";
    case IKE_PROGRESS_AUTHENTICATING:
        return "authenticating";
    case IKE_PROGRESS_ESTABLISHED:
        return "established";
    }
    return "unknown";
}

/* RFC 2409 5: initiator and responder take turns; each pair carries what the other pairs do not. */
static uint8_t number_in_main_mode(const struct ike_message *message, unsigned sender)
{
    uint8_t turn = sender == 0 ? 1 : 2;
    if (message->encrypted || message->has_fragment)
        return (uint8_t)(turn + 4);
    if (ike_has_payload(message, IKE_V1_SA))
        return turn;
    if (ike_has_payload(message, IKE_V1_KE) || ike_has_payload(message, IKE_V1_NONCE))
        return (uint8_t)(turn + 2);
    return 0;
}

static uint8_t number_in_aggressive_mode(const struct ike_message *message, unsigned sender)
{
    if (sender != 0)
        return 2;
    return ike_has_payload(message, IKE_V1_SA) ? 1 : 3;
}

uint8_t ike_message_number(const struct ike_message *message, unsigned sender, unsigned so_far)
{
    if (ike_major(&message->header) == 2)
        return (message->header.flags & IKE_FLAG_RESPONSE) != 0 ? 2 : 1;
    switch (message->header.exchange) {
    case IKE_V1_MAIN:
        return number_in_main_mode(message, sender);
    case IKE_V1_AGGRESSIVE:
        return number_in_aggressive_mode(message, sender);
    case IKE_V1_QUICK:
    case IKE_V1_TRANSACTION:
    case IKE_V1_NEW_GROUP:
        return (uint8_t)(so_far < UINT8_MAX ? so_far + 1 : UINT8_MAX);
    case IKE_V1_INFORMATIONAL:
        return 1;
    default:
        return 0;
    }
}

enum ike_progress ike_progress_after(enum ike_progress before, uint8_t exchange, uint8_t number)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(steps); i++) {
        if (steps[i].exchange != exchange ||
            (steps[i].number != ANY_NUMBER && steps[i].number != number))
            continue;
        enum ike_progress after = steps[i].progress;
        bool is_eap = exchange == IKE_V2_AUTH && number == 1;
        return after > before || is_eap ? after : before;
    }
    return before;
}

uint8_t ike_child_agreed_by(uint8_t exchange)
{
    switch (exchange) {
    case IKE_V1_QUICK:
        return 3;
    case IKE_V2_AUTH:
    case IKE_V2_CREATE_CHILD:
        return 2;
    default:
        return 0;
    }
}
