/* Which wrong IP header checksums are a translation's fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/ip_checksum.h"

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

void test_ip_checksum(void)
{
    g_test_add_func("/ip-checksum/stale",
                    test_it_is_short_by_the_addresses_with_or_without_the_ttl);
    g_test_add_func("/ip-checksum/untranslated", test_untranslated_packets_are_none);
    g_test_add_func("/ip-checksum/accepted",
                    test_an_acknowledgment_of_a_wrong_one_shows_that_it_was_accepted);
}
