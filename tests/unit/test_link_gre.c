/* GRE packets across a hop: the Call ID each must read, and where it must arrive (FINDINGS, "Across
 * points"). The client's id is 256 inside and 10001 outside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

static struct path *with_calls(uint32_t clients)
{
    struct path *path = path_new(2, clients);
    for (uint32_t i = 0; i < clients; i++)
        path_set_up(path, i);
    return path;
}

/* Packets from the server, of which these (by number) read `value` inside. */
static guint talk_wrong(struct path *path, uint32_t count, unsigned wrong, uint16_t value)
{
    guint first = 0;
    for (uint32_t i = 0; i < count; i++) {
        guint event = path_gre(path, 0, SERVER, 40);
        path_gre(path, 0, CLIENT, 40);
        if (!(wrong >> i & 1))
            continue;
        path_set_id(path, event, INSIDE, false, value);
        first = first ? first : event;
    }
    return first;
}

static void runs_of_wrong_packets_are_one_fault_each(void)
{
    static const struct {
        const char *name;
        unsigned wrong; /* bit i: packet i */
        uint32_t count;
        enum finding_id id;
    } script[] = {
        {"one among right ones", 0x008, 8, FINDING_CALLID_MISTRANSLATED},
        {"the last one", 0x080, 8, FINDING_CALLID_MISTRANSLATED},
        {"from the start", 0x0FF, 8, FINDING_CALLID_MISTRANSLATED},
        {"from some moment on", 0x0F0, 8, FINDING_MAPPING_CHANGED},
        {"for a while", 0x038, 8, FINDING_MAPPING_CHANGED},
        {"none", 0, 8, FINDING_COUNT},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        g_test_message("%s", script[i].name);
        struct path *path = with_calls(1);
        guint first = talk_wrong(path, script[i].count, script[i].wrong, 10001);
        struct analysis *analysis = path_feed(path);
        if (script[i].id == FINDING_COUNT) {
            path_expect_fine(analysis);
        } else {
            const struct finding *finding =
                path_expect(analysis, script[i].id, path_frame(path, first, INSIDE));
            g_assert_cmpuint(finding->expected, ==, 256);
            g_assert_cmpuint(finding->seen, ==, 10001);
            g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, first, OUTSIDE));
            g_assert_cmpint(finding->mistranslation, ==, MISTRANSLATION_UNTRANSLATED);
            g_assert_null(path_finding(analysis, script[i].id, 1));
            path_expect_none(analysis, script[i].id == FINDING_MAPPING_CHANGED
                                           ? FINDING_CALLID_MISTRANSLATED
                                           : FINDING_MAPPING_CHANGED);
        }
        path_done(path, analysis);
    }
}

/* Files one after the other: the wrong packet is read before its right half. */
static void the_order_of_the_files_does_not_matter(void)
{
    struct path *path = with_calls(1);
    guint first = talk_wrong(path, 8, 0x010, 10001);
    struct analysis *analysis = path_feed_by_place(path);
    path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, first, INSIDE));
    path_done(path, analysis);
}

/* Packets from the server of the link with that number. */
static uint32_t seen(const struct linker *linker, uint32_t link, uint32_t place)
{
    return linker_link(linker, link)->places[place].seen[DIRECTION_PAC_TO_PNS];
}

static void a_packet_at_another_host_is_misdelivered(void)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        struct path *path = with_calls(2);
        path_talk(path, 0, 3);
        path_talk(path, 1, 3);
        guint event = path_gre(path, 0, SERVER, 40);
        if (wrong)
            path_packet(path, event, INSIDE)->destination =
                path->client[1].at[INSIDE].address[CLIENT];
        path_gre(path, 0, CLIENT, 40);
        struct analysis *analysis = path_feed(path);
        if (wrong)
            path_expect(analysis, FINDING_GRE_MISDELIVERED, path_frame(path, event, INSIDE));
        else
            path_expect_fine(analysis);
        /* It counts neither where it should have come nor as the other call's. */
        const struct linker *linker = analysis_linker(analysis);
        g_assert_cmpuint(seen(linker, 0, OUTSIDE), ==, 4);
        g_assert_cmpuint(seen(linker, 0, INSIDE), ==, wrong ? 3 : 4);
        g_assert_cmpuint(seen(linker, 1, OUTSIDE), ==, 3);
        g_assert_cmpuint(seen(linker, 1, INSIDE), ==, 3);
        g_assert_cmpuint(linker_link(linker, 1)->hops[0].count[DIRECTION_PAC_TO_PNS].duplicated, ==,
                         0);
        path_done(path, analysis);
    }
}

