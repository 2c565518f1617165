/* IP header checksums that a NAT leaves as they were when it changes the addresses (FINDINGS,
 * ip_checksum_wrong), and what looks the same: an adapter that fills them in after the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

/* What all headers of these tests have in common. */
#define REST 0x4500u

/* RFC 1071: of a header with these addresses and this TTL. */
static uint16_t header_checksum(const struct path_packet *packet, uint8_t ttl)
{
    uint32_t sum = REST + ((uint32_t)ttl << 8);
    for (int i = 0; i < 4; i += 2) {
        sum += (uint32_t)packet->source.octets[i] << 8 | packet->source.octets[i + 1];
        sum += (uint32_t)packet->destination.octets[i] << 8 | packet->destination.octets[i + 1];
    }
    while (sum > 0xFFFF)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

enum how {
    ADDRESSES,         /* the TTL's step is accounted for, the addresses are not */
    ADDRESSES_AND_TTL, /* the sender's checksum passes as it was */
    ZERO,              /* what an adapter leaves that computes it later */
    OTHER,
};

/* The event's checksum behind the hop. */
static void spoil(struct path *path, guint event, enum how how)
{
    uint32_t near = path_packet(path, event, INSIDE)->from == CLIENT ? INSIDE : OUTSIDE;
    const struct path_packet *before = path_packet(path, event, near);
    struct path_packet *after = path_packet(path, event, 1 - near);
    after->ip_checksum_wrong = true;
    after->ip_checksum_right = header_checksum(after, after->ttl);
    switch (how) {
    case ADDRESSES:
        after->ip_checksum_seen = header_checksum(before, after->ttl);
        break;
    case ADDRESSES_AND_TTL:
        after->ip_checksum_seen = header_checksum(before, before->ttl);
        break;
    case ZERO:
        after->ip_checksum_seen = 0;
        break;
    case OTHER:
        after->ip_checksum_seen = (uint16_t)(after->ip_checksum_right ^ 0x0101);
        break;
    }
}

static struct path *with_gre(enum path_end from, enum how how, guint *ret_first)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    for (int i = 0; i < 4; i++) {
        guint event = path_gre(path, 0, from, 40);
        spoil(path, event, how);
        *ret_first = i == 0 ? event : *ret_first;
        path_gre(path, 0, 1 - from, 40);
    }
    path_tear_down(path, 0);
    return path;
}

static void gre_short_by_the_addresses_is_the_nats(void)
{
    for (enum path_end from = CLIENT; from <= SERVER; from++) {
        for (enum how how = ADDRESSES; how <= ADDRESSES_AND_TTL; how++) {
            guint first;
            struct path *path = with_gre(from, how, &first);
            struct analysis *analysis = path_feed(path);
            uint32_t far = from == CLIENT ? OUTSIDE : INSIDE;
            const struct finding *finding =
                path_expect_only(analysis, FINDING_IP_CHECKSUM_WRONG, path_frame(path, first, far));
            const struct path_packet *packet = path_packet(path, first, far);
            g_assert_cmpuint(finding->expected, ==, packet->ip_checksum_right);
            g_assert_cmpuint(finding->seen, ==, packet->ip_checksum_seen);
            g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, first, 1 - far));
            g_assert_cmpint(finding->direction, ==,
                            from == CLIENT ? DIRECTION_PNS_TO_PAC : DIRECTION_PAC_TO_PNS);
            g_assert_nonnull(strstr(finding->text, "GRE packet"));
            path_done(path, analysis);
        }
    }
}

/* Offload is in each packet of an adapter, and the difference is another one. */
static void gre_wrong_by_something_else_is_not(void)
{
    for (enum how how = ZERO; how <= OTHER; how++) {
        guint first;
        struct path *path = with_gre(SERVER, how, &first);
        struct analysis *analysis = path_feed(path);
        path_expect_fine(analysis);
        path_done(path, analysis);
    }
}

/* The receiver acknowledges a message whose checksum seems wrong: it is filled in later. Then what
 * the same adapter sends of GRE is no fault, and what the other direction shows is one. */
