/* The table: one row a finding, the weightiest first. To add one is to add a row at its weight;
 * facts and sources of the texts are in the guide's page of each finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_table.h"

#include "verdict_advice.h"

static const struct {
    enum finding_id id;
    struct verdict_advice says; /* always this, unless there is: */
    struct verdict_advice (*choose)(const struct verdict_case *about);
} rows[] = {
    {.id = FINDING_IP_CHECKSUM_WRONG,
     .says = {.symptom = "Routers and the receiver silently drop these packets.",
              .advice = "Update the NAT's firmware, or turn off its hardware acceleration."}},
    {.id = FINDING_SETUP_UNTRANSLATED, .choose = verdict_missed_setup},
    {.id = FINDING_CALLID_MISTRANSLATED, .choose = verdict_wrong_id},
    {.id = FINDING_MAPPING_CHANGED,
     .says = {.advice =
                  "The NAT's PPTP helper lost the call while it was up: look for reloaded rules, a "
                  "flushed connection table, or a time-out."}},
    {.id = FINDING_CALL_ID_IN_USE,
     .says = {.advice =
                  "The NAT's PPTP editor keeps one Call ID per control connection: have the client "
                  "open a control connection for each call."}},
    {.id = FINDING_GRE_MISDELIVERED,
     .says =
         {.known = "A static forward of protocol 47, or a DMZ host, receives packets that belong "
                   "to another host.",
          .advice =
              "Remove it, or point it to the host of the control connection. For clients behind "
              "the NAT, let its PPTP helper decide who gets GRE."}},
    {.id = FINDING_TUNNEL_AMBIGUOUS, .choose = verdict_clash},
    {.id = FINDING_LARGE_PACKETS_LOST,
     .says = {.advice =
                  "This is an MTU fault. Lower the tunnel's MTU until its IP packets are shorter "
                  "than the shortest lost one (IP, GRE and PPP add 40 bytes to what the tunnel "
                  "carries), or let fragments and ICMP \"fragmentation needed\" pass."}},
    {.id = FINDING_GRE_NOT_FORWARDED, .choose = verdict_blocked},
    {.id = FINDING_PAYLOAD_ALTERED,
     .says = {.advice = "Update the NAT, or take the inspecting device out of the path."}},
    {.id = FINDING_CHECKSUM_NOT_UPDATED,
     .says = {.symptom = "The receiver drops these segments.",
              .advice = "Update the NAT's firmware."}},
    {.id = FINDING_FRAGMENT_LOST,
     .says = {.advice = "Let IP fragments pass, or lower the tunnel's MTU."}},
    {.id = FINDING_CONTROL_NOT_FORWARDED, .choose = verdict_lost_control},
    {.id = FINDING_RESET_INJECTED,
     .says = {.known = "A firewall sends such resets, and so does a NAT whose entry for the "
                       "connection has expired.",
              .symptom = "The end that receives it believes that the other end closed the "
                         "connection.",
              .advice = "Look at the device between the two points: its firewall rules, its PPTP "
                        "inspection, and its time-out for idle TCP connections."}},
    {.id = FINDING_RETRANSMISSION_DIFFERS,
     .says = {.known =
                  "The NAT's PPTP editor gives a retransmission a different Call ID than the first "
                  "copy, so the ends disagree about the call.",
              .advice = "Update the NAT."}},
    {.id = FINDING_GRE_OTHER_ADDRESS, .choose = verdict_other_address},
    {.id = FINDING_GRE_OTHER_SOURCE, .choose = verdict_other_source},
    {.id = FINDING_TUNNEL_MAYBE_AMBIGUOUS, .choose = verdict_clash},
    {.id = FINDING_GRE_MAYBE_NOT_FORWARDED, .choose = verdict_blocked},
    {.id = FINDING_UNKNOWN_CALL_ID, .choose = verdict_nobodys_id},
    {.id = FINDING_TCP_REFUSED, .choose = verdict_refused},
    {.id = FINDING_CLOSED_EARLY, .choose = verdict_closed_early},
    {.id = FINDING_PPP_REFUSED, .choose = verdict_ppp_refused},
    {.id = FINDING_PPP_STALLED, .choose = verdict_ppp_stalled},
    {.id = FINDING_GRE_ONE_WAY, .choose = verdict_one_way},
    {.id = FINDING_NO_EDITOR, .choose = verdict_no_editor},
    {.id = FINDING_BAD_COOKIE},
    {.id = FINDING_BAD_LENGTH},
    {.id = FINDING_REFUSED, .choose = verdict_turned_down},
    {.id = FINDING_NO_REPLY, .choose = verdict_no_reply},
    {.id = FINDING_ECHO_UNANSWERED, .choose = verdict_no_reply},
};

unsigned verdict_weight(enum finding_id id)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].id == id)
            return i;
    }
    return G_N_ELEMENTS(rows);
}

struct verdict_advice verdict_advice(const struct verdict_case *about)
{
    if (about->link && link_has_lost_state(about->linker, about->link, about->finding))
        return verdict_lost_state(about);
    unsigned weight = verdict_weight(about->finding->id);
    if (weight == G_N_ELEMENTS(rows))
        return (struct verdict_advice){NULL, NULL, NULL};
    return rows[weight].choose ? rows[weight].choose(about) : rows[weight].says;
}
