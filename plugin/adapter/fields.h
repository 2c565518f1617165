/* Every display field the dissectors use: the built-in ones of pptp and gre, found by name, and
 * those this plugin adds to the same two protocols. Filter names are API.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FIELDS_H
#define PPTPNAT_FIELDS_H

#include <stdbool.h>

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

    /* built in */
    int pptp[PPTP_FIELD_COUNT];
    int cookie_incorrect;
    int gre_flags_and_version;
    int gre_flag[FIELDS_GRE_FLAGS]; /* in the order of the bits, from the highest */
    int gre_protocol;
    int gre_checksum;
    int gre_offset;
    int gre_payload_length;
    int gre_call_id;
    int gre_seq;
    int gre_ack;

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
    int ett_gre;
    int ett_gre_flags;
};

extern struct field_ids fields;

/* Looks up the built-in fields and registers the others. False, with nothing registered, if this
 * Wireshark lacks one of the built-in ones: the plugin must then leave the packets alone. */
bool fields_register(void);

#endif
