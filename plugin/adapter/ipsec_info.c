/* See ipsec_info.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_info.h"

#include <epan/column-utils.h>

/* "Quick Mode, message 2 of IKE SA 0, sent again (first in frame 17)"; IKEv2's own text has the
 * number and the direction. */
static void add_message(column_info *columns, const struct ike_record *message)
{
    if (message->number != 0 && message->sa->major == 1)
        col_append_fstr(columns, COL_INFO, ", message %u of IKE SA %u", message->number,
                        message->sa->index);
    else
        col_append_fstr(columns, COL_INFO, ", IKE SA %u", message->sa->index);
    if (message->repeats_frame != 0)
        col_append_fstr(columns, COL_INFO, ", sent again (first in frame %u)",
                        message->repeats_frame);
}

static void add_esp(column_info *columns, const struct ipsec_subject *subject)
{
    uint8_t flags = subject->record->flags;

    col_append_fstr(columns, COL_INFO, ", packet %u of ESP SA %u", subject->record->seq,
                    subject->esp->index);
    if ((flags & IPSEC_RECORD_GAP) != 0)
        col_append_fstr(columns, COL_INFO, ", %u missing before it", subject->record->lost);
    if ((flags & IPSEC_RECORD_LATE) != 0)
        col_append_str(columns, COL_INFO, ", late");
    if ((flags & IPSEC_RECORD_DUPLICATE) != 0)
        col_append_str(columns, COL_INFO, ", seen before");
}

void ipsec_info_add(packet_info *pinfo, const struct ipsec_subject *subject)
{
    if (pinfo->cinfo == NULL || !col_get_writable(pinfo->cinfo, COL_INFO))
        return;
    if (subject->message != NULL)
        add_message(pinfo->cinfo, subject->message);
    else if (subject->esp != NULL)
        add_esp(pinfo->cinfo, subject);
}
