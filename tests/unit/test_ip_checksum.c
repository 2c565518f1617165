/* Which wrong IP header checksums are a translation's fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/base/ip_checksum.h"

static const struct net_address inside[2] = {{4, {192, 168, 11, 20}}, {4, {192, 168, 1, 10}}};
static const struct net_address outside[2] = {{4, {192, 168, 1, 30}}, {4, {192, 168, 1, 10}}};

static struct packet wrong_packet(uint32_t frame, uint16_t seen)
{
    return (struct packet){.frame = frame,
                           .ttl = 63,
                           .ip_checksum_wrong = true,
                           .ip_checksum_seen = seen,
                           .ip_checksum_right = 43038};
}

static bool is_stale(uint16_t seen, uint8_t near_ttl)
{
    struct ip_checksums checksums = {0};
    struct packet packet = wrong_packet(12, seen);

    ip_checksums_sent(&checksums, &packet, true, 1);
    return ip_checksums_are_stale(&checksums, inside, outside, near_ttl);
}

static void test_it_is_short_by_the_addresses_with_or_without_the_ttl(void)
{
    g_assert_true(is_stale(40488, 64));        /* the TTL is accounted for */
    g_assert_true(is_stale(40488 - 256, 64));  /* it is not */
    g_assert_false(is_stale(40488 - 256, 0));  /* which is not known */
    g_assert_false(is_stale(40488 - 512, 64)); /* another step than the TTL's */
    g_assert_false(is_stale(40489, 64));
    g_assert_false(is_stale(0x1234, 64));
}

static void test_untranslated_packets_are_none(void)
{
    struct ip_checksums checksums = {0};
    struct packet packet = wrong_packet(12, 40488);

    ip_checksums_sent(&checksums, &packet, true, 1);
    g_assert_false(ip_checksums_are_stale(&checksums, inside, inside, 64));
}

static void test_a_second_without_an_answer_is_as_good_as_an_answer_without_an_acknowledgment(void)
{
    struct ip_checksums checksums = {0};
    struct packet wrong = wrong_packet(12, 40488), right = {.frame = 13};

    ip_checksums_sent(&checksums, &wrong, true, 5);
    wrong.time_ns += 999999999;
    ip_checksums_sent(&checksums, &wrong, true, 5);
    right.time_ns = wrong.time_ns + 2000000000;
    ip_checksums_sent(&checksums, &right, true, 6);
    g_assert_false(checksums.again);
    wrong.time_ns += 1;
    ip_checksums_sent(&checksums, &wrong, true, 5);
    g_assert_true(checksums.again);
    g_assert_false(checksums.answered);
}

static void test_an_acknowledgment_of_a_wrong_one_shows_that_it_was_accepted(void)
{
    struct ip_checksums checksums = {0};
    struct packet wrong = wrong_packet(12, 40488), right = {.frame = 13};

    ip_checksums_answered(&checksums, true, 5);
    g_assert_false(checksums.answered);
    ip_checksums_sent(&checksums, &wrong, true, 5);
    ip_checksums_answered(&checksums, true, 4); /* of what came before */
    g_assert_true(checksums.answered);
    g_assert_false(checksums.accepted);
    ip_checksums_sent(&checksums, &right, true, 6);
    ip_checksums_answered(&checksums, true, 6); /* the right one, which covers the wrong one */
    g_assert_false(checksums.accepted);
    ip_checksums_answered(&checksums, true, 7);
    g_assert_true(checksums.accepted);
}

/* A packet of no number, as most of GRE, is acknowledged by nothing; nor is what only came before
 * it, or with a right one. */
static void test_what_no_acknowledgment_names_is_not_accepted(void)
{
    static const struct {
        bool wrong_numbered, right_numbered, has_ack;
        uint32_t right, ack;
        bool accepted;
    } script[] = {
        {true, false, true, 0, 5, true},          {true, false, false, 0, 5, false},
        {false, false, true, 0, 5, false},        {true, false, true, 6, 6, true},
        {true, true, true, 6, 6, false},          {true, true, true, 0xFFFFFFF0, 6, true},
        {true, true, true, 4, 0xFFFFFFF0, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        struct ip_checksums checksums = {0};
        struct packet wrong = wrong_packet(12, 40488), right = {.frame = 13};

        ip_checksums_sent(&checksums, &right, true, 2); /* before there is a wrong one */
        g_assert_false(checksums.has_right);
        ip_checksums_sent(&checksums, &wrong, script[i].wrong_numbered, 5);
        ip_checksums_sent(&checksums, &wrong, script[i].wrong_numbered, 7);
        ip_checksums_sent(&checksums, &right, script[i].right_numbered, script[i].right);
        ip_checksums_sent(&checksums, &right, script[i].right_numbered, script[i].right - 1);
        ip_checksums_answered(&checksums, script[i].has_ack, script[i].ack);
        g_assert_true(checksums.answered);
        g_assert_cmpuint(checksums.frame, ==, 12);
        g_assert_cmpint(checksums.accepted, ==, script[i].accepted);
    }
}

/* IPv6 has no header checksum; 0x0000 and 0xFFFF are one number (RFC 1624 3). */
static void test_other_headers_are_none(void)
{
    static const struct net_address longer[2] = {{16, {0x20}}, {16, {0x30}}};
    struct ip_checksums checksums = {0};
    struct packet wrong = wrong_packet(12, 0xFFFF);

    wrong.ip_checksum_right = 0;
    ip_checksums_sent(&checksums, &wrong, true, 5);
    g_assert_false(ip_checksums_are_stale(&checksums, inside, outside, 64));
    g_assert_false(ip_checksums_are_stale(&checksums, longer, outside, 64));
    g_assert_false(ip_checksums_are_stale(&checksums, inside, longer, 64));
    checksums = (struct ip_checksums){0};
    wrong = wrong_packet(12, 40488 - 256);
    wrong.ttl = 0; /* not known */
    ip_checksums_sent(&checksums, &wrong, true, 5);
    g_assert_false(ip_checksums_are_stale(&checksums, inside, outside, 64));
}

void test_ip_checksum(void)
{
    g_test_add_func("/ip-checksum/acknowledged", test_what_no_acknowledgment_names_is_not_accepted);
    g_test_add_func("/ip-checksum/other-headers", test_other_headers_are_none);
    g_test_add_func("/ip-checksum/stale",
                    test_it_is_short_by_the_addresses_with_or_without_the_ttl);
    g_test_add_func("/ip-checksum/untranslated", test_untranslated_packets_are_none);
    g_test_add_func(
        "/ip-checksum/unanswered",
        test_a_second_without_an_answer_is_as_good_as_an_answer_without_an_acknowledgment);
    g_test_add_func("/ip-checksum/accepted",
                    test_an_acknowledgment_of_a_wrong_one_shows_that_it_was_accepted);
}
