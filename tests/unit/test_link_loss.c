/* What is lost of GRE among packets that pass: now and then, by its size, in fragments (FINDINGS,
 * gre_loss, large_packets_lost, fragment_lost).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

static struct path *with_call(uint32_t places)
{
    struct path *path = path_new(places, 1);
    path_set_up(path, 0);
    return path;
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
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_PNS_TO_PAC].reordered, ==, 1);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_PNS_TO_PAC].duplicated, ==, 1);
    g_assert_cmpuint(link->places[1].seen[DIRECTION_PNS_TO_PAC], ==, 6);
    path_done(path, analysis);
}

void test_link_loss(void)
{
    g_test_add_func("/link_loss/loss now and then is a note", loss_now_and_then_is_a_note);
    g_test_add_func("/link_loss/little loss is only counted", little_loss_is_only_counted);
    g_test_add_func("/link_loss/large ones after the call's end are no matter of size",
                    large_ones_after_the_calls_end_are_no_matter_of_size);
    g_test_add_func("/link_loss/all large ones lost is a matter of size",
                    all_large_ones_lost_is_a_matter_of_size);
    g_test_add_func("/link_loss/a large one that passes, or too few, are none",
                    a_large_one_that_passes_or_too_few_are_none);
    g_test_add_func("/link_loss/a packet of which a part passes is fragment_lost",
                    a_packet_of_which_a_part_passes_is_fragment_lost);
    g_test_add_func("/link_loss/without a next packet it is said of the lost one",
                    without_a_next_packet_it_is_said_of_the_lost_one);
    g_test_add_func("/link_loss/a packet of which nothing passes is just lost",
                    a_packet_of_which_nothing_passes_is_just_lost);
    g_test_add_func("/link_loss/fragments alone are not gre_not_forwarded",
                    fragments_alone_are_not_gre_not_forwarded);
    g_test_add_func("/link_loss/copies and order are counted", copies_and_order_are_counted);
}
