/* What the NATs make of a call's two ids: at the Call ID fields that a packet has, and for the id
 * that it does not carry, below its protocol.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TRANSLATION_H
#define PPTPNAT_TRANSLATION_H

#include "compat.h"
#include "core/analysis.h"

/* One packet's call along its row of points. */
struct translation {
    const struct call *call;        /* here; NULL: a message of no call */
    const struct link_view *link;   /* NULL, or a single point: there is nothing to show */
    const struct link_point *point; /* NULL: the capture has one point */
    uint32_t position;              /* of `point` in the link's row */
    uint32_t frame;
    bool doubtful;  /* a finding may say that an id of this packet is wrong */
    unsigned shown; /* a bit for each enum id_owner that a field of the packet has shown */
};

struct translation translation_of_message(const struct message_record *record);
struct translation translation_of_gre(uint32_t frame, const struct gre_flow *flow);
/* Whether a Call ID of the message was found wrong. */
bool translation_is_wrong(const struct message_record *record);

/* At a Call ID field whose owner, by the message's layout, is `owner`: "(inside 1536, outside
 * 33244)", what a finding expects here, and the fields of the translation below it. */
void translation_show_at(struct translation *translation, proto_item *item, tvbuff_t *tvb,
                         enum id_owner owner, uint16_t value);

/* The fields of what translation_show_at has not shown. */
void translation_show_rest(const struct translation *translation, proto_tree *tree, tvbuff_t *tvb);

#endif
