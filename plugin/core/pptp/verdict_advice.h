/* Advice for findings whose id alone does not determine it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_VERDICT_ADVICE_H
#define PPTPNAT_VERDICT_ADVICE_H

#include "verdict_table.h"

#define VERDICT_HELPER_RULE                                                                        \
    "On Linux, enable the PPTP helper, which since kernel 4.7 must be assigned by rule: modprobe " \
    "nf_nat_pptp; iptables -t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp (nft: ct " \
    "helper pptp-std { type \"pptp\" protocol tcp; } and tcp dport 1723 ct helper set "            \
    "\"pptp-std\")."

#define VERDICT_GRE_RULE                                                                           \
    "Let IP protocol 47 pass in that direction (iptables -I FORWARD -p 47 -j ACCEPT, or the "      \
    "router's PPTP passthrough)."

#define VERDICT_GRE_ERRORS "Windows typically reports error 619, 721 or 806."

/* The hop leaves the ids of calls as they are, or is no NAT at all. */
bool verdict_has_no_editor(const struct verdict_case *about);
/* GRE of the call passed, and then no more. */
struct verdict_advice verdict_lost_state(const struct verdict_case *about);
/* For the rows of the table. */
struct verdict_advice verdict_wrong_id(const struct verdict_case *about);
struct verdict_advice verdict_missed_setup(const struct verdict_case *about);
struct verdict_advice verdict_no_editor(const struct verdict_case *about);
struct verdict_advice verdict_clash(const struct verdict_case *about);
struct verdict_advice verdict_blocked(const struct verdict_case *about);
struct verdict_advice verdict_nobodys_id(const struct verdict_case *about);
struct verdict_advice verdict_other_address(const struct verdict_case *about);
struct verdict_advice verdict_other_source(const struct verdict_case *about);
/* pptp/verdict_before_call.c */
struct verdict_advice verdict_lost_control(const struct verdict_case *about);
struct verdict_advice verdict_refused(const struct verdict_case *about);
struct verdict_advice verdict_closed_early(const struct verdict_case *about);
/* A reply on this frame says that the Call ID is none (RFC 2637 2.16: Bad-Call ID). */
bool verdict_names_wrong_id(const struct message_record *message);
struct verdict_advice verdict_turned_down(const struct verdict_case *about);
struct verdict_advice verdict_no_reply(const struct verdict_case *about);
/* pptp/verdict_ppp.c */
struct verdict_advice verdict_one_way(const struct verdict_case *about);
struct verdict_advice verdict_ppp_stalled(const struct verdict_case *about);
struct verdict_advice verdict_ppp_refused(const struct verdict_case *about);

#endif
