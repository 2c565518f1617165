/* The catalogue of diagnoses: the contract with users of the filter names. A summary never changes
 * (Wireshark counts expert infos by it) and holds no number; the numbers stand in finding->text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding.h"

/* clang-format off */

static const struct finding_kind kinds[FINDING_PPTP_COUNT] = {
    [FINDING_BAD_COOKIE] = {
        "pptp.analysis.bad_cookie", SEVERITY_ERROR, GROUP_MALFORMED,
        "Magic Cookie is not 0x1A2B3C4D", "1.4",
        "where a message must start, bytes 4 to 7 are not the Magic Cookie\n"
        "a valid message was seen on the connection, in either direction, before or after (else it "
        "is another service: not_pptp)\n"
        "these bytes are not dissected; dissection goes on at the next plausible header"},
    [FINDING_BAD_LENGTH] = {
        "pptp.analysis.bad_length", SEVERITY_ERROR, GROUP_MALFORMED,
        "Length is not that of the message type", "2",
        "the header has the Magic Cookie and a control message type from 1 to 15\n"
        "its Length differs from the length that RFC 2637 defines for that type\n"
        "dissection goes on as far as both lengths allow"},
    [FINDING_UNKNOWN_TYPE] = {
        "pptp.analysis.unknown_type", SEVERITY_WARN, GROUP_PROTOCOL,
        "Message type is not defined by RFC 2637", "1.4",
        "the header has the Magic Cookie\n"
        "its PPTP Message Type is not 1, or its Control Message Type is not 1 to 15\n"
        "only the header is dissected"},
    [FINDING_RESERVED_NOT_ZERO] = {
        "pptp.analysis.reserved_not_zero", SEVERITY_NOTE, GROUP_PROTOCOL,
        "A reserved field is not 0", "1.4",
        "a reserved field of a control message or a reserved bit of an Enhanced GRE header is not "
        "0 (some real senders do this)"},
    [FINDING_RESYNCHRONISED] = {
        "pptp.analysis.resynchronised", SEVERITY_NOTE, GROUP_SEQUENCE,
        "Control connection joined at the next plausible header", "1.4",
        "the capture of this direction starts in mid-stream, or bytes of it are missing\n"
        "this message is the first plausible header found afterwards"},
    [FINDING_MESSAGE_SPLIT] = {
        "pptp.analysis.message_split", SEVERITY_NOTE, GROUP_PROTOCOL,
        "Message spans TCP segments (many NAT editors cannot translate it)", "2",
        "a message spans TCP segments (many editors cannot translate it)"},
    [FINDING_MESSAGE_NOT_FIRST] = {
        "pptp.analysis.message_not_first", SEVERITY_NOTE, GROUP_PROTOCOL,
        "Message does not start its TCP segment (many NAT editors cannot translate it)", "2",
        "a message does not start its TCP segment (many editors cannot translate it)"},
    [FINDING_UNEXPECTED_IN_STATE] = {
        "pptp.analysis.unexpected_in_state", SEVERITY_NOTE, GROUP_SEQUENCE,
        "Message is not expected in this state", "3",
        "the state tables of the control connection or of the call do not allow the message; roles "
        "are taken from the call request, not from a Call-Clear-Request or Call-Disconnect-Notify\n"
        "no FIN, RST or Stop-Control-Connection-Request came before it"},
    [FINDING_NO_REPLY] = {
        "pptp.analysis.no_reply", SEVERITY_WARN, GROUP_RESPONSE,
        "Request has no reply", "3",
        "a request has no reply for 60 s\n"
        "the connection stays open in that time\n"
        "the request is not a Call-Clear-Request followed by a close"},
    [FINDING_REFUSED] = {
        "pptp.analysis.refused", SEVERITY_WARN, GROUP_RESPONSE,
        "Request refused, or call ended by a failure", "2",
        "a reply or notify has a result that means failure\n"
        "it is not a Call-Disconnect-Notify with result 0 (Windows sends that; it is not a "
        "failure)"},
    [FINDING_UNKNOWN_CALL_ID] = {
        "pptp.analysis.unknown_call_id", SEVERITY_ERROR, GROUP_PROTOCOL,
        "Call ID belongs to no call of this control connection", "3.2.2",
        "a call set-up was seen on this connection\n"
        "the Call ID is not the one that its owner assigned for any call of the connection (in "
        "Call-Disconnect-Notify and Set-Link-Info the ids of both ends are accepted)"},
    [FINDING_CALL_ID_IN_USE] = {
        "pptp.analysis.call_id_in_use", SEVERITY_ERROR, GROUP_PROTOCOL,
        "Call ID is already in use on this control connection", "3.2.2",
        "two calls of one control connection are live\n"
        "both have the same Call ID of the same owner"},
    [FINDING_ECHO_UNANSWERED] = {
        "pptp.analysis.echo_unanswered", SEVERITY_WARN, GROUP_RESPONSE,
        "Echo-Request has no reply", "3.1.4",
        "an Echo-Request has no reply for 60 s\n"
        "the connection stays open in that time"},
    [FINDING_GRE_ONE_WAY] = {
        "pptp.analysis.gre_one_way", SEVERITY_WARN, GROUP_SEQUENCE,
        "GRE of the call goes one way only", "4",
        "the call is established and open\n"
        "at least 3 packets over at least 5 s go in one direction\n"
        "none goes in the other"},
    [FINDING_GRE_WITHOUT_CALL] = {
        "pptp.analysis.gre_without_call", SEVERITY_NOTE, GROUP_ASSUMPTION,
        "GRE of a call whose set-up is not in the capture", "4.1",
        "a GRE packet belongs to a call whose set-up is not in the capture\n"
        "it is the first of its flow (reported once per flow)\n"
        "no other finding explains these packets (decided at the end of the file)"},
    [FINDING_GRE_NOT_CAPTURED] = {
        "pptp.analysis.gre_not_captured", SEVERITY_NOTE, GROUP_ASSUMPTION,
        "No GRE in the capture (was protocol 47 left out by a capture filter?)", "4",
        "a call is established for 10 s\n"
        "there is no GRE in the file"},
    [FINDING_GRE_REJECTED] = {
        "pptp.analysis.gre_rejected", SEVERITY_NOTE, GROUP_RESPONSE,
        "GRE of the call was rejected by an ICMP error", "4",
        "an ICMP error quotes a GRE packet of the call (the quoted packet is not counted)\n"
        "it does not ask for smaller packets (fragmentation needed, packet too big)"},
    [FINDING_GRE_OTHER_SOURCE] = {
        "pptp.analysis.gre_other_source", SEVERITY_WARN, GROUP_PROTOCOL,
        "GRE comes from an address without a control connection", "4",
        "GRE to an end of an established call carries the call's Call ID\n"
        "it comes from an address that has no control connection with that end\n"
        "the address of the control connection sends no GRE\n"
        "there are at least 2 such packets after the set-up, and they are not the last ones of an "
        "earlier call\n"
        "they are not packets of the call that another point shows on their way "
        "(gre_other_address)"},
    [FINDING_PPP_STALLED] = {
        "pptp.analysis.ppp_stalled", SEVERITY_WARN, GROUP_SEQUENCE,
        "PPP makes no progress", "",
        "the requests of one stage (LCP, authentication, IPCP, CCP) repeat without an answer for "
        "10 s or 3 times; the text names the stage\n"
        "the call has no ppp_refused, which takes precedence\n"
        "(if both points show that all GRE passes and one end answers, the other host ignores the "
        "answers, and the text says so)"},
    [FINDING_PPP_REFUSED] = {
        "pptp.analysis.ppp_refused", SEVERITY_WARN, GROUP_RESPONSE,
        "PPP refused by an end", "",
        "PPP of the call was seen from its start, and the network stage opens at no point\n"
        "one of these happens, and no later success makes up for it: CHAP or EAP Failure (the text "
        "names the code, for instance E=691) or PAP Authenticate-Nak; LCP Protocol-Reject of IPCP "
        "or of the authentication; a Terminate-Ack for a Configure-Request of IPCP or CCP; or, "
        "without any of them, an LCP Terminate-Request (the text names what was rejected before: "
        "CCP or MPPE, the authentication)\n"
        "the call has ended, or an LCP Terminate-Request was sent, or 10 s have passed\n"
        "it marks the first of them, a Terminate-Request only if there is no other"},
    [FINDING_TCP_REFUSED] = {
        "pptp.analysis.tcp_refused", SEVERITY_WARN, GROUP_RESPONSE,
        "TCP connection to the PPTP port failed", "3",
        "a TCP connection to a PPTP port is attempted, and no SYN-ACK answers\n"
        "the attempt is reset, or an ICMP destination unreachable quotes it, or it is unanswered: "
        "3 SYNs over 3 s, or 60 s of capture after one, and nothing but SYNs from the client\n"
        "if two points show it, the SYN passed the hop and the reset came back across it (else it "
        "is control_not_forwarded or reset_injected)"},
    [FINDING_CLOSED_EARLY] = {
        "pptp.analysis.closed_early", SEVERITY_WARN, GROUP_RESPONSE,
        "Control connection closed before a call", "3.1",
        "TCP was established, and its start and a control message were seen\n"
        "an end closes it (FIN or RST) before a call is established, and no reply had a result "
        "that means failure\n"
        "a request to start the connection or a call is then unanswered, or the server closes "
        "first without a Stop-Control-Connection-Request (a client that leaves after positive "
        "replies only probes)\n"
        "nothing of the connection is missing in the capture\n"
        "if several points show it, the one nearest to the end that closes shows it too"},
    [FINDING_NOT_PPTP] = {
        "pptp.analysis.not_pptp", SEVERITY_NOTE, GROUP_PROTOCOL,
        "Another service on the PPTP port", "1.4",
        "a connection to a PPTP port is seen from its start\n"
        "each direction that has data begins with bytes that are not a PPTP header\n"
        "no valid message follows in either direction (reported once per connection, as the only "
        "finding about it)"},
    [FINDING_WINDOW_EXCEEDED] = {
        "pptp.analysis.window_exceeded", SEVERITY_CHAT, GROUP_SEQUENCE,
        "More packets outstanding than the advertised window", "4.2",
        "more packets of one direction are outstanding than the receiver's advertised window "
        "allows"},
    [FINDING_DUPLICATE_CAPTURE] = {
        "pptp.analysis.duplicate_capture", SEVERITY_NOTE, GROUP_ASSUMPTION,
        "The same packet was captured twice (mirror port?)", "",
        "the same packets appear twice at one point (mirror port); they are counted once"},
    [FINDING_DAMAGED_SEGMENT] = {
        "pptp.analysis.damaged_segment", SEVERITY_NOTE, GROUP_PROTOCOL,
        "Damaged copy of a TCP segment (wrong checksum; an intact copy exists)", "",
        "the TCP checksum of the segment can be computed and is wrong\n"
        "it is neither 0 nor the sum of the pseudo header, which the sender's network adapter "
        "completes\n"
        "earlier segments of this end had correct checksums at this point\n"
        "a copy or retransmission with a correct checksum is in the capture; the receiver drops "
        "the damaged one, so it is not read, and differences from it are not faults"},
    [FINDING_LIMIT_REACHED] = {
        "pptp.analysis.limit_reached", SEVERITY_NOTE, GROUP_ASSUMPTION,
        "A limit of pptpnat was reached: some packets were not analysed", "",
        "a limit of the analysis was reached (this is not a fault of the network)\n"
        "something was not tracked because of it; the text says what\n"
        "it is not a limit of the search for other points in a capture of a single point"},
    [FINDING_CALLID_MISTRANSLATED] = {
        "pptp.nat.callid_mistranslated", SEVERITY_ERROR, GROUP_PROTOCOL,
        "Call ID translated wrongly", "3.2.2",
        "at the receiving side, a Call ID field of a control message or GRE header differs from "
        "the value that the NAT's mapping gives for it\n"
        "the mapping is that of the end whose Call ID the sender put there; a value that is "
        "neither Call ID of the call must pass unchanged\n"
        "the mappings are learned from the requests (OCRQ, ICRQ) and the first reply to each\n"
        "it is not the rewriting that disconnect_rewritten reports\n"
        "the kind is the first that fits: untranslated, zero, TCP port, byte-swapped, other "
        "owner's map, another call's, an earlier call's, unknown"},
    [FINDING_SETUP_UNTRANSLATED] = {
        "pptp.nat.setup_untranslated", SEVERITY_ERROR, GROUP_PROTOCOL,
        "Call ID of the call request was not translated", "2.7",
        "the Call ID that the request assigns is the same on both sides\n"
        "other requests through this NAT are translated, or a later field of this call shows "
        "another value for it (a value that is no Call ID of the call proves nothing)\n"
        "the text names the reason if it is known: split message, not first in its segment, "
        "incoming call"},
    [FINDING_DISCONNECT_REWRITTEN] = {
        "pptp.nat.disconnect_rewritten", SEVERITY_NOTE, GROUP_PROTOCOL,
        "Call-Disconnect-Notify arrives with the client's Call ID (Linux helper)", "2.13",
        "a Call-Disconnect-Notify carries the server's Call ID where it is sent\n"
        "it carries a Call ID of the client of the same connection where it arrives"},
    [FINDING_TUNNEL_AMBIGUOUS] = {
        "pptp.nat.tunnel_ambiguous", SEVERITY_ERROR, GROUP_PROTOCOL,
        "Two tunnels cannot be told apart", "3.2.2",
        "at one point, two calls have the same address pair and the same Call ID of the same "
        "owner\n"
        "both are live after the second reply: neither cleared nor closed, with traffic or a "
        "control message of its own client after the other's set-up (seen from outside alone, a "
        "clear or stop of the first call within 10 s is a redial, not a sign of life)\n"
        "it is not a reconnect, another server or another public address\n"
        "reported once per pair of calls; the text names both"},
    [FINDING_TUNNEL_MAYBE_AMBIGUOUS] = {
        "pptp.nat.tunnel_maybe_ambiguous", SEVERITY_WARN, GROUP_PROTOCOL,
        "Two tunnels may be indistinguishable", "3.2.2",
        "at one point, two calls have the same address pair and the same Call ID of the same "
        "owner\n"
        "one of them is not answered yet\n"
        "it is not a reconnect, another server or another public address\n"
        "reported once per pair of calls; the text names both"},
    [FINDING_NO_EDITOR] = {
        "pptp.nat.no_editor", SEVERITY_NOTE, GROUP_PROTOCOL,
        "The NAT does not translate Call IDs", "3.2.2",
        "the hop translates the client's address\n"
        "it changes no Call ID in any call\n"
        "decided at the end of the file; the verdict makes it the cause if Call IDs that differ "
        "before the hop collide behind it, or if GRE ends there and nothing else explains it"},
    [FINDING_GRE_NOT_FORWARDED] = {
        "pptp.nat.gre_not_forwarded", SEVERITY_ERROR, GROUP_SEQUENCE,
        "GRE is not forwarded in one direction", "4",
        "a direction of a call is seen before the hop and not after it\n"
        "none of at least 2 packets passed, or of 1 that an ICMP error quotes; or none passed "
        "after some moment (at least 3 packets over at least 3 s, covered by both points; the text "
        "gives the idle time before it)\n"
        "the far point is known to see this call (its TCP in that direction)\n"
        "the far point is known to see GRE; an ICMP error there does not show it\n"
        "the far point was still capturing when the first of them was due there\n"
        "an ICMP destination unreachable replaces the last two and the counts if the hop itself "
        "sent it (it has come less far than the end's packets) and nothing of the direction passes "
        "after it; fragmentation needed, and errors that name a host, do not count"},
    [FINDING_GRE_MAYBE_NOT_FORWARDED] = {
        "pptp.nat.gre_maybe_not_forwarded", SEVERITY_WARN, GROUP_SEQUENCE,
        "GRE may not be forwarded in one direction", "4",
        "a direction of a call is seen before the hop and not after it\n"
        "there was only one packet, it did not pass, and no ICMP error quotes it\n"
        "the far point is known to see this call (its TCP in that direction)\n"
        "the far point is known to see GRE; an ICMP error there does not show it\n"
        "the far point was still capturing when the packet was due there"},
    [FINDING_GRE_MISDELIVERED] = {
        "pptp.nat.gre_misdelivered", SEVERITY_ERROR, GROUP_PROTOCOL,
        "GRE arrives at another host or call", "4.1",
        "packets of one call arrive at a different host or call than that of the control "
        "connection\n"
        "it is proven that the host is a different one: the control connection is seen going "
        "elsewhere; or its end is the NAT itself, where that end's packets start (by their TTL); "
        "or the host rejects the packets with ICMP errors while the end keeps sending\n"
        "the text names both hosts; the packets are not counted as passed"},
    [FINDING_GRE_OTHER_ADDRESS] = {
        "pptp.nat.gre_other_address", SEVERITY_WARN, GROUP_PROTOCOL,
        "GRE leaves from another address than its control connection", "4",
        "GRE of a call leaves from a different address than its control connection, at the same "
        "point or at another one as many hops away (several uplinks)\n"
        "it belongs to the call by what no NAT changes: sequence numbers and payload\n"
        "the text says so if the address is the sender's own: the packet was not translated"},
    [FINDING_CONTROL_NOT_FORWARDED] = {
        "pptp.nat.control_not_forwarded", SEVERITY_WARN, GROUP_SEQUENCE,
        "Segments of the control connection are not forwarded", "3",
        "bytes of the control connection, or its SYN or SYN-ACK, are seen before the hop and never "
        "after it, however they are segmented\n"
        "no acknowledgment shows that they arrived\n"
        "they were sent at least twice, or a reset or ICMP error that did not come across the hop "
        "answers them\n"
        "the far point was capturing at that time and later"},
    [FINDING_RESET_INJECTED] = {
        "pptp.nat.reset_injected", SEVERITY_WARN, GROUP_SEQUENCE,
        "Reset sent by a device between the points", "3",
        "a RST of the control connection is seen at a point that it can only have reached across a "
        "hop\n"
        "the point before that hop never saw a RST of that end\n"
        "that point was capturing at that time and later"},
    [FINDING_PAYLOAD_ALTERED] = {
        "pptp.nat.payload_altered", SEVERITY_ERROR, GROUP_PROTOCOL,
        "A byte other than a Call ID was changed", "2",
        "a byte of a message differs between the sides of the hop\n"
        "it is not part of a Call ID field\n"
        "it is not a known rewriting of addresses"},
    [FINDING_CHECKSUM_NOT_UPDATED] = {
        "pptp.nat.checksum_not_updated", SEVERITY_ERROR, GROUP_PROTOCOL,
        "TCP checksum was not updated after a Call ID was changed", "",
        "the TCP checksum of the segment at the receiving side is wrong\n"
        "it is off by exactly the difference of the Call IDs"},
    [FINDING_IP_CHECKSUM_WRONG] = {
        "pptp.nat.ip_checksum_wrong", SEVERITY_ERROR, GROUP_PROTOCOL,
        "IP header checksum was not updated after an address was changed", "",
        "the IP header checksum of a translated packet is wrong at the receiving side, and not 0\n"
        "it is off by exactly the difference of the addresses, with or without that of the TTL\n"
        "the receiver sent packets afterwards, or another packet was wrong a second later\n"
        "the receiver acknowledges no packet with such a checksum, of any call or connection there "
        "(else the capturing NAT's network adapter fills them in)"},
    [FINDING_RETRANSMISSION_DIFFERS] = {
        "pptp.nat.retransmission_differs", SEVERITY_WARN, GROUP_PROTOCOL,
        "Two copies of the same bytes of the control connection differ", "",
        "two copies of one TCP sequence range differ at one point (captures of both sides show who "
        "changed it)"},
    [FINDING_MAPPING_CHANGED] = {
        "pptp.nat.mapping_changed", SEVERITY_ERROR, GROUP_SEQUENCE,
        "The translation of a live call changed", "3.2.2",
        "the mapping of a live call changes\n"
        "the Call ID was translated before, and differently or not at all afterwards"},
    [FINDING_FRAGMENT_LOST] = {
        "pptp.nat.fragment_lost", SEVERITY_WARN, GROUP_SEQUENCE,
        "IP fragments of a GRE packet are not forwarded", "4",
        "a GRE packet of the call is IP-fragmented before the hop\n"
        "some of its fragments pass the hop and others do not (decided from the IP layer)"},
    [FINDING_LARGE_PACKETS_LOST] = {
        "pptp.nat.large_packets_lost", SEVERITY_WARN, GROUP_SEQUENCE,
        "Large GRE packets are not forwarded (MTU)", "4",
        "at a hop, every packet of the call from some size on is lost, at least 3 of them\n"
        "at least 3 smaller ones pass\n"
        "the text gives IP lengths: the largest that passed, the smallest that was lost"},
    [FINDING_GRE_LOSS] = {
        "pptp.nat.gre_loss", SEVERITY_NOTE, GROUP_SEQUENCE,
        "Occasional loss of GRE packets at a hop", "4",
        "at a hop, at least 5 packets and at least 1 % of a direction of the call are lost\n"
        "others of that direction pass, between them and after them\n"
        "it is not gre_not_forwarded, large_packets_lost or fragment_lost"},
    [FINDING_LINK_AMBIGUOUS] = {
        "pptp.nat.link_ambiguous", SEVERITY_NOTE, GROUP_ASSUMPTION,
        "Several sightings at the other point fit equally", "",
        "at another point, several connections or calls fit this one equally well\n"
        "the text names them; none is linked"},
};

