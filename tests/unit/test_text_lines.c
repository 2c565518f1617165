/* Lines for a terminal: every word is there once, no line is wider than the terminal, and what
 * begins below a lead stays below it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "report/text_lines.h"

static const struct text_style plain = {.width = 40};
static const struct text_style coloured = {.width = 40, .colour = true};

static char *wrapped(const struct text_style *style, const char *lead, const char *text)
{
    GPtrArray *lines = text_lines_new();
    text_wrap(lines, style, TEXT_RED, lead, text);
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(all, "%s\n", (const char *)lines->pdata[i]);
    g_ptr_array_free(lines, TRUE);
    return g_string_free(all, FALSE);
}

static void expect(const char *lead, const char *text, const char *expected)
{
    char *all = wrapped(&plain, lead, text);
    g_assert_cmpstr(all, ==, expected);
    g_free(all);
}

static void a_long_text_is_wrapped_below_its_first_word(void)
{
    expect("  do ", "Update the router's firmware, or use another NAT.",
           "  do Update the router's firmware, or\n     use another NAT.\n");
}

static void a_line_may_be_as_long_as_the_terminal_is_wide(void)
{
    expect("", "0123456789012345678 01234567890123456789",
           "0123456789012345678 01234567890123456789\n");
    expect("", "0123456789012345678 01234567890123456789x",
           "0123456789012345678\n01234567890123456789x\n");
}

static void a_line_end_begins_a_line(void)
{
    expect("  do ", "One.\nTwo.", "  do One.\n     Two.\n");
}

static void an_empty_text_says_nothing(void)
{
    expect("  do ", "", "");
    expect("  do ", " \n ", "");
}

static void a_word_longer_than_a_line_is_cut(void)
{
    expect("a ", "b cccccccccccccccccccccccccccccccccccccccccccccccccc d",
           "a b\n  cccccccccccccccccccccccccccccccccccccc\n  cccccccccccc d\n");
}

static void wide_characters_take_two_columns_and_accents_none(void)
{
    g_assert_cmpuint(text_columns("abc"), ==, 3);
    g_assert_cmpuint(text_columns("\xe6\x97\xa5\xe6\x9c\xac"), ==, 4);
    g_assert_cmpuint(text_columns("e\xcc\x81"), ==, 1);
}

static void colours_change_no_width(void)
{
    char *all = wrapped(&coloured, "  do ", "Update the router's firmware, or use another NAT.");
    g_assert_cmpstr(all, ==,
                    "\033[1;31m  do \033[0mUpdate the router's firmware, or\n"
                    "     use another NAT.\n");
    g_free(all);
}

static void a_shortened_text_says_that_it_is(void)
{
    char *whole = text_shortened("inside.pcapng", 13);
    char *cut = text_shortened("inside.pcapng", 8);
    g_assert_cmpstr(whole, ==, "inside.pcapng");
    g_assert_cmpstr(cut, ==, "inside..");
    g_free(whole);
    g_free(cut);
}

void test_text_lines(void)
{
#define TEST(name) g_test_add_func("/text_lines/" #name, name)
    TEST(a_long_text_is_wrapped_below_its_first_word);
    TEST(a_line_may_be_as_long_as_the_terminal_is_wide);
    TEST(a_line_end_begins_a_line);
    TEST(an_empty_text_says_nothing);
    TEST(a_word_longer_than_a_line_is_cut);
    TEST(wide_characters_take_two_columns_and_accents_none);
    TEST(colours_change_no_width);
    TEST(a_shortened_text_says_that_it_is);
#undef TEST
}
