/* See verdict_advice.h. Facts and their sources are in the guide's page of each finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_advice.h"

#define LOST_STATE                                                                                 \
    "Look for a restart, reloaded rules, a flushed connection table or a new address of the NAT, " \
    "or for a link behind it that went down. Then have the client call again."

/* NATs keep an entry at least so long without packets (Linux: 30 s). */
#define MAPPING_IDLE_S 25.0f

/* A message whose id is wrong may be known as no call's: then the link's calls tell who is who. */
static bool from_server(const struct message_record *message, const struct link *link)
{
    const struct call *call = call_of(message->session);
    for (uint32_t position = 0; !call && link && position < link->view.count; position++)
        call = call_of(link->view.session[position]);
    return call && message->sender != call->end_a;
}

bool verdict_has_no_editor(const struct verdict_case *about)
{
    const struct finding *finding = about->finding;
    if (!about->link || finding->hop == FINDING_NONE)
        return false;
    const struct nat_device *nat = link_nat_at(about->linker, about->link, finding->hop);
    return !nat || nat->editor != EDITOR_YES;
}

struct verdict_advice verdict_wrong_id(const struct verdict_case *about)
{
    if (verdict_has_no_editor(about))
        return (struct verdict_advice){
            .known = "The other Call IDs of the call stay as they are, so this one must, too.",
            .advice = "Update that device, or take it out of the path."};
    unsigned type = about->message ? about->message->type : 0;
    enum mistranslation kind = about->finding->mistranslation;
    if (type == PPTP_SLI && kind == MISTRANSLATION_UNTRANSLATED &&
        from_server(about->message, about->link))
        return (struct verdict_advice){
            .known = "Linux kernels before 3.6 do this, and routers by Free (Freebox v5), DrayTek, "
                     "D-Link, Linksys and Netgear.",
            .symptom = "Strict clients reset the connection, and Windows reports error 619.",
            .advice = "Update the router's firmware or use another NAT."};
    if (type == 0 && kind == MISTRANSLATION_ZERO &&
        about->finding->direction == DIRECTION_PAC_TO_PNS)
        return (struct verdict_advice){
            .known = "Linux 2.6.14 to 2.6.14.2 did this (a byte-order fault of its NAT helper).",
            .advice = "Update the NAT."};
    if (type == 0 && kind == MISTRANSLATION_BYTE_SWAPPED)
        return (struct verdict_advice){.known = "A byte-order fault of the NAT's PPTP editor.",
                                       .advice = "Update the NAT."};
    if (type == PPTP_OCRP)
        return (struct verdict_advice){
            .symptom = "The client keeps waiting for a reply with its own Call ID and starts no "
                       "tunnel.",
            .advice = "Update the NAT's firmware, or switch its PPTP editor off and on again."};
    return (struct verdict_advice){
        .known = "The NAT's PPTP editor translates other fields of this call, but misses or "
                 "damages this one.",
        .advice = "Update the NAT's firmware."};
}

struct verdict_advice verdict_missed_setup(const struct verdict_case *about)
{
    const struct message_record *message = about->message;
    if (message->split || message->not_first)
        return (struct verdict_advice){
            .known = "The NAT's PPTP editor only handles whole messages at the start of a TCP "
                     "segment, so it missed this request.",
            .advice = "Have the client send it in a segment of its own (check its MTU, and "
                      "proxies on the path), or use a NAT that reassembles."};
    if (message->type == PPTP_ICRQ)
        return (struct verdict_advice){
            .known = "The NAT's PPTP editor translates outgoing calls only, as that of Linux does.",
            .advice = "Have the client place the call, or use another NAT."};
    return (struct verdict_advice){
        .known = "The NAT's PPTP editor translates other messages, but missed this request.",
        .advice = "Update the NAT's firmware."};
}

/* Ids that are equal behind the NAT and differ before it have one reason. GRE that ends there may
 * have two that look alike. */
struct verdict_advice verdict_no_editor(const struct verdict_case *about)
{
    const struct nat_device *nat =
        about->link ? link_nat_at(about->linker, about->link, about->finding->hop) : NULL;
    if (nat && nat->makes_clash)
        return (struct verdict_advice){.known = "The NAT does not know PPTP.",
                                       .advice = VERDICT_HELPER_RULE};
    return (struct verdict_advice){
        .known = "Either the NAT does not know PPTP, or it drops IP protocol 47: the packets look "
                 "alike in both cases.",
        .symptom = VERDICT_GRE_ERRORS,
        .advice = VERDICT_HELPER_RULE "\nIf it has the helper, let IP protocol 47 pass (iptables "
                                      "-I FORWARD -p 47 -j ACCEPT)."};
}

