/* Sequence and acknowledgment numbers as a numbered script of (number, verdict), then the edges in
 * loops (RFC 2637 4.2 to 4.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/flow/sequence_window.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

struct line {
    unsigned number;
    uint32_t seq;
    enum sequence_order order;
    uint32_t missing; /* right before it */
    uint32_t lost;    /* in all, after it */
};

static void run(const struct line *lines, unsigned count)
{
    struct sequence_window window = {0};

    for (unsigned i = 0; i < count; i++) {
        struct sequence_order_verdict verdict = sequence_window_send(&window, lines[i].seq);

        g_test_message("line %u: %u", lines[i].number, lines[i].seq);
        g_assert_cmpint(verdict.order, ==, lines[i].order);
        g_assert_cmpuint(verdict.lost, ==, lines[i].missing);
        g_assert_cmpuint(window.lost, ==, lines[i].lost);
    }
}

static void test_one_direction_of_a_call(void)
{
    static const struct line lines[] = {
        {1, 0, SEQUENCE_FIRST, 0, 0},
        {2, 1, SEQUENCE_IN_ORDER, 0, 0},
        {3, 2, SEQUENCE_IN_ORDER, 0, 0},
        {4, 2, SEQUENCE_DUPLICATE, 0, 0},
        {5, 0, SEQUENCE_DUPLICATE, 0, 0},
        {6, 5, SEQUENCE_GAP, 2, 2}, /* 3, 4 are missing */
        {7, 6, SEQUENCE_IN_ORDER, 0, 2},
        {8, 3, SEQUENCE_OUT_OF_ORDER, 0, 1}, /* late, not lost */
        {9, 3, SEQUENCE_DUPLICATE, 0, 1},
        {10, 6, SEQUENCE_DUPLICATE, 0, 1},
        {11, 4, SEQUENCE_OUT_OF_ORDER, 0, 0},
        {12, 4, SEQUENCE_DUPLICATE, 0, 0},
        {13, 7, SEQUENCE_IN_ORDER, 0, 0},
        {14, 71, SEQUENCE_GAP, 63, 63},
        {15, 7, SEQUENCE_TOO_OLD, 0, 63},      /* 64 behind: cannot be told */
        {16, 8, SEQUENCE_OUT_OF_ORDER, 0, 62}, /* 63 behind: can */
        {17, 8, SEQUENCE_DUPLICATE, 0, 62},
        {18, 70, SEQUENCE_OUT_OF_ORDER, 0, 61},
        {19, 72, SEQUENCE_IN_ORDER, 0, 61},
        {20, 8, SEQUENCE_TOO_OLD, 0, 61},
        {21, 9, SEQUENCE_OUT_OF_ORDER, 0, 60},
        {22, 136, SEQUENCE_GAP, 63, 123}, /* the bitmap moves by 64: all of it is forgotten */
        {23, 73, SEQUENCE_OUT_OF_ORDER, 0, 122},
        {24, 72, SEQUENCE_TOO_OLD, 0, 122},
        {25, 136, SEQUENCE_DUPLICATE, 0, 122},
        {26, 137, SEQUENCE_IN_ORDER, 0, 122},
        {27, 65673, SEQUENCE_GAP, 65535, 65657}, /* 65536 ahead: still the same sequence */
        {28, 65674, SEQUENCE_IN_ORDER, 0, 65657},
        {29, 138, SEQUENCE_TOO_OLD, 0, 65657}, /* 65536 behind */
        {30, 137, SEQUENCE_RESTART, 0, 65657}, /* one more after 65674: a new sequence */
        {31, 138, SEQUENCE_IN_ORDER, 0, 65657},
        {32, 137, SEQUENCE_DUPLICATE, 0, 65657},
        {33, 65675, SEQUENCE_RESTART, 0, 65657}, /* 65537 ahead */
        {34, 65676, SEQUENCE_IN_ORDER, 0, 65657},
        {35, 2147549324u, SEQUENCE_RESTART, 0,
         65657}, /* half the number space: neither before nor behind */
        {36, 2147549325u, SEQUENCE_IN_ORDER, 0, 65657},
        {37, 2147549325u, SEQUENCE_DUPLICATE, 0, 65657},
        {38, 2147549327u, SEQUENCE_GAP, 1, 65658},
        {39, 2147549326u, SEQUENCE_OUT_OF_ORDER, 0, 65657},
        {40, 0, SEQUENCE_RESTART, 0, 65657},
    };

    run(lines, LENGTH_OF(lines));
}

