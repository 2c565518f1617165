/* Every display field the dissectors use: the built-in ones of pptp and gre, found by name, and
 * those this plugin adds to the same two protocols. Filter names are API.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FIELDS_H
#define PPTPNAT_FIELDS_H

#include <stdbool.h>

#include <epan/proto.h>

#include "core/pptp/pptp_wire.h"

#define FIELDS_CAPABILITY_BITS 2 /* asynchronous, synchronous; analog, digital */
#define FIELDS_GRE_FLAGS       9

/* The points of a translation. */
enum { FIELDS_INSIDE, FIELDS_MIDDLE, FIELDS_OUTSIDE, FIELDS_POINTS };

/* Wireshark's ids; valid after fields_register. */
struct field_ids {
    int proto_pptp;
    int proto_gre;
    int proto_ppp;
    int proto_tcp;
    int ett_gre;
    int ett_gre_flags;

    /* built in, of GRE: see fields_asked */
    const header_field_info *gre_flags_and_version;
    const header_field_info *gre_flag[FIELDS_GRE_FLAGS]; /* by bits, from the highest */
    const header_field_info *gre_protocol;
    const header_field_info *gre_checksum;
    const header_field_info *gre_offset;
    const header_field_info *gre_payload_length;
    const header_field_info *gre_call_id;
    const header_field_info *gre_seq;
    const header_field_info *gre_ack;

    /* built in, of PPTP */
    int pptp[PPTP_FIELD_COUNT];
    int cookie_incorrect;

    /* added: decoded */
    int framing_bit[FIELDS_CAPABILITY_BITS];
    int bearer_bit[FIELDS_CAPABILITY_BITS];
    int correlation_id;
    int gre_trailing;

    /* added: generated */
    int stream;
    int call;
    int setup_frame;
    int state;
    int stage;
    int call_id[2]; /* by enum id_owner */
    int response_in;
    int response_to;
    int response_time;
    int analysis_flags;
    int finding_frame;
    int finding_decides;
    int finding_decided_in;
    int finding_judged;
    int finding_text;
    int lost;
    int out_of_order;
    int duplicate;
    int acks_frame;
    int ack_rtt;
    int outstanding;
    int nat_flags;
    int nat_link;
    int nat_point;
    int nat_side;
    int nat_peer_frame;
    int nat_call_id[2][FIELDS_POINTS]; /* by enum id_owner */
    int nat_expected_call_id;
    int nat_mistranslation;
    int nat_evidence;

    /* subtrees */
    int ett_pptp;
    int ett_capabilities;
    int ett_analysis;
    int ett_finding;
    int ett_translation;
};

extern struct field_ids fields;

/* Looks up the built-in fields and registers the others. False, with nothing registered, if this
 * Wireshark lacks one of the built-in ones: the plugin must then leave the packets alone. */
bool fields_register(void);

/* As proto_field_is_referenced, of a field that is no protocol, but read where Wireshark notes it:
 * each GRE packet has most of the built-in fields, and nearly all trees are only there for a filter
 * that asks for none of them. */
static inline bool fields_asked(const proto_tree *tree, const header_field_info *field)
{
    return PTREE_DATA(tree)->visible || field->ref_type != HF_REF_TYPE_NONE;
}

#endif
