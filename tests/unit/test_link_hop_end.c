/* What became of GRE at a hop (FINDINGS, "Across points"): each rule with what nearly meets it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

static struct path *with_call(uint32_t places)
{
    struct path *path = path_new(places, 1);
    path_set_up(path, 0);
    return path;
}

/* Packets of the client pass, so that the far points show GRE; those of `from` get lost. */
static guint talk_and_lose(struct path *path, enum path_end from, uint32_t place, uint32_t count)
{
    guint first = 0;
    for (uint32_t i = 0; i < count; i++) {
        guint event = path_gre(path, 0, from, 40);
        path_gre(path, 0, 1 - from, 40);
        path_lose_from(path, event, place);
        first = i == 0 ? event : first;
    }
    return first;
}

static void none_of_two_is_gre_not_forwarded(void)
{
    struct path *path = with_call(2);
    guint first = talk_and_lose(path, SERVER, 0, 2);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_cmpint(finding->direction, ==, DIRECTION_PAC_TO_PNS);
    g_assert_cmpuint(finding->deciding_frame, ==, 0);
    path_done(path, analysis);
}

static void none_of_one_is_only_maybe(void)
{
    struct path *path = with_call(2);
    guint first = talk_and_lose(path, SERVER, 0, 1);
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_GRE_MAYBE_NOT_FORWARDED, path_frame(path, first, 1));
    path_done(path, analysis);
}

static void an_icmp_error_makes_one_of_one_certain(void)
{
    struct path *path = with_call(2);
    guint first = talk_and_lose(path, SERVER, 0, 1);
    path_icmp(path, first, 1, 3, 2);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_nonnull(strstr(finding->text, "ICMP"));
    path_expect_none(analysis, FINDING_GRE_MAYBE_NOT_FORWARDED);
    path_done(path, analysis);
}

static void one_that_passes_is_enough(void)
{
    struct path *path = with_call(2);
    talk_and_lose(path, SERVER, 0, 2);
    path_gre(path, 0, SERVER, 40);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct call_link *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->hop[DIRECTION_PAC_TO_PNS][0].lost, ==, 2);
    g_assert_cmpuint(link->hop[DIRECTION_PNS_TO_PAC][0].lost, ==, 0);
    path_done(path, analysis);
}

/* The capture filter there may have left GRE out. */
static void without_any_gre_at_the_far_point_it_is_not_captured(void)
{
    struct path *path = with_call(2);
    for (int i = 0; i < 3; i++)
        path_lose(path, path_gre(path, 0, SERVER, 40), 0);
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_CAPTURED, 0));
    const struct call_link *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->hop[DIRECTION_PAC_TO_PNS][0].lost, ==, 0);
    g_assert_true(g_str_has_prefix(link->text, "Every Call ID of its control messages"));
    path_done(path, analysis);
}

/* An ICMP error before the hop is no sign that the point behind it captures more than TCP. */
static void an_icmp_error_at_one_point_says_nothing_about_the_other(void)
{
    struct path *path = with_call(2);
    guint first = path->packets->len / 2;
    for (int i = 0; i < 3; i++) {
        path_gre(path, 0, CLIENT, 40);
        path_icmp(path, path_gre(path, 0, SERVER, 40), 1, 3, 2);
    }
    for (guint event = first; event < path->packets->len / 2; event++)
        path_lose(path, event, 0);
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_CAPTURED, 0));
    path_done(path, analysis);
}

/* ... but one that has come less far than the end's packets was sent by the hop: that is proof, of
 * a single packet too. Not if it names a host that is gone, or a packet passed after it. */
static void an_icmp_error_of_the_hop_itself_is_proof(void)
{
    enum { REFUSED, HOST_GONE, TOO_LARGE, PASSES_LATER, CASES };
    static const uint8_t code[CASES] = {2, 1, 4, 2};
    for (int what = 0; what < CASES; what++) {
        struct path *path = with_call(2);
        guint refused = path_gre(path, 0, SERVER, 40);
        path_lose(path, refused, 0);
        guint error = path_icmp(path, refused, 1, 3, code[what]);
        path_packet(path, error, 1)->ttl = 64;
        if (what == PASSES_LATER)
            path_gre(path, 0, SERVER, 40);
        path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        struct analysis *analysis = path_feed(path);
        if (what == REFUSED) {
            const struct finding *finding =
                path_expect(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, refused, 1));
            g_assert_nonnull(strstr(finding->text, "the NAT itself refused"));
        } else {
            path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
        }
        path_done(path, analysis);
    }
}

