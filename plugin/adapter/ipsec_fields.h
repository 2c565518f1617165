/* The protocol `ipsec`, which is never a layer of a packet, its display fields, and the built-in
 * protocols below whose items they are shown. Filter names are API.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_IPSEC_FIELDS_H
#define PPTPNAT_IPSEC_FIELDS_H

#include <stdbool.h>

/* Wireshark's ids; valid after ipsec_fields_register. */
struct ipsec_field_ids {
    int proto_ipsec;

    /* built in */
    int proto_ip;
    int proto_ipv6;
    int proto_udp;
    int proto_isakmp;
    int proto_udpencap;
    int proto_esp;
    int proto_l2tp;

    int ike;
    int ike_setup_frame;
    int ike_state;
    int esp;
    int esp_lost;
    int esp_out_of_order;
    int esp_duplicate;
    int natd;
    int analysis_flags;
    int nat_flags;
    int nat_link;
    int nat_point;
    int nat_side;
    int nat_peer_frame;
    int nat_evidence;
    int nat_address[2]; /* inside, outside */
    int nat_port[2];

    int ett_ipsec;
};

extern struct ipsec_field_ids ipsec_fields;

/* False, with nothing registered, if this Wireshark lacks one of the built-in protocols: IPsec is
 * then left alone. */
bool ipsec_fields_register(void);

#endif
