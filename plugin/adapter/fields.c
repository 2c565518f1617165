/* Field look-up and registration; one array, read once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields.h"

#include "compat.h"

struct field_ids fields;

/* clang-format off */

/* A field of our own: `name`, its type and how it is shown, `text` as its description. */
#define OWN(member, label, name, type, display, strings, mask, text) \
    { &fields.member, { label, name, type, display, strings, mask, text, HFILL } }
#define UINT(member, label, name, type, text)                                                      \
    OWN(member, label, name, type, BASE_DEC, NULL, 0, text)
#define PLAIN(member, label, name, type, text) \
    OWN(member, label, name, type, BASE_NONE, NULL, 0, text)
#define FRAME(member, label, name, kind, text) \
    OWN(member, label, name, FT_FRAMENUM, BASE_NONE, kind, 0, text)
#define BIT(member, label, name, mask, text) \
    OWN(member, label, name, FT_BOOLEAN, 32, TFS(&tfs_set_notset), mask, text)

static hf_register_info pptp_fields[] = {
    BIT(framing_bit[0], "Asynchronous Framing supported",
          "pptp.framing_capabilities.async", 0x00000001, NULL),
    BIT(framing_bit[1], "Synchronous Framing supported",
          "pptp.framing_capabilities.sync", 0x00000002, NULL),
    BIT(bearer_bit[0], "Analog access supported",
          "pptp.bearer_capabilities.analog", 0x00000001, NULL),
    BIT(bearer_bit[1], "Digital access supported",
          "pptp.bearer_capabilities.digital", 0x00000002, NULL),
    PLAIN(correlation_id, "Correlation ID", "pptp.correlation_id", FT_GUID,
          "Random identifier that Microsoft's clients put into the Subaddress"),

    UINT(stream, "Control connection", "pptp.stream", FT_UINT32, "Index of the control connection"),
    UINT(call, "Call", "pptp.call", FT_UINT32, "Index of the call"),
    FRAME(setup_frame, "Call set up in", "pptp.call.setup_frame", FRAMENUM_TYPE(FT_FRAMENUM_NONE),
          "The call's request, or its first GRE packet if the request is not in the capture"),
    PLAIN(state, "Call state", "pptp.call.state", FT_STRING, "State of the call after this packet"),
    PLAIN(stage, "PPP stage", "pptp.call.stage", FT_STRING,
          "How far PPP inside the call got until this packet"),
    UINT(call_id[PPTP_OWNER_PNS], "Call ID of the PNS", "pptp.call.pns_call_id", FT_UINT16,
         "The id that the PNS assigned; GRE packets to the PNS carry it"),
    UINT(call_id[PPTP_OWNER_PAC], "Call ID of the PAC", "pptp.call.pac_call_id", FT_UINT16,
         "The id that the PAC assigned; GRE packets to the PAC carry it"),
    FRAME(response_in, "Response in", "pptp.response_in", FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE),
          "The reply to this request"),
    FRAME(response_to, "Response to", "pptp.response_to", FRAMENUM_TYPE(FT_FRAMENUM_REQUEST),
          "The request that this answers"),
    PLAIN(response_time, "Response time", "pptp.response_time", FT_RELATIVE_TIME,
          "Time since the request"),

    PLAIN(analysis_flags, "PPTP analysis", "pptp.analysis.flags", FT_NONE,
          "Set with every finding that needs one capture point only"),
    FRAME(finding_frame, "About frame", "pptp.finding.frame", FRAMENUM_TYPE(FT_FRAMENUM_NONE),
          "The frame that the finding is about"),
    PLAIN(finding_decides, "Decides", "pptp.finding.decides", FT_STRING,
          "What became certain with this packet about another one: name, frame and text"),
    FRAME(finding_decided_in, "Decided in frame",
          "pptp.finding.decided_in", FRAMENUM_TYPE(FT_FRAMENUM_NONE),
          "The frame on which the finding became certain"),
    PLAIN(finding_judged, "Finding about this packet", "pptp.finding.judged", FT_STRING,
          "Name of a finding that is about this very packet: it is the wrong one"),
    PLAIN(finding_text, "Finding", "pptp.finding.text", FT_STRING,
          "What the finding says, with its numbers"),

    PLAIN(nat_flags, "PPTP NAT analysis", "pptp.nat.flags", FT_NONE,
          "Set with every finding that compares capture points"),
    UINT(nat_link, "Link", "pptp.nat.link", FT_UINT32,
          "Index of the call as linked across capture points"),
    UINT(nat_point, "Point", "pptp.nat.point", FT_UINT32, "Index of the capture point"),
    PLAIN(nat_side, "Side", "pptp.nat.side", FT_STRING,
          "inside, outside, or the place in the row of capture points"),
    FRAME(nat_peer_frame, "Same packet at the other point",
          "pptp.nat.peer_frame", FRAMENUM_TYPE(FT_FRAMENUM_NONE), NULL),
    UINT(nat_call_id[PPTP_OWNER_PNS][FIELDS_INSIDE], "Call ID of the PNS inside",
          "pptp.nat.pns_call_id.inside", FT_UINT16, NULL),
    UINT(nat_call_id[PPTP_OWNER_PNS][FIELDS_MIDDLE], "Call ID of the PNS between",
          "pptp.nat.pns_call_id.middle", FT_UINT16,
          "At each point between the inner and the outer one, in the order of the path"),
    UINT(nat_call_id[PPTP_OWNER_PNS][FIELDS_OUTSIDE], "Call ID of the PNS outside",
          "pptp.nat.pns_call_id.outside", FT_UINT16, NULL),
    UINT(nat_call_id[PPTP_OWNER_PAC][FIELDS_INSIDE], "Call ID of the PAC inside",
          "pptp.nat.pac_call_id.inside", FT_UINT16, NULL),
    UINT(nat_call_id[PPTP_OWNER_PAC][FIELDS_MIDDLE], "Call ID of the PAC between",
          "pptp.nat.pac_call_id.middle", FT_UINT16,
          "At each point between the inner and the outer one, in the order of the path"),
    UINT(nat_call_id[PPTP_OWNER_PAC][FIELDS_OUTSIDE], "Call ID of the PAC outside",
          "pptp.nat.pac_call_id.outside", FT_UINT16, NULL),
    UINT(nat_expected_call_id, "Expected Call ID", "pptp.nat.expected_call_id", FT_UINT16,
         "What the Call ID had to read at the point where a finding says that it is wrong"),
    PLAIN(nat_mistranslation, "Mistranslation", "pptp.nat.mistranslation", FT_STRING,
          "How the value is wrong"),
    PLAIN(nat_evidence, "Evidence", "pptp.nat.evidence", FT_STRING,
          "Why the sightings are believed to be one call"),
};

