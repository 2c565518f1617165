/* What a finding is about: which link, and a NAT that has lost the call or not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"

/* Not earlier than the packet with which GRE ceased, if possible by frames of one point. */
static bool is_since(const struct gre_ceased *ceased, const struct finding *finding)
{
    uint32_t frame = finding->interface == ceased->point || !finding->peer_frame
                         ? finding->judged_frame
                         : finding->peer_frame;
    return frame >= ceased->frame;
}

bool link_has_lost_state(const struct link *link, const struct finding *finding)
{
    if (link->ceased.frame == 0 || !is_since(&link->ceased, finding))
        return false;
    switch (finding->id) {
    case FINDING_CALLID_MISTRANSLATED:
        return finding->mistranslation == MISTRANSLATION_UNTRANSLATED ||
               finding->mistranslation == MISTRANSLATION_ZERO;
    case FINDING_GRE_NOT_FORWARDED:
    case FINDING_GRE_REJECTED:
    case FINDING_CONTROL_NOT_FORWARDED:
    case FINDING_RESET_INJECTED:
        return true;
    default:
        return false;
    }
}

const struct link *link_of_finding(const struct linker *linker, const struct finding *finding)
{
    if (finding->link < linker->links->len)
        return linker->links->pdata[finding->link];
    const struct call *call =
        finding->call == FINDING_NONE ? NULL : tracker_call(linker->tracker, finding->call);
    return call ? link_of_call(linker, call) : NULL;
}
