/* Where the two kinds of evidence meet: control connections and GRE, each of which may be missing
 * or joined late at one point; and what the analysis says of what is nobody's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static const struct link_view *only_link(const struct analysis *analysis)
{
    const struct linker *linker = analysis_linker(analysis);
    const struct link_view *found = NULL;
    for (uint32_t i = 0; i < linker_link_count(linker); i++) {
        if (!link_view_is_shown(linker_link(linker, i)))
            continue;
        g_assert_null(found);
        found = linker_link(linker, i);
    }
    g_assert_nonnull(found);
    return found;
}

/* Changed sequence numbers and too few messages in common: the tunnel joins the connections. */
/* GRE of a call whose reply is read late was linked by itself; the real call takes its place. */
static void a_call_that_absorbs_a_linked_one_takes_its_place(void)
{
    struct path *path = path_new(3, 1);
    path_set_up(path, 0);
    guint end = path->packets->len / 3, reply = end;
    for (guint event = 0; event < end; event++) {
        path_lose(path, event, 1);
        path_lose(path, event, 2);
        if (path_packet(path, event, 0)->type == PPTP_OCRP)
            reply = event;
        else if (reply < event)
            path_lose(path, event, 0);
    }
    for (int i = 0; i < 12; i++)
        path_lose(path, path_gre(path, 0, CLIENT, 40), 2);
    path_packet(path, reply, 0)->time_ns = path->now_ns;
    path_wait(path, 1);
    for (int i = 0; i < 40; i++)
        path_gre(path, 0, CLIENT, 40);
    for (int i = 0; i < 600; i++)
        path_lose(path, path_gre(path, 0, CLIENT, 40), 0);
    struct analysis *analysis = path_feed(path);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->count, ==, 3);
    g_assert_nonnull(link->session[0]->connection);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_PNS_TO_PAC].passed, ==, 52);
    g_assert_cmpuint(linker_unlinked_count(analysis_linker(analysis)), ==, 0);
    path_done(path, analysis);
}

static void gre_joins_two_connections(void)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        struct path *path = path_new(2, 1);
        path_change_numbers(path, 0);
        path_set_up(path, 0);
        for (guint event = 0; event < 5; event++) {
            path_lose(path, event, INSIDE);
            path_lose(path, event, OUTSIDE);
        }
        path_talk(path, 0, 6);
        guint clear = wrong ? path_say(path, 0, CLIENT, PPTP_CCRQ) : 0;
        if (wrong)
            path_set_id(path, clear, OUTSIDE, false, 4711);
        struct analysis *analysis = path_feed(path);
        const struct link_view *link = only_link(analysis);
        g_assert_cmpuint(link->evidence & EVIDENCE_DATA, ==, EVIDENCE_DATA);
        g_assert_cmpuint(link->places[OUTSIDE].id[PPTP_OWNER_PNS], ==, 10001);
        if (wrong)
            path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
        else
            path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* The connection is linked by its handshake, but one file missed the call's set-up. */
static void gre_puts_a_call_into_its_chain(void)
{
    for (uint32_t missing = INSIDE; missing <= OUTSIDE; missing++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        for (guint event = 5; event < 8; event++)
            path_lose(path, event, missing);
        path_talk(path, 0, 8);
        struct analysis *analysis = path_feed(path);
        const struct link_view *link = only_link(analysis);
        g_assert_nonnull(link->session[INSIDE]);
        g_assert_nonnull(link->session[OUTSIDE]);
        path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
        path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
        path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
        path_done(path, analysis);
    }
}

/* A capture of hours behind the one of the other side: every message of it waits until then. */
static void files_one_after_the_other_may_be_long(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    guint link_info = path_say(path, 0, SERVER, PPTP_SLI);
    path_set_id(path, link_info, INSIDE, true, 4711);
    for (int i = 0; i < 600; i++) {
        path_say(path, 0, CLIENT, PPTP_SLI);
        path_say(path, 0, SERVER, PPTP_SLI);
        path_wait(path, 60);
    }
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, 4712);
    struct analysis *analysis = path_feed_by_place(path);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, link_info, INSIDE));
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
    path_expect_none(analysis, FINDING_LIMIT_REACHED);
    path_done(path, analysis);
}

/* A tunnel without control traffic across two NATs: one row of three points, whichever of them
 * shows a packet first (files one after the other, or merged: then each direction begins at another
 * end of the row). */
