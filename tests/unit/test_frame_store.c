/* Records by frame number, in any order and far apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/flow/frame_store.h"

struct item {
    uint8_t kind;
    uint32_t value;
};

static void test_what_was_put_is_found_and_nothing_else(void)
{
    static const uint32_t frames[] = {1, 63, 64, 1000000, 65, 2};
    struct frame_store *store = frame_store_new(sizeof(struct item));
    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_assert_null(frame_store_get(store, frames[i]));
        struct item *item = frame_store_put(store, frames[i]);
        *item = (struct item){1, frames[i]};
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++) {
        struct item *item = frame_store_get(store, frames[i]);
        g_assert_cmpuint(item->value, ==, frames[i]);
    }
    g_assert_null(frame_store_get(store, 0));
    g_assert_null(frame_store_get(store, 3));
    g_assert_null(frame_store_get(store, 500000));
    g_assert_null(frame_store_get(store, 4000000000u));
    frame_store_free(store);
    frame_store_free(NULL);
}

static void test_a_number_seen_again_starts_anew(void)
{
    struct frame_store *store = frame_store_new(sizeof(struct item));
    struct item *item = frame_store_put(store, 7);
    *item = (struct item){1, 5};
    item = frame_store_put(store, 7);
    g_assert_cmpuint(item->value, ==, 0);
    g_assert_null(frame_store_get(store, 7));
    frame_store_free(store);
}

void test_frame_store(void)
{
    g_test_add_func("/frame-store/what was put is found and nothing else",
                    test_what_was_put_is_found_and_nothing_else);
    g_test_add_func("/frame-store/a number seen again starts anew",
                    test_a_number_seen_again_starts_anew);
}
