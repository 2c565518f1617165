/* Connections before there is a call, as two and three points show them: SYNs link them, and the
 * hop decides who failed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#include <string.h>

#define INSIDE  0
#define OUTSIDE 1

#define SYN_ACK (TCP_FLAG_SYN | TCP_FLAG_ACK)
#define RST_ACK (TCP_FLAG_RST | TCP_FLAG_ACK)

/* `count` copies of the event, the pause between them doubling; returns the last one's number. */
static guint repeat(struct path *path, guint event, int count, double pause)
{
    for (int i = 1; i < count; i++, pause *= 2) {
        path_wait(path, pause);
        event = path_again(path, event, false);
    }
    return event;
}

/* What the points saw of an attempt is said, and both have their roles. */
static void expect_roles(const struct analysis *analysis)
{
    const struct linker *linker = analysis_linker(analysis);
    g_assert_cmpuint(linker_point_count(linker), ==, 2);
    for (uint32_t i = 0; i < 2; i++) {
        const struct link_point *point = linker_point(linker, i);
        g_assert_cmpstr(point->role, ==, point->point == INSIDE ? "inside" : "outside");
    }
}

static const char *verdict(const struct analysis *analysis)
{
    const char *text, *cause;
    linker_verdict(analysis_linker(analysis), &text, &cause);
    g_assert_null(strstr(text, "other side of the NAT"));
    g_assert_null(strstr(text, "Nothing seen at one point"));
    return text;
}

static void a_syn_that_passes_and_is_not_answered(void)
{
    struct path *path = path_new(2, 1);
    guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
    repeat(path, syn, 4, 2);
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_TCP_REFUSED, path_frame(path, syn, OUTSIDE));
    g_assert_nonnull(strstr(verdict(analysis), "Not the NAT"));
    expect_roles(analysis);
    path_done(path, analysis);
}

/* The server's reset comes across the hop; or the hop made it. */
static void a_reset_is_the_servers_only_if_it_came_across(void)
{
    for (int injected = 0; injected < 2; injected++) {
        struct path *path = path_new(2, 1);
        guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
        guint rst = path_tcp(path, 0, SERVER, RST_ACK);
        if (injected)
            path_lose(path, rst, OUTSIDE);
        path_again(path, syn, false); /* the outside captures still */
        struct analysis *analysis = path_feed(path);
        if (injected)
            path_expect_only(analysis, FINDING_RESET_INJECTED, path_frame(path, rst, INSIDE));
        else
            path_expect_only(analysis, FINDING_TCP_REFUSED, path_frame(path, syn, OUTSIDE));
        expect_roles(analysis);
        path_done(path, analysis);
    }
}

static void a_syn_ack_that_ends_at_the_hop(void)
{
    for (int copies = 1; copies < 4; copies++) {
        struct path *path = path_new(2, 1);
        guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
        guint answer = path_tcp(path, 0, SERVER, SYN_ACK), latest = answer;
        path_lose(path, answer, INSIDE);
        for (int i = 1; i < copies; i++) {
            path_wait(path, i);
            syn = path_again(path, syn, false);
            latest = path_again(path, latest, false);
            path_lose(path, latest, INSIDE);
        }
        path_wait(path, 1);
        path_again(path, syn, false); /* the inside captures still */
        struct analysis *analysis = path_feed(path);
        if (copies > 1)
            path_expect_only(analysis, FINDING_CONTROL_NOT_FORWARDED,
                             path_frame(path, answer, OUTSIDE));
        else
            path_expect_fine(analysis);
        g_assert_null(strstr(verdict(analysis), "othing listens"));
        expect_roles(analysis);
        path_done(path, analysis);
    }
}

/* The inside shows one direction only: the client's answers prove that the SYN-ACK passed. */
static void a_capture_of_one_direction_proves_no_loss(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 4);
    path_tear_down(path, 0);
    for (guint event = 0; event < path->packets->len / 2; event++) {
        if (path_packet(path, event, INSIDE)->from == SERVER)
            path_lose(path, event, INSIDE);
    }
    struct analysis *analysis = path_feed(path);
    path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
    path_expect_none(analysis, FINDING_RESET_INJECTED);
    path_expect_none(analysis, FINDING_TCP_REFUSED);
    path_expect_none(analysis, FINDING_CLOSED_EARLY);
    path_done(path, analysis);
}

