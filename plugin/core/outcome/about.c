/* What a finding is about: which link, and a NAT that has lost the session or not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

/* Not earlier than the packet with which data ceased, if possible by frames of one point. */
static bool is_since(const struct ceased *ceased, const struct finding *finding)
{
    uint32_t frame = finding->interface == ceased->point || !finding->peer_frame
                         ? finding->judged_frame
                         : finding->peer_frame;
    return frame >= ceased->frame;
}

bool link_has_lost_state(const struct linker *linker, const struct link *link,
                         const struct finding *finding)
{
    return link->ceased.frame != 0 && is_since(&link->ceased, finding) &&
           linker->supplier->is_of_lost_state(finding);
}

const struct link *link_of_finding(const struct linker *linker, const struct finding *finding)
{
    if (finding->link < linker->links->len)
        return linker->links->pdata[finding->link];
    const struct session *session = facts_session(linker->facts, finding->session);
    return session ? link_of_session(linker, session) : NULL;
}
