/* Enhanced GRE: feeds the analysis, shows the header and what is known of the call, hands PPP on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "egre_dissector.h"

#include <epan/dissectors/packet-gre.h>

#include "core/base/bytes.h"
#include "core/pptp/egre_wire.h"
#include "core/pptp/ppp_stage.h"
#include "expert.h"
#include "fields.h"
#include "fragment_hook.h"
#include "icmp_quote.h"
#include "generated.h"
#include "session_store.h"
#include "tap.h"

#define EGRE_FIXED_HEADER 4 /* flags, version and protocol, which every GRE header has */

static protocol_t *gre_protocol;
static const char *gre_name;
static dissector_table_t gre_table;
static dissector_handle_t ppp_handle; /* what PPP in GRE goes to, in the open file; NULL: nothing */

/* One packet on its way through the dissector. */
struct egre_view {
    tvbuff_t *tvb;
    packet_info *pinfo;
    const uint8_t *data;
    uint32_t captured;
    enum egre_status status;
    struct egre_header header;
    uint32_t payload_length; /* octets for PPP: as claimed, at most what the packet has */
    bool analysed;           /* fed on the first visit */
    const struct packet_record *record; /* NULL: not analysed, or a bound was reached */
    const struct gre_flow *flow;
    proto_item *flags;    /* what is wrong with the header is marked there, */
    proto_item *length;   /* and with the payload's length there; NULL: not shown */
    proto_tree *findings; /* their tree; NULL: none */
};

static void read_packet(struct egre_view *view)
{
    uint32_t present;

    view->status = egre_parse(view->data, view->captured, &view->header);
    if (view->status == EGRE_NOT_ENHANCED) {
        view->header.flags = bytes_u16(view->data);
        view->header.protocol = EGRE_PROTOCOL_PPP;
    }
    if (view->status != EGRE_OK)
        return;
    present = tvb_reported_length(view->tvb) - view->header.header_length;
    view->payload_length = MIN(view->header.payload_length, present);
}

/* First visit: tells the analysis. A packet quoted in an ICMP error is evidence, not traffic. */
static void feed(struct egre_view *view, void *iph)
{
    struct gre_packet packet;
    uint32_t payload_captured;

    if (view->pinfo->flags.in_error_pkt) {
        icmp_quote_gre(view->pinfo, &view->header, view->status);
        return;
    }
    if (view->status != EGRE_OK || session_inside_tunnel(view->pinfo))
        return;
    view->analysed = true;
    if (!PINFO_FD_VISITED(view->pinfo)) {
        payload_captured = view->captured - view->header.header_length;
        session_packet(view->pinfo, iph, &packet.packet);
        session_ip_checksum(iph, tvb_reported_length(view->tvb), &packet.packet);
        packet.header = view->header;
        packet.captured = MIN(payload_captured, view->payload_length);
        packet.payload = view->data + view->header.header_length;
        fragment_hook_begin();
        view->record = analysis_gre(session_analysis(), &packet);
    } else {
        view->record = tracker_gre_on(analysis_tracker(session_analysis()), view->pinfo->num);
    }
    if (view->record != NULL)
        view->flow =
            tracker_gre_flow(analysis_tracker(session_analysis()), view->pinfo->num, view->record);
    if (view->flow == NULL)
        view->record = NULL;
}

/* Shows a field if it was captured; else NULL. Nearly all trees are only there for a filter: where
 * nobody asks for the field it gives the tree, as Wireshark itself does, for less. */
static proto_item *show_word(const struct egre_view *view, proto_tree *tree,
                             const header_field_info *field, uint32_t offset, uint32_t width)
{
    if (offset + width > view->captured)
        return NULL;
    if (!fields_asked(tree, field))
        return tree;
    return proto_tree_add_item(tree, field->id, view->tvb, (gint)offset, (gint)width,
                               ENC_BIG_ENDIAN);
}

/* RFC 2637 4.1: S if and only if there is a payload; C, R, s, Recur, Flags 0; K 1. */
static bool is_header_wrong(const struct egre_view *view)
{
    if (view->status == EGRE_NOT_ENHANCED || egre_wrong_bits(&view->header) != 0)
        return true;
    return view->status == EGRE_OK && view->header.has_seq != (view->header.payload_length != 0);
}

