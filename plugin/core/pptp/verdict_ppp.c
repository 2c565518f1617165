/* Advice for PPP that an end refuses, or that gets no answer (RFC 1661, RFC 2759 6; Windows'
 * error codes).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ppp_wire.h"
#include "verdict_advice.h"

#define CLIENT_FIREWALL                                                                            \
    "Allow IP protocol 47 in the client's own firewall, and check what is between the client and " \
    "the capture point next to it."
#define SERVER_FIREWALL                                                                            \
    "Allow IP protocol 47 in the server's own firewall, and check what is between the server and " \
    "the capture point next to it."

/* The call as the finding's point saw it: these findings are of calls. */
static const struct call *call_about(const struct verdict_case *about)
{
    return tracker_call(tracker_of(about->linker), about->finding->session);
}

/* All GRE passes and the host at its end takes no notice; all members NULL: not so. */
static struct verdict_advice ignored(const struct verdict_case *about)
{
    enum direction by = link_ppp_ignored_by(about->link, call_about(about));
    if (by == DIRECTION_NONE || !call_about(about)->connection || !call_about(about)->roles_known)
        return (struct verdict_advice){NULL, NULL, NULL}; /* which end it is is not known */
    if (g_str_equal(tracker_sender_name(call_about(about), by), "client"))
        return (struct verdict_advice){
            .known = "Not the NAT: the client's own firewall. All GRE passes both ways, the server "
                     "answers, but the client ignores what it receives.",
            .symptom = "Windows reports error 619, 721 or 806.",
            .advice = CLIENT_FIREWALL};
    return (struct verdict_advice){
        .known = "Not the NAT: the server's own firewall. All GRE passes both ways, the client "
                 "answers, but the server ignores what it receives.",
        .symptom = "Windows reports error 619, 721 or 806.",
        .advice = SERVER_FIREWALL};
}

/* All GRE of one end passes and the other one sends none; all members NULL: not so. */
static struct verdict_advice silent(const struct verdict_case *about)
{
    enum direction direction = link_gre_silent(about->linker, about->link);
    if (direction == DIRECTION_NONE)
        return (struct verdict_advice){NULL, NULL, NULL};
    if (g_str_equal(tracker_sender_name(call_about(about), direction), "client"))
        return (struct verdict_advice){
            .known = "Not the NAT: all GRE of the server passes it, and the point next to the "
                     "client shows none that the client sends.",
            .symptom = VERDICT_GRE_ERRORS,
            .advice = "Let protocol 47 pass the client's own firewall, in and out, and look "
                      "whether the client starts PPP at all."};
    return (struct verdict_advice){
        .known = "Not the NAT: all GRE of the client passes it, and the point next to the server "
                 "shows none that comes back.",
        .symptom = VERDICT_GRE_ERRORS,
        .advice = "Let protocol 47 pass the server's own firewall, in and out, and any device "
                  "between the server and that point; its answers may take another way, too."};
}

struct verdict_advice verdict_one_way(const struct verdict_case *about)
{
    struct verdict_advice advice = silent(about);
    if (advice.known)
        return advice;
    return (struct verdict_advice){.symptom = VERDICT_GRE_ERRORS, .advice = VERDICT_GRE_RULE};
}

struct verdict_advice verdict_ppp_stalled(const struct verdict_case *about)
{
    struct verdict_advice firewall = ignored(about);
    if (firewall.known)
        return firewall;
    firewall = silent(about);
    if (firewall.known)
        return firewall;
    if (link_all_gre_passes(about->link))
        return (struct verdict_advice){
            .known = "All GRE passes both ways between the points.",
            .advice = "Check the end that does not answer: its log, its firewall, its PPP."};
    return (struct verdict_advice){
        .known = "The control messages set the tunnel up.",
        .advice = "See whether GRE passes both ways, then check the other end."};
}

static struct verdict_advice login(const struct ppp_refusal *refusal)
{
    static const struct {
        uint32_t error;
        const char *symptom;
    } errors[] = {
        {646, "Windows reports error 646: the account may not log in at this time of day."},
        {647, "Windows reports error 647: the account is disabled."},
        {648, "Windows reports error 648: the password has expired."},
        {649, "Windows reports error 649: the account has no permission to dial in."},
        {691, "Windows reports error 691: wrong name or password, or a method that is not "
              "allowed."},
        {709, "Windows reports error 709: the password could not be changed."},
    };
    struct verdict_advice advice = {
        .known = "Not the NAT: the login is refused.",
        .advice =
            "Check name, password, dial-in permission and authentication methods; the log of the "
            "end that refused gives the reason."};
    for (unsigned i = 0; refusal->has_error && i < G_N_ELEMENTS(errors); i++) {
        if (errors[i].error == refusal->error)
            advice.symptom = errors[i].symptom;
    }
    return advice;
}

static struct verdict_advice turned_down(const struct ppp_refusal *refusal)
{
    if (refusal->kind == PPP_REFUSAL_CCP || refusal->mppe)
        return (struct verdict_advice){
            .known = "Not the NAT: one end rejects CCP, without which there is no MPPE "
                     "encryption.",
            .symptom = "Windows reports error 741 or 742.",
            .advice = "Enable MPPE at the end that rejected it (Linux: modprobe ppp_mppe; pppd: "
                      "require-mppe-128), or stop requiring encryption at the other end."};
    if (refusal->kind == PPP_REFUSAL_AUTHENTICATION || refusal->protocol == PPP_CHAP)
        return (struct verdict_advice){
            .known = "Not the NAT: one end rejects the authentication that the other end requires.",
            .advice = "Allow a common method at both ends, preferably MS-CHAPv2."};
    if (refusal->protocol == PPP_IPCP)
        return (struct verdict_advice){
            .known = "Not the NAT: one end does not open IPCP.",
            .symptom = "Windows reports error 720.",
            .advice =
                "Check that end: does it have free addresses, and does it wait for encryption "
                "(CCP) first? Its log gives the reason."};
    return (struct verdict_advice){.known = "Not the NAT: an end hangs up.",
                                   .advice =
                                       "Read the log of the end that sent the Terminate-Request."};
}

struct verdict_advice verdict_ppp_refused(const struct verdict_case *about)
{
    const struct call *call = call_about(about);
    struct ppp_refusal standing;
    const struct ppp_refusal *refusal = &standing;
    struct verdict_advice advice = {NULL, NULL, NULL};
    if (!call || !tracker_ppp_refusal(call, &standing))
        return advice;
    if (refusal->unanswered) {
        struct verdict_advice firewall = ignored(about);
        if (!firewall.known)
            firewall = silent(about);
        if (firewall.known)
            return firewall;
        advice.advice =
            link_all_gre_passes(about->link)
                ? "All GRE passes both ways between the points: check the end that does "
                  "not answer."
                : "One end got no answers: see whether GRE reaches both ends.";
        return advice;
    }
    advice = refusal->kind == PPP_REFUSAL_LOGIN ? login(refusal) : turned_down(refusal);
    if (refusal->kind == PPP_REFUSAL_LINK && about->link && link_loses_gre(about->link))
        advice.known = NULL; /* it may have been for want of what was lost */
    return advice;
}