static void the_far_point_must_see_the_calls_tcp_in_that_direction(void)
{
    struct path *path = with_call(2);
    guint events = path->packets->len / 2;
    for (guint event = 0; event < events; event++) {
        if (path_packet(path, event, 0)->from == SERVER)
            path_lose(path, event, 0);
    }
    talk_and_lose(path, SERVER, 0, 3);
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    path_done(path, analysis);
}

static void it_is_the_hop_where_it_ends(void)
{
    struct path *path = with_call(3);
    guint first = talk_and_lose(path, CLIENT, 2, 3);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_cmpuint(finding->hop, ==, 1);
    path_done(path, analysis);
}

/* The NAT's mapping ran out: packets pass, a pause, then none for at least 3 packets and 3 s. */
static guint with_tail(struct path *path, uint32_t lost, double apart_s)
{
    path_talk(path, 0, 4);
    path_wait(path, 60);
    guint first = 0;
    for (uint32_t i = 0; i < lost; i++) {
        guint event = path_gre(path, 0, SERVER, 40);
        path_gre(path, 0, CLIENT, 40);
        path_lose(path, event, 0);
        first = i == 0 ? event : first;
        path_wait(path, apart_s);
    }
    path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
    path_say(path, 0, SERVER, PPTP_ECHO_REPLY);
    return first;
}

static void none_after_some_moment(void)
{
    struct path *path = with_call(2);
    guint first = with_tail(path, 4, 1.5);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, 1));
    g_assert_nonnull(strstr(finding->text, "idle for 60.0 s"));
    path_done(path, analysis);
}

