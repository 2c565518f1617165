/* Octets that are mostly zeros become few, and the same again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "core/base/zero_runs.h"

#define MOST 1024

/* Packs and unpacks; returns how small it became. */
static size_t there_and_back(const uint8_t *octets, size_t count)
{
    uint8_t packed[MOST + MOST / 128 + 1], same[MOST + 1];
    size_t size = zero_runs_pack(octets, count, packed);
    g_assert_cmpuint(size, <=, zero_runs_room(count));
    same[count] = 0xA5;
    g_assert_cmpuint(zero_runs_unpack(packed, count, same), ==, size);
    g_assert_cmpmem(same, count, octets, count);
    g_assert_cmpuint(same[count], ==, 0xA5);
    return size;
}

static void any_octets_come_back(void)
{
    uint8_t octets[MOST];
    GRand *random = g_rand_new_with_seed(1);
    for (int turn = 0; turn < 2000; turn++) {
        size_t count = (size_t)g_rand_int_range(random, 0, MOST + 1);
        gint32 zeros = g_rand_int_range(random, 1, 9);
        for (size_t i = 0; i < count; i++)
            octets[i] = g_rand_int_range(random, 0, zeros) ? 0 : (uint8_t)g_rand_int(random);
        there_and_back(octets, count);
    }
    g_rand_free(random);
}

static void runs_of_every_length_come_back(void)
{
    uint8_t octets[MOST];
    for (size_t count = 0; count <= MOST; count++) {
        memset(octets, 0, sizeof octets);
        there_and_back(octets, count);
        memset(octets, 0xFF, sizeof octets);
        g_assert_cmpuint(there_and_back(octets, count), <=, zero_runs_room(count));
    }
}

static void padded_fields_take_a_fifth(void)
{
    uint8_t octets[156] = {0x00, 0x9C, 0x00, 0x01, 0x1A, 0x2B, 0x3C, 0x4D, 0x00, 0x01};
    memcpy(octets + 28, "local", 5);
    memcpy(octets + 92, "cananian", 8);
    g_assert_cmpuint(there_and_back(octets, sizeof octets), <=, sizeof octets / 5);
}

void test_zero_runs(void);
void test_zero_runs(void)
{
    g_test_add_func("/zero-runs/any", any_octets_come_back);
    g_test_add_func("/zero-runs/lengths", runs_of_every_length_come_back);
    g_test_add_func("/zero-runs/padded", padded_fields_take_a_fifth);
}
