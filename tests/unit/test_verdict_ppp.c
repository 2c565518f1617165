/* What the verdict says of PPP that an end refuses or does not answer (FINDINGS, ppp_refused and
 * ppp_stalled): what it is a sign of, what Windows shows, what to do. The same packets with one
 * thing otherwise are said otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define LINES_LIMIT 20

/* PPP frames in hexadecimal behind who sends them, "C" or "S"; NULL ends the list. */
struct talk {
    const char *lines[LINES_LIMIT];
    const char *says;  /* these words are in the verdict, */
    const char * not ; /* and these are not */
};

/* clang-format off */
#define LCP_REQUEST_C  "C c021 01 01 0004"
#define LCP_REQUEST_S  "S c021 01 01 0004"
#define LCP_UP         LCP_REQUEST_C, LCP_REQUEST_S, "C c021 02 01 0004", "S c021 02 01 0004"
#define CHAP           "S c223 01 01 0004", "C c223 02 01 0004"
#define LOGGED_IN      LCP_UP, CHAP, "S c223 03 01 0004"
#define CHAP_FAILURE(error) "S c223 04 01 0009 453d" error
#define CCP_REQUEST_C  "C 80fd 01 01 000a 12060100 0040"
#define IPCP_REQUEST_C "C 8021 01 01 0004"
#define TERMINATE_C    "C c021 05 09 0004"
#define TERMINATE_S    "S c021 05 09 0004"
/* clang-format on */

#define LOGIN          "Not the NAT: the login is refused"
#define AUTHENTICATION "Not the NAT: one end rejects the authentication"
#define MPPE           "without which there is no MPPE encryption. Windows reports error 741 or 742"
#define NO_IPCP        "Not the NAT: one end does not open IPCP. Windows reports error 720"
#define HANGS_UP       "Not the NAT: an end hangs up"

static struct path *with_call(uint32_t places)
{
    struct path *path = path_new(places, 1);
    path_shake(path, 0);
    path_say(path, 0, CLIENT, PPTP_OCRQ);
    path_say(path, 0, SERVER, PPTP_OCRP);
    return path;
}

static void say(struct path *path, const char *const *lines)
{
    for (int i = 0; i < LINES_LIMIT && lines[i]; i++)
        path_ppp(path, 0, lines[i][0] == 'C' ? CLIENT : SERVER, lines[i] + 1);
}

static void expect_verdict(struct path *path, const char *cause, const char *says,
                           const char * not )
{
    const char *text, *found;
    path_tear_down(path, 0);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &found), ==, VERDICT_FAULT);
    g_test_message("%s", text);
    g_assert_cmpstr(found, ==, cause);
    g_assert_nonnull(strstr(text, says));
    g_assert_null(strstr(text, not ));
    path_done(path, analysis);
}

static void expect_refusals(const struct talk *talks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct path *path = with_call(2);
        say(path, talks[i].lines);
        expect_verdict(path, "pptp.analysis.ppp_refused", talks[i].says, talks[i].not );
    }
}

/* RFC 2759 6, RFC 1334 2.2.2: Windows' error is named where it is known, and no other one is. */
static void a_refused_login_is_said_with_windows_error(void)
{
    static const struct talk talks[] = {
        {{LCP_UP, CHAP, CHAP_FAILURE("363436")}, "error 646: the account may not", "error 691"},
        {{LCP_UP, CHAP, CHAP_FAILURE("363437")}, "error 647: the account is disabled", "error 691"},
        {{LCP_UP, CHAP, CHAP_FAILURE("363438")}, "error 648: the password has", "error 691"},
        {{LCP_UP, CHAP, CHAP_FAILURE("363439")}, "error 649: the account has no", "error 691"},
        {{LCP_UP, CHAP, CHAP_FAILURE("363931")}, "error 691: wrong name or password", "error 649"},
        {{LCP_UP, CHAP, CHAP_FAILURE("373039")}, "error 709: the password could", "error 691"},
        {{LCP_UP, CHAP, CHAP_FAILURE("393939")}, LOGIN, "Windows reports"},
        {{LCP_UP, CHAP, "S c223 04 01 0004"}, LOGIN, "Windows reports"},
        {{LCP_UP, "C c023 01 01 0004", "S c023 03 01 0004"}, LOGIN, "Windows reports"},
    };
    expect_refusals(talks, G_N_ELEMENTS(talks));
}

