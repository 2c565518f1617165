/* Expert infos; texts, severities and rules are core's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "expert.h"

#include "fields.h"
#include "finding_items.h"
#include "session_store.h"

expert_field expert_gre_bad_header = EI_INIT;
expert_field expert_gre_bad_length = EI_INIT;

static expert_field finding_fields[FINDING_PPTP_COUNT];

void expert_register(void)
{
    static ei_register_info findings[FINDING_PPTP_COUNT];
    static ei_register_info gre[] = {
        {&expert_gre_bad_header,
         {"gre.analysis.bad_header", PI_PROTOCOL, PI_WARN,
          "Header bits are not as Enhanced GRE has them (RFC 2637 4.1)", EXPFILL}},
        {&expert_gre_bad_length,
         {"gre.analysis.bad_length", PI_PROTOCOL, PI_WARN,
          "Payload Length does not fit the packet (RFC 2637 4.1)", EXPFILL}},
    };

    for (unsigned i = 0; i < FINDING_PPTP_COUNT; i++) {
        const struct finding_kind *kind = finding_kind((enum finding_id)i);

        finding_fields[i] = (expert_field)EI_INIT;
        findings[i] = (ei_register_info){
            .ids = &finding_fields[i],
            .eiinfo = {kind->filter, finding_items_group(kind->group),
                       finding_items_severity(kind->severity), kind->summary, EXPFILL},
        };
    }
    expert_register_field_array(expert_register_protocol(fields.proto_pptp), findings,
                                FINDING_PPTP_COUNT);
    expert_register_field_array(expert_register_protocol(fields.proto_gre), gre, array_length(gre));
    finding_items_register();
}

/* One frame on which findings are being attached. */
struct attaching {
    bool causes; /* now those that are no consequence of another one, else the others */
    tvbuff_t *tvb;
    packet_info *pinfo;
    expert_tree_fn tree_of;
    void *user;
};

/* What only PPTP's translations have, below the finding on the frame it is about. */
static void add_translation(proto_tree *tree, tvbuff_t *tvb, const struct finding *finding)
{
    if (finding->has_expected && finding->id != FINDING_IP_CHECKSUM_WRONG)
        proto_item_set_generated(
            proto_tree_add_uint(tree, fields.nat_expected_call_id, tvb, 0, 0, finding->expected));
    if (finding->mistranslation != MISTRANSLATION_NONE)
        proto_item_set_generated(
            proto_tree_add_string(tree, fields.nat_mistranslation, tvb, 0, 0,
                                  mistranslation_name(finding->mistranslation)));
}

static proto_item *wrong_item(packet_info *pinfo, const struct finding *finding)
{
    bool is_call_id = finding->mistranslation != MISTRANSLATION_NONE && finding->has_seen;

    return is_call_id ? finding_items_marked(pinfo, finding->seen) : NULL;
}

static void attach(const struct finding *finding, void *user)
{
    const struct attaching *at = user;

    if (finding_is_ipsec(finding->id))
        return;
    const struct finding_view view = {
        .kind = finding_kind(finding->id),
        .text = finding->text,
        .judged_frame = finding->judged_frame,
        .deciding_frame = finding->deciding_frame,
        .flags = finding_is_nat(finding->id) ? fields.nat_flags : fields.analysis_flags,
        .expert = &finding_fields[finding->id],
        .at = wrong_item(at->pinfo, finding),
    };
    proto_tree *details;

    if (at->causes != (finding->cause == FINDING_NONE))
        return;
    details = finding_items_attach(&view, at->tvb, at->pinfo, at->tree_of(finding, at->user));
    if (details != NULL && finding_is_nat(finding->id))
        add_translation(details, at->tvb, finding);
}

void expert_attach_findings(tvbuff_t *tvb, packet_info *pinfo, expert_tree_fn tree_of, void *user)
{
    const struct finding_log *log = analysis_log(session_analysis());

    if (!finding_log_has(log, pinfo->num))
        return;
    struct attaching at = {true, tvb, pinfo, tree_of, user};
    const char *protocol = pinfo->current_proto;
    /* Expert infos are listed under the protocol now being dissected: never the one below. */
    pinfo->current_proto = proto_get_protocol_short_name(find_protocol_by_id(fields.proto_pptp));
    /* A list shows the first of them. */
    finding_log_on_frame(log, pinfo->num, attach, &at);
    at.causes = false;
    finding_log_on_frame(log, pinfo->num, attach, &at);
    pinfo->current_proto = protocol;
}

proto_tree *expert_one_tree(const struct finding *finding, void *user)
{
    (void)finding;
    return user;
}

proto_tree *expert_tree_of_protocol(proto_tree *root, int protocol)
{
    proto_tree *found = root;

    for (proto_node *node = root != NULL ? root->first_child : NULL; node != NULL;
         node = node->next) {
        const header_field_info *field = compat_node_field(node);

        if (field != NULL && field->id == protocol)
            found = node;
    }
    return found;
}

struct expected_search {
    uint32_t frame;
    uint16_t seen;
    uint16_t expected;
    bool found;
};

static void match_expected(const struct finding *finding, void *user)
{
    struct expected_search *search = user;

    if (finding->judged_frame != search->frame || !finding->has_expected ||
        finding->mistranslation == MISTRANSLATION_NONE || finding->seen != search->seen)
        return;
    search->expected = finding->expected;
    search->found = true;
}

bool expert_expected_call_id(uint32_t frame, uint16_t seen, uint16_t *ret_expected)
{
    struct expected_search search = {.frame = frame, .seen = seen};

    if (session_analysis() == NULL)
        return false;
    finding_log_on_frame(analysis_log(session_analysis()), frame, match_expected, &search);
    if (search.found)
        *ret_expected = search.expected;
    return search.found;
}