/* Numbers start anywhere: pptpd 0, pptp-linux 1, a capture begun in mid-call anything. */
static void test_any_first_number_is_fine(void)
{
    static const uint32_t firsts[] = {0, 1, 1000, 0x7FFFFFFFu, 0x80000000u, UINT32_MAX};

    for (unsigned i = 0; i < LENGTH_OF(firsts); i++) {
        struct sequence_window window = {0};

        g_assert_cmpint(sequence_window_send(&window, firsts[i]).order, ==, SEQUENCE_FIRST);
        g_assert_cmpint(sequence_window_send(&window, firsts[i] + 1).order, ==, SEQUENCE_IN_ORDER);
        g_assert_cmpint(sequence_window_send(&window, firsts[i] + 3).order, ==, SEQUENCE_GAP);
        g_assert_cmpint(sequence_window_send(&window, firsts[i] + 2).order, ==,
                        SEQUENCE_OUT_OF_ORDER);
        g_assert_cmpuint(window.lost, ==, 0);
        g_assert_cmpuint(window.out_of_order, ==, 1);
        g_assert_cmpuint(window.first, ==, firsts[i]);
    }
}

static void test_numbers_wrap_at_32_bits(void)
{
    static const struct line lines[] = {
        {1, 4294967293u, SEQUENCE_FIRST, 0, 0},
        {2, 4294967295u, SEQUENCE_GAP, 1, 1},
        {3, 0, SEQUENCE_IN_ORDER, 0, 1},
        {4, 4294967294u, SEQUENCE_OUT_OF_ORDER, 0, 0},
        {5, 2, SEQUENCE_GAP, 1, 1},
        {6, 4294967295u, SEQUENCE_DUPLICATE, 0, 1},
        {7, 1, SEQUENCE_OUT_OF_ORDER, 0, 0},
        {8, 3, SEQUENCE_IN_ORDER, 0, 0},
    };

    run(lines, LENGTH_OF(lines));
}

/* Two packets change places at the very start (0 and 1 behind a NAT). */
static void test_a_number_before_the_first_is_late_and_begins_the_sequence(void)
{
    static const struct line lines[] = {
        {1, 1, SEQUENCE_FIRST, 0, 0},
        {2, 0, SEQUENCE_OUT_OF_ORDER, 0, 0},
        {3, 0, SEQUENCE_DUPLICATE, 0, 0},
        {4, 4294967293u, SEQUENCE_OUT_OF_ORDER, 0, 2},
        {5, 4294967295u, SEQUENCE_OUT_OF_ORDER, 0, 1},
        {6, 2, SEQUENCE_IN_ORDER, 0, 1},
    };

    run(lines, LENGTH_OF(lines));
}

/* Without restarts, lost is always the span minus what was seen. */
static void test_lost_is_what_was_never_seen(void)
{
    bool seen[4096] = {false};
    struct sequence_window window = {0};
    GRand *random = g_rand_new_with_seed(2637);
    uint32_t base = UINT32_MAX - 1000;
    uint32_t at = 100;

    for (unsigned i = 0; i < 3000; i++) {
        uint32_t back = (uint32_t)g_rand_int_range(random, 0, 40);
        uint32_t number = g_rand_int_range(random, 0, 3) == 0 && at >= back ? at - back : at++;
        uint32_t missing = 0;

        if (number >= LENGTH_OF(seen) || g_rand_int_range(random, 0, 5) == 0)
            continue;
        seen[number] = true;
        sequence_window_send(&window, base + number);
        for (uint32_t seq = window.first; seq != window.highest; seq++)
            missing += !seen[seq - base];
        g_assert_cmpuint(window.lost, ==, missing);
    }
    g_rand_free(random);
}

