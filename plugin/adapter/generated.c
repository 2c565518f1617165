/* Generated items.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "generated.h"

#include "fields.h"
#include "session_store.h"

/* Where items are added. */
struct tree_at {
    tvbuff_t *tvb;
    proto_tree *tree;
};

static proto_item *add_uint(const struct tree_at *at, int field, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(at->tree, field, at->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

static void add_frame(const struct tree_at *at, int field, uint32_t frame)
{
    if (frame != 0)
        add_uint(at, field, frame);
}

static void add_text(const struct tree_at *at, int field, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(at->tree, field, at->tvb, 0, 0, text));
}

static void add_mark(const struct tree_at *at, int field)
{
    proto_item_set_generated(proto_tree_add_boolean(at->tree, field, at->tvb, 0, 0, 1));
}

static void add_time(const struct tree_at *at, int field, int64_t ns)
{
    nstime_t time = {.secs = (time_t)(ns / 1000000000), .nsecs = (int)(ns % 1000000000)};

    proto_item_set_generated(proto_tree_add_time(at->tree, field, at->tvb, 0, 0, &time));
}

/* "inside" and "outside" name the ends of the row; in between only the position does. */
static void add_side(const struct tree_at *at, const struct link_point *point, uint32_t position,
                     bool linked)
{
    char number[12];

    if (linked && g_strcmp0(point->role, "middle") == 0) {
        g_snprintf(number, sizeof number, "%u", position);
        add_text(at, fields.nat_side, number);
    } else {
        add_text(at, fields.nat_side, point->role);
    }
}

static void add_link(const struct tree_at *at, const struct translation *translation)
{
    const struct link_view *link = translation->link;
    const struct link_point *point = translation->point;
    proto_item *item;

    if (point == NULL)
        return;
    item = add_uint(at, fields.nat_point, point->index);
    if (PTREE_DATA(at->tree)->visible)
        proto_item_append_text(item, " (%s)", session_interface_name(point->point));
    add_side(at, point, translation->position, link != NULL);
    if (link == NULL)
        return;
    add_uint(at, fields.nat_link, link->index);
    if (link->count < 2)
        return;
    translation_show_rest(translation, at->tree, at->tvb);
    if (proto_field_is_referenced(at->tree, fields.nat_evidence)) {
        char *evidence = evidence_text(link->evidence);

        add_text(at, fields.nat_evidence, evidence);
        g_free(evidence);
    }
}

/* Its text is a key in JSON: always the same. */
static proto_tree *add_subtree(proto_tree *tree, tvbuff_t *tvb)
{
    proto_tree *subtree;
    proto_item *item;

    if (!PTREE_DATA(tree)->visible)
        return tree;
    subtree = proto_tree_add_subtree(tree, tvb, 0, 0, fields.ett_analysis, &item, "NAT analysis");
    proto_item_set_generated(item);
    return subtree;
}

proto_tree *generated_message(tvbuff_t *tvb, proto_tree *tree, const struct message_record *record,
                              const struct translation *translation)
{
    struct tree_at at = {tvb, tree};
    const struct call *call = translation->call;

    if (tree == NULL)
        return NULL;
    at.tree = add_subtree(tree, tvb);
    add_uint(&at, fields.stream, record->connection->index);
    if (call != NULL) {
        add_uint(&at, fields.call, call->index);
        add_frame(&at, fields.setup_frame, call->setup_frame);
        add_text(&at, fields.state, call_state_name((enum call_state)record->call_state));
        add_text(&at, fields.stage, ppp_stage_name((enum ppp_stage)record->stage));
        for (int owner = 0; owner < 2; owner++) {
            if (record->knows_id & 1 << owner)
                add_uint(&at, fields.call_id[owner], record->id_now[owner]);
        }
    }
    add_frame(&at, fields.response_in, record->response_in);
    if (record->request != NULL) {
        add_frame(&at, fields.response_to, message_response_to(record));
        add_time(&at, fields.response_time, message_response_time_ns(record));
    }
    add_link(&at, translation);
    add_frame(&at, fields.nat_peer_frame,
              linker_pairing(analysis_linker(session_analysis()), as_message(record)).peer_frame);
    return at.tree;
}

/* An id is known from the frame on that carried it: the caller's from the request, the other one
 * from the reply. GRE without control traffic knows no such frames. */
static void add_call_ids(const struct tree_at *at, const struct call *call, uint32_t frame)
{
    bool setup = call->setup_frame <= frame;
    bool reply = call->reply_frame != 0 && call->reply_frame <= frame;
    const bool known[2] = {
        [PPTP_OWNER_PNS] = call->kind == CALL_KIND_INCOMING ? reply : setup,
        [PPTP_OWNER_PAC] = call->kind == CALL_KIND_OUTGOING ? reply : setup,
    };

    for (int owner = 0; owner < 2; owner++) {
        if (call->has_id[owner] && known[owner])
            add_uint(at, fields.call_id[owner], call->id[owner]);
    }
}

static void add_window(const struct tree_at *at, uint32_t frame, const struct packet_record *record)
{
    const struct tracker *tracker = analysis_tracker(session_analysis());
    const struct packet_record *acked = NULL;
    struct packet_detail detail = {0};

    if ((record->flags & (PACKET_GAP | PACKET_ACK)) != 0)
        detail = tracker_gre_detail_on(tracker, frame);
    if ((record->flags & PACKET_GAP) != 0)
        add_uint(at, fields.lost, detail.lost);
    if ((record->flags & PACKET_LATE) != 0 && !packet_record_is_copy(record))
        add_mark(at, fields.out_of_order);
    if ((record->flags & PACKET_DUPLICATE) != 0)
        add_mark(at, fields.duplicate);
    add_frame(at, fields.acks_frame, detail.acks_frame);
    if (detail.acks_frame != 0 && proto_field_is_referenced(at->tree, fields.ack_rtt))
        acked = tracker_gre_on(tracker, detail.acks_frame);
    if (acked != NULL)
        add_time(at, fields.ack_rtt, (int64_t)(record->time_us - acked->time_us) * 1000);
    if ((record->flags & PACKET_ACK) != 0)
        add_uint(at, fields.outstanding, detail.outstanding);
}

/* What the call of a GRE packet is, and how far it got. */
static void add_gre_call(const struct tree_at *at, const struct packet_record *record,
                         const struct translation *translation)
{
    const struct call *call = translation->call;

    if (call->connection != NULL)
        add_uint(at, fields.stream, call->connection->index);
    add_uint(at, fields.call, call->index);
    add_frame(at, fields.setup_frame, call->setup_frame);
    add_text(at, fields.state, call_state_name((enum call_state)(record->state_stage >> 4)));
    add_text(at, fields.stage, ppp_stage_name((enum ppp_stage)(record->state_stage & 0x0F)));
    add_call_ids(at, call, translation->frame);
}

proto_tree *generated_gre(tvbuff_t *tvb, proto_tree *tree, uint32_t frame,
                          const struct packet_record *record, const struct translation *translation)
{
    struct tree_at at = {tvb, tree};

    if (tree == NULL)
        return NULL;
    at.tree = add_subtree(tree, tvb);
    if (translation != NULL)
        add_gre_call(&at, record, translation);
    add_window(&at, frame, record);
    if (translation != NULL) {
        add_link(&at, translation);
        add_frame(&at, fields.nat_peer_frame,
                  linker_peer(analysis_linker(session_analysis()), frame));
    }
    return at.tree;
}
