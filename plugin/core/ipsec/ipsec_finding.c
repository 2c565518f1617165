/* The rows, one a diagnosis. A summary never changes and holds no number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_finding.h"

#include "ipsec_model.h"

#define ROW(id) ((id)-FINDING_PPTP_COUNT)

/* clang-format off */

const struct finding_kind ipsec_finding_kinds[FINDING_COUNT - FINDING_PPTP_COUNT] = {
    [ROW(IPSEC_NATT_NOT_ANNOUNCED)] = {
        "ipsec.analysis.natt_not_announced", SEVERITY_NOTE, GROUP_PROTOCOL,
        "One end does not announce NAT traversal", "",
        "the first message of an end was captured whole\n"
        "it is on port 500: main mode 1 or 2, aggressive mode 1 or 2, IKE_SA_INIT with a proposal\n"
        "it has neither a Vendor ID of NAT traversal that we know (IKEv1) nor a NAT_DETECTION "
        "notify (IKEv2)"},
    [ROW(IPSEC_NO_REPLY)] = {
        "ipsec.analysis.no_reply", SEVERITY_WARN, GROUP_RESPONSE,
        "IKE request has no reply", "",
        "a message that is no answer was sent 3 times with the same bytes\n"
        "nothing of this IKE SA came back since, on any port\n"
        "the point shows packets of both directions between some two hosts"},
    [ROW(IPSEC_IKE_REFUSED)] = {
        "ipsec.analysis.ike_refused", SEVERITY_WARN, GROUP_RESPONSE,
        "IKE was refused by the other end (not the NAT)", "",
        "a message has an error notify in clear\n"
        "it is not INVALID_KE_PAYLOAD, which asks for a second try"},
    [ROW(IPSEC_ESP_ONE_WAY)] = {
        "ipsec.analysis.esp_one_way", SEVERITY_WARN, GROUP_SEQUENCE,
        "ESP of the tunnel goes one way only", "",
        "the exchange that agreed on both ESP SAs of a tunnel was seen to its end\n"
        "the capture point shows packets of both hosts\n"
        "at least 3 packets over at least 5 s go in one direction\n"
        "none was ever seen in the other"},
    [ROW(IPSEC_L2TP_IN_CLEAR)] = {
        "ipsec.analysis.l2tp_in_clear", SEVERITY_NOTE, GROUP_PROTOCOL,
        "L2TP is not protected by IPsec", "",
        "packets on UDP port 1701 have an L2TP header\n"
        "one is a control message, or 3 are data"},
    [ROW(IPSEC_SA_SILENT)] = {
        "ipsec.analysis.sa_silent", SEVERITY_NOTE, GROUP_SEQUENCE,
        "The server serves only one of two tunnels (its policies clash; not the NAT)", "",
        "two tunnels go from one address, on different ports, to one server\n"
        "both had ESP of the client, the later one has come up\n"
        "since then the server sends ESP to one of them (3 packets in all) and none to the other\n"
        "the other's client sends at least 3 packets over at least 5 s in that time\n"
        "no ESP SA moved from one of the ports to the other"},

    [ROW(IPSEC_NATT_MISSING)] = {
        "ipsec.nat.natt_missing", SEVERITY_WARN, GROUP_PROTOCOL,
        "NAT traversal is not announced although there is a NAT", "",
        "the IKE SA was seen at two points and the address of an end differs\n"
        "an end announces no NAT traversal that we know, in its first message"},
    [ROW(IPSEC_NATT_NOT_USED)] = {
        "ipsec.nat.natt_not_used", SEVERITY_ERROR, GROUP_PROTOCOL,
        "NAT traversal was agreed on and is not used", "",
        "both ends of an IKEv1 SA announce NAT traversal\n"
        "two points prove a NAT, or an address hash does not fit\n"
        "message 5 of main mode is sent on port 500"},
    [ROW(IPSEC_FLOAT_BLOCKED)] = {
        "ipsec.nat.float_blocked", SEVERITY_ERROR, GROUP_SEQUENCE,
        "The NAT does not pass IKE on the port of NAT traversal", "",
        "messages of the IKE SA passed the hop on port 500\n"
        "of one direction on port 4500, at least two packets were seen before the hop and none of "
        "them, nor a keepalive, after it\n"
        "nothing answered them on port 500, and they are not all IP fragments\n"
        "if the other end's messages on port 4500 come, the point behind the hop shows them too"},
    [ROW(IPSEC_ESP_NATIVE)] = {
        "ipsec.nat.esp_native", SEVERITY_NOTE, GROUP_PROTOCOL,
        "ESP crosses a NAT without UDP: a second client will not work", "",
        "an ESP SA of IP protocol 50 was seen at two points, or its IKE SA was\n"
        "the address of an end differs between them"},
    [ROW(IPSEC_ESP_NOT_FORWARDED)] = {
        "ipsec.nat.esp_not_forwarded", SEVERITY_ERROR, GROUP_SEQUENCE,
        "ESP ends at the NAT", "",
        "a direction of ESP is seen before the hop and not after it: none of at least two packets, "
        "or none after some moment (at least 3 packets over at least 3 s)\n"
        "the point behind the hop shows the tunnel, and was capturing\n"
        "no change of the mapping explains it"},
    [ROW(IPSEC_PORT_SHARED)] = {
        "ipsec.nat.port_shared", SEVERITY_ERROR, GROUP_PROTOCOL,
        "Several clients leave the NAT from one port", "",
        "two IKE SAs go between the same two endpoints, on 500 or on 4500\n"
        "they are of different inside hosts; or, seen from outside alone, both go on after the "
        "later one has come up: ESP of both in both directions, 3 packets each, or exchanges of "
        "both\n"
        "both are alive together"},
    [ROW(IPSEC_IKE_MISDELIVERED)] = {
        "ipsec.nat.ike_misdelivered", SEVERITY_ERROR, GROUP_PROTOCOL,
        "An IKE answer came to a host that did not ask", "",
        "the IKE SA was seen on both sides of the hop\n"
        "a message to its initiator arrives at another host than the one that sends with its "
        "initiator SPI"},
    [ROW(IPSEC_ESP_MISDELIVERED)] = {
        "ipsec.nat.esp_misdelivered", SEVERITY_ERROR, GROUP_PROTOCOL,
        "ESP came to the wrong host", "",
        "ESP of one SA was seen on both sides of the hop\n"
        "it arrives at another host than the one whose IKE SA agreed on it\n"
        "no mapping of that IKE SA changed before"},
    [ROW(IPSEC_PAYLOAD_ALTERED)] = {
        "ipsec.nat.payload_altered", SEVERITY_ERROR, GROUP_PROTOCOL,
        "The contents of an IKE or ESP packet were changed on the way", "",
        "one packet was seen on both sides of the hop: the same SPIs, and the same message ID and "
        "number in its exchange (IKE) or sequence number (ESP)\n"
        "its bytes differ"},
    [ROW(IPSEC_MAPPING_CHANGED)] = {
        "ipsec.nat.mapping_changed", SEVERITY_WARN, GROUP_PROTOCOL,
        "The outside port of a tunnel changed while it was up", "",
        "an end of an IKE SA or ESP SA was seen on one port beside 4500, then on another of the "
        "same address\n"
        "it never came back to the first one\n"
        "at the point nearer to that end its address and port stay, or there is no such point"},
    [ROW(IPSEC_FRAGMENT_LOST)] = {
        "ipsec.nat.fragment_lost", SEVERITY_WARN, GROUP_SEQUENCE,
        "A fragmented IKE message did not pass", "",
        "an IKE message was sent in IP fragments and seen whole before the hop\n"
        "it never arrives behind it, nor does a repetition\n"
        "smaller packets of the same direction and port pass, or none is sent on that port and "
        "those on the other one pass"},
    [ROW(IPSEC_SERVER_BEHIND_NAT)] = {
        "ipsec.nat.server_behind_nat", SEVERITY_NOTE, GROUP_PROTOCOL,
        "The server is behind a NAT, and the tunnel does not come up", "",
        "an address hash of the responder shows that its own address was translated\n"
        "the IKE SA is established, and the initiator does not repeat what came before\n"
        "no exchange for ESP begins, and no ESP is seen, until the SA is deleted or for 5 s"},
};

/* clang-format on */

bool ipsec_finding_is_provisional(enum finding_id id)
{
    return id == IPSEC_NO_REPLY || id == IPSEC_ESP_ONE_WAY || id >= IPSEC_SA_SILENT;
}

struct finding ipsec_finding(enum finding_id id, uint32_t frame, uint32_t point,
                             const struct ike_sa *ike, const struct esp_sa *esp)
{
    struct finding finding = finding_init(id);
    finding.judged_frame = frame;
    finding.interface = ipsec_interface_of(point);
    finding.ike_sa = ike != NULL ? ike->index : FINDING_NONE;
    finding.esp_sa = esp != NULL ? esp->index : FINDING_NONE;
    return finding;
}