static hf_register_info gre_fields[] = {
    UINT(lost, "Packets lost before this one", "gre.analysis.lost", FT_UINT32,
         "Sequence numbers missing between the previous packet of this direction and this one"),
    OWN(out_of_order, "Out of order", "gre.analysis.out_of_order", FT_BOOLEAN, BASE_NONE, NULL, 0,
        "A later sequence number came before this one"),
    OWN(duplicate, "Duplicate", "gre.analysis.duplicate", FT_BOOLEAN, BASE_NONE, NULL, 0,
        "This sequence number was seen before"),
    FRAME(acks_frame, "Acknowledges the packet in",
          "gre.analysis.acks_frame", FRAMENUM_TYPE(FT_FRAMENUM_ACK), NULL),
    PLAIN(ack_rtt, "Time until acknowledged", "gre.analysis.ack_rtt", FT_RELATIVE_TIME,
          "Time since the packet that this acknowledges"),
    UINT(outstanding, "Packets outstanding", "gre.analysis.outstanding", FT_UINT32,
         "Packets of the other direction that this packet's acknowledgment leaves unacknowledged"),
    PLAIN(gre_trailing, "Trailing octets", "gre.analysis.trailing", FT_BYTES,
          "Octets behind the end that Payload Length gives"),
};

/* clang-format on */

