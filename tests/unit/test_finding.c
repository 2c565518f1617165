/* What holds of every row of the catalogue, and the log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "core/finding/finding.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

static void test_every_name_says_where_it_is_seen_from(void)
{
    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        const char *filter = finding_kind((enum finding_id)i)->filter;
        bool is_nat = finding_is_nat((enum finding_id)i);
        const char *prefix = finding_is_ipsec((enum finding_id)i)
                                 ? (is_nat ? "ipsec.nat." : "ipsec.analysis.")
                                 : (is_nat ? "pptp.nat." : "pptp.analysis.");

        g_assert_true(g_str_has_prefix(filter, prefix));
        g_assert_cmpuint(strspn(filter + strlen(prefix), "abcdefghijklmnopqrstuvwxyz0123456789_"),
                         ==, strlen(filter) - strlen(prefix));
    }
}

static void test_every_entry_is_written_out(void)
{
    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        const struct finding_kind *kind = finding_kind((enum finding_id)i);

        g_assert_nonnull(kind->section);
        g_assert_cmpuint(strlen(kind->set_when), >, 20);
        g_assert_false(g_str_has_suffix(kind->set_when, "\n"));
        g_assert_null(strstr(kind->set_when, "\n\n"));
        g_assert_null(strchr(kind->summary, '%')); /* constant: no number is put in */
        for (unsigned j = 0; j < i; j++)
            g_assert_cmpstr(finding_kind((enum finding_id)j)->summary, !=, kind->summary);
    }
}

static void test_names_are_words(void)
{
    static const char *const kinds[] = {"",
                                        "untranslated",
                                        "zero",
                                        "tcp port",
                                        "byte-swapped",
                                        "other owner's map",
                                        "another call's",
                                        "an earlier call's",
                                        "unknown"};

    for (unsigned i = 0; i < LENGTH_OF(kinds); i++)
        g_assert_cmpstr(mistranslation_name((enum mistranslation)i), ==, kinds[i]);
    g_assert_cmpstr(mistranslation_name((enum mistranslation)99), ==, "unknown");
    g_assert_cmpstr(finding_severity_name(SEVERITY_CHAT), ==, "chat");
    g_assert_cmpstr(finding_severity_name(SEVERITY_NOTE), ==, "note");
    g_assert_cmpstr(finding_severity_name(SEVERITY_WARN), ==, "warning");
    g_assert_cmpstr(finding_severity_name(SEVERITY_ERROR), ==, "error");
}

static struct finding *add(struct finding_log *log, uint32_t judged, uint32_t deciding)
{
    struct finding finding = finding_init(FINDING_REFUSED);

    finding.judged_frame = judged;
    finding.deciding_frame = deciding;
    finding.text = g_strdup("a text of its own");
    return finding_log_add(log, &finding);
}

static void note_index(const struct finding *finding, void *user)
{
    g_string_append_printf(user, "%u ", finding->index);
}

static void assert_on_frame(const struct finding_log *log, uint32_t frame, const char *indices)
{
    GString *found = g_string_new(NULL);

    finding_log_on_frame(log, frame, note_index, found);
    g_assert_cmpstr(found->str, ==, indices);
    g_string_free(found, TRUE);
}

static void test_a_new_finding_names_nobody(void)
{
    struct finding finding = finding_init(FINDING_NO_EDITOR);

    g_assert_cmpint(finding.id, ==, FINDING_NO_EDITOR);
    g_assert_cmpuint(finding.judged_frame, ==, 0);
    g_assert_cmpuint(finding.deciding_frame, ==, 0);
    g_assert_cmpuint(finding.connection, ==, FINDING_NONE);
    g_assert_cmpuint(finding.session, ==, FINDING_NONE);
    g_assert_cmpuint(finding.link, ==, FINDING_NONE);
    g_assert_cmpuint(finding.cause, ==, FINDING_NONE);
    g_assert_cmpint(finding.direction, ==, DIRECTION_NONE);
    g_assert_false(finding.has_expected);
    g_assert_false(finding.has_seen);
    g_assert_null(finding.text);
}