/* RFC 1661 5.7, 5.3, 6.2; RFC 3078 2.1. Which protocol was turned down decides what is said. */
static void what_an_end_turns_down_is_said(void)
{
    static const struct talk talks[] = {
        {{LCP_UP, CHAP, "C c021 08 01 0006 c223"}, AUTHENTICATION, "Windows reports"},
        {{LCP_UP, CHAP, "C c021 08 01 0006 c227"}, AUTHENTICATION, "Windows reports"},
        {{LOGGED_IN, CCP_REQUEST_C, "S 80fd 06 01 0004", TERMINATE_C}, MPPE, NO_IPCP},
        {{LOGGED_IN, CCP_REQUEST_C, "S c021 08 01 0006 80fd", TERMINATE_C}, MPPE, HANGS_UP},
        {{LOGGED_IN, CCP_REQUEST_C, "S 80fd 04 01 000a 12060100 0040", TERMINATE_C},
         MPPE,
         HANGS_UP},
        {{LOGGED_IN, CCP_REQUEST_C, "S 80fd 04 01 0009 11050001 04", TERMINATE_C}, HANGS_UP, MPPE},
        {{LOGGED_IN, IPCP_REQUEST_C, "S c021 08 01 0006 8021", TERMINATE_C}, NO_IPCP, MPPE},
        {{LOGGED_IN, IPCP_REQUEST_C, "S 8021 06 01 0004", TERMINATE_C}, NO_IPCP, MPPE},
        {{LOGGED_IN, IPCP_REQUEST_C, "S 8021 05 02 0004", TERMINATE_S}, NO_IPCP, HANGS_UP},
        {{LOGGED_IN, TERMINATE_S}, HANGS_UP, "Windows reports"},
        {{LCP_UP, LCP_REQUEST_S, "C c021 04 01 0009 0305 c22381", TERMINATE_S},
         AUTHENTICATION,
         HANGS_UP},
        {{LCP_UP, LCP_REQUEST_S, "C c021 04 01 0008 0104 05dc", TERMINATE_S},
         HANGS_UP,
         AUTHENTICATION},
    };
    expect_refusals(talks, G_N_ELEMENTS(talks));
}

/* An end hangs up after one packet was lost: it may have been for want of that one. A login that
 * is refused is refused all the same. */
static void a_hang_up_after_losses_does_not_clear_the_nat(void)
{
    static const char *const lines[][LINES_LIMIT] = {
        {LOGGED_IN, TERMINATE_S},
        {LCP_UP, CHAP, CHAP_FAILURE("363931"), TERMINATE_S},
    };
    for (int refused = 0; refused < 2; refused++) {
        for (int lost = 0; lost < 2; lost++) {
            struct path *path = with_call(2);
            guint first = path_ppp(path, 0, CLIENT, "c021 01 01 0004");
            if (lost)
                path_lose_from(path, first, 1);
            say(path, lines[refused]);
            expect_verdict(path, "pptp.analysis.ppp_refused",
                           lost && !refused ? "LCP Terminate-Request" : "Not the NAT",
                           lost && !refused ? "Not the NAT" : "ee whether GRE");
        }
    }
}

static void ask(struct path *path, bool by_both, bool gives_up)
{
    for (int i = 0; i < 5; i++) {
        path_ppp(path, 0, CLIENT, "c021 01 01 0004");
        if (by_both)
            path_ppp(path, 0, SERVER, "c021 01 01 0004");
        path_wait(path, 3);
    }
    if (gives_up)
        path_ppp(path, 0, CLIENT, "c021 05 02 0004");
}

/* Both ends ask and neither answers: two points show that GRE passes, one point does not, and no
 * host's firewall is accused. */
static void unanswered_requests_are_said_as_far_as_the_points_show(void)
{
    for (uint32_t places = 1; places <= 2; places++) {
        for (int gives_up = 0; gives_up < 2; gives_up++) {
            struct path *path = with_call(places);
            ask(path, true, gives_up);
            const char *passes = "All GRE passes both ways between the points";
            const char *advice = gives_up ? "see whether GRE reaches both ends"
                                          : "See whether GRE passes both ways, then check the";
            expect_verdict(path,
                           gives_up ? "pptp.analysis.ppp_refused" : "pptp.analysis.ppp_stalled",
                           places == 2 ? passes : advice, places == 2 ? "ee whether GRE" : passes);
        }
    }
}

#define TEST(name) g_test_add_func("/verdict_ppp/" #name, name)

void test_verdict_ppp(void)
{
    TEST(a_refused_login_is_said_with_windows_error);
    TEST(what_an_end_turns_down_is_said);
    TEST(a_hang_up_after_losses_does_not_clear_the_nat);
    TEST(unanswered_requests_are_said_as_far_as_the_points_show);
}