/* clang-format on */

const struct finding_kind *finding_kind(enum finding_id id)
{
    return id < FINDING_PPTP_COUNT ? &kinds[id] : &ipsec_finding_kinds[id - FINDING_PPTP_COUNT];
}

bool finding_is_nat(enum finding_id id)
{
    return (id >= FINDING_CALLID_MISTRANSLATED && id < FINDING_PPTP_COUNT) ||
           (id >= IPSEC_NATT_MISSING && id < FINDING_COUNT);
}

const char *finding_severity_name(enum finding_severity severity)
{
    switch (severity) {
    case SEVERITY_CHAT:
        return "chat";
    case SEVERITY_NOTE:
        return "note";
    case SEVERITY_WARN:
        return "warning";
    case SEVERITY_ERROR:
        return "error";
    }
    return "error";
}

const char *mistranslation_name(enum mistranslation kind)
{
    switch (kind) {
    case MISTRANSLATION_NONE:
        return "";
    case MISTRANSLATION_UNTRANSLATED:
        return "untranslated";
    case MISTRANSLATION_ZERO:
        return "zero";
    case MISTRANSLATION_TCP_PORT:
        return "tcp port";
    case MISTRANSLATION_BYTE_SWAPPED:
        return "byte-swapped";
    case MISTRANSLATION_OTHER_OWNER:
        return "other owner's map";
    case MISTRANSLATION_OTHER_CALL:
        return "another call's";
    case MISTRANSLATION_EARLIER_CALL:
        return "an earlier call's";
    case MISTRANSLATION_UNKNOWN:
        return "unknown";
    }
    return "unknown";
}
