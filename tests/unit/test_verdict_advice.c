/* What the verdict says and advises where the finding alone does not tell it (FINDINGS, the
 * verdict): who is behind the NAT, who is the PNS, what is known of the other side.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static void expect_verdict(struct path *path, const char *cause, const char *says,
                           const char * not )
{
    const char *text, *found;
    struct analysis *analysis = path_feed(path);
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &found), ==, VERDICT_FAULT);
    g_test_message("%s", text);
    g_assert_cmpstr(found, ==, cause);
    g_assert_nonnull(strstr(text, says));
    if (not )
        g_assert_null(strstr(text, not ));
    path_done(path, analysis);
}

/* The client's address is not translated; the server's is, if it is behind the hop. */
static void put_hop_before_server(struct path *path, bool translates)
{
    for (uint32_t place = 0; place < 2; place++) {
        struct path_view *view = &path->client[0].at[place];
        view->address[CLIENT] = path_ip(198, 51, 100, 77);
        view->address[SERVER] =
            translates && place ? path_ip(192, 168, 1, 10) : path_ip(203, 0, 113, 30);
        view->pns = 256;
    }
}

/* A call that either end places: the caller is the PNS or, for an incoming call, the PAC. */
static void set_up(struct path *path, bool client_is_pac)
{
    path_shake(path, 0);
    path_say(path, 0, CLIENT, client_is_pac ? PPTP_ICRQ : PPTP_OCRQ);
    path_say(path, 0, SERVER, client_is_pac ? PPTP_ICRP : PPTP_OCRP);
    if (client_is_pac)
        path_say(path, 0, CLIENT, PPTP_ICCN);
}

/* GRE of `lost` ends at the hop. */
static void talk(struct path *path, bool client_is_pac, enum path_end lost)
{
    for (int i = 0; i < 8; i++) {
        enum path_end from = i % 2 ? SERVER : CLIENT;
        guint event = path_gre(path, 0, from, 40);
        for (uint32_t place = 0; client_is_pac && place < 2; place++) {
            const struct path_view *view = &path->client[0].at[place];
            path_set_id(path, event, place, false, from == CLIENT ? view->pns : view->pac);
        }
        if (from == lost)
            path_lose_from(path, event, from == CLIENT ? OUTSIDE : INSIDE);
    }
    path_tear_down(path, 0);
}

#define FORWARD "The NAT forwards TCP 1723 to the server, but not GRE"
#define PASS    "Let IP protocol 47 pass in that direction"

/* Only GRE for a server behind the hop needs to be forwarded to it. */
static void gre_for_a_hidden_server(void)
{
    for (int client_is_pac = 0; client_is_pac < 2; client_is_pac++) {
        for (enum path_end lost = CLIENT; lost <= SERVER; lost++) {
            for (int hidden = 0; hidden < 2; hidden++) {
                bool forward = hidden && lost == CLIENT;
                struct path *path = path_new(2, 1);
                put_hop_before_server(path, hidden);
                set_up(path, client_is_pac);
                talk(path, client_is_pac, lost);
                expect_verdict(path, "pptp.nat.gre_not_forwarded", forward ? FORWARD : PASS,
                               forward ? PASS : FORWARD);
            }
        }
    }
}

/* RFC 2637 2.9 to 2.11: a client that announces an incoming call is the PAC. */
static void the_direction_names_client_and_server(void)
{
    static const char *const words[2][2] = {
        {"from the client to the server", "from the server to the client"},
        {"from the client (PAC) to the server (PNS)", "from the server (PNS) to the client (PAC)"},
    };
    for (int client_is_pac = 0; client_is_pac < 2; client_is_pac++) {
        for (enum path_end lost = CLIENT; lost <= SERVER; lost++) {
            struct path *path = path_new(2, 1);
            if (client_is_pac) { /* the client's id is the PAC's */
                path->client[0].at[OUTSIDE].pns = path->client[0].at[INSIDE].pns;
                path->client[0].at[OUTSIDE].pac = 1000;
            }
            set_up(path, client_is_pac);
            talk(path, client_is_pac, lost);
            expect_verdict(path, "pptp.nat.gre_not_forwarded", words[client_is_pac][lost],
                           words[client_is_pac][1 - lost]);
        }
    }
}

