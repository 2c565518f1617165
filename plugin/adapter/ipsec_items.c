/* See ipsec_items.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_items.h"

#include "finding_items.h"
#include "ipsec_fields.h"
#include "ipsec_nat_items.h"
#include "session_store.h"

#define KINDS (FINDING_COUNT - FINDING_PPTP_COUNT)

static expert_field finding_fields[KINDS];

void ipsec_items_register(void)
{
    static ei_register_info findings[KINDS];

    for (unsigned i = 0; i < KINDS; i++) {
        const struct finding_kind *kind = &ipsec_finding_kinds[i];

        finding_fields[i] = (expert_field)EI_INIT;
        findings[i] = (ei_register_info){
            .ids = &finding_fields[i],
            .eiinfo = {kind->filter, finding_items_group(kind->group),
                       finding_items_severity(kind->severity), kind->summary, EXPFILL},
        };
    }
    expert_register_field_array(expert_register_protocol(ipsec_fields.proto_ipsec), findings,
                                KINDS);
}

/* The IKE SA of two endpoints that never had another one: which it was when the packet came is not
 * kept. */
static const struct ike_sa *only_ike(const struct ipsec_conversation *conversation)
{
    return conversation->ike[1] == NULL ? conversation->ike[0] : NULL;
}

struct ipsec_subject ipsec_subject_of(const struct ipsec_tracker *tracker,
                                      const struct ipsec_record *record)
{
    struct ipsec_subject subject = {.record = record};

    switch ((enum ipsec_kind)record->kind) {
    case IPSEC_IKE:
        subject.message = ipsec_tracker_message(tracker, record->index);
        subject.ike = subject.message->sa;
        break;
    case IPSEC_ESP:
        subject.esp = ipsec_tracker_esp(tracker, record->index);
        subject.ike = subject.esp->ike;
        break;
    case IPSEC_KEEPALIVE:
        subject.conversation = ipsec_tracker_conversation(tracker, record->index);
        subject.ike = only_ike(subject.conversation);
        break;
    case IPSEC_L2TP:
        subject.conversation = ipsec_tracker_conversation(tracker, record->index);
        break;
    }
    return subject;
}

struct ipsec_tree ipsec_tree_before(proto_tree *tree)
{
    struct ipsec_tree at = {NULL, NULL};

    if (tree != NULL) {
        at.root = proto_tree_get_root(tree);
        at.before = at.root->last_child;
    }
    return at;
}

/* The first of the packet's items: one that ESP carries comes behind it. */
static proto_node *item_of(const struct ipsec_tree *at, int protocol)
{
    proto_node *node = at->before != NULL ? at->before->next : at->root->first_child;

    for (; node != NULL; node = node->next) {
        const header_field_info *field = compat_node_field(node);

        if (field != NULL && field->id == protocol)
            return node;
    }
    return NULL;
}

static proto_tree *parent_of(const struct ipsec_tree *at, const struct ipsec_record *record)
{
    const int own[] = {
        [IPSEC_IKE] = ipsec_fields.proto_isakmp,
        [IPSEC_ESP] = ipsec_fields.proto_esp,
        [IPSEC_KEEPALIVE] = ipsec_fields.proto_udpencap,
        [IPSEC_L2TP] = ipsec_fields.proto_l2tp,
    };
    proto_node *node;

    if (at->root == NULL)
        return NULL;
    node = item_of(at, own[record->kind]);
    if (node == NULL)
        node = item_of(at, ipsec_fields.proto_udp);
    return node;
}

static void add_uint(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, value));
}