static void test_acknowledgments_move_forward_only(void)
{
    static const struct {
        unsigned number;
        uint32_t ack;
        bool newly;
        uint32_t outstanding; /* 10 to 20 were sent */
    } lines[] = {
        {1, UINT32_MAX, false, 0},                     /* nothing received yet */
        {2, 9, false, 0},                              /* neither is the number before the first */
        {3, 21, false, 0},                             /* of the future */
        {4, 10, true, 10},         {5, 10, false, 10}, /* repeated */
        {6, 15, true, 5},          {7, 12, false, 5},  /* late */
        {8, 21, false, 5},         {9, 20, true, 0},   {10, 20, false, 0},
    };
    struct sequence_window window = {0};

    g_assert_false(sequence_window_ack(&window, UINT32_MAX)); /* nothing was sent */
    g_assert_false(sequence_window_ack(&window, 0));
    g_assert_cmpuint(sequence_window_outstanding(&window), ==, 0);
    for (uint32_t seq = 10; seq <= 20; seq++)
        sequence_window_send(&window, seq);
    for (unsigned i = 0; i < LENGTH_OF(lines); i++) {
        g_test_message("line %u: %u", lines[i].number, lines[i].ack);
        g_assert_true(sequence_window_ack(&window, lines[i].ack) == lines[i].newly);
        g_assert_cmpuint(sequence_window_outstanding(&window), ==, lines[i].outstanding);
    }
}

static void test_acknowledgments_wrap_and_4294967295_is_a_number(void)
{
    struct sequence_window window = {0};

    sequence_window_send(&window, UINT32_MAX - 1);
    sequence_window_send(&window, UINT32_MAX);
    g_assert_true(sequence_window_ack(&window, UINT32_MAX));
    sequence_window_send(&window, 0);
    sequence_window_send(&window, 1);
    g_assert_cmpuint(sequence_window_outstanding(&window), ==, 2);
    g_assert_true(sequence_window_ack(&window, 1));
    g_assert_false(sequence_window_ack(&window, UINT32_MAX));
    g_assert_cmpuint(sequence_window_outstanding(&window), ==, 0);
}

static void test_a_restart_forgets_acknowledgments(void)
{
    struct sequence_window window = {0};

    sequence_window_send(&window, 1000000);
    sequence_window_ack(&window, 1000000);
    g_assert_cmpint(sequence_window_send(&window, 1).order, ==, SEQUENCE_RESTART);
    g_assert_cmpuint(sequence_window_outstanding(&window), ==, 0);
    g_assert_false(sequence_window_ack(&window, 1000000));
    g_assert_true(sequence_window_ack(&window, 1));
}

void test_gre_window(void)
{
    g_test_add_func("/gre-window/one direction of a call", test_one_direction_of_a_call);
    g_test_add_func("/gre-window/any first number is fine", test_any_first_number_is_fine);
    g_test_add_func("/gre-window/numbers wrap at 32 bits", test_numbers_wrap_at_32_bits);
    g_test_add_func("/gre-window/a number before the first is late and begins the sequence",
                    test_a_number_before_the_first_is_late_and_begins_the_sequence);
    g_test_add_func("/gre-window/lost is what was never seen", test_lost_is_what_was_never_seen);
    g_test_add_func("/gre-window/acknowledgments move forward only",
                    test_acknowledgments_move_forward_only);
    g_test_add_func("/gre-window/acknowledgments wrap and 4294967295 is a number",
                    test_acknowledgments_wrap_and_4294967295_is_a_number);
    g_test_add_func("/gre-window/a restart forgets acknowledgments",
                    test_a_restart_forgets_acknowledgments);
}
