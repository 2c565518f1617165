/* The bounded table of packets that wait for their other half.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/flow/waiting.h"

/* Entries put at a time before `*now` are old. */
static bool older(const struct waiting_entry *entry, void *user)
{
    return entry->time_ns < *(const int64_t *)user;
}

static void a_packet_is_taken_once_and_only_from_the_other_side(void)
{
    int64_t now = 0;
    struct waiting_packets *waiting = waiting_new(1000, older, &now);
    struct waiting_entry entry;
    g_assert_false(waiting_take(waiting, 7, 1, &entry));
    g_assert_true(waiting_put(waiting, 7, 0, 11, 5));
    g_assert_false(waiting_take(waiting, 7, 0, &entry));
    g_assert_true(waiting_take(waiting, 7, 1, &entry));
    g_assert_cmpuint(entry.frame, ==, 11);
    g_assert_false(waiting_take(waiting, 7, 1, &entry));
    waiting_free(waiting);
}

static void the_earliest_of_equal_packets_goes_first(void)
{
    int64_t now = 0;
    struct waiting_packets *waiting = waiting_new(1000, older, &now);
    struct waiting_entry entry;

    waiting_put(waiting, 7, 0, 30, 0);
    waiting_put(waiting, 7, 0, 10, 0);
    waiting_put(waiting, 7, 0, 20, 0);
    g_assert_cmpuint(waiting_find(waiting, 7, 1, &entry, 1), ==, 3);
    g_assert_cmpuint(waiting_find(waiting, 7, 0, &entry, 1), ==, 0);
    for (uint32_t frame = 10; frame <= 30; frame += 10) {
        g_assert_true(waiting_take(waiting, 7, 1, &entry));
        g_assert_cmpuint(entry.frame, ==, frame);
    }
    waiting_free(waiting);
}

/* Against a plain list: random puts and takes of few keys, so that chains are long and wrap. */
static void it_agrees_with_a_list(void)
{
    int64_t now = 0;
    struct waiting_packets *waiting = waiting_new(100000, older, &now);
    GRand *random = g_rand_new_with_seed(4711);
    struct waiting_entry list[4000];
    uint32_t count = 0;
    for (uint32_t step = 1; step < 40000; step++) {
        uint64_t key = waiting_key(0, 0, g_rand_int(random) % 900);
        if (g_rand_boolean(random) && count < G_N_ELEMENTS(list)) {
            uint32_t same = 0;
            for (uint32_t i = 0; i < count; i++)
                same += list[i].key == key;
            if (same >= 30)
                continue;
            list[count++] = (struct waiting_entry){.key = key, .frame = step};
            g_assert_true(waiting_put(waiting, key, 0, step, 0));
            continue;
        }
        uint32_t best = count;
        for (uint32_t i = 0; i < count; i++) {
            if (list[i].key == key && (best == count || list[i].frame < list[best].frame))
                best = i;
        }
        struct waiting_entry entry;
        g_assert_cmpint(waiting_take(waiting, key, 1, &entry), ==, best < count);
        if (best < count) {
            g_assert_cmpuint(entry.frame, ==, list[best].frame);
            list[best] = list[--count];
        }
        g_assert_cmpuint(waiting_count(waiting), ==, count);
    }
    g_rand_free(random);
    waiting_free(waiting);
}

static void a_full_table_refuses_until_something_is_old(void)
{
    int64_t now = 0;
    struct waiting_packets *waiting = waiting_new(100, older, &now);
    for (uint32_t i = 1; i <= 100; i++)
        g_assert_true(waiting_put(waiting, waiting_key(0, 0, i), 0, i, i));
    g_assert_false(waiting_put(waiting, waiting_key(0, 0, 101), 0, 101, 101));
    now = 51;
    uint32_t kept = 0;
    for (uint32_t i = 102; i < 202; i++)
        kept += waiting_put(waiting, waiting_key(0, 0, i), 0, i, i);
    g_assert_cmpuint(kept, >=, 50);
    g_assert_cmpuint(waiting_count(waiting), <=, 100);
    waiting_free(waiting);
}

static bool never_old(const struct waiting_entry *entry, void *user)
{
    (void)entry;
    ++*(uint32_t *)user;
    return false;
}

/* Else packets that never find their other half, in a file of many, take the square. */
static void a_full_table_is_searched_in_vain_only_so_often(void)
{
    const uint32_t limit = 1000, more = 100000;
    uint32_t asked = 0;
    struct waiting_packets *waiting = waiting_new(limit, never_old, &asked);
    for (uint32_t i = 1; i <= limit; i++)
        g_assert_true(waiting_put(waiting, waiting_key(0, 0, i), 0, i, 0));
    asked = 0;
    for (uint32_t i = limit + 1; i <= limit + more; i++)
        g_assert_false(waiting_put(waiting, waiting_key(0, 0, i), 0, i, 0));
    g_assert_cmpuint(asked, <=, 4 * more);
    waiting_free(waiting);
}

static void equal_packets_without_end_are_not_kept(void)
{
    int64_t now = 0;
    struct waiting_packets *waiting = waiting_new(1u << 20, older, &now);
    for (uint32_t i = 1; i <= 200000; i++)
        waiting_put(waiting, 7, 0, i, 0);
    g_assert_cmpuint(waiting_count(waiting), <=, 32);
    waiting_free(waiting);
}

void test_gre_waiting(void)
{
    g_test_add_func("/waiting/a packet is taken once and only from the other side",
                    a_packet_is_taken_once_and_only_from_the_other_side);
    g_test_add_func("/waiting/the earliest of equal packets goes first",
                    the_earliest_of_equal_packets_goes_first);
    g_test_add_func("/waiting/it agrees with a list", it_agrees_with_a_list);
    g_test_add_func("/waiting/a full table refuses until something is old",
                    a_full_table_refuses_until_something_is_old);
    g_test_add_func("/waiting/a full table is searched in vain only so often",
                    a_full_table_is_searched_in_vain_only_so_often);
    g_test_add_func("/waiting/equal packets without end are not kept",
                    equal_packets_without_end_are_not_kept);
}