static void test_findings_are_found_by_both_their_frames(void)
{
    struct finding_log *log = finding_log_new();
    struct finding *first = add(log, 4, 9);

    g_assert_cmpuint(first->index, ==, 0);
    g_assert_cmpuint(add(log, 9, 9)->index, ==, 1);
    g_assert_cmpuint(add(log, 4, 0)->index, ==, 2); /* decided at the end of the file */
    g_assert_cmpuint(add(log, 0, 0)->index, ==, 3);
    g_assert_true(finding_log_get(log, 0) == first); /* does not move */
    g_assert_cmpuint(finding_log_count(log), ==, 4);
    g_assert_null(finding_log_get(log, 4));
    assert_on_frame(log, 4, "0 2 ");
    assert_on_frame(log, 9, "0 1 ");
    assert_on_frame(log, 5, "");
    assert_on_frame(log, 0, ""); /* frame 0 is none */
    finding_log_free(log);
    finding_log_free(NULL);
}

static void test_a_copy_shares_nothing(void)
{
    struct finding_log *log = finding_log_new();

    add(log, 1, 2);
    add(log, 1, 3);
    struct finding_log *copy = finding_log_copy(log);
    add(log, 4, 4);
    finding_log_get(log, 1)->hop = 7;
    add(copy, 3, 3);
    g_assert_cmpuint(finding_log_count(copy), ==, 3);
    g_assert_cmpuint(finding_log_get(copy, 1)->hop, ==, FINDING_NONE);
    g_assert_cmpstr(finding_log_get(copy, 1)->text, ==, "a text of its own");
    g_assert_true(finding_log_get(copy, 1)->text != finding_log_get(log, 1)->text);
    g_assert_true(finding_log_has(copy, 3) && !finding_log_has(copy, 4));
    finding_log_free(log);
    assert_on_frame(copy, 1, "0 1 ");
    assert_on_frame(copy, 3, "1 2 ");
    finding_log_free(copy);
}

static void test_a_full_log_says_so_and_counts_on(void)
{
    struct finding_log *log = finding_log_new();

    for (unsigned i = 1; i < FINDING_LIMIT; i++)
        g_assert_nonnull(add(log, i, i));
    g_assert_cmpuint(finding_log_dropped(log), ==, 0);
    g_assert_null(add(log, 70000, 70001));
    g_assert_null(add(log, 70002, 70002));
    g_assert_cmpuint(finding_log_dropped(log), ==, 2);
    g_assert_cmpuint(finding_log_count(log), ==, FINDING_LIMIT);
    g_assert_cmpint(finding_log_get(log, FINDING_LIMIT - 1)->id, ==, FINDING_LIMIT_REACHED);
    g_assert_cmpuint(finding_log_get(log, FINDING_LIMIT - 1)->judged_frame, ==, 70000);
    struct finding_log *copy = finding_log_copy(log);
    g_assert_cmpuint(finding_log_count(copy), ==, FINDING_LIMIT);
    g_assert_cmpuint(finding_log_dropped(copy), ==, 2);
    finding_log_free(copy);
    finding_log_free(log);
}

void test_finding(void)
{
    g_test_add_func("/finding/every name says where it is seen from",
                    test_every_name_says_where_it_is_seen_from);
    g_test_add_func("/finding/every entry is written out", test_every_entry_is_written_out);
    g_test_add_func("/finding/names are words", test_names_are_words);
    g_test_add_func("/finding/a new finding names nobody", test_a_new_finding_names_nobody);
    g_test_add_func("/finding/findings are found by both their frames",
                    test_findings_are_found_by_both_their_frames);
    g_test_add_func("/finding/a copy shares nothing", test_a_copy_shares_nothing);
    g_test_add_func("/finding/a full log says so and counts on",
                    test_a_full_log_says_so_and_counts_on);
}