struct verdict_advice verdict_clash(const struct verdict_case *about)
{
    if (about->finding->id == FINDING_TUNNEL_AMBIGUOUS && about->link &&
        about->link->view.count > 1 && about->finding->hop == FINDING_NONE)
        return (struct verdict_advice){
            .known =
                "The Call IDs are already equal on the inside of the first captured NAT: a NAT "
                "further in does not know PPTP.",
            .advice = "Capture on the inside of that NAT too. " VERDICT_HELPER_RULE};
    return (struct verdict_advice){.known = "The NAT does not know PPTP.",
                                   .advice = VERDICT_HELPER_RULE};
}

/* Whether the server is behind the hop, and packets that end there are for it. */
static bool is_for_hidden_server(const struct verdict_case *about)
{
    const struct link *link = about->link;
    uint32_t hop = about->finding->hop;
    if (!link || !link->path || hop >= link->path->count - 1u)
        return false;
    const struct connection *near = link->path->row[hop]->connection;
    const struct connection *far = link->path->row[hop + 1]->connection;
    const struct session *call =
        link->view.session[hop] ? link->view.session[hop] : link->view.session[hop + 1];
    enum direction to_server =
        call && call->end_a != 0 ? DIRECTION_PAC_TO_PNS : DIRECTION_PNS_TO_PAC;
    return about->finding->direction == to_server &&
           net_address_equal(&near->end[0].address, &far->end[0].address) &&
           !net_address_equal(&near->end[1].address, &far->end[1].address);
}

struct verdict_advice verdict_blocked(const struct verdict_case *about)
{
    if (is_for_hidden_server(about))
        return (struct verdict_advice){
            .known = "The NAT forwards TCP 1723 to the server, but not GRE.",
            .symptom = VERDICT_GRE_ERRORS,
            .advice = "Forward IP protocol 47 to the server too (iptables -t nat -A PREROUTING -p "
                      "47 -j DNAT --to-destination SERVER, and -A FORWARD -p 47 -j ACCEPT; on "
                      "routers, a PPTP server or VPN passthrough entry). Forwarding a port is not "
                      "enough: GRE has no ports."};
    return (struct verdict_advice){.symptom = VERDICT_GRE_ERRORS, .advice = VERDICT_GRE_RULE};
}

struct verdict_advice verdict_nobodys_id(const struct verdict_case *about)
{
    if (about->link && about->link->view.count > 1)
        return (struct verdict_advice){.known = "Neither end assigned this Call ID."};
    return (struct verdict_advice){
        .known = "Neither end assigned this Call ID.",
        .advice = "If there is a NAT between this point and the sender, it most likely failed to "
                  "translate this message: capture on its other side too."};
}

struct verdict_advice verdict_lost_state(const struct verdict_case *about)
{
    if (about->finding->id != FINDING_GRE_NOT_FORWARDED)
        return (struct verdict_advice){
            .known = "GRE of this call stopped passing earlier: the NAT has most likely lost the "
                     "call.",
            .advice = LOST_STATE};
    if (about->link->ceased.idle_s >= MAPPING_IDLE_S)
        return (struct verdict_advice){
            .known = "GRE passed before the pause: the NAT's entry for it has most likely timed "
                     "out.",
            .advice = "Raise the NAT's time-out for GRE (Linux: sysctl "
                      "net.netfilter.nf_conntrack_gre_timeout_stream), or have the ends send LCP "
                      "echoes more often."};
    return (struct verdict_advice){
        .known = "GRE passed before: the NAT has most likely lost the call.", .advice = LOST_STATE};
}

struct verdict_advice verdict_other_address(const struct verdict_case *about)
{
    if (about->finding->mistranslation == MISTRANSLATION_UNTRANSLATED)
        return (struct verdict_advice){
            .known = "The server does not know this address.",
            .advice = "Look for a fast path or hardware offload that forwards GRE without NAT, and "
                      "turn it off, or for a NAT rule that names TCP only."};
    return (struct verdict_advice){
        .known = "Servers identify the tunnel by the client's address.",
        .advice = "Bind GRE and TCP of one client to one public address (one uplink)."};
}

struct verdict_advice verdict_other_source(const struct verdict_case *about)
{
    if (about->finding->direction == DIRECTION_PNS_TO_PAC)
        return (struct verdict_advice){
            .known = "The client's side sends GRE and TCP from different addresses (several "
                     "uplinks, or a pool of addresses), but servers identify the tunnel by the "
                     "client's address.",
            .advice = "Bind GRE and TCP of one client to one public address."};
    return (struct verdict_advice){
        .known = "Not the client's NAT: the server has several addresses, or a NAT in front of it, "
                 "and answers from a different address than the client called.",
        .advice = "Have the server send GRE from the address of the control connection, or call "
                  "the other address."};
}
