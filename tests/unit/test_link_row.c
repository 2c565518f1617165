/* Rows of three points and two NATs: which of the two did it, also when a file joins late, is read
 * last, or begins in mid-call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

/* The second of two NATs changes its mapping in mid-call. The middle point's clock is late, so that
 * it joins when the fault has been seen between the outer two. */
static void a_middle_point_that_joins_late_moves_the_fault_to_its_hop(void)
{
    for (int late = 0; late < 2; late++) {
        struct path *path = path_new(3, 1);
        path->clock_ns[1] = late * G_GINT64_CONSTANT(100000000000);
        path_set_up(path, 0);
        path_talk(path, 0, 4);
        guint first = path->packets->len / 3;
        for (int i = 0; i < 12; i++) {
            path_set_id(path, path_gre(path, 0, CLIENT, 40), 2, false, 4711);
            path_gre(path, 0, SERVER, 40);
            path_wait(path, 1);
        }
        struct analysis *analysis = path_feed(path);
        const struct finding *finding =
            path_expect_only(analysis, FINDING_MAPPING_CHANGED, path_frame(path, first, 2));
        g_assert_cmpuint(finding->hop, ==, 1);
        g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, first, 1));
        path_done(path, analysis);
    }
}

/* The first of two NATs is the wrong one, in GRE or a control message; what it wrote passes the
 * second, which has no entry for it. Again the middle may join late. */
static void what_was_wrong_before_is_no_fault_of_the_next(void)
{
    for (int variant = 0; variant < 4; variant++) {
        struct path *path = path_new(3, 1);
        path->clock_ns[1] = (variant & 1 ? 100 : 0) * G_GINT64_CONSTANT(1000000000);
        path->clock_ns[2] = (variant & 1 ? 50 : 0) * G_GINT64_CONSTANT(1000000000);
        path_set_up(path, 0);
        path_talk(path, 0, 4);
        guint wrong =
            variant & 2 ? path_gre(path, 0, CLIENT, 40) : path_say(path, 0, CLIENT, PPTP_SLI);
        for (uint32_t place = 1; place < 3; place++)
            path_set_id(path, wrong, place, !(variant & 2), 4711);
        for (int i = 0; i < 6; i++) {
            path_gre(path, 0, CLIENT, 40);
            path_gre(path, 0, SERVER, 40);
            path_wait(path, 1);
        }
        struct analysis *analysis = path_feed(path);
        const struct finding *finding =
            path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, wrong, 1));
        g_assert_cmpuint(finding->hop, ==, 0);
        for (uint32_t i = 0; (finding = path_finding(analysis, FINDING_CALLID_MISTRANSLATED, i));
             i++)
            g_assert_cmpuint(finding->hop, ==, 0);
        const struct linker *linker = analysis_linker(analysis);
        g_assert_cmpuint(linker_nat_count(linker), ==, 2);
        for (uint32_t i = 0; i < 2; i++) {
            const struct nat_device *nat = linker_nat(linker, i);
            g_assert_true((nat->faults > 0) == (nat->inside == linker_link(linker, 0)->point[0]));
        }
        path_done(path, analysis);
    }
}

/* What the causes of a finding lead back to. */
static const struct finding *root_of(const struct analysis *analysis, const struct finding *finding)
{
    for (int depth = 0; finding->cause != FINDING_NONE && depth < 4; depth++)
        finding = finding_log_get(analysis_log(analysis), finding->cause);
    return finding;
}

/* The outer one is wrong, and the middle file is the last to be read: the inner NAT, which only
 * passed the value on, has no fault. */
static void the_middle_file_read_last_clears_the_inner_NAT(void)
{
    for (int late = 0; late < 2; late++) {
        struct path *path = path_new(3, 1);
        path->clock_ns[1] = late * 3600 * G_GINT64_CONSTANT(1000000000);
        path->clock_ns[2] = late * 1800 * G_GINT64_CONSTANT(1000000000);
        path_set_up(path, 0);
        path_talk(path, 0, 4);
        guint wrong = path_say(path, 0, SERVER, PPTP_WEN);
        for (uint32_t place = 0; place < 2; place++)
            path_set_id(path, wrong, place, true, 4711);
        struct analysis *analysis = path_feed(path);
        const struct linker *linker = analysis_linker(analysis);
        const struct link_view *link = linker_link(linker, 0);
        const struct finding *first =
            path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, wrong, 1));
        g_assert_cmpuint(first->hop, ==, 1);
        for (uint32_t i = 0; i < finding_log_count(analysis_log(analysis)); i++) {
            const struct finding *finding = finding_log_get(analysis_log(analysis), i);
            if (finding_kind(finding->id)->severity >= SEVERITY_WARN)
                g_assert_true(root_of(analysis, finding) == first);
        }
        g_assert_cmpuint(linker_nat_count(linker), ==, 2);
        for (uint32_t i = 0; i < 2; i++) {
            const struct nat_device *nat = linker_nat(linker, i);
            g_assert_true((nat->faults > 0) == (nat->inside == link->point[1]));
        }
        path_done(path, analysis);
    }
}

/* A file that begins in mid-call has the call's GRE as a call of its own: nothing is lost there. */
static void a_file_that_begins_in_mid_call_has_lost_nothing(void)
{
    for (uint32_t late = 0; late < 3; late++) {
        for (int turned = 0; turned < 2; turned++) {
            struct path *path = path_new(3, 2);
            path_set_up(path, 0);
            path_set_up(path, 1);
            guint begin = path->packets->len / 3;
            for (int i = 0; i < 8; i++) {
                path_talk(path, 0, 1);
                path_talk(path, 1, 1);
                path_wait(path, 1);
            }
            path_say(path, 0, SERVER, PPTP_ECHO_REQUEST);
            path_say(path, 0, CLIENT, PPTP_ECHO_REPLY);
            path_say(path, 0, CLIENT, PPTP_SLI);
            path_talk(path, 0, 2);
            path_talk(path, 1, 2);
            path_tear_down(path, 0);
            path_tear_down(path, 1);
            for (guint event = 0; event < begin; event++)
                path_lose(path, event, late);
            struct analysis *analysis = turned ? path_feed_by_place(path) : path_feed(path);
            path_expect_fine(analysis);
            path_done(path, analysis);
        }
    }
}

void test_link_row(void)
{
#define TEST(name) g_test_add_func("/link_row/" #name, name)
    TEST(a_middle_point_that_joins_late_moves_the_fault_to_its_hop);
    TEST(what_was_wrong_before_is_no_fault_of_the_next);
    TEST(the_middle_file_read_last_clears_the_inner_NAT);
    TEST(a_file_that_begins_in_mid_call_has_lost_nothing);
}