/* Nothing of the attempt is seen behind the hop. Another client's connection shows the way, and
 * that the far point captures. */
static void a_syn_that_ends_at_the_hop(void)
{
    enum { TWICE, ONCE, ONCE_RESET, PASSES_LATE, FAR_ENDED, CASES };
    for (int way = 0; way < CASES; way++) {
        struct path *path = path_new(2, 2);
        path_set_up(path, 1);
        guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN), rst = 0;
        path_lose(path, syn, OUTSIDE);
        if (way != ONCE && way != ONCE_RESET) {
            path_wait(path, 1);
            guint again = path_again(path, syn, false);
            path_packet(path, again, OUTSIDE)->lost = way != PASSES_LATE;
        }
        if (way == ONCE_RESET)
            path_lose(path, rst = path_tcp(path, 0, SERVER, RST_ACK), OUTSIDE);
        path_wait(path, 1);
        guint end = path->packets->len / 2;
        path_tear_down(path, 1);
        for (guint event = end; way == FAR_ENDED && event < path->packets->len / 2; event++)
            path_lose(path, event, OUTSIDE);
        struct analysis *analysis = path_feed(path);
        uint32_t frame = path_frame(path, syn, INSIDE);
        if (way == TWICE)
            path_expect_only(analysis, FINDING_CONTROL_NOT_FORWARDED, frame);
        else if (way == ONCE_RESET)
            path_expect(analysis, FINDING_CONTROL_NOT_FORWARDED, frame);
        else
            path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
        if (way == ONCE_RESET) {
            const struct finding *reset =
                path_expect(analysis, FINDING_RESET_INJECTED, path_frame(path, rst, INSIDE));
            g_assert_cmpint(finding_log_get(analysis_log(analysis), reset->cause)->id, ==,
                            FINDING_CONTROL_NOT_FORWARDED);
        }
        path_expect_none(analysis, FINDING_TCP_REFUSED);
        path_done(path, analysis);
    }
}

/* Three points: the middle and the inside show the SYN, the last one does not. */
static void a_syn_that_ends_at_the_second_hop(void)
{
    struct path *path = path_new(3, 2);
    path_set_up(path, 1);
    guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
    path_lose(path, syn, 2);
    path_wait(path, 1);
    path_lose(path, path_again(path, syn, false), 2);
    path_wait(path, 1);
    path_tear_down(path, 1);
    struct analysis *analysis = path_feed(path);
    path_expect_only(analysis, FINDING_CONTROL_NOT_FORWARDED, path_frame(path, syn, 1));
    path_done(path, analysis);
}

/* Attempts that nothing but their ports tells apart belong together by these; the files may come
 * one after the other. */
static void attempts_are_linked_by_what_is_equal(void)
{
    for (int by_place = 0; by_place < 2; by_place++) {
        struct path *path = path_new(2, 3);
        for (uint32_t i = 0; i < 3; i++) {
            path->client[i].isn[0] = path->client[i].next[0] = 1000000;
            path->client[i].ip_id[0] = 77;
            path_tcp(path, i, CLIENT, TCP_FLAG_SYN);
            path_tcp(path, i, SERVER, RST_ACK);
            path_wait(path, 5);
        }
        struct analysis *analysis = by_place ? path_feed_by_place(path) : path_feed(path);
        for (uint32_t i = 0; i < 3; i++)
            path_expect(analysis, FINDING_TCP_REFUSED, path_frame(path, 2 * i, OUTSIDE));
        g_assert_null(path_finding(analysis, FINDING_TCP_REFUSED, 3));
        g_assert_cmpuint(linker_link_count(analysis_linker(analysis)), ==, 3);
        path_done(path, analysis);
    }
}

