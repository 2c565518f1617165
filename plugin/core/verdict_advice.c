/* Known causes and what to do about them, by what a finding shows. Facts and their sources are in
 * the guide's page of each finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_advice.h"

#define HELPER_RULE                                                                                \
    "On Linux enable the PPTP helper, which since kernel 4.7 must be assigned by rule: modprobe "  \
    "nf_nat_pptp; iptables -t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp (nft: ct " \
    "helper pptp-std { type \"pptp\" protocol tcp; } and tcp dport 1723 ct helper set "            \
    "\"pptp-std\")."

#define GRE_RULE                                                                                   \
    "Let IP protocol 47 pass in that direction (iptables -I FORWARD -p 47 -j ACCEPT, or the "      \
    "router's PPTP passthrough). Windows typically reports error 619, 721 or 806."

#define LOST_STATE                                                                                 \
    "Look for a restart, reloaded rules, a flushed connection table or a new address of the NAT, " \
    "or for a link behind it that went down. The client has to call again."

/* NATs keep an entry at least so long without packets (Linux: 30 s). */
#define MAPPING_IDLE_S 25.0

/* A message whose id is wrong may be known as no call's: then the link's calls tell who is who. */
static bool from_server(const struct message_record *message, const struct link *link)
{
    const struct call *call = message->call;
    for (uint32_t place = 0; !call && link && place < link->face.count; place++)
        call = link->face.call[place];
    return call && message->sender != call->pns;
}

static const char *wrong_id_advice(const struct finding *finding,
                                   const struct message_record *message, const struct link *link)
{
    unsigned type = message ? message->type : 0;
    if (type == PPTP_SLI && finding->mistranslation == MISTRANSLATION_UNTRANSLATED &&
        from_server(message, link))
        return "The NAT forgets Set-Link-Info from the server, as Linux kernels before 3.6 did; "
               "seen in routers by Free (Freebox v5), DrayTek, D-Link, Linksys and Netgear. "
               "Strict clients reset the connection, and Windows reports error 619. Update the "
               "router's firmware or use another NAT.";
    if (type == 0 && finding->mistranslation == MISTRANSLATION_ZERO)
        return "Each inbound GRE packet carries Call ID 0, as with Linux 2.6.14 to 2.6.14.2 "
               "(byte-order fault of its NAT helper). Update the NAT.";
    if (type == 0 && finding->mistranslation == MISTRANSLATION_BYTE_SWAPPED)
        return "The GRE Call ID has its octets swapped: a byte-order fault of the NAT's PPTP "
               "editor. Update the NAT.";
    if (type == PPTP_OCRP)
        return "The client waits for a reply that names its own Call ID and starts no tunnel. "
               "Update the NAT's firmware, or switch its PPTP editor off and on again.";
    return "The NAT's PPTP editor translates other fields of this call and misses or spoils this "
           "one. Update the NAT's firmware.";
}

static const char *setup_advice(const struct message_record *message)
{
    if (message && (message->split || message->not_first))
        return "The NAT's PPTP editor works on whole messages that start a TCP segment; it missed "
               "this request. Have the client send it in a segment of its own (its MTU, or a "
               "proxy on the path), or use a NAT that reassembles.";
    if (message && message->type == PPTP_ICRQ)
        return "The NAT's PPTP editor translates outgoing calls only, as Linux does: have the "
               "client place the call, or use another NAT.";
    return "The NAT's PPTP editor translates other messages and missed this request. Update the "
           "NAT's firmware.";
}

/* GRE of the call passed, and then no more. */
static const char *lost_state_advice(const struct finding *finding, const struct gre_ceased *ceased)
{
    if (finding->id != FINDING_GRE_NOT_FORWARDED)
        return "GRE of this call ceased to pass before: the NAT has most likely lost the "
               "call. " LOST_STATE;
    if (ceased->idle_s >= MAPPING_IDLE_S)
        return "It passed before the pause: the NAT's entry for it has most likely timed out. "
               "Lengthen the NAT's time-out for GRE (Linux: sysctl "
               "net.netfilter.nf_conntrack_gre_timeout_stream), or have the ends send LCP echoes "
               "more often.";
    return "It passed before: the NAT has most likely lost the call. " LOST_STATE;
}

const char *verdict_advice(const struct finding *finding, const struct message_record *message,
                           const struct link *link)
{
    if (link && link_has_lost_state(link, finding))
        return lost_state_advice(finding, &link->ceased);
    switch (finding->id) {
    case FINDING_CALLID_MISTRANSLATED:
        return wrong_id_advice(finding, message, link);
    case FINDING_SETUP_UNTRANSLATED:
        return setup_advice(message);
    case FINDING_NO_EDITOR:
    case FINDING_TUNNEL_AMBIGUOUS:
    case FINDING_TUNNEL_MAYBE_AMBIGUOUS:
        return "The NAT does not know PPTP. " HELPER_RULE;
    case FINDING_GRE_NOT_FORWARDED:
    case FINDING_GRE_MAYBE_NOT_FORWARDED:
        return GRE_RULE;
    case FINDING_GRE_MISDELIVERED:
        return "The NAT gives one host the tunnel of another. " HELPER_RULE;
    case FINDING_GRE_OTHER_ADDRESS:
        return "Bind GRE and TCP of one client to one public address: servers look the tunnel up "
               "by it.";
    case FINDING_MAPPING_CHANGED:
        return "The NAT's PPTP helper lost the call while it was up: look for a reload of its "
               "rules, a flush of its connection table, or a time-out.";
    case FINDING_LARGE_PACKETS_LOST:
        return "An MTU fault: lower the tunnel's MTU (1400 is a usual value) or let fragments and "
               "ICMP \"fragmentation needed\" pass.";
    case FINDING_FRAGMENT_LOST:
        return "Let IP fragments pass, or lower the tunnel's MTU.";
    case FINDING_CHECKSUM_NOT_UPDATED:
        return "The receiver drops these segments. Update the NAT's firmware.";
    case FINDING_PAYLOAD_ALTERED:
        return "Something on the path rewrites more than Call IDs. Update the NAT, or take the "
               "inspecting device out of the path.";
    case FINDING_CONTROL_NOT_FORWARDED:
        return "Something on the path drops these segments of the control connection (TCP 1723): "
               "look at the firewall's PPTP inspection.";
    case FINDING_RETRANSMISSION_DIFFERS:
        return "The editor gives a retransmission another Call ID than the first copy; the ends "
               "then disagree about the call. Update the NAT.";
    case FINDING_CALL_ID_IN_USE:
        return "The editor keeps one Call ID per control connection: have the client open a "
               "control connection for each call.";
    case FINDING_UNKNOWN_CALL_ID:
        return "A message names a Call ID that neither end assigned. If there is a NAT between "
               "this point and the sender it most likely forgot to translate this message: "
               "capture on its other side too.";
    case FINDING_PPP_REFUSED:
        return "Not the NAT: the peer refused the login or the protocol. Check name, password and "
               "authentication methods (E=691 is a wrong name or password).";
    case FINDING_PPP_STALLED:
        return "The tunnel is set up and PPP gets no answer: see whether GRE passes both ways, "
               "then look at the peer.";
    case FINDING_TCP_REFUSED:
        return "Nothing listens on TCP 1723 there, or a firewall blocks it (Windows: error 800).";
    case FINDING_GRE_ONE_WAY:
        return "GRE flows one way only. " GRE_RULE;
    default:
        return "";
    }
}