static void add_text(proto_tree *tree, int field, tvbuff_t *tvb, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

static void add_mark(proto_tree *tree, int field, tvbuff_t *tvb)
{
    proto_item_set_generated(proto_tree_add_boolean(tree, field, tvb, 0, 0, 1));
}

static void add_message(proto_tree *tree, tvbuff_t *tvb, const struct ike_record *message)
{
    add_text(tree, ipsec_fields.ike_state, tvb,
             ike_progress_name((enum ike_progress)message->progress));
    for (unsigned i = 0; i < message->natd_count; i++)
        add_text(tree, ipsec_fields.natd, tvb, natd_fit_name((enum natd_fit)message->natd[i].fit));
}

static void add_esp(proto_tree *tree, tvbuff_t *tvb, const struct ipsec_subject *subject)
{
    uint8_t flags = subject->record->flags;

    add_uint(tree, ipsec_fields.esp, tvb, subject->esp->index);
    if ((flags & IPSEC_RECORD_GAP) != 0)
        add_uint(tree, ipsec_fields.esp_lost, tvb, subject->record->lost);
    if ((flags & IPSEC_RECORD_LATE) != 0)
        add_mark(tree, ipsec_fields.esp_out_of_order, tvb);
    if ((flags & IPSEC_RECORD_DUPLICATE) != 0)
        add_mark(tree, ipsec_fields.esp_duplicate, tvb);
}

static void add_fields(proto_tree *tree, tvbuff_t *tvb, const struct ipsec_subject *subject)
{
    if (subject->ike != NULL) {
        add_uint(tree, ipsec_fields.ike, tvb, subject->ike->index);
        add_uint(tree, ipsec_fields.ike_setup_frame, tvb, subject->ike->first->frame);
    }
    if (subject->message != NULL)
        add_message(tree, tvb, subject->message);
    if (subject->esp != NULL)
        add_esp(tree, tvb, subject);
}

/* "IPsec: IKE SA 3, ESP SA 7" */
static proto_tree *add_item(proto_tree *parent, tvbuff_t *tvb, const struct ipsec_subject *subject)
{
    proto_item *item =
        proto_tree_add_protocol_format(parent, ipsec_fields.proto_ipsec, tvb, 0, 0, "IPsec");
    const char *comma = ": ";

    proto_item_set_generated(item);
    if (subject->ike != NULL) {
        proto_item_append_text(item, "%sIKE SA %u", comma, subject->ike->index);
        comma = ", ";
    }
    if (subject->esp != NULL)
        proto_item_append_text(item, "%sESP SA %u", comma, subject->esp->index);
    return proto_item_add_subtree(item, ipsec_fields.ett_ipsec);
}

/* One frame that is being shown. */
struct shown {
    tvbuff_t *tvb;
    packet_info *pinfo;
    const struct ipsec_subject *subject;
    proto_tree *parent; /* NULL: no tree */
    proto_tree *tree;   /* NULL: not wanted so far */
};

static void attach(const struct finding *finding, void *user)
{
    struct shown *shown = user;

    if (!finding_is_ipsec(finding->id))
        return;
    const struct finding_view view = {
        .kind = finding_kind(finding->id),
        .text = finding->text,
        .judged_frame = finding->judged_frame,
        .deciding_frame = finding->deciding_frame,
        .flags = finding_is_nat(finding->id) ? ipsec_fields.nat_flags : ipsec_fields.analysis_flags,
        .expert = &finding_fields[finding->id - FINDING_PPTP_COUNT],
    };

    if (shown->tree == NULL && shown->parent != NULL)
        shown->tree = add_item(shown->parent, shown->tvb, shown->subject);
    finding_items_attach(&view, shown->tvb, shown->pinfo, shown->tree);
}

static void attach_findings(struct shown *shown)
{
    packet_info *pinfo = shown->pinfo;
    const char *protocol = pinfo->current_proto;

    /* Expert infos are listed under the protocol now being dissected. */
    pinfo->current_proto =
        proto_get_protocol_short_name(find_protocol_by_id(ipsec_fields.proto_ipsec));
    finding_log_on_frame(analysis_log(session_ipsec()), pinfo->num, attach, shown);
    pinfo->current_proto = protocol;
}

void ipsec_items_add(const struct ipsec_tree *at, tvbuff_t *tvb, packet_info *pinfo,
                     const struct ipsec_subject *subject)
{
    struct shown shown = {
        .tvb = tvb, .pinfo = pinfo, .subject = subject, .parent = parent_of(at, subject->record)};

    if (shown.parent != NULL && proto_field_is_referenced(shown.parent, ipsec_fields.proto_ipsec)) {
        shown.tree = add_item(shown.parent, tvb, subject);
        add_fields(shown.tree, tvb, subject);
        ipsec_nat_items_add(shown.tree, tvb, pinfo, subject);
    }
    attach_findings(&shown);
}
