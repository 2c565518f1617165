/* What is said to end at a hop before there is a call, or to be made there, and what nearly is
 * (FINDINGS, control_not_forwarded, reset_injected, tcp_refused): each with one thing otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#include <string.h>

#define INSIDE  0
#define OUTSIDE 1

#define SYN_ACK (TCP_FLAG_SYN | TCP_FLAG_ACK)
#define RST_ACK (TCP_FLAG_RST | TCP_FLAG_ACK)
#define FIN_ACK (TCP_FLAG_FIN | TCP_FLAG_ACK)

/* More of this, a second later. */
static guint again(struct path *path, guint event)
{
    path_wait(path, 1);
    return path_again(path, event, false);
}

static void send_text(struct path *path, guint event)
{
    for (uint32_t place = 0; place < path->places; place++) {
        struct path_packet *packet = path_packet(path, event, place);
        packet->length = 8;
        memcpy(packet->octets, "GET / HT", 8);
    }
}

/* A reset that one point alone shows is the hop's: not after both ends have closed, not where the
 * other point shows one direction only, and not where it had ended before. */
static void a_reset_at_one_point(void)
{
    enum { OPEN, ONE_CLOSED, BOTH_CLOSED, ONE_DIRECTION, ENDED, CASES };
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(2, 2);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        if (what == ONE_CLOSED || what == BOTH_CLOSED)
            path_tcp(path, 0, CLIENT, FIN_ACK);
        if (what == BOTH_CLOSED)
            path_tcp(path, 0, SERVER, FIN_ACK);
        for (guint event = 0; what == ONE_DIRECTION && event < path->packets->len / 2; event++) {
            if (path_packet(path, event, OUTSIDE)->from == SERVER)
                path_lose(path, event, OUTSIDE);
        }
        path_wait(path, 1);
        guint rst = path_tcp(path, 0, SERVER, TCP_FLAG_RST);
        path_lose(path, rst, OUTSIDE);
        path_wait(path, 1);
        guint later = path->packets->len / 2;
        path_shake(path, 1);
        for (guint event = later; what == ENDED && event < path->packets->len / 2; event++)
            path_lose(path, event, OUTSIDE);
        struct analysis *analysis = path_feed(path);
        if (what <= ONE_CLOSED)
            path_expect(analysis, FINDING_RESET_INJECTED, path_frame(path, rst, INSIDE));
        else
            path_expect_none(analysis, FINDING_RESET_INJECTED);
        path_done(path, analysis);
    }
}

static void a_reset_with_the_address_of_the_client(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    guint rst = path_tcp(path, 0, CLIENT, TCP_FLAG_RST);
    path_lose(path, rst, INSIDE);
    path_wait(path, 1);
    path_tcp(path, 0, SERVER, TCP_FLAG_ACK);
    path_say(path, 0, SERVER, PPTP_ECHO_REQUEST);
    struct analysis *analysis = path_feed(path);
    const struct finding *finding =
        path_expect(analysis, FINDING_RESET_INJECTED, path_frame(path, rst, OUTSIDE));
    g_assert_nonnull(strstr(finding->text, "with the address of the client"));
    path_done(path, analysis);
}

/* A message of either end that is sent twice and passes neither time; once is too little, and an
 * acknowledgment at either point shows that its receiver has it. */
static void a_message_that_ends_at_the_hop(void)
{
    enum { TWICE, ONCE, OTHER_AGAIN, KNOWN_HERE, KNOWN_THERE, CASES };
    for (enum path_end from = CLIENT; from <= SERVER; from++) {
        for (int what = 0; what < CASES; what++) {
            struct path *path = path_new(2, 1);
            uint32_t near = from == CLIENT ? INSIDE : OUTSIDE;
            path_set_up(path, 0);
            guint other = path_say(path, 0, from, PPTP_ECHO_REQUEST);
            guint echo = path_say(path, 0, from, PPTP_ECHO_REQUEST);
            uint32_t known = path_packet(path, echo, INSIDE)->seq;
            path_lose(path, echo, 1 - near);
            if (what == OTHER_AGAIN)
                again(path, other);
            else if (what != ONCE)
                path_lose(path, again(path, echo), 1 - near);
            path_wait(path, 1);
            guint ack = path_tcp(path, 0, 1 - from, TCP_FLAG_ACK);
            for (uint32_t place = 0; place < 2; place++) {
                bool knows = what == KNOWN_HERE    ? place == near
                             : what == KNOWN_THERE ? place != near
                                                   : false;
                path_packet(path, ack, place)->ack = known + (knows ? 16 : 0);
                path_packet(path, ack, place)->lost = what >= KNOWN_HERE && !knows;
            }
            path_talk(path, 0, 3);
            struct analysis *analysis = path_feed(path);
            if (what == TWICE) {
                const struct finding *finding = path_expect(analysis, FINDING_CONTROL_NOT_FORWARDED,
                                                            path_frame(path, echo, near));
                g_assert_nonnull(strstr(finding->text, "Echo-Request and its retransmissions"));
            } else {
                path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
            }
            path_done(path, analysis);
        }
    }
}