static void gre_alone_links_three_points(void)
{
    for (int merged = 0; merged < 2; merged++) {
        struct path *path = path_new(3, 1);
        path_talk(path, 0, 40);
        guint lost = path_gre(path, 0, CLIENT, 40);
        path_lose(path, lost, 2);
        path_talk(path, 0, 8);
        struct analysis *analysis = merged ? path_feed(path) : path_feed_by_place(path);
        const struct link_view *link = only_link(analysis);
        g_assert_cmpuint(link->count, ==, 3);
        for (uint32_t place = 0; place < 3; place++)
            g_assert_cmpuint(link->session[place]->point, ==, place);
        for (int direction = 0; direction < 2; direction++) {
            uint32_t all = link->places[0].seen[direction];
            bool down = link->places[2].seen[direction] < all;
            g_assert_cmpuint(link->places[1].seen[direction], ==, all);
            g_assert_cmpuint(link->hops[0].count[direction].lost, ==, 0);
            g_assert_cmpuint(link->hops[1].count[direction].lost, ==, down);
        }
        path_expect_none(analysis, FINDING_CALLID_MISTRANSLATED);
        path_done(path, analysis);
    }
}

/* The same with one wrong id behind the second NAT: that hop, that packet. */
static void gre_alone_names_the_hop(void)
{
    for (int merged = 0; merged < 2; merged++) {
        struct path *path = path_new(3, 1);
        path_talk(path, 0, 40);
        guint wrong = path_gre(path, 0, CLIENT, 40);
        path_set_id(path, wrong, 2, false, 4711);
        path_talk(path, 0, 8);
        struct analysis *analysis = merged ? path_feed(path) : path_feed_by_place(path);
        const struct finding *finding =
            path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, wrong, 2));
        g_assert_cmpuint(finding->hop, ==, 1);
        g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, wrong, 1));
        path_done(path, analysis);
    }
}

/* Without interfaces two sightings must differ in their TTL (RFC 791), or they are two calls. */
static void without_interfaces_the_ttl_must_differ(void)
{
    for (int ttl = 0; ttl < 2; ttl++) {
        struct path *path = path_new(2, 1);
        path->interface[OUTSIDE] = 0;
        path->no_ttl = !ttl;
        path_talk(path, 0, 8);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        if (ttl)
            only_link(analysis);
        else
            g_assert_cmpuint(linker_link_count(analysis_linker(analysis)), ==, 0);
        path_done(path, analysis);
    }
}

/* Changed numbers and no handshake: the first message that both have tells how far they are apart.
 */
static void the_offset_is_learned_from_a_message(void)
{
    struct path *path = path_new(2, 1);
    path_change_numbers(path, 0);
    path_set_up(path, 0);
    for (guint event = 0; event < 3; event++) {
        path_lose(path, event, INSIDE);
        path_lose(path, event, OUTSIDE);
    }
    path_lose(path, 3, INSIDE); /* the inside begins one message later */
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, 4711);
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
    path_done(path, analysis);
}

/* One cause per call: that GRE flows one way inside follows from where it ends. */
static void a_one_way_tunnel_follows_from_the_hop(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    for (int i = 0; i < 8; i++) {
        path_gre(path, 0, CLIENT, 40);
        path_lose(path, path_gre(path, 0, SERVER, 40), INSIDE);
        path_wait(path, 2);
    }
    struct analysis *analysis = path_feed(path);
    const struct finding *one_way = path_finding(analysis, FINDING_GRE_ONE_WAY, 0);
    const struct finding *lost = path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0);
    const char *text, *cause;
    g_assert_nonnull(one_way);
    g_assert_nonnull(lost);
    g_assert_cmpuint(one_way->cause, ==, lost->index);
    g_assert_cmpint(linker_verdict(analysis_linker(analysis), &text, &cause), ==, VERDICT_FAULT);
    g_assert_cmpstr(cause, ==, "pptp.nat.gre_not_forwarded");
    path_done(path, analysis);
}

static void a_copy_of_a_wrong_packet_is_no_second_one(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 4);
    guint wrong = path_gre(path, 0, SERVER, 40);
    path_set_id(path, wrong, INSIDE, false, 10001);
    path_lose(path, path_again(path, wrong, false), OUTSIDE);
    path_talk(path, 0, 4);
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, wrong, INSIDE));
    path_expect_none(analysis, FINDING_MAPPING_CHANGED);
    path_done(path, analysis);
}