static void what_the_receiver_accepts_is_filled_in_later(void)
{
    for (int accepted = 0; accepted < 2; accepted++) {
        for (int other_way = 0; other_way < 2; other_way++) {
            struct path *path = path_new(2, 1);
            path_shake(path, 0);
            if (accepted)
                spoil(path, path_say(path, 0, CLIENT, PPTP_OCRQ), ADDRESSES);
            else
                path_say(path, 0, CLIENT, PPTP_OCRQ);
            path_say(path, 0, SERVER, PPTP_OCRP);
            guint packet = path_gre(path, 0, other_way ? SERVER : CLIENT, 40);
            spoil(path, packet, ADDRESSES);
            path_talk(path, 0, 4);
            path_tear_down(path, 0);
            struct analysis *analysis = path_feed(path);
            if (accepted && !other_way)
                path_expect_fine(analysis);
            else
                path_expect_only(analysis, FINDING_IP_CHECKSUM_WRONG,
                                 path_frame(path, packet, other_way ? INSIDE : OUTSIDE));
            path_done(path, analysis);
        }
    }
}

/* A message that comes out wrong again and again; the receiver answers something else, or nothing.
 */
static void a_message_that_is_not_accepted(void)
{
    for (int answered = 0; answered < 2; answered++) {
        struct path *path = path_new(2, 1);
        path_set_up(path, 0);
        path_talk(path, 0, 3);
        guint echo = path_say(path, 0, CLIENT, PPTP_ECHO_REQUEST), again = echo;
        spoil(path, echo, ADDRESSES);
        for (int i = 0; i < 2; i++) {
            path_wait(path, 1);
            again = path_again(path, again, false);
        }
        if (answered) {
            guint ack = path_tcp(path, 0, SERVER, TCP_FLAG_ACK);
            for (uint32_t place = 0; place < 2; place++)
                path_packet(path, ack, place)->ack = path_packet(path, echo, place)->seq;
        }
        struct analysis *analysis = path_feed(path);
        const struct finding *finding =
            path_expect(analysis, FINDING_IP_CHECKSUM_WRONG, path_frame(path, echo, OUTSIDE));
        g_assert_nonnull(strstr(finding->text, "TCP packet"));
        g_assert_cmpint(finding->direction, ==, DIRECTION_NONE);
        g_assert_cmpuint(finding->peer_frame, ==, path_frame(path, echo, INSIDE));
        path_done(path, analysis);
    }
}

/* The SYN comes out wrong, and the server sends nothing: of one SYN it is not known whether it
 * would have. */
static void a_syn_without_an_answer_is_sent_again(void)
{
    for (int again = 0; again < 3; again += 2) {
        struct path *path = path_new(2, 1);
        guint first = path_tcp(path, 0, CLIENT, TCP_FLAG_SYN), syn = first;
        spoil(path, syn, ADDRESSES);
        for (int i = 0; i < again; i++) {
            path_wait(path, 2);
            syn = path_again(path, syn, false);
        }
        struct analysis *analysis = path_feed(path);
        if (again == 0) {
            path_expect_none(analysis, FINDING_IP_CHECKSUM_WRONG);
        } else {
            uint32_t frame = path_frame(path, first, OUTSIDE);
            const struct finding *wrong = path_expect(analysis, FINDING_IP_CHECKSUM_WRONG, frame);
            const struct finding *refused = path_expect(analysis, FINDING_TCP_REFUSED, frame);
            g_assert_cmpuint(refused->cause, ==, wrong->index);
        }
        path_done(path, analysis);
    }
}

#define TEST(name) g_test_add_func("/link_ip_checksum/" #name, name)

void test_link_ip_checksum(void)
{
    TEST(gre_short_by_the_addresses_is_the_nats);
    TEST(gre_wrong_by_something_else_is_not);
    TEST(what_the_receiver_accepts_is_filled_in_later);
    TEST(a_message_that_is_not_accepted);
    TEST(a_syn_without_an_answer_is_sent_again);
}