/* A reset that was there before the message does not answer it. */
static void an_earlier_reset_answers_nothing(void)
{
    for (int earlier = 0; earlier < 2; earlier++) {
        struct path *path = path_new(2, 2);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        for (int i = 0; i < 2; i++) {
            path_wait(path, 1);
            if (i == earlier)
                path_lose(path, path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST), OUTSIDE);
            else
                path_lose(path, path_tcp(path, 0, SERVER, TCP_FLAG_RST), OUTSIDE);
        }
        path_wait(path, 1);
        path_set_up(path, 1);
        struct analysis *analysis = path_feed(path);
        g_assert_nonnull(path_finding(analysis, FINDING_RESET_INJECTED, 0));
        g_assert_cmpint(path_finding(analysis, FINDING_CONTROL_NOT_FORWARDED, 0) != NULL, ==,
                        !earlier);
        path_done(path, analysis);
    }
}

/* The server's SYN-ACK never comes out. One is enough if a reset with the client's address answers
 * it that the inside did not see; and none is missed where a later segment of the server, or the
 * client's acknowledgment, shows that it came. */
static void a_syn_ack_that_does_not_come_out(void)
{
    enum { TWICE, ONCE_RESET, SPOKE_LATER, ACKNOWLEDGED, INSIDE_ENDED, CASES };
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(2, 2);
        path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
        guint answer = path_tcp(path, 0, SERVER, SYN_ACK);
        path_lose(path, answer, INSIDE);
        if (what == ONCE_RESET)
            path_lose(path, path_tcp(path, 0, CLIENT, TCP_FLAG_RST), INSIDE);
        else
            path_lose(path, again(path, answer), INSIDE);
        if (what == SPOKE_LATER)
            path_say(path, 0, SERVER, PPTP_ECHO_REQUEST);
        if (what == ACKNOWLEDGED)
            path_lose(path, path_tcp(path, 0, CLIENT, TCP_FLAG_ACK), OUTSIDE);
        path_wait(path, 1);
        guint later = path->packets->len / 2;
        path_set_up(path, 1);
        for (guint event = later; what == INSIDE_ENDED && event < path->packets->len / 2; event++)
            path_lose(path, event, INSIDE);
        struct analysis *analysis = path_feed(path);
        if (what <= ONCE_RESET) {
            const struct finding *finding = path_expect(analysis, FINDING_CONTROL_NOT_FORWARDED,
                                                        path_frame(path, answer, OUTSIDE));
            g_assert_nonnull(strstr(finding->text, what == TWICE ? "sent 2 times" : "sent once"));
        } else {
            path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
        }
        path_done(path, analysis);
    }
}

/* The SYN passes. What refuses it is the server's where the outside shows it, and else the hop's:
 * an error by ICMP that the client alone gets, or a reset. */
static void silence_outside_and_a_refusal_inside(void)
{
    enum { SILENCE, ICMP_INSIDE, RESET_INSIDE, CASES };
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(2, 1);
        guint syn = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN), last = syn, refusal = 0;
        for (int i = 0; i < 4; i++)
            last = again(path, last);
        if (what == ICMP_INSIDE)
            refusal = path_icmp(path, syn, INSIDE, 3, 13);
        if (what == RESET_INSIDE)
            path_lose(path, refusal = path_tcp(path, 0, SERVER, RST_ACK), OUTSIDE);
        again(path, last);
        struct analysis *analysis = path_feed(path);
        if (what == RESET_INSIDE)
            path_expect_only(analysis, FINDING_RESET_INJECTED, path_frame(path, refusal, INSIDE));
        else
            path_expect_only(analysis, FINDING_TCP_REFUSED,
                             path_frame(path, syn, what == SILENCE ? OUTSIDE : INSIDE));
        path_done(path, analysis);
    }
}

/* Client 1 shows the way. The SYN of client 0 ends at the hop; nothing is said of it where the
 * outside shows a SYN that may be it, where the client has an answer, of a connection joined late,
 * or of another service. */