/* Who closed is said by the point nearest to it, once. */
static void who_closes_early_is_said_once(void)
{
    for (int end = 0; end < 2; end++) {
        for (int reset = 0; reset < 2; reset++) {
            struct path *path = path_new(2, 1);
            path_shake(path, 0);
            while (path->packets->len > 4 * 2) /* up to the Start-Control-Connection-Request */
                g_ptr_array_remove_index(path->packets, path->packets->len - 1);
            path->client[0].next[SERVER] = path->client[0].isn[SERVER] + 1;
            guint close = path_tcp(path, 0, (enum path_end)end,
                                   reset ? RST_ACK : TCP_FLAG_FIN | TCP_FLAG_ACK);
            struct analysis *analysis = path_feed(path);
            const struct finding *finding =
                path_expect_only(analysis, FINDING_CLOSED_EARLY,
                                 path_frame(path, close, end == SERVER ? OUTSIDE : INSIDE));
            g_assert_nonnull(strstr(finding->text, end == SERVER ? "The server" : "The client"));
            g_assert_nonnull(strstr(finding->text, "not the NAT"));
            expect_roles(analysis);
            g_assert_cmpint(end, ==, strstr(verdict(analysis), "server did not answer") == NULL);
            path_done(path, analysis);
        }
    }
}

/* A lost FIN or acknowledgment is no loss of the control connection. */
static void a_lost_fin_or_acknowledgment_is_none(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    path_lose(path, path_tcp(path, 0, CLIENT, TCP_FLAG_ACK), OUTSIDE);
    path_lose(path, path_tcp(path, 0, SERVER, TCP_FLAG_FIN | TCP_FLAG_ACK), INSIDE);
    path_wait(path, 1);
    path_tcp(path, 0, CLIENT, TCP_FLAG_ACK);
    path_gre(path, 0, CLIENT, 40);
    path_gre(path, 0, SERVER, 40);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_done(path, analysis);
}

/* F21: one copy is enough where a reset answers it that did not come across. */
static void an_expired_mapping(void)
{
    for (int across = 0; across < 2; across++) {
        struct path *path = path_new(2, 2);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        path_wait(path, 3600);
        guint echo = path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        guint rst = path_tcp(path, 0, SERVER, TCP_FLAG_RST);
        if (!across) {
            path_lose(path, echo, OUTSIDE);
            path_lose(path, rst, OUTSIDE);
        }
        path_wait(path, 3);
        path_set_up(path, 1);
        struct analysis *analysis = path_feed(path);
        if (across) {
            path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
            path_expect_none(analysis, FINDING_RESET_INJECTED);
        } else {
            const struct finding *lost = path_expect(analysis, FINDING_CONTROL_NOT_FORWARDED,
                                                     path_frame(path, echo, INSIDE));
            const struct finding *reset =
                path_expect(analysis, FINDING_RESET_INJECTED, path_frame(path, rst, INSIDE));
            g_assert_cmpuint(reset->cause, ==, lost->index);
            g_assert_nonnull(strstr(verdict(analysis), "idle"));
        }
        path_done(path, analysis);
    }
}

/* What is reset at once was not idle: the device does not want it. */
static void a_message_that_is_not_let_through(void)
{
    struct path *path = path_new(2, 2);
    path_set_up(path, 0);
    path_lose(path, path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST), OUTSIDE);
    path_lose(path, path_tcp(path, 0, SERVER, TCP_FLAG_RST), OUTSIDE);
    path_wait(path, 3);
    path_set_up(path, 1);
    struct analysis *analysis = path_feed(path);
    g_assert_nonnull(strstr(verdict(analysis), "forbids PPTP"));
    path_done(path, analysis);
}

/* The same message, cut otherwise the second time, never passes; nor is it said where the far end
 * acknowledges what its capture missed. */
