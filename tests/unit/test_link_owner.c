/* Whose id a wrong one in a GRE header is (FINDINGS, callid_mistranslated): that of a call which is
 * alive, or was when this one was set up, of one that was over by then, or of nobody at that
 * server.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

#define WRONG_ID 300

/* GRE for client 0 reads the wrong id inside, among right ones. */
static const struct finding *read_wrong_id(struct path *path, struct analysis **ret_analysis)
{
    path_talk(path, 0, 3);
    guint wrong = path_gre(path, 0, SERVER, 40);
    path_set_id(path, wrong, INSIDE, false, WRONG_ID);
    path_talk(path, 0, 3);
    *ret_analysis = path_feed(path);
    return path_expect(*ret_analysis, FINDING_CALLID_MISTRANSLATED,
                       path_frame(path, wrong, INSIDE));
}

static void the_id_of_another_call(void)
{
    enum { ALIVE, ENDS_LATER, OVER, OTHER_SERVER, CASES };
    static const enum mistranslation kinds[CASES] = {
        MISTRANSLATION_OTHER_CALL, MISTRANSLATION_OTHER_CALL, MISTRANSLATION_EARLIER_CALL,
        MISTRANSLATION_UNKNOWN};
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(2, 2);
        path->client[1].at[INSIDE].pns = WRONG_ID;
        for (uint32_t place = 0; what == OTHER_SERVER && place < 2; place++)
            path->client[1].at[place].address[SERVER] = path_ip(198, 51, 100, 11);
        path_set_up(path, 1);
        path_talk(path, 1, 3);
        if (what == OVER)
            path_tear_down(path, 1);
        path_set_up(path, 0);
        if (what == ENDS_LATER)
            path_tear_down(path, 1);
        struct analysis *analysis;
        const struct finding *finding = read_wrong_id(path, &analysis);
        g_assert_cmpint(finding->mistranslation, ==, kinds[what]);
        path_done(path, analysis);
    }
}

#define MANY 80

/* More calls have one id than are compared: those that are over give way to those that are alive,
 * and if all are alive that is said. */
static void many_calls_of_one_id(void)
{
    static const uint32_t over[] = {0, 40, MANY - 1};
    for (size_t i = 0; i < G_N_ELEMENTS(over); i++) {
        struct path *path = path_new(2, MANY);
        for (uint32_t client = 1; client < MANY; client++) {
            path->client[client].at[INSIDE].pns = WRONG_ID;
            path->client[client].at[INSIDE].address[CLIENT] =
                path_ip(192, 168, 12, (uint8_t)client);
            path_set_up(path, client);
            if (client <= over[i])
                path_tear_down(path, client);
        }
        path_set_up(path, 0);
        struct analysis *analysis;
        const struct finding *finding = read_wrong_id(path, &analysis);
        g_assert_cmpint(finding->mistranslation, ==,
                        over[i] == MANY - 1 ? MISTRANSLATION_EARLIER_CALL
                                            : MISTRANSLATION_OTHER_CALL);
        g_assert_cmpint(path_finding(analysis, FINDING_LIMIT_REACHED, 0) != NULL, ==, over[i] == 0);
        path_done(path, analysis);
    }
}

#define TEST(name) g_test_add_func("/link_owner/" #name, name)

void test_link_owner(void)
{
    TEST(the_id_of_another_call);
    TEST(many_calls_of_one_id);
}
