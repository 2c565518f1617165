/* Expert infos; texts, severities and rules are core's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "expert.h"

#include "fields.h"
#include "session_store.h"

expert_field expert_gre_bad_header = EI_INIT;
expert_field expert_gre_bad_length = EI_INIT;

static expert_field finding_fields[FINDING_COUNT];

static int severity_of(enum finding_severity severity)
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

static int group_of(enum finding_group group)
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

void expert_register(void)
{
    static ei_register_info findings[FINDING_COUNT];
    static ei_register_info gre[] = {
        {&expert_gre_bad_header,
         {"gre.analysis.bad_header", PI_PROTOCOL, PI_WARN,
          "Header bits are not as Enhanced GRE has them (RFC 2637 4.1)", EXPFILL}},
        {&expert_gre_bad_length,
         {"gre.analysis.bad_length", PI_PROTOCOL, PI_WARN,
          "Payload Length does not fit the packet (RFC 2637 4.1)", EXPFILL}},
    };

    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        const struct finding_kind *kind = finding_kind((enum finding_id)i);

        finding_fields[i] = (expert_field)EI_INIT;
        findings[i] = (ei_register_info){
            .ids = &finding_fields[i],
            .eiinfo = {kind->filter, group_of(kind->group), severity_of(kind->severity),
                       kind->summary, EXPFILL},
        };
    }
    expert_register_field_array(expert_register_protocol(fields.proto_pptp), findings,
                                FINDING_COUNT);
    expert_register_field_array(expert_register_protocol(fields.proto_gre), gre, array_length(gre));
}

/* One frame on which findings are being attached. */
struct attaching {
    bool causes; /* now those that are no consequence of another one, else the others */
    tvbuff_t *tvb;
    packet_info *pinfo;
    expert_tree_fn tree_of;
    void *user;
};

static void add_frame(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t frame)
{
    if (frame != 0)
        proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, frame));
}

static void add_text(proto_tree *tree, int field, tvbuff_t *tvb, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

/* The finding as fields, below its line. */
static void add_details(proto_item *item, tvbuff_t *tvb, const struct finding *finding,
                        const char *text, uint32_t frame)
{
    proto_tree *tree = proto_item_add_subtree(item, fields.ett_finding);

    if (finding->judged_frame == frame)
        add_text(tree, fields.finding_judged, tvb, finding_kind(finding->id)->filter);
    if (text != NULL)
        add_text(tree, fields.finding_text, tvb, text);
    if (finding->judged_frame != frame)
        add_frame(tree, fields.finding_frame, tvb, finding->judged_frame);
    if (finding->deciding_frame != frame)
        add_frame(tree, fields.finding_decided_in, tvb, finding->deciding_frame);
    /* The translation's fields belong to the packet that is wrong, so that a filter finds just it.
     */
    if (finding->judged_frame != frame || !finding_is_nat(finding->id))
        return;
    if (finding->has_expected)
        proto_item_set_generated(
            proto_tree_add_uint(tree, fields.nat_expected_call_id, tvb, 0, 0, finding->expected));
    if (finding->mistranslation != MISTRANSLATION_NONE)
        add_text(tree, fields.nat_mistranslation, tvb,
                 mistranslation_name(finding->mistranslation));
}

static void attach(const struct finding *finding, void *user)
{
    const struct attaching *at = user;
    const struct finding_kind *kind = finding_kind(finding->id);
    bool decided_here = finding->deciding_frame == at->pinfo->num;
    int field = finding_is_nat(finding->id) ? fields.nat_flags : fields.analysis_flags;
    const char *text = NULL; /* made if somebody looks */
    proto_tree *tree;
    proto_item *item;

    if (at->causes != (finding->cause == FINDING_NOBODY) ||
        (!decided_here && !PINFO_FD_VISITED(at->pinfo)))
        return;
    tree = at->tree_of(finding, at->user);
    if (proto_field_is_referenced(tree, fields.finding_text))
        text = finding->text == NULL
                   ? kind->summary
                   : wmem_strdup_printf(at->pinfo->pool, "%s: %s", kind->summary, finding->text);
    item = proto_tree_add_none_format(tree, field, at->tvb, 0, 0, "%s",
                                      text != NULL ? text : kind->summary);
    proto_item_set_generated(item);
    expert_add_info(at->pinfo, item, &finding_fields[finding->id]);
    add_details(item, at->tvb, finding, text, at->pinfo->num);
}

void expert_attach_findings(tvbuff_t *tvb, packet_info *pinfo, expert_tree_fn tree_of, void *user)
{
    const struct finding_log *log = analysis_log(session_analysis());
    struct attaching at = {true, tvb, pinfo, tree_of, user};
    const char *protocol = pinfo->current_proto;

    if (finding_log_count(log) == 0)
        return;
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
        const field_info *item = PNODE_FINFO(node);

        if (item != NULL && item->hfinfo->id == protocol)
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