static proto_item *show_flags(const struct egre_view *view, proto_tree *tree)
{
    proto_item *item = show_word(view, tree, fields.gre_flags_and_version, 0, 2);
    proto_tree *flags = proto_item_add_subtree(item, fields.ett_gre_flags);

    for (unsigned i = 0; i < FIELDS_GRE_FLAGS; i++)
        show_word(view, flags, fields.gre_flag[i], 0, 2);
    return item;
}

/* Zeros behind the payload are padding; anything else there, or less than claimed, is wrong. */
static bool is_length_wrong(const struct egre_view *view)
{
    uint32_t end = view->header.header_length + view->payload_length;

    if (view->status != EGRE_OK)
        return false;
    if (view->payload_length < view->header.payload_length)
        return true;
    for (uint32_t i = end; i < view->captured; i++) {
        if (view->data[i] != 0)
            return true;
    }
    return false;
}

/* Marks what is wrong, with and without a tree. */
static void judge_header(const struct egre_view *view)
{
    if (is_header_wrong(view))
        expert_add_info(view->pinfo, view->flags, &expert_gre_bad_header);
    if (is_length_wrong(view))
        expert_add_info(view->pinfo, view->length, &expert_gre_bad_length);
}

/* `translation` NULL: the analysis knows nothing of the packet, or nobody asks. */
static void show_call_id(const struct egre_view *view, proto_tree *tree, uint32_t offset,
                         struct translation *translation)
{
    proto_item *item = show_word(view, tree, fields.gre_call_id, offset, 2);
    enum id_owner owner;

    if (item == NULL || translation == NULL)
        return;
    /* RFC 2637 4.1: the key has the id that the receiver assigned. */
    owner = direction_id_owner(view->flow->direction);
    translation_show_at(translation, item, view->tvb, owner, view->header.call_id);
}

/* The header and what the analysis knows; returns the tree. */
static proto_tree *show_header(struct egre_view *view, proto_tree *tree)
{
    const struct egre_header *header = &view->header;
    uint32_t key = (header->flags & (EGRE_FLAG_CHECKSUM | EGRE_FLAG_ROUTING)) != 0 ? 8 : 4;
    uint32_t length = view->status == EGRE_OK             ? header->header_length
                      : view->status == EGRE_NOT_ENHANCED ? EGRE_FIXED_HEADER
                                                          : view->captured;
    proto_item *item =
        proto_tree_add_item(tree, fields.proto_gre, view->tvb, 0, (gint)length, ENC_NA);
    proto_tree *gre_tree = proto_item_add_subtree(item, fields.ett_gre);
    bool wanted = view->record != NULL && proto_field_is_referenced(tree, fields.proto_pptp);
    struct translation translation;

    if (PTREE_DATA(tree)->visible)
        proto_item_append_text(item, " (PPP)");
    if (wanted)
        translation = translation_of_gre(view->pinfo->num, view->flow);
    view->flags = show_flags(view, gre_tree);
    show_word(view, gre_tree, fields.gre_protocol, 2, 2);
    if (key == 8) {
        show_word(view, gre_tree, fields.gre_checksum, 4, 2);
        show_word(view, gre_tree, fields.gre_offset, 6, 2);
    }
    if (view->status != EGRE_NOT_ENHANCED) {
        view->length = show_word(view, gre_tree, fields.gre_payload_length, key, 2);
        show_call_id(view, gre_tree, key + 2, wanted ? &translation : NULL);
    }
    if (header->has_seq)
        show_word(view, gre_tree, fields.gre_seq, header->seq_offset, 4);
    if (header->has_ack)
        show_word(view, gre_tree, fields.gre_ack, header->ack_offset, 4);
    if (view->captured > length + view->payload_length)
        proto_tree_add_item(gre_tree, fields.gre_trailing, view->tvb,
                            (gint)(length + view->payload_length), -1, ENC_NA);
    view->findings = gre_tree;
    if (view->record != NULL)
        view->findings = generated_gre(view->tvb, gre_tree, view->pinfo->num, view->record,
                                       wanted ? &translation : NULL);
    return gre_tree;
}

