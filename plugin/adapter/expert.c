/* Expert infos; texts, severities and rules are core's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "expert.h"

#include "fields.h"
#include "session_store.h"

expert_field expert_gre_bad_header = EI_INIT;
expert_field expert_gre_bad_length = EI_INIT;

static expert_field decides_note = EI_INIT; /* on a later frame that decides about another one */
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

    static ei_register_info decides[] = {
        {&decides_note,
         {"pptp.finding.note", PI_ASSUMPTION, PI_NOTE,
          "This packet decides a finding about another packet", EXPFILL}},
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
    expert_register_field_array(expert_register_protocol(fields.proto_pptp), decides,
                                array_length(decides));
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

/* The finding as fields, below its line on the frame it is about. */
static void add_details(proto_item *item, tvbuff_t *tvb, const struct finding *finding,
                        const char *text)
{
    proto_tree *tree = proto_item_add_subtree(item, fields.ett_finding);

    add_text(tree, fields.finding_judged, tvb, finding_kind(finding->id)->filter);
    if (text != NULL)
        add_text(tree, fields.finding_text, tvb, text);
    if (finding->deciding_frame != finding->judged_frame)
        add_frame(tree, fields.finding_decided_in, tvb, finding->deciding_frame);
    if (!finding_is_nat(finding->id))
        return;
    if (finding->has_expected && finding->id != FINDING_IP_CHECKSUM_WRONG)
        proto_item_set_generated(
            proto_tree_add_uint(tree, fields.nat_expected_call_id, tvb, 0, 0, finding->expected));
    if (finding->mistranslation != MISTRANSLATION_NONE)
        add_text(tree, fields.nat_mistranslation, tvb,
                 mistranslation_name(finding->mistranslation));
}

/* "Call ID translated wrongly: Set-Link-Info: ..." */
static const char *full_text(const packet_info *pinfo, const struct finding *finding)
{
    const char *summary = finding_kind(finding->id)->summary;

    return finding->text == NULL
               ? summary
               : wmem_strdup_printf(pinfo->pool, "%s: %s", summary, finding->text);
}

/* The frame that the finding is about: a filter for the finding finds just it. */
static void attach_judged(const struct finding *finding, const struct attaching *at,
                          proto_tree *tree)
{
    int field = finding_is_nat(finding->id) ? fields.nat_flags : fields.analysis_flags;
    const char *text = NULL; /* made if somebody looks */
    proto_item *item;

    if (proto_field_is_referenced(tree, fields.finding_text))
        text = full_text(at->pinfo, finding);
    item = proto_tree_add_none_format(tree, field, at->tvb, 0, 0, "%s",
                                      text != NULL ? text : finding_kind(finding->id)->summary);
    proto_item_set_generated(item);
    expert_add_info(at->pinfo, item, &finding_fields[finding->id]);
    add_details(item, at->tvb, finding, text);
}

/* A right packet that made it certain. One pass shows it here only. */
static void attach_deciding(const struct finding *finding, const struct attaching *at,
                            proto_tree *tree)
{
    const char *text = "";
    proto_item *item;

    if (proto_field_is_referenced(tree, fields.finding_decides))
        text = wmem_strdup_printf(at->pinfo->pool, "%s in frame %u: %s",
                                  finding_kind(finding->id)->filter, finding->judged_frame,
                                  full_text(at->pinfo, finding));
    item = proto_tree_add_string(tree, fields.finding_decides, at->tvb, 0, 0, text);
    proto_item_set_generated(item);
    expert_add_info(at->pinfo, item, &decides_note);
    add_frame(proto_item_add_subtree(item, fields.ett_finding), fields.finding_frame, at->tvb,
              finding->judged_frame);
}

static void attach(const struct finding *finding, void *user)
{
    const struct attaching *at = user;
    uint32_t frame = at->pinfo->num;
    bool decided_here = finding->deciding_frame == frame;

    if (at->causes != (finding->cause == FINDING_NONE))
        return;
    if (finding->judged_frame != frame)
        attach_deciding(finding, at, at->tree_of(finding, at->user));
    else if (decided_here || PINFO_FD_VISITED(at->pinfo))
        attach_judged(finding, at, at->tree_of(finding, at->user));
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
