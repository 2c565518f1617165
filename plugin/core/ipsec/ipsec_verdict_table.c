/* The table: one row a finding, the weightiest first. Facts and sources of the texts are in the
 * guide's page of each finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_verdict_table.h"

#define PASSTHROUGH_OFF                                                                            \
    "Turn off the router's IPsec passthrough (also called IPsec ALG or VPN helper).\n"             \
    "Let it translate UDP 500 and 4500 as any other UDP."

/* Where NAT traversal is in use already. */
#define LET_ESP_IN_UDP_PASS                                                                        \
    "Let UDP 4500 pass in both directions.\n"                                                      \
    "If ESP passed before, raise the NAT's UDP time-out, or have the client send keepalives more " \
    "often (every 20 s is usual)."

static const struct {
    enum finding_id id;
    const char *headline; /* with "$N" for the NAT it is about; NULL: the summary */
    struct verdict_advice says;
} rows[] = {
    {IPSEC_PAYLOAD_ALTERED,
     "$N changes the contents of an IKE or ESP packet",
     {.known = "No NAT has to change the contents of IKE or ESP: an IPsec helper or an inspecting "
               "device does.",
      .symptom = "Where keys are changed, message 5 is repeated and Windows reports error 789.",
      .advice = PASSTHROUGH_OFF}},
    {IPSEC_PORT_SHARED,
     "$N lets several clients leave from one port",
     {.known = "An IPsec helper keeps port 500 or 4500 for every client and guesses to whom an "
               "answer belongs.",
      .symptom = "The first client works until the second one connects; Windows reports error 789 "
                 "or 809.",
      .advice = PASSTHROUGH_OFF}},
    {IPSEC_IKE_MISDELIVERED,
     "$N delivers an IKE answer to a host that did not ask",
     {.known = "An IPsec helper tells clients apart by what it remembers of IKE, and has it wrong.",
      .symptom = "The client that asked gets no answer; Windows reports error 789 or 809.",
      .advice = PASSTHROUGH_OFF}},
    {IPSEC_NATT_NOT_USED,
     "NAT traversal was agreed on and is not used across $N",
     {.known = "NAT traversal is disabled at an end, or the change to port 4500 is blocked.",
      .symptom = "ESP then goes without UDP, which a NAT can hardly translate.",
      .advice = "Enable NAT traversal at both ends.\nLet UDP 4500 pass in both directions."}},
    {IPSEC_FLOAT_BLOCKED,
     "$N does not pass IKE on UDP port 4500",
     {.known = "A firewall or NAT that allows UDP 500 only.",
      .symptom = "The connection times out; Windows reports error 809.",
      .advice = "Let UDP 4500 pass in both directions, as UDP 500 does.\nIf the server is behind "
                "the NAT, forward 500 and 4500 to it."}},
    {IPSEC_FRAGMENT_LOST,
     "$N does not forward a fragmented IKE message",
     {.known = "Messages with certificates are longer than the MTU, and a device on the path drops "
               "IP fragments.",
      .symptom = "The connection stalls during authentication; Windows reports error 809.",
      .advice = "Let IP fragments of UDP 500 and 4500 pass.\nOr enable IKE fragmentation at both "
                "ends, or use smaller certificates."}},
    {IPSEC_NATT_MISSING,
     "NAT traversal is not announced, although $N is in between",
     {.known = "Without NAT traversal ESP is not carried in UDP, and a NAT has no port to tell "
               "clients apart by.",
      .symptom = "One client may work, a second one behind the same NAT does not.",
      .advice = "Enable NAT traversal at both ends."}},
    {IPSEC_ESP_MISDELIVERED,
     "$N delivers ESP to the wrong host",
     {.known = "A NAT that passes ESP by guessing whose an SPI is.",
      .symptom = "The client that should get it hears nothing once another one is connected.",
      .advice = PASSTHROUGH_OFF}},
    {IPSEC_MAPPING_CHANGED,
     "$N changes the outside port of a tunnel that is up",
     {.known = "The NAT lost its entry for the tunnel: it timed out, was flushed, or the NAT "
               "restarted.",
      .symptom = "The tunnel stalls until the client or its dead peer detection sends something.",
      .advice =
          "Look for a restart or a flush of the NAT at that time.\nIf the tunnel was idle before, "
          "raise the NAT's UDP time-out, or have the client send keepalives more often (every 20 s "
          "is usual)."}},
    {IPSEC_ESP_NOT_FORWARDED,
     "$N does not forward ESP",
     {.known = "The NAT has no entry for this ESP, or one that belongs to another client.",
      .symptom = "The tunnel comes up and carries nothing in one direction.",
      .advice =
          "Enable NAT traversal, so that ESP goes in UDP 4500.\nLet UDP 4500, and IP protocol "
          "50 where it is used, pass in both directions."}},
    {IPSEC_IKE_REFUSED,
     NULL,
     {.known = "An end does not accept what the other one proposes, its identity or its key.",
      .symptom = "Windows reports error 789.",
      .advice = "Compare the proposals, the preshared key or the certificates of both ends."}},
    {IPSEC_NO_REPLY,
     NULL,
     {.symptom = "The connection times out; Windows reports error 809.",
      .advice = "Check that the server runs and that UDP 500 and 4500 pass up to it and back."}},
    {IPSEC_ESP_ONE_WAY,
     NULL,
     {.symptom = "The tunnel comes up and nothing is heard from the other end.",
      .advice = "Check that ESP in UDP 4500, or IP protocol 50, passes in both directions.\nCheck "
                "the firewall of the silent end."}},
    {IPSEC_ESP_NATIVE,
     NULL,
     {.known = "NAT traversal is not in use.", .advice = "Enable NAT traversal at both ends."}},
    {IPSEC_SA_SILENT,
     NULL,
     {.known = "The server has one policy for all clients behind a NAT, so that the last one to "
               "connect gets everything.",
      .advice = "Give each tunnel a policy of its own at the server (unique policies, or "
                "level=unique)."}},
    {IPSEC_SERVER_BEHIND_NAT,
     NULL,
     {.known = "Windows clients do not connect to a server behind a NAT unless they are told to.",
      .symptom = "Windows reports error 809.",
      .advice = SERVER_BEHIND_NAT_ADVICE}},
    {IPSEC_L2TP_IN_CLEAR,
     NULL,
     {.advice = "Check that the client is set to use IPsec, and that its IPsec service runs."}},
    {IPSEC_NATT_NOT_ANNOUNCED, NULL, {.advice = "Enable NAT traversal at both ends."}},
};

unsigned ipsec_verdict_weight(enum finding_id id)
{
    unsigned row = 0;
    while (row < G_N_ELEMENTS(rows) && rows[row].id != id)
        row++;
    return row;
}

char *ipsec_headline(enum finding_id id, const char *nat)
{
    unsigned row = ipsec_verdict_weight(id);
    const char *words = row < G_N_ELEMENTS(rows) ? rows[row].headline : NULL;
    GString *text = g_string_new(words && nat ? words : finding_kind(id)->summary);
    g_string_replace(text, "$N", nat ? nat : "", 0);
    text->str[0] = g_ascii_toupper(text->str[0]);
    return g_string_free(text, FALSE);
}

struct verdict_advice ipsec_verdict_advice(enum finding_id id, bool in_udp)
{
    unsigned row = ipsec_verdict_weight(id);
    if (row >= G_N_ELEMENTS(rows))
        return (struct verdict_advice){NULL, NULL, NULL};
    struct verdict_advice says = rows[row].says;
    if (id == IPSEC_ESP_NOT_FORWARDED && in_udp)
        says.advice = LET_ESP_IN_UDP_PASS;
    return says;
}
