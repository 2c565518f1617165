/* Names that somebody else chose can do nothing when they are shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <glib.h>

#include "core/base/printable.h"

static void check(const char *text, const char *wanted)
{
    char *shown = printable_text(text);
    g_assert_cmpstr(shown, ==, wanted);
    g_free(shown);
}

static void test_ordinary_names_stay(void)
{
    check(NULL, "");
    check("", "");
    check("eth0", "eth0");
    check("\\Device\\NPF_{0A}", "\\Device\\NPF_{0A}");
    check("two words <b>&amp;\"'", "two words <b>&amp;\"'");
    check("Ethernet (ä, e\xCC\x81, 回線, \xF0\x9F\x90\x9B)",
          "Ethernet (ä, e\xCC\x81, 回線, \xF0\x9F\x90\x9B)");
}

static void test_control_characters_are_escaped(void)
{
    check("\x1B]0;title\x07\x1B[31m", "\\x1b]0;title\\x07\\x1b[31m");
    check("a\r\n\tb\x7F", "a\\x0d\\x0a\\x09b\\x7f");
    check("\xC2\x80\xC2\x85\xC2\x9B"
          "31m",
          "\\u0080\\u0085\\u009b31m");
}

static void test_what_is_not_seen_is_escaped(void)
{
    check("a\u202Eb\u2066c\u2069d\u200Fe\u061Cf", "a\\u202eb\\u2066c\\u2069d\\u200fe\\u061cf");
    check("a\u200Bb\u200Dc\u2060d\uFEFFe\u00ADf", "a\\u200bb\\u200dc\\u2060d\\ufeffe\\u00adf");
    check("a\u2028b\u2029c", "a\\u2028b\\u2029c");
    check("\u034F\u115F\u3164\uFE0F\u2800\uE000\uFDD0",
          "\\u034f\\u115f\\u3164\\ufe0f\\u2800\\ue000\\ufdd0");
    check("\U000E0001\U000E0101", "\\U000e0001\\U000e0101");
}

static void test_bytes_that_are_no_utf8_are_escaped(void)
{
    check("\xFF", "\\xff");
    check("\x9B"
          "31m",
          "\\x9b31m");
    check("\xC3", "\\xc3");
    check("\xE2\x80", "\\xe2\\x80");
    check("\xC0\x8A\xED\xA0\x80\xF4\x90\x80\x80", "\\xc0\\x8a\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");
}

static void test_lines_keep_their_ends_only(void)
{
    char *shown = printable_lines("one\ntwo\r\n\x1B");
    g_assert_cmpstr(shown, ==, "one\ntwo\\x0d\n\\x1b");
    g_free(shown);
}

/* Whatever the bytes: valid, and nothing but text; shown twice, it is the same. */
static void test_any_bytes_become_text(void)
{
    for (int round = 0; round < 100000; round++) {
        char text[9] = {0};
        for (int i = 0; i < 8; i++)
            text[i] = (char)g_test_rand_int_range(0, 256);
        char *shown = printable_text(text);
        char *again = printable_text(shown);
        g_assert_true(g_utf8_validate(shown, -1, NULL));
        for (const char *at = shown; *at != '\0'; at = g_utf8_next_char(at))
            g_assert_true(g_unichar_isprint(g_utf8_get_char(at)));
        g_assert_cmpstr(again, ==, shown);
        g_free(again);
        g_free(shown);
    }
}

void test_printable(void)
{
    g_test_add_func("/printable/ordinary", test_ordinary_names_stay);
    g_test_add_func("/printable/control", test_control_characters_are_escaped);
    g_test_add_func("/printable/unseen", test_what_is_not_seen_is_escaped);
    g_test_add_func("/printable/bytes", test_bytes_that_are_no_utf8_are_escaped);
    g_test_add_func("/printable/lines", test_lines_keep_their_ends_only);
    g_test_add_func("/printable/any", test_any_bytes_become_text);
}