/* Inside, only what the client sent was captured. Both ends say the same under the same number. */
static void what_a_host_sends_is_not_delivered_to_it(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    guint last = 0;
    for (int i = 0; i < 6; i++) {
        path_ppp(path, 0, SERVER, "ff0380fd0101000a1206010000e0");
        last = path_ppp(path, 0, CLIENT, "ff0380fd0101000a1206010000e0");
    }
    for (guint event = 0; event <= last; event++) {
        if (net_address_equal(&path_packet(path, event, INSIDE)->source,
                              &path->client[0].at[INSIDE].address[SERVER]))
            path_lose(path, event, INSIDE);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
    path_done(path, analysis);
}

static void gre_from_another_public_address(void)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        struct path *path = with_calls(1);
        guint first = 0;
        for (int i = 0; i < 4; i++) {
            guint event = path_gre(path, 0, CLIENT, 40);
            path_gre(path, 0, SERVER, 40);
            first = i == 0 ? event : first;
            if (wrong)
                path_packet(path, event, OUTSIDE)->source = path_ip(203, 0, 113, 31);
        }
        struct analysis *analysis = path_feed(path);
        if (wrong)
            path_expect(analysis, FINDING_GRE_OTHER_ADDRESS, path_frame(path, first, OUTSIDE));
        else
            path_expect_fine(analysis);
        path_expect_none(analysis, FINDING_GRE_MISDELIVERED);
        path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
        path_done(path, analysis);
    }
}

/* Records keep 71 minutes of time: a call that begins later, or a clock that is hours ahead, is
 * judged as any other. */
static void time_is_no_matter_of_the_record(void)
{
    static const double hours[] = {0, 2, -2, 3, -49, 1000};
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(hours); i++) {
        struct path *path = path_new(2, 2);
        path->clock_ns[OUTSIDE] = (int64_t)(hours[i / 2] * 3600e9);
        path_set_up(path, 1);
        if (i % 2)
            path_wait(path, 2 * 3600);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        path_wait(path, 40 * 60);
        guint first = path_gre(path, 0, SERVER, 40);
        path_lose(path, first, INSIDE);
        for (int k = 0; k < 4; k++) {
            path_wait(path, 2);
            path_gre(path, 0, CLIENT, 40);
            path_lose(path, path_gre(path, 0, SERVER, 40), INSIDE);
        }
        path_tear_down(path, 0);
        struct analysis *analysis = path_feed(path);
        path_expect_only(analysis, FINDING_GRE_NOT_FORWARDED, path_frame(path, first, OUTSIDE));
        const struct link_hop_count *count =
            &linker_link(analysis_linker(analysis), 1)->hops[0].count[DIRECTION_PAC_TO_PNS];
        g_assert_cmpuint(count->lost, ==, 5);
        path_done(path, analysis);
    }
}

/* ... and so is a translation that changes in a call of two hours. */
static void a_mapping_changes_after_hours(void)
{
    struct path *path = with_calls(1);
    for (int i = 0; i < 3; i++) {
        path_talk(path, 0, 3);
        path_wait(path, 40 * 60);
    }
    guint first = talk_wrong(path, 4, 0xF, 10001);
    struct analysis *analysis = path_feed(path);
    path_expect(analysis, FINDING_MAPPING_CHANGED, path_frame(path, first, INSIDE));
    path_expect_none(analysis, FINDING_GRE_NOT_FORWARDED);
    path_done(path, analysis);
}

/* The client's next call, in which PPP says what it says in every one; returns its first event. */
static guint call_alike(struct path *path, uint32_t client)
{
    path->client[client].at[INSIDE].address[CLIENT] = path->client[0].at[INSIDE].address[CLIENT];
    path_set_up(path, client);
    guint from = path->packets->len;
    path_talk(path, client, 6);
    for (guint k = from; k < path->packets->len; k++) {
        struct path_packet *packet = path->packets->pdata[k];
        memset(packet->octets + 12, 0xFD, packet->length - 12);
    }
    return from / 2;
}