/* A wrong id, and what follows it on the connection: a reset is its consequence, if it comes after
 * it, and a FIN is none. */
static void a_reset_after_a_wrong_id_is_its_consequence(void)
{
    enum { RESET, CLOSED, CASES };
    for (int how = RESET; how < CASES; how++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        path_set_id(path, path_say(path, 0, SERVER, PPTP_SLI), INSIDE, true, 777);
        path_tcp(path, 0, CLIENT, how == RESET ? TCP_FLAG_RST : TCP_FLAG_FIN | TCP_FLAG_ACK);
        expect_verdict(path, "pptp.nat.callid_mistranslated",
                       how == RESET ? "The connection reset in frame" : "777",
                       how == RESET ? NULL : "is a consequence");
    }
}

/* From one point a capture of the other side would tell; where there is one, nobody is sent for
 * it. */
static void an_id_of_nobody_sends_for_the_other_side_once(void)
{
    for (uint32_t places = 1; places <= 2; places++) {
        struct path *path = path_new(places, 1);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        guint wrong = path_say(path, 0, SERVER, PPTP_SLI);
        for (uint32_t place = 0; place < places; place++)
            path_set_id(path, wrong, place, true, 777);
        path_tear_down(path, 0);
        const char *other_side = "capture on its other side too";
        const char *known = "Neither end assigned this Call ID";
        expect_verdict(path, "pptp.analysis.unknown_call_id", places == 1 ? other_side : known,
                       places == 1 ? NULL : other_side);
    }
}

/* Three points: the text names the hop, which is a device if it translates nothing; what is of no
 * hop names none. */
static void the_hop_is_named_where_there_are_several(void)
{
    enum { NAT, BRIDGE, OF_NO_HOP, CASES };
    static const char *const says[CASES] = {"The NAT between point", "The device between point",
                                            "has the Call ID of no call"};
    static const char *const not [CASES] = {"device between", "NAT between", "between point"};
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(3, 1);
        if (what == BRIDGE)
            path->client[0].at[2] = path->client[0].at[1];
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        if (what == OF_NO_HOP) {
            guint wrong = path_say(path, 0, SERVER, PPTP_SLI);
            for (uint32_t place = 0; place < 3; place++)
                path_set_id(path, wrong, place, true, 777);
        }
        for (int i = 0; what != OF_NO_HOP && i < 4; i++) {
            path_lose_from(path, path_gre(path, 0, CLIENT, 40), 2);
            path_wait(path, 2);
        }
        path_tear_down(path, 0);
        expect_verdict(path,
                       what == OF_NO_HOP ? "pptp.analysis.unknown_call_id"
                                         : "pptp.nat.gre_not_forwarded",
                       says[what], not [what]);
    }
}

/* An attempt that ends at the second of two hops is seen before it only. */
static void the_hop_of_an_attempt_is_named_too(void)
{
    struct path *path = path_new(3, 2);
    path_set_up(path, 1);
    path_talk(path, 1, 2);
    guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
    path_lose_from(path, syn, 2);
    path_wait(path, 1);
    path_lose_from(path, path_again(path, syn, false), 2);
    path_wait(path, 1);
    path_tear_down(path, 1);
    expect_verdict(path, "pptp.nat.control_not_forwarded", "between point", "other side");
}

#define TEST(name) g_test_add_func("/verdict_advice/" #name, name)

void test_verdict_advice(void)
{
    TEST(gre_for_a_hidden_server);
    TEST(the_direction_names_client_and_server);
    TEST(a_reset_after_a_wrong_id_is_its_consequence);
    TEST(the_hop_is_named_where_there_are_several);
    TEST(the_hop_of_an_attempt_is_named_too);
    TEST(an_id_of_nobody_sends_for_the_other_side_once);
}
