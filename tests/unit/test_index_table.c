/* The hash table of the fast path: finds what was put, and gives the first of several that fit
 * whatever its seed is, or one capture would have two verdicts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/base/hash.h"
#include "core/base/index_table.h"

struct item {
    uint64_t word;
    uint32_t order;
};

static uint32_t hash(uint64_t word)
{
    return (uint32_t)hash_words(&word, 1);
}

static bool same_word(const void *item, const void *key)
{
    return ((const struct item *)item)->word == *(const uint64_t *)key;
}

/* 1000 words, each put four times: growing must not exchange equals. */
static void the_first_of_equals_is_found_with_every_seed(void)
{
    static struct item items[4000];
    for (int run = 0; run < 200; run++) {
        struct index_table table;
        hash_start_with((uint64_t)run);
        index_table_init(&table);
        for (uint32_t i = 0; i < G_N_ELEMENTS(items); i++) {
            items[i] = (struct item){.word = i / 4 % 1000, .order = i};
            index_table_add(&table, hash(items[i].word), &items[i]);
        }
        for (uint64_t word = 0; word < 1000; word++) {
            void **slot = index_table_find(&table, hash(word), same_word, &word);
            g_assert_nonnull(slot);
            g_assert_cmpuint(((struct item *)*slot)->order, ==, word * 4);
        }
        index_table_clear(&table);
    }
}

static void what_was_not_put_is_not_found(void)
{
    struct index_table table;
    struct item item = {.word = 1};
    uint64_t other = 2;
    index_table_init(&table);
    g_assert_null(index_table_find(&table, hash(other), same_word, &other));
    index_table_add(&table, hash(item.word), &item);
    g_assert_null(index_table_find(&table, hash(other), same_word, &other));
    index_table_clear(&table);
}

static unsigned compared;

static bool same_word_counted(const void *item, const void *key)
{
    compared++;
    return same_word(item, key);
}

/* Whatever the keys have in common: 32 bits of the hash are compared first. */
static void a_look_up_compares_one_key(void)
{
    enum { COUNT = 4000 };
    static struct item items[COUNT];
    static const uint64_t steps[] = {1, UINT64_C(1) << 16, UINT64_C(1) << 32, 0x100000001u};
    hash_start_with(1);
    for (size_t step = 0; step < G_N_ELEMENTS(steps); step++) {
        struct index_table table;
        index_table_init(&table);
        for (uint32_t i = 0; i < COUNT; i++) {
            items[i].word = i * steps[step];
            index_table_add(&table, hash(items[i].word), &items[i]);
        }
        compared = 0;
        for (uint32_t i = 0; i < COUNT; i++)
            g_assert_nonnull(
                index_table_find(&table, hash(items[i].word), same_word_counted, &items[i].word));
        g_assert_cmpuint(compared, ==, COUNT);
        index_table_clear(&table);
    }
}

void test_index_table(void)
{
    g_test_add_func("/index_table/a look-up compares one key", a_look_up_compares_one_key);
    g_test_add_func("/index_table/the first of equals is found with every seed",
                    the_first_of_equals_is_found_with_every_seed);
    g_test_add_func("/index_table/what was not put is not found", what_was_not_put_is_not_found);
}
