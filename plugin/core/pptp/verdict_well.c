/* See verdict_well.h. The sentences are tables by class.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_well.h"

#include "verdict_count.h"

#define DISPUTED                                                                                   \
    "The control messages of a call disagree about its Call ID. To see which of them is wrong, "   \
    "capture its set-up at both points."

#define UNORDERED                                                                                  \
    "Which of the points is nearer to the client is not known: addresses and TTL are equal, and "  \
    "no times tell. What happens between them is not judged; it takes a capture from before the "  \
    "call on."

/* What is said of every Call ID is not true of one that Linux's helper rewrites (FINDINGS:
 * disconnect_rewritten): this stands between a sentence and its full stop. */
#define BUT_DISCONNECT ", except in Call-Disconnect-Notify, which Linux's helper rewrites"

static const struct {
    const char *every;  /* every id is right, but for the above; NULL: not so */
    const char *alone;  /* nothing is wrong */
    const char *beside; /* something is, but not the NAT */
} of_link[] = {
    [LINK_WELL] = {"The NAT is fine: every Call ID is correct", ".",
                   "The NAT translates the Call IDs of this call correctly."},
    [LINK_CONTROL] = {"Every Call ID of its control messages is correct", ".",
                      "The NAT translates the Call IDs of this call correctly."},
    [LINK_KEYS_SAME] = {NULL,
                        "Only GRE of this call is linked; its Call IDs are the same at each point. "
                        "To judge the control messages too, capture its set-up.",
                        NULL},
    [LINK_KEYS_OTHER] = {NULL,
                         "Only GRE of this call is linked; its Call IDs are translated on the way. "
                         "To judge the control messages too, capture its set-up.",
                         NULL},
    [LINK_DISPUTED] = {NULL, DISPUTED, NULL},
    [LINK_UNORDERED] = {NULL, UNORDERED, NULL},
};

void pptp_append_link_well(GString *text, const struct link_facts *facts, bool beside)
{
    const char *every = of_link[facts->class].every;
    if (beside && of_link[facts->class].beside) {
        g_string_append(text, of_link[facts->class].beside);
        return;
    }
    if (every)
        g_string_append_printf(text, "%s%s", every, facts->is_rewritten ? BUT_DISCONNECT : "");
    g_string_append(text, of_link[facts->class].alone);
}

char *pptp_nat_well(const struct pptp_verdict *verdict, const struct nat_device *nat,
                    const char *name)
{
    if (nat->sessions == 0)
        return NULL;
    if (nat->editor != EDITOR_YES)
        return g_strdup_printf(
            "%s is fine for these calls: it changed no Call ID, and none had to be changed.", name);
    return g_strdup_printf("%s is fine: it translates every Call ID correctly%s.", name,
                           verdict->is_rewritten ? BUT_DISCONNECT : "");
}

enum counted { NOTHING, CALLS, CONNECTIONS };

static const struct {
    enum verdict_status status;
    const char *before; /* the count */
    enum counted counted;
    const char *every; /* every id is right, but for the above; NULL: not so */
    const char *after;
    const char *step; /* what would show more */
} of_capture[] = {
    [CAPTURE_ALONE] = {VERDICT_UNKNOWN, "", CALLS, NULL,
                       ": nothing wrong that one capture can show.",
                       "To see whether a NAT translates correctly, " PPTP_SECOND_CAPTURE "."},
    [CAPTURE_APART] = {VERDICT_UNKNOWN, "", NOTHING, NULL,
                       "Nothing seen at one point was seen at another. Check that the captures "
                       "cover the same time and that the NAT is between them.",
                       ""},
    [CAPTURE_CONNECTIONS] = {VERDICT_UNKNOWN, "", CONNECTIONS, NULL,
                             " seen at several points, but no call. That proves no fault; to see "
                             "whether a tunnel passes, capture a call from its start to its end at "
                             "each point.",
                             ""},
    [CAPTURE_DISPUTED] = {VERDICT_UNKNOWN, "", NOTHING, NULL, DISPUTED, ""},
    [CAPTURE_KEYS_SAME] = {VERDICT_UNKNOWN, "", CALLS, NULL,
                           " linked by GRE alone; the Call IDs are the same at each point. To "
                           "judge the control messages too, capture the set-up.",
                           ""},
    [CAPTURE_KEYS_OTHER] = {VERDICT_UNKNOWN, "", CALLS, NULL,
                            " linked by GRE alone; the Call IDs are translated on the way. To "
                            "judge the control messages too, capture the set-up.",
                            ""},
    [CAPTURE_UNORDERED] = {VERDICT_UNKNOWN, "", NOTHING, NULL, UNORDERED, ""},
    [CAPTURE_CONTROL] = {VERDICT_UNKNOWN, "The control messages of ", CALLS, NULL,
                         " are correct at every point. No GRE was captured at two points, so "
                         "whether the tunnel passes is not known: capture with \"tcp port 1723 or "
                         "proto 47\".",
                         ""},
    [CAPTURE_IN_PART] = {VERDICT_UNKNOWN, "Nothing captured of ", CALLS, NULL,
                         " is wrong, but no call shows its set-up and GRE both ways at every "
                         "point, so the NAT cannot be judged. Start both captures before the call.",
                         ""},
    [CAPTURE_WELL] = {VERDICT_OK, "The NAT is fine: ", CALLS,
                      " linked across it, and every Call ID is correct", ".", ""},
    [CAPTURE_WELL_WITHOUT_NAT] = {VERDICT_OK, "No NAT between the points: ", CALLS, NULL,
                                  " linked, no address changes on the way, and every Call ID is "
                                  "correct.",
                                  ""},
};

static void append_count(const struct pptp_verdict *verdict, GString *text, enum counted counted)
{
    uint32_t calls = verdict->whole > 0    ? verdict->whole
                     : verdict->linked > 0 ? verdict->linked
                                           : tracker_call_count(tracker_of(verdict->linker));
    uint32_t connections = pptp_linked_connection_count(verdict->linker);
    if (counted == CALLS)
        g_string_append_printf(text, "%u call%s", calls, calls == 1 ? "" : "s");
    else if (counted == CONNECTIONS)
        g_string_append_printf(text, "%u TCP connection%s to the PPTP port", connections,
                               connections == 1 ? "" : "s");
}

enum verdict_status pptp_capture_well(const struct pptp_verdict *verdict, struct verdict_well *well)
{
    const char *every = of_capture[verdict->class].every;
    uint32_t in_part = verdict->linked - verdict->whole;
    g_string_append(well->text, of_capture[verdict->class].before);
    append_count(verdict, well->text, of_capture[verdict->class].counted);
    if (every)
        g_string_append_printf(well->text, "%s%s", every,
                               verdict->is_rewritten ? BUT_DISCONNECT : "");
    g_string_append(well->text, of_capture[verdict->class].after);
    if (of_capture[verdict->class].status == VERDICT_OK && in_part > 0)
        g_string_append_printf(well->text, " %u more %s seen only in part and not judged.", in_part,
                               in_part == 1 ? "was" : "were");
    if (verdict->linked > 0)
        verdict_append_loss(verdict->linker, well->detail);
    well->step = of_capture[verdict->class].step;
    return of_capture[verdict->class].status;
}