/* A client calls again, and PPP says the same again. With clocks apart the second call's packets
 * are read behind the NAT before they are read in front of it: the first call's are none of theirs.
 */
static void a_second_call_is_not_taken_for_the_first(void)
{
    static const double ahead[] = {0.05, -0.05, 0.4, -0.4, 1, -1, 3, -3};
    for (size_t i = 0; i < G_N_ELEMENTS(ahead); i++) {
        struct path *path = path_new(2, 2);
        path->clock_ns[OUTSIDE] = (int64_t)(ahead[i] * 1e9);
        for (uint32_t client = 0; client < 2; client++) {
            guint first = call_alike(path, client);
            /* One of the first is lost, so that its first half waits for the second. */
            if (client == 0)
                path_packet(path, first + 4, INSIDE)->lost =
                    path_packet(path, first + 5, OUTSIDE)->lost = true;
            path_wait(path, 0.6);
        }
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* What one call lost before the hop and the other one behind it, both captures leave over. */
static void losses_of_two_calls_are_not_put_together(void)
{
    struct path *path = path_new(2, 2);
    path->clock_ns[OUTSIDE] = G_GINT64_CONSTANT(-1000000000);
    for (uint32_t client = 0; client < 2; client++) {
        guint first = call_alike(path, client);
        for (guint k = 4; k < 8; k++)
            path_packet(path, first + k, (k + client) % 2)->lost = true;
        path_wait(path, 5);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* Without GRE nobody knows whether the tunnel passes. */
static void only_control_of_a_call_says_so_in_the_verdict(void)
{
    struct path *path = with_calls(1);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct linker *linker = analysis_linker(analysis);
    const char *text, *cause;
    g_assert_cmpint(linker_verdict(linker, &text, &cause), ==, VERDICT_UNKNOWN);
    g_assert_nonnull(strstr(text, "No GRE was captured at two points"));
    g_assert_false(path_link_says(analysis, 0, "GRE packets"));
    path_done(path, analysis);
}

/* A capture that ends earlier has lost nothing of what comes later. */
static void what_comes_after_the_end_of_a_file_is_not_lost(void)
{
    struct path *path = with_calls(1);
    path_talk(path, 0, 6);
    guint last = path_gre(path, 0, CLIENT, 40);
    for (int i = 0; i < 4; i++)
        path_lose(path, path_gre(path, 0, SERVER, 40), INSIDE);
    for (guint event = last + 1; event < path->packets->len / 2; event++)
        g_assert_true(path_packet(path, event, INSIDE)->lost);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    const struct link_view *link = linker_link(analysis_linker(analysis), 0);
    g_assert_cmpuint(link->places[OUTSIDE].seen[DIRECTION_PAC_TO_PNS], ==, 10);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_PAC_TO_PNS].lost, ==, 0);
    path_done(path, analysis);
}

void test_link_gre(void)
{
    g_test_add_func("/link_gre/runs of wrong packets are one fault each",
                    runs_of_wrong_packets_are_one_fault_each);
    g_test_add_func("/link_gre/the order of the files does not matter",
                    the_order_of_the_files_does_not_matter);
    g_test_add_func("/link_gre/time is no matter of the record", time_is_no_matter_of_the_record);
    g_test_add_func("/link_gre/a mapping changes after hours", a_mapping_changes_after_hours);
    g_test_add_func("/link_gre/a second call is not taken for the first",
                    a_second_call_is_not_taken_for_the_first);
    g_test_add_func("/link_gre/losses of two calls are not put together",
                    losses_of_two_calls_are_not_put_together);
    g_test_add_func("/link_gre/only control of a call says so in the verdict",
                    only_control_of_a_call_says_so_in_the_verdict);
    g_test_add_func("/link_gre/what comes after the end of a file is not lost",
                    what_comes_after_the_end_of_a_file_is_not_lost);
    g_test_add_func("/link_gre/a packet at another host is misdelivered",
                    a_packet_at_another_host_is_misdelivered);
    g_test_add_func("/link_gre/what a host sends is not delivered to it",
                    what_a_host_sends_is_not_delivered_to_it);
    g_test_add_func("/link_gre/GRE from another public address", gre_from_another_public_address);
}