struct built_in {
    const header_field_info **field;
    const char *name;
    uint32_t mask; /* tells fields of one name apart; 0: there is only one */
};

static const struct built_in built_in_fields[] = {
    {&fields.gre_flags_and_version, "gre.flags_and_version", 0},
    {&fields.gre_flag[0], "gre.flags.checksum", 0},
    {&fields.gre_flag[1], "gre.flags.routing", 0},
    {&fields.gre_flag[2], "gre.flags.key", 0},
    {&fields.gre_flag[3], "gre.flags.sequence_number", 0},
    {&fields.gre_flag[4], "gre.flags.strict_source_route", 0},
    {&fields.gre_flag[5], "gre.flags.recursion_control", 0},
    {&fields.gre_flag[6], "gre.flags.ack", 0},
    /* The built-in dissector has this name twice; here without the bit of the acknowledgment. */
    {&fields.gre_flag[7], "gre.flags.reserved", 0x0078},
    {&fields.gre_flag[8], "gre.flags.version", 0},
    {&fields.gre_protocol, "gre.proto", 0},
    {&fields.gre_checksum, "gre.checksum", 0},
    {&fields.gre_offset, "gre.offset", 0},
    {&fields.gre_payload_length, "gre.key.payload_length", 0},
    {&fields.gre_call_id, "gre.key.call_id", 0},
    {&fields.gre_seq, "gre.sequence_number", 0},
    {&fields.gre_ack, "gre.ack_number", 0},
};

/* A built-in field, or NULL. */
static const header_field_info *find_field(const char *name, uint32_t mask)
{
    const header_field_info *field = proto_registrar_get_byname(name);

    while (field != NULL && mask != 0 && field->bitmask != mask) {
        field = field->same_name_prev_id == -1
                    ? NULL
                    : proto_registrar_get_nth((guint)field->same_name_prev_id);
    }
    return field;
}

/* The id of the only field of this name, or -1. */
static int find_id(const char *name)
{
    const header_field_info *field = find_field(name, 0);

    return field != NULL ? field->id : -1;
}

static bool find_built_in(void)
{
    fields.proto_pptp = proto_get_id_by_filter_name("pptp");
    fields.proto_gre = proto_get_id_by_filter_name("gre");
    fields.proto_ppp = proto_get_id_by_filter_name("ppp");
    fields.proto_tcp = proto_get_id_by_filter_name("tcp");
    if (fields.proto_pptp == -1 || fields.proto_gre == -1 || fields.proto_ppp == -1 ||
        fields.proto_tcp == -1)
        return false;
    for (unsigned i = 0; i < PPTP_FIELD_COUNT; i++) {
        fields.pptp[i] = find_id(pptp_field((enum pptp_field_id)i)->filter);
        if (fields.pptp[i] == -1)
            return false;
    }
    for (unsigned i = 0; i < array_length(built_in_fields); i++) {
        *built_in_fields[i].field = find_field(built_in_fields[i].name, built_in_fields[i].mask);
        if (*built_in_fields[i].field == NULL)
            return false;
    }
    fields.cookie_incorrect = find_id("pptp.magic_cookie.incorrect");
    return fields.cookie_incorrect != -1;
}

bool fields_register(void)
{
    static int *const subtrees[] = {
        &fields.ett_pptp,        &fields.ett_capabilities, &fields.ett_finding,
        &fields.ett_translation, &fields.ett_analysis,     &fields.ett_gre,
        &fields.ett_gre_flags,
    };

    if (!find_built_in())
        return false;
    for (unsigned i = 0; i < array_length(pptp_fields); i++)
        *pptp_fields[i].p_id = -1;
    for (unsigned i = 0; i < array_length(gre_fields); i++)
        *gre_fields[i].p_id = -1;
    for (unsigned i = 0; i < array_length(subtrees); i++)
        *subtrees[i] = -1;
    proto_register_field_array(fields.proto_pptp, pptp_fields, array_length(pptp_fields));
    proto_register_field_array(fields.proto_gre, gre_fields, array_length(gre_fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    return true;
}