/* ICMP errors: about GRE of a call, about TCP, about nobody, and those that are no errors. */
static void icmp_errors_count_for_their_call_only(void)
{
    struct path *path = path_new(1, 1);
    path_set_up(path, 0);
    guint gre = path_gre(path, 0, SERVER, 40), say = path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    guint rejected = path_icmp(path, gre, 0, 3, 2);
    guint with_number = path_icmp(path, gre, 0, 3, 13);
    path_packet(path, with_number, 0)->icmp.has_quoted_seq = true;
    path_icmp(path, say, 0, 3, 1);
    guint foreign = path_icmp(path, gre, 0, 3, 2);
    path_packet(path, foreign, 0)->icmp.quoted_call_id = 4711;
    path_packet(path, foreign, 0)->icmp.quoted_destination = path_ip(1, 2, 3, 4);
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_GRE_REJECTED, path_frame(path, rejected, 0));
    const struct call *call = tracker_call(analysis_tracker(analysis), 0);
    g_assert_cmpuint(call->icmp_errors, ==, 2);
    g_assert_cmpuint(call->icmp_frame, ==, path_frame(path, rejected, 0));
    path_done(path, analysis);
}

static void links_can_be_off(void)
{
    struct analysis_options options = {.link = false};
    struct analysis *analysis = analysis_new(&options);
    struct ip_fragment fragment = {.packet = {.frame = 1}};
    analysis_fragment(analysis, &fragment);
    analysis_finish(analysis);
    g_assert_null(analysis_linker(analysis));
    g_assert_false(analysis_wants_tcp(analysis, 5000, PPTP_PORT));
    g_assert_cmpuint(finding_log_count(analysis_log(analysis)), ==, 0);
    analysis_free(analysis);
    analysis_free(NULL);
}

/* Who asks where a call lies, and when, does not change what the end shows. */
static void asking_early_changes_nothing(void)
{
    uint32_t points[2];
    for (int asked = 0; asked < 2; asked++) {
        struct path *path = path_new(1, 1);
        path_set_up(path, 0);
        struct analysis *analysis = path_feed(path);
        struct ip_fragment fragment = {.packet = {.frame = 100}};
        analysis_fragment(analysis, &fragment); /* not the end after all */
        const struct call *call = tracker_call(analysis_tracker(analysis), 0);
        if (asked)
            g_assert_cmpstr(
                linker_point_of_session(analysis_linker(analysis), as_session(call))->role, ==,
                "unknown");
        analysis_finish(analysis);
        const struct linker *linker = analysis_linker(analysis);
        points[asked] = linker_point_count(linker);
        g_assert_cmpuint(linker_point_of_session(linker, as_session(call))->index, ==, 0);
        path_done(path, analysis);
    }
    g_assert_cmpuint(points[0], ==, points[1]);
}

void test_link_meet(void)
{
    g_test_add_func("/link_meet/files one after the other may be long",
                    files_one_after_the_other_may_be_long);
    g_test_add_func("/link_meet/gre alone links three points", gre_alone_links_three_points);
    g_test_add_func("/link_meet/gre alone names the hop", gre_alone_names_the_hop);
    g_test_add_func("/link_meet/a call that absorbs a linked one takes its place",
                    a_call_that_absorbs_a_linked_one_takes_its_place);
    g_test_add_func("/link_meet/GRE joins two connections", gre_joins_two_connections);
    g_test_add_func("/link_meet/GRE puts a call into its chain", gre_puts_a_call_into_its_chain);
    g_test_add_func("/link_meet/without interfaces the TTL must differ",
                    without_interfaces_the_ttl_must_differ);
    g_test_add_func("/link_meet/the offset is learned from a message",
                    the_offset_is_learned_from_a_message);
    g_test_add_func("/link_meet/a one-way tunnel follows from the hop",
                    a_one_way_tunnel_follows_from_the_hop);
    g_test_add_func("/link_meet/a copy of a wrong packet is no second one",
                    a_copy_of_a_wrong_packet_is_no_second_one);
    g_test_add_func("/link_meet/ICMP errors count for their call only",
                    icmp_errors_count_for_their_call_only);
    g_test_add_func("/link_meet/links can be off", links_can_be_off);
    g_test_add_func("/link_meet/asking early changes nothing", asking_early_changes_nothing);
}