static void a_syn_that_is_missed_outside(void)
{
    enum { MISSED, ODD_ONE_OUTSIDE, ANSWERED, LATE, OTHER_PORT, CASES };
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(2, 3);
        if (what == OTHER_PORT)
            path->client[0].at[INSIDE].port[SERVER] = path->client[0].at[OUTSIDE].port[SERVER] = 80;
        path_set_up(path, 1);
        guint syn = path_tcp(path, 0, CLIENT, what == LATE ? TCP_FLAG_ACK : TCP_FLAG_SYN);
        path_lose(path, syn, OUTSIDE);
        path_lose(path, again(path, syn), OUTSIDE);
        if (what == ANSWERED)
            path_lose(path, path_tcp(path, 0, CLIENT, TCP_FLAG_ACK), OUTSIDE);
        if (what == ODD_ONE_OUTSIDE)
            path_lose(path, path_tcp(path, 2, CLIENT, TCP_FLAG_SYN), INSIDE);
        path_wait(path, 1);
        path_tear_down(path, 1);
        struct analysis *analysis = path_feed(path);
        if (what == MISSED)
            path_expect_only(analysis, FINDING_CONTROL_NOT_FORWARDED,
                             path_frame(path, syn, INSIDE));
        else
            path_expect_none(analysis, FINDING_CONTROL_NOT_FORWARDED);
        path_done(path, analysis);
    }
}

/* Another service on the port: nothing is said of its end, linked or alone. */
static void another_service_is_left_alone(void)
{
    for (int other = 0; other < 2; other++) {
        for (uint32_t places = 1; places <= 2; places++) {
            struct path *path = path_new(places, 1);
            path_tcp(path, 0, CLIENT, TCP_FLAG_SYN);
            path_tcp(path, 0, SERVER, SYN_ACK);
            path_tcp(path, 0, CLIENT, TCP_FLAG_ACK);
            if (other) {
                guint said = path_tcp(path, 0, CLIENT, TCP_FLAG_ACK);
                send_text(path, said);
                path->client[0].next[CLIENT] += 8;
            } else {
                path_say(path, 0, CLIENT, PPTP_SCCRQ);
            }
            path_tcp(path, 0, SERVER, FIN_ACK);
            struct analysis *analysis = path_feed(path);
            if (other)
                path_expect_fine(analysis);
            else
                g_assert_nonnull(path_finding(analysis, FINDING_CLOSED_EARLY, 0));
            path_done(path, analysis);
        }
    }
}

/* A FIN that only the end's own point shows has not come across. */
static void a_close_that_did_not_come_across(void)
{
    for (int across = 0; across < 2; across++) {
        struct path *path = path_new(2, 1);
        path_shake(path, 0);
        path_say(path, 0, CLIENT, PPTP_OCRQ);
        guint fin = path_tcp(path, 0, SERVER, FIN_ACK);
        if (!across)
            path_lose(path, fin, INSIDE);
        path_tcp(path, 0, CLIENT, TCP_FLAG_ACK);
        struct analysis *analysis = path_feed(path);
        const struct finding *finding =
            path_expect(analysis, FINDING_CLOSED_EARLY, path_frame(path, fin, OUTSIDE));
        g_assert_cmpint(strstr(finding->text, "came across the hop") != NULL, ==, across);
        path_done(path, analysis);
    }
}

/* Attempts at one time whose SYNs are all the same and have no IP ID: equal ports tell them apart.
 * With other ports outside nothing does, and none is linked; nor is a connection that says
 * something linked by its ports. */
static void equal_attempts_at_one_time(void)
{
    enum { SAME_PORTS, OTHER_PORTS, WITH_MESSAGES, CASES };
    for (int what = 0; what < CASES; what++) {
        struct path *path = path_new(2, 3);
        path->no_ip_id = true;
        for (uint32_t i = 0; i < 3; i++) {
            path->client[i].isn[CLIENT] = path->client[i].next[CLIENT] = 1000000;
            if (what == OTHER_PORTS)
                path->client[i].at[OUTSIDE].port[CLIENT] += 1000;
            path_tcp(path, i, CLIENT, TCP_FLAG_SYN);
        }
        for (uint32_t i = 0; i < 3; i++) {
            if (what == WITH_MESSAGES) {
                guint said = path_say(path, i, CLIENT, PPTP_SCCRQ);
                path_packet(path, said, INSIDE)->octets[100] ^= 1; /* no message links them */
            }
            path_tcp(path, i, SERVER, RST_ACK);
        }
        struct analysis *analysis = path_feed(path);
        g_assert_cmpuint(linker_link_count(analysis_linker(analysis)), ==,
                         what == SAME_PORTS ? 3 : 0);
        path_done(path, analysis);
    }
}

#define TEST(name) g_test_add_func("/link_before_hop/" #name, name)

void test_link_before_hop(void)
{
    TEST(a_reset_at_one_point);
    TEST(a_reset_with_the_address_of_the_client);
    TEST(a_message_that_ends_at_the_hop);
    TEST(an_earlier_reset_answers_nothing);
    TEST(a_syn_ack_that_does_not_come_out);
    TEST(silence_outside_and_a_refusal_inside);
    TEST(a_syn_that_is_missed_outside);
    TEST(another_service_is_left_alone);
    TEST(equal_attempts_at_one_time);
    TEST(a_close_that_did_not_come_across);
}