static void two_at_the_end_or_three_at_once_are_loss(void)
{
    static const struct {
        uint32_t lost;
        double apart_s;
    } script[] = {{2, 10}, {5, 0.1}};
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct path *path = with_call(2);
        with_tail(path, script[i].lost, script[i].apart_s);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* What is sent when the call is over, the NAT may have forgotten rightly. */
static void after_the_calls_end_nothing_has_to_pass(void)
{
    struct path *path = with_call(2);
    path_talk(path, 0, 4);
    path_tear_down(path, 0);
    for (int i = 0; i < 5; i++) {
        path_lose(path, path_gre(path, 0, SERVER, 40), 0);
        path_wait(path, 2);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* And what passes then does not tell when the direction was passed before. */
static void what_arrives_after_the_calls_end_only_says_nothing(void)
{
    struct path *path = with_call(2);
    talk_and_lose(path, SERVER, 0, 2);
    path_wait(path, 4);
    talk_and_lose(path, SERVER, 0, 2);
    path_tear_down(path, 0);
    path_gre(path, 0, SERVER, 40);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* The far file ends earlier, or begins later, than the near one. */
static void what_the_far_file_does_not_cover_is_not_lost(void)
{
    for (int early = 0; early < 2; early++) {
        struct path *path = with_call(2);
        guint first = path->packets->len / 2;
        for (int i = 0; i < 20; i++) {
            path_gre(path, 0, i & 1 ? SERVER : CLIENT, 40);
            path_wait(path, 2);
        }
        guint end = path->packets->len / 2, middle = (first + end) / 2;
        for (guint event = early ? first : middle; event < (early ? middle : end); event++)
            path_lose(path, event, 0);
        for (guint event = 0; early && event < first; event++)
            path_lose(path, event, 0);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* It was stopped while the tunnel was being built: what the server sends first comes later. */
static void a_far_file_that_ends_before_the_first_packet_shows_nothing(void)
{
    for (int later = 0; later < 2; later++) {
        struct path *path = with_call(2);
        path_gre(path, 0, CLIENT, 40);
        path_wait(path, 0.3);
        for (int i = 0; i < 8; i++)
            path_lose(path, path_gre(path, 0, SERVER, 40), 0);
        guint event = path_gre(path, 0, CLIENT, 40);
        if (!later)
            path_lose(path, event, 0);
        struct analysis *analysis = path_feed(path);
        if (later)
            g_assert_nonnull(path_finding(analysis, FINDING_GRE_NOT_FORWARDED, 0));
        else
            path_expect_fine(analysis);
        const struct call_link *link = linker_link(analysis_linker(analysis), 0);
        g_assert_cmpuint(link->hop[DIRECTION_PAC_TO_PNS][0].lost, ==, later ? 8 : 0);
        g_assert_nonnull(strstr(link->text, later ? "0 of 8" : "of 1 GRE packets to the server"));
        path_done(path, analysis);
    }
}

/* GRE both ways that one place does not show, a pair each `apart_s`. */
static void talk_past(struct path *path, uint32_t count, double apart_s, uint32_t place)
{
    for (uint32_t i = 0; i < count; i++) {
        path_lose(path, path_gre(path, 0, CLIENT, 40), place);
        path_lose(path, path_gre(path, 0, SERVER, 40), place);
        path_wait(path, apart_s);
    }
}

/* Records count microseconds modulo 2^32, 71 minutes. */
static void a_far_file_may_begin_hours_earlier_and_end_earlier(void)
{
    struct path *path = path_new(2, 1);
    talk_past(path, 120, 60, 1);
    path_talk(path, 0, 300);
    talk_past(path, 10, 1, 0);
    struct analysis *analysis = path_feed(path);
    g_assert_cmpuint(path_shown_links(analysis), ==, 1);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* After a day two clocks are seconds further apart than their mean difference says. */
static void clocks_that_drift_for_a_day_make_no_loss(void)
{
    static const double drifts[] = {-100e-6, 50e-6, 100e-6};
    for (size_t i = 0; i < G_N_ELEMENTS(drifts); i++) {
        struct path *path = with_call(2);
        int64_t start = path->now_ns;
        for (int minute = 0; minute < 24 * 60; minute++) {
            path_say(path, 0, CLIENT, PPTP_SLI);
            path_say(path, 0, SERVER, PPTP_SLI);
            path_talk(path, 0, 2);
            path_wait(path, 60);
        }
        path_talk(path, 0, 3);
        talk_past(path, 10, 1, 1);
        for (guint event = 0; event < path->packets->len / 2; event++) {
            struct path_packet *packet = path_packet(path, event, 1);
            packet->time_ns += (int64_t)((double)(packet->time_ns - start) * drifts[i]);
        }
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* `lost` of `count` packets of the server are lost, one in two at first. */
static struct analysis *with_loss(struct path *path, uint32_t lost, uint32_t count,
                                  guint *ret_first)
{
    for (uint32_t i = 0; i < count; i++) {
        guint event = path_gre(path, 0, SERVER, 40);
        path_gre(path, 0, CLIENT, 40);
        if (i % 2 == 0 || i / 2 >= lost)
            continue;
        path_lose(path, event, 0);
        *ret_first = i == 1 ? event : *ret_first;
    }
    return path_feed(path);
}

static void loss_now_and_then_is_a_note(void)
{
    guint first = 0;
    struct path *path = with_call(2);
    struct analysis *analysis = with_loss(path, 6, 45, &first);
    path_expect_fine(analysis);
    const struct finding *finding =
        path_expect(analysis, FINDING_GRE_LOSS, path_frame(path, first, 1));
    g_assert_cmpint(finding->direction, ==, DIRECTION_PAC_TO_PNS);
    g_assert_cmpuint(finding->hop, ==, 0);
    g_assert_cmpstr(finding->text, ==, "6 of 45 GRE packets were lost at the hop");
    g_assert_null(path_finding(analysis, FINDING_GRE_LOSS, 1));
    path_done(path, analysis);
}

static void little_loss_is_only_counted(void)
{
    static const struct {
        uint32_t lost;
        uint32_t count;
    } rows[] = {{4, 45}, {5, 501}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint first = 0;
        struct path *path = with_call(2);
        struct analysis *analysis = with_loss(path, rows[i].lost, rows[i].count, &first);
        path_expect_none(analysis, FINDING_GRE_LOSS);
        path_done(path, analysis);
    }
}

/* An MTU fault: sizes of what is sent; all from `lost_from` on are lost. */
static struct analysis *with_sizes(struct path *path, const uint32_t *sizes, uint32_t count,
                                   uint32_t lost_from, guint *ret_first)
{
    *ret_first = 0;
    for (uint32_t i = 0; i < count; i++) {
        guint event = path_gre(path, 0, SERVER, sizes[i]);
        path_gre(path, 0, CLIENT, 40);
        if (sizes[i] < lost_from)
            continue;
        path_lose(path, event, 0);
        *ret_first = *ret_first ? *ret_first : event;
    }
    return path_feed(path);
}

static void all_large_ones_lost_is_a_matter_of_size(void)
{
    static const uint32_t sizes[] = {100, 1400, 200, 1400, 300, 1399, 100};
    struct path *path = with_call(2);
    guint first;
    struct analysis *analysis = with_sizes(path, sizes, G_N_ELEMENTS(sizes), 1399, &first);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_LARGE_PACKETS_LOST, path_frame(path, first, 1));
    /* IP 20, GRE 12 */
    g_assert_cmpstr(finding->text, ==,
                    "IP packets of up to 332 bytes passed, all 3 of 1431 bytes or more were lost: "
                    "the path MTU is below 1431");
    path_done(path, analysis);
}

static void a_large_one_that_passes_or_too_few_are_none(void)
{
    static const uint32_t two[] = {100, 1400, 200, 1400, 300, 100};
    static const uint32_t small[] = {10, 200, 10, 200, 10, 200, 10};
    static const uint32_t passes[] = {100, 1400, 200, 1450, 300, 1500, 1300, 100};
    guint first;
    struct path *path = with_call(2);
    struct analysis *analysis = with_sizes(path, two, G_N_ELEMENTS(two), 1400, &first);
    path_expect_fine(analysis);
    path_done(path, analysis);
    path = with_call(2);
    analysis = with_sizes(path, small, G_N_ELEMENTS(small), 200, &first);
    path_expect_fine(analysis);
    path_done(path, analysis);
    path = with_call(2);
    guint large = path_gre(path, 0, SERVER, 1500);
    analysis = with_sizes(path, passes, G_N_ELEMENTS(passes), 1400, &first);
    g_assert_cmpuint(path_frame(path, large, 0), !=, 0);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* The NAT may forget the call after the request to clear it, whatever comes then. */
static void large_ones_after_the_calls_end_are_no_matter_of_size(void)
{
    struct path *path = with_call(2);
    path_talk(path, 0, 8);
    path_say(path, 0, CLIENT, PPTP_CCRQ);
    for (int i = 0; i < 4; i++)
        path_lose(path, path_gre(path, 0, SERVER, 1000), 0);
    path_say(path, 0, SERVER, PPTP_CDN);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* IP fragments (F17): the packet is whole before the NAT and only its first part comes out. */
static guint fragmented(struct path *path, bool part_passes, uint16_t ip_id_shift)
{
    path_talk(path, 0, 3);
    guint event = path_gre(path, 0, SERVER, 1450);
    path_packet(path, event, 1)->fragmented = true;
    path_fragment(path, event, 1);
    if (part_passes) {
        guint part = path_fragment(path, event, 0);
        path_packet(path, part, 0)->ip_id =
            (uint16_t)(path_packet(path, part, 0)->ip_id + ip_id_shift);
    }
    path_lose(path, event, 0);
    return event;
}

static void a_packet_of_which_a_part_passes_is_fragment_lost(void)
{
    struct path *path = with_call(2);
    guint event = fragmented(path, true, 0);
    guint next = path_gre(path, 0, SERVER, 40);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect_only(analysis, FINDING_FRAGMENT_LOST, path_frame(path, next, 0));
    g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, event, 1));
    path_done(path, analysis);
}

static void without_a_next_packet_it_is_said_of_the_lost_one(void)
{
    struct path *path = with_call(2);
    guint event = fragmented(path, true, 0);
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_FRAGMENT_LOST, path_frame(path, event, 1));
    path_done(path, analysis);
}

static void a_packet_of_which_nothing_passes_is_just_lost(void)
{
    static const struct {
        bool part;
        uint16_t shift;
    } script[] = {{false, 0}, {true, 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct path *path = with_call(2);
        fragmented(path, script[i].part, script[i].shift);
        path_gre(path, 0, SERVER, 40);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* Only fragmented packets were sent in that direction: fragments are what is wrong, not GRE. */
static void fragments_alone_are_not_gre_not_forwarded(void)
{
    struct path *path = with_call(2);
    path_gre(path, 0, CLIENT, 40);
    for (int i = 0; i < 3; i++) {
        guint event = path_gre(path, 0, SERVER, 1450);
        path_packet(path, event, 1)->fragmented = true;
        path_fragment(path, event, 0);
        path_lose(path, event, 0);
    }
    struct analysis *analysis = path_feed(path);
    g_assert_nonnull(path_finding(analysis, FINDING_FRAGMENT_LOST, 0));
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    path_done(path, analysis);
}

static void copies_and_order_are_counted(void)
{
    struct path *path = with_call(2);
    path_talk(path, 0, 3);
    guint first = path_gre(path, 0, CLIENT, 40), second = path_gre(path, 0, CLIENT, 40);
    path_packet(path, first, 1)->time_ns = path_packet(path, second, 1)->time_ns + 1000;
    guint copy = path_again(path, second, false);
    path_lose(path, copy, 0);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct call_link *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->hop[DIRECTION_PNS_TO_PAC][0].reordered, ==, 1);
    g_assert_cmpuint(link->hop[DIRECTION_PNS_TO_PAC][0].duplicated, ==, 1);
    g_assert_cmpuint(link->seen[DIRECTION_PNS_TO_PAC][1], ==, 6);
    path_done(path, analysis);
}

void test_link_hop_end(void)
{
    g_test_add_func("/link_hop_end/an ICMP error at one point says nothing about the other",
                    an_icmp_error_at_one_point_says_nothing_about_the_other);
    g_test_add_func("/link_hop_end/an ICMP error of the hop itself is proof",
                    an_icmp_error_of_the_hop_itself_is_proof);
    g_test_add_func("/link_hop_end/loss now and then is a note", loss_now_and_then_is_a_note);
    g_test_add_func("/link_hop_end/little loss is only counted", little_loss_is_only_counted);
    g_test_add_func("/link_hop_end/none of two is gre_not_forwarded",
                    none_of_two_is_gre_not_forwarded);
    g_test_add_func("/link_hop_end/none of one is only maybe", none_of_one_is_only_maybe);
    g_test_add_func("/link_hop_end/an ICMP error makes one of one certain",
                    an_icmp_error_makes_one_of_one_certain);
    g_test_add_func("/link_hop_end/one that passes is enough", one_that_passes_is_enough);
    g_test_add_func("/link_hop_end/without any GRE at the far point it is not captured",
                    without_any_gre_at_the_far_point_it_is_not_captured);
    g_test_add_func("/link_hop_end/the far point must see the call's TCP in that direction",
                    the_far_point_must_see_the_calls_tcp_in_that_direction);
    g_test_add_func("/link_hop_end/it is the hop where it ends", it_is_the_hop_where_it_ends);
    g_test_add_func("/link_hop_end/none after some moment", none_after_some_moment);
    g_test_add_func("/link_hop_end/two at the end, or many at once, are loss",
                    two_at_the_end_or_three_at_once_are_loss);
    g_test_add_func("/link_hop_end/after the call's end nothing has to pass",
                    after_the_calls_end_nothing_has_to_pass);
    g_test_add_func("/link_hop_end/what arrives after the call's end only says nothing",
                    what_arrives_after_the_calls_end_only_says_nothing);
    g_test_add_func("/link_hop_end/what the far file does not cover is not lost",
                    what_the_far_file_does_not_cover_is_not_lost);
    g_test_add_func("/link_hop_end/a far file that ends before the first packet shows nothing",
                    a_far_file_that_ends_before_the_first_packet_shows_nothing);
    g_test_add_func("/link_hop_end/a far file may begin hours earlier and end earlier",
                    a_far_file_may_begin_hours_earlier_and_end_earlier);
    g_test_add_func("/link_hop_end/clocks that drift for a day make no loss",
                    clocks_that_drift_for_a_day_make_no_loss);
    g_test_add_func("/link_hop_end/large ones after the call's end are no matter of size",
                    large_ones_after_the_calls_end_are_no_matter_of_size);
    g_test_add_func("/link_hop_end/all large ones lost is a matter of size",
                    all_large_ones_lost_is_a_matter_of_size);
    g_test_add_func("/link_hop_end/a large one that passes, or too few, are none",
                    a_large_one_that_passes_or_too_few_are_none);
    g_test_add_func("/link_hop_end/a packet of which a part passes is fragment_lost",
                    a_packet_of_which_a_part_passes_is_fragment_lost);
    g_test_add_func("/link_hop_end/without a next packet it is said of the lost one",
                    without_a_next_packet_it_is_said_of_the_lost_one);
    g_test_add_func("/link_hop_end/a packet of which nothing passes is just lost",
                    a_packet_of_which_nothing_passes_is_just_lost);
    g_test_add_func("/link_hop_end/fragments alone are not gre_not_forwarded",
                    fragments_alone_are_not_gre_not_forwarded);
    g_test_add_func("/link_hop_end/copies and order are counted", copies_and_order_are_counted);
}