static void hand_on(const struct egre_view *view, proto_tree *tree, proto_tree *gre_tree)
{
    const struct egre_header *header = &view->header;
    gre_hdr_info_t info = {.flags_and_ver = header->flags};
    uint32_t captured = MIN(view->captured - header->header_length, view->payload_length);
    tvbuff_t *payload;

    info.key = (guint32)header->payload_length << 16 | header->call_id;
    payload = tvb_new_subset_length_caplen(view->tvb, header->header_length, (gint)captured,
                                           (gint)view->payload_length);
    view->pinfo->flags.in_gre_pkt = true;
    view->pinfo->match_uint = EGRE_PROTOCOL_PPP;
    if (ppp_handle == NULL ||
        call_dissector_only(ppp_handle, payload, view->pinfo, tree, &info) == 0)
        call_data_dissector(payload, view->pinfo, gre_tree);
}

/* "GRE call 3, seq 12, ack 9, LCP Configure-Request". Traffic of the tunnel keeps the row it has
 * without this plugin: there the inner packet is what people look for. */
static void show_info(const struct egre_view *view)
{
    const struct egre_header *header = &view->header;
    struct ppp_frame ppp = {.act = PPP_ACT_NONE};
    wmem_strbuf_t *text;

    if (view->record == NULL || !col_get_writable(view->pinfo->cinfo, COL_INFO))
        return;
    if (view->payload_length != 0) {
        const uint8_t *payload = view->data + header->header_length;
        uint32_t captured = MIN(view->payload_length, view->captured - header->header_length);

        if (ppp_data_protocol(payload, captured) != 0)
            return;
        ppp_frame_read(payload, captured, &ppp);
        if (ppp.act == PPP_ACT_NONE || ppp.act == PPP_ACT_DATA)
            return;
    }
    text = wmem_strbuf_new(view->pinfo->pool, "");
    wmem_strbuf_append_printf(text, "GRE call %u", call_final(call_of(view->flow->session))->index);
    if (header->has_seq)
        wmem_strbuf_append_printf(text, ", seq %u", header->seq);
    if (header->has_ack)
        wmem_strbuf_append_printf(text, ", ack %u", header->ack);
    if (view->payload_length != 0)
        wmem_strbuf_append_printf(text, ", %s", ppp_frame_name(&ppp));
    col_add_str(view->pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(text));
}

bool egre_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *iph, int *ret_length)
{
    struct egre_view view = {.tvb = tvb, .pinfo = pinfo, .captured = tvb_captured_length(tvb)};
    proto_tree *gre_tree = NULL;

    view.data = tvb_get_ptr(tvb, 0, (gint)view.captured);
    if (!egre_is_enhanced(view.data, view.captured) || !proto_is_protocol_enabled(gre_protocol))
        return false;
    compat_enter(pinfo, fields.proto_gre, gre_name);
    read_packet(&view);
    feed(&view, iph);
    if (view.record != NULL)
        pptp_tap_gre(pinfo, view.record, view.flow);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "GRE");
    col_set_str(pinfo->cinfo, COL_INFO, "Encapsulated PPP");
    if (tree != NULL)
        gre_tree = show_header(&view, tree);
    judge_header(&view);
    if (view.analysed)
        expert_attach_findings(tvb, pinfo, expert_one_tree, view.findings);
    if (view.status == EGRE_OK && view.payload_length != 0)
        hand_on(&view, tree, gre_tree);
    show_info(&view);
    /* What was captured of the header has been shown; the mark is Wireshark's. */
    if (view.status == EGRE_TRUNCATED && !pinfo->flags.in_error_pkt)
        tvb_ensure_bytes_exist(tvb, 0, (gint)view.captured + 1);
    *ret_length = (int)view.captured;
    return true;
}

/* Whenever a file is opened or settings change: the user may have given PPP to something else. */
static void init(void)
{
    ppp_handle = dissector_get_uint_handle(gre_table, EGRE_PROTOCOL_PPP);
}

void egre_dissector_register(void)
{
    gre_protocol = find_protocol_by_id(fields.proto_gre);
    gre_name = proto_get_protocol_short_name(gre_protocol);
    gre_table = find_dissector_table("gre.proto");
    register_init_routine(init);
}
