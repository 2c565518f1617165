/* See ipsec_fields.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_fields.h"

#include "compat.h"

struct ipsec_field_ids ipsec_fields;

/* clang-format off */

#define OWN(member, label, name, type, display, strings, text) \
    { &ipsec_fields.member, { label, name, type, display, strings, 0, text, HFILL } }

static hf_register_info own_fields[] = {
    OWN(ike, "IKE SA", "ipsec.ike", FT_UINT32, BASE_DEC, NULL, "Index of the IKE SA"),
    OWN(ike_setup_frame, "IKE SA set up in", "ipsec.ike.setup_frame", FT_FRAMENUM, BASE_NONE,
        FRAMENUM_TYPE(FT_FRAMENUM_NONE), "The first message of the IKE SA in the capture"),
    OWN(ike_state, "IKE SA state", "ipsec.ike.state", FT_STRING, BASE_NONE, NULL,
        "How far the IKE SA has come with this message"),
    OWN(esp, "ESP SA", "ipsec.esp", FT_UINT32, BASE_DEC, NULL,
        "Index of the ESP SA, one direction of a tunnel"),
    OWN(esp_lost, "Packets lost before this one", "ipsec.esp.lost", FT_UINT32, BASE_DEC, NULL,
        "Sequence numbers missing between the previous packet of this ESP SA and this one"),
    OWN(esp_out_of_order, "Out of order", "ipsec.esp.out_of_order", FT_BOOLEAN, BASE_NONE, NULL,
        "A later sequence number came before this one"),
    OWN(esp_duplicate, "Duplicate", "ipsec.esp.duplicate", FT_BOOLEAN, BASE_NONE, NULL,
        "This sequence number was seen before"),
    OWN(natd, "NAT-D", "ipsec.natd", FT_STRING, BASE_NONE, NULL,
        "Whose address and port, as this packet has them, give the address hash of the message"),
    OWN(analysis_flags, "IPsec analysis", "ipsec.analysis.flags", FT_NONE, BASE_NONE, NULL,
        "Set with every finding of IPsec that needs one capture point only"),
    OWN(nat_flags, "IPsec NAT analysis", "ipsec.nat.flags", FT_NONE, BASE_NONE, NULL,
        "Set with every finding of IPsec that compares capture points"),
    OWN(nat_link, "Link", "ipsec.nat.link", FT_UINT32, BASE_DEC, NULL,
        "Index of the SA as linked across capture points"),
    OWN(nat_point, "Point", "ipsec.nat.point", FT_UINT32, BASE_DEC, NULL,
        "Index of the capture point"),
    OWN(nat_side, "Side", "ipsec.nat.side", FT_STRING, BASE_NONE, NULL,
        "inside, outside, or the place in the row of capture points"),
    OWN(nat_peer_frame, "Same packet at the other point", "ipsec.nat.peer_frame", FT_FRAMENUM,
        BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), NULL),
    OWN(nat_evidence, "Evidence", "ipsec.nat.evidence", FT_STRING, BASE_NONE, NULL,
        "Why the sightings are believed to be one SA"),
    OWN(nat_address[0], "Address inside", "ipsec.nat.address.inside", FT_STRING, BASE_NONE, NULL,
        "Of the end that the NAT translates"),
    OWN(nat_address[1], "Address outside", "ipsec.nat.address.outside", FT_STRING, BASE_NONE, NULL,
        "Of the end that the NAT translates"),
    OWN(nat_port[0], "Port inside", "ipsec.nat.port.inside", FT_UINT16, BASE_DEC, NULL,
        "Of the end that the NAT translates"),
    OWN(nat_port[1], "Port outside", "ipsec.nat.port.outside", FT_UINT16, BASE_DEC, NULL,
        "Of the end that the NAT translates"),
};

/* clang-format on */

static bool find_built_in(void)
{
    static const struct {
        int *id;
        const char *name;
    } protocols[] = {
        {&ipsec_fields.proto_ip, "ip"},
        {&ipsec_fields.proto_ipv6, "ipv6"},
        {&ipsec_fields.proto_udp, "udp"},
        {&ipsec_fields.proto_isakmp, "isakmp"},
        {&ipsec_fields.proto_udpencap, "udpencap"},
        {&ipsec_fields.proto_esp, "esp"},
        {&ipsec_fields.proto_l2tp, "l2tp"},
    };

    for (unsigned i = 0; i < array_length(protocols); i++) {
        *protocols[i].id = proto_get_id_by_filter_name(protocols[i].name);
        if (*protocols[i].id == -1)
            return false;
    }
    return true;
}

bool ipsec_fields_register(void)
{
    static int *const subtrees[] = {&ipsec_fields.ett_ipsec};

    if (!find_built_in())
        return false;
    for (unsigned i = 0; i < array_length(own_fields); i++)
        *own_fields[i].p_id = -1;
    ipsec_fields.ett_ipsec = -1;
    ipsec_fields.proto_ipsec = proto_register_protocol("IPsec across NATs", "IPsec", "ipsec");
    proto_register_field_array(ipsec_fields.proto_ipsec, own_fields, array_length(own_fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    return true;
}
