/* See verdict_headline.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_headline.h"

static const struct call *call_about(const struct verdict_case *about)
{
    return about->finding->session == FINDING_NONE
               ? NULL
               : tracker_call(tracker_of(about->linker), about->finding->session);
}

/* The client is the PNS, but for incoming calls that it places. */
static const char *direction_words(const struct verdict_case *about)
{
    const struct call *call = call_about(about);
    bool client_is_pac = call && call->roles_known && call->end_a != 0;
    switch (about->finding->direction) {
    case DIRECTION_PNS_TO_PAC:
        return client_is_pac ? ", from the server (PNS) to the client (PAC)"
                             : ", from the client (PNS) to the server (PAC)";
    case DIRECTION_PAC_TO_PNS:
        return client_is_pac ? ", from the client (PAC) to the server (PNS)"
                             : ", from the server (PAC) to the client (PNS)";
    case DIRECTION_NONE:
        break;
    }
    return "";
}

char *pptp_headline(const struct verdict_case *about)
{
    return g_strconcat(finding_kind(about->finding->id)->summary, direction_words(about), NULL);
}

/* An end that is strict about Call IDs resets the connection: the reset is a consequence. */
char *pptp_consequence(const struct verdict_case *about)
{
    const struct finding *finding = about->finding;
    const struct call *call = call_about(about);
    bool wrong_id =
        finding->id == FINDING_UNKNOWN_CALL_ID || finding->id == FINDING_CALLID_MISTRANSLATED;
    if (!wrong_id || !call || call->ended_by != CALL_END_TCP_RESET ||
        call->ended_frame <= finding->judged_frame)
        return g_strdup("");
    return g_strdup_printf("The connection reset in frame %u is a consequence.", call->ended_frame);
}