static void octets_that_end_at_the_hop_however_cut(void)
{
    for (int acknowledged = 0; acknowledged < 2; acknowledged++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        guint echo = path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST);
        uint32_t known = path_packet(path, echo, INSIDE)->seq;
        path_lose(path, echo, OUTSIDE);
        path_wait(path, 1);
        guint again = path_again(path, echo, false);
        struct path_packet *part = path_packet(path, again, INSIDE);
        part->seq += 8;
        part->length -= 8;
        memmove(part->octets, part->octets + 8, part->length);
        path_lose(path, again, OUTSIDE);
        path_wait(path, 1);
        guint ack = path_tcp(path, 0, SERVER, TCP_FLAG_ACK);
        for (uint32_t place = 0; !acknowledged && place < 2; place++)
            path_packet(path, ack, place)->ack = known;
        path_talk(path, 0, 2);
        struct analysis *analysis = path_feed(path);
        if (acknowledged)
            path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
        else
            path_expect(analysis, FINDING_CONTROL_NOT_FORWARDED, path_frame(path, echo, INSIDE));
        path_done(path, analysis);
    }
}

/* An ICMP error about the SYN: the server's, seen at both points, or that of the device between. */
static void an_icmp_error_refuses(void)
{
    for (int at_hop = 0; at_hop < 2; at_hop++) {
        struct path *path = path_new(2, 2);
        path_set_up(path, 1);
        guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
        if (at_hop)
            path_lose(path, syn, OUTSIDE);
        for (uint32_t place = 0; place < (at_hop ? 1 : 2); place++)
            path_icmp(path, syn, place, 3, 13);
        path_wait(path, 1);
        path_tear_down(path, 1);
        struct analysis *analysis = path_feed(path);
        if (at_hop)
            path_expect_only(analysis, FINDING_CONTROL_NOT_FORWARDED,
                             path_frame(path, syn, INSIDE));
        else
            path_expect_only(analysis, FINDING_TCP_REFUSED, path_frame(path, syn, OUTSIDE));
        path_done(path, analysis);
    }
}

/* RFC9293-3.1: what routers change of a SYN, the MSS, and what changes from copy to copy, the
 * timestamp, is not compared. */
static void the_options_of_a_syn_are_compared(void)
{
    static const uint8_t options[][20] = {
        {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7},
        {2, 4, 0x05, 0x50, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7},
        {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 9},
        {2, 4, 0x05, 0xb4, 4, 2, 8, 40, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 9}, /* ends outside */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(options); i++) {
        struct analysis_options with = {.link = true};
        struct analysis *analysis = analysis_new(&with);
        for (uint32_t n = 0; n < 2; n++) {
            struct tcp_segment syn = {
                .packet = {.frame = n + 1,
                           .time_ns = n,
                           .interface = n,
                           .source = n ? path_ip(203, 0, 113, 30) : path_ip(192, 168, 11, 20),
                           .destination = path_ip(198, 51, 100, 10),
                           .ttl = (uint8_t)(64 - n)},
                .source_port = 5000,
                .destination_port = PPTP_PORT,
                .seq = 77,
                .flags = TCP_FLAG_SYN,
                .window = 64240,
                .options = options[n ? i : 0],
                .options_length = sizeof options[0],
            };
            analysis_tcp(analysis, &syn);
        }
        analysis_finish(analysis);
        g_assert_cmpuint(linker_link_count(analysis_linker(analysis)), ==, i < 2);
        analysis_free(analysis);
    }
}

void test_link_before_call(void)
{
#define TEST(name) g_test_add_func("/link_before_call/" #name, name)
    TEST(a_syn_that_passes_and_is_not_answered);
    TEST(a_reset_is_the_servers_only_if_it_came_across);
    TEST(a_syn_ack_that_ends_at_the_hop);
    TEST(a_capture_of_one_direction_proves_no_loss);
    TEST(a_syn_that_ends_at_the_hop);
    TEST(a_syn_that_ends_at_the_second_hop);
    TEST(attempts_are_linked_by_what_is_equal);
    TEST(who_closes_early_is_said_once);
    TEST(a_lost_fin_or_acknowledgment_is_none);
    TEST(a_message_that_is_not_let_through);
    TEST(an_expired_mapping);
    TEST(octets_that_end_at_the_hop_however_cut);
    TEST(an_icmp_error_refuses);
    TEST(the_options_of_a_syn_are_compared);
#undef TEST
}
