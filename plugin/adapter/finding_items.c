/* See finding_items.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_items.h"

#include <epan/proto_data.h>

#include "fields.h"

static expert_field decides_note = EI_INIT; /* on a later frame that decides about another one */

int finding_items_severity(enum finding_severity severity)
{
    switch (severity) {
    case SEVERITY_ERROR:
        return PI_ERROR;
    case SEVERITY_WARN:
        return PI_WARN;
    case SEVERITY_NOTE:
        return PI_NOTE;
    case SEVERITY_CHAT:
        break;
    }
    return PI_CHAT;
}

int finding_items_group(enum finding_group group)
{
    switch (group) {
    case GROUP_MALFORMED:
        return PI_MALFORMED;
    case GROUP_SEQUENCE:
        return PI_SEQUENCE;
    case GROUP_RESPONSE:
        return PI_RESPONSE_CODE;
    case GROUP_ASSUMPTION:
        return PI_ASSUMPTION;
    case GROUP_PROTOCOL:
        break;
    }
    return PI_PROTOCOL;
}

void finding_items_register(void)
{
    static ei_register_info decides[] = {
        {&decides_note,
         {"pptp.finding.note", PI_ASSUMPTION, PI_NOTE,
          "This packet decides a finding about another packet", EXPFILL}},
    };

    expert_register_field_array(expert_register_protocol(fields.proto_pptp), decides,
                                array_length(decides));
}

/* Keys of a packet's data, for which others of pptp are small numbers. */
static uint32_t mark_key(uint16_t value)
{
    return 0x10000u + value;
}

void finding_items_mark(proto_item *item, uint16_t value)
{
    packet_info *pinfo = PTREE_DATA(item)->pinfo;

    p_add_proto_data(pinfo->pool, pinfo, fields.proto_pptp, mark_key(value), item);
}

proto_item *finding_items_marked(packet_info *pinfo, uint16_t value)
{
    return p_get_proto_data(pinfo->pool, pinfo, fields.proto_pptp, mark_key(value));
}

static void add_frame(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t frame)
{
    if (frame != 0)
        proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, frame));
}

static void add_text(proto_tree *tree, int field, tvbuff_t *tvb, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

/* "Call ID translated wrongly: Set-Link-Info: ..." */
static const char *full_text(const packet_info *pinfo, const struct finding_view *view)
{
    return view->text == NULL
               ? view->kind->summary
               : wmem_strdup_printf(pinfo->pool, "%s: %s", view->kind->summary, view->text);
}

/* The frame that the finding is about: a filter for the finding finds just it. */
static proto_tree *attach_judged(const struct finding_view *view, tvbuff_t *tvb, packet_info *pinfo,
                                 proto_tree *tree)
{
    const char *text = NULL; /* made if somebody looks */
    proto_item *item;
    proto_tree *details;

    if (proto_field_is_referenced(tree, fields.finding_text))
        text = full_text(pinfo, view);
    item = proto_tree_add_none_format(tree, view->flags, tvb, 0, 0, "%s",
                                      text != NULL ? text : view->kind->summary);
    proto_item_set_generated(item);
    expert_add_info(pinfo, view->at != NULL ? view->at : item, view->expert);
    details = proto_item_add_subtree(item, fields.ett_finding);
    add_text(details, fields.finding_judged, tvb, view->kind->filter);
    if (text != NULL)
        add_text(details, fields.finding_text, tvb, text);
    if (view->deciding_frame != view->judged_frame)
        add_frame(details, fields.finding_decided_in, tvb, view->deciding_frame);
    return details;
}

/* A right packet that made it certain. One pass shows it here only. */
static void attach_deciding(const struct finding_view *view, tvbuff_t *tvb, packet_info *pinfo,
                            proto_tree *tree)
{
    const char *text = "";
    proto_item *item;

    if (proto_field_is_referenced(tree, fields.finding_decides))
        text = wmem_strdup_printf(pinfo->pool, "%s in frame %u: %s", view->kind->filter,
                                  view->judged_frame, full_text(pinfo, view));
    item = proto_tree_add_string(tree, fields.finding_decides, tvb, 0, 0, text);
    proto_item_set_generated(item);
    expert_add_info(pinfo, item, &decides_note);
    add_frame(proto_item_add_subtree(item, fields.ett_finding), fields.finding_frame, tvb,
              view->judged_frame);
}

proto_tree *finding_items_attach(const struct finding_view *view, tvbuff_t *tvb, packet_info *pinfo,
                                 proto_tree *tree)
{
    if (view->judged_frame != pinfo->num)
        attach_deciding(view, tvb, pinfo, tree);
    else if (view->deciding_frame == pinfo->num || PINFO_FD_VISITED(pinfo))
        return attach_judged(view, tvb, pinfo, tree);
    return NULL;
}
