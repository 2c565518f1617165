/* The brief verdict: what a person reads in ten seconds, in 25 lines that fit the terminal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "path.h"
#include "report/text_brief.h"

#define INSIDE  0
#define OUTSIDE 1

static const char *interface_name(const void *user, uint32_t interface)
{
    static const char *const names[] = {"inside", "outside", "third", "fourth"};
    (void)user;
    return names[MIN(interface, G_N_ELEMENTS(names) - 1)];
}

static bool interface_file(const void *user, uint32_t interface, uint32_t *ret_file)
{
    (void)user;
    *ret_file = interface;
    return true;
}

/* Frames of two files take turns here. */
static bool frame_of(const void *user, uint32_t frame, uint32_t *ret_file, uint32_t *ret_number)
{
    (void)user;
    *ret_file = frame % 2;
    *ret_number = 1000 + frame;
    return frame != 0;
}

static const char *file_name(const void *user, uint32_t file)
{
    static const char *const names[] = {"captures/inside.pcapng", "captures/outside.pcapng"};
    (void)user;
    return names[MIN(file, 1)];
}

static const char *file_label(const void *user, uint32_t file)
{
    return strrchr(file_name(user, file), '/') + 1;
}

static const struct sources sources = {
    .interface_name = interface_name,
    .interface_file = interface_file,
    .frame = frame_of,
    .file_name = file_name,
    .file_label = file_label,
    .file_count = 2,
};

static char *content_of(FILE *file)
{
    GString *text = g_string_new(NULL);
    rewind(file);
    for (int character; (character = fgetc(file)) != EOF;)
        g_string_append_c(text, (char)character);
    fclose(file);
    return g_string_free(text, FALSE);
}

static char *brief_of(const struct analysis *analysis, unsigned width, bool colour)
{
    FILE *file = tmpfile();
    struct text_style style = {.width = width, .colour = colour};
    struct report report = report_new(analysis, &sources);
    text_brief_write(file, &report, &style);
    report_clear(&report);
    return content_of(file);
}

/* At most 25 lines of at most `width` columns. */
static void expect_to_fit(const char *text, unsigned width)
{
    char **lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines) - 1, <=, TEXT_BRIEF_LINES);
    for (char **line = lines; *line != NULL; line++)
        g_assert_cmpuint(text_columns(*line), <=, width);
    g_strfreev(lines);
}

static void expect_line(const char *text, const char *line)
{
    if (strstr(text, line) == NULL)
        g_error("\"%s\" is not in:\n%s", line, text);
}

/* A call in which the server's Set-Link-Info keeps the outside value. */
static struct path *with_wrong_link_info(uint32_t clients)
{
    struct path *path = path_new(2, clients);
    for (uint32_t i = 0; i < clients; i++) {
        path_set_up(path, i);
        guint link_info = path_say(path, i, SERVER, PPTP_SLI);
        path_set_id(path, link_info, OUTSIDE, true, path->client[i].at[OUTSIDE].pns);
        path_set_id(path, link_info, INSIDE, true, path->client[i].at[OUTSIDE].pns);
        path_talk(path, i, 4);
    }
    return path;
}

static void a_fault_is_drawn_with_the_id_on_both_sides_and_the_wrong_one_marked(void)
{
    struct path *path = with_wrong_link_info(1);
    struct analysis *analysis = path_feed(path);
    char *text = brief_of(analysis, 80, false);
    expect_to_fit(text, 80);
    g_assert_true(g_str_has_prefix(text, "FAULT  "));
    expect_line(text, "client 192.168.11.20:5000 ");
    expect_line(text, " NAT 203.0.113.30 ");
    expect_line(text, " server 198.51.100.10\n");
    expect_line(text, "       Call ID          256    <--->   10001 ");
    expect_line(text, "       Set-Link-Info  ! 10001  <----   10001 ");
    expect_line(text, "should be 256\n");
    expect_line(text, "1 call through 1 NAT: 1 faulty.");
    g_free(text);
    path_done(path, analysis);
}

static void what_is_right_is_not_marked(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 4);
    struct analysis *analysis = path_feed(path);
    char *text = brief_of(analysis, 80, false);
    g_assert_true(g_str_has_prefix(text, "OK     "));
    g_assert_null(strchr(text, '!'));
    expect_line(text, "       GRE to server    4      ---->   4\n");
    expect_line(text, "1 call through 1 NAT. GRE: 4 of 4 to the server, 4 of 4 to the client.\n");
    g_free(text);
    path_done(path, analysis);
}

static void gre_that_ends_at_a_hop_is_marked_behind_it(void)
{
    struct path *path = path_new(2, 1);
    path_set_up(path, 0);
    for (int i = 0; i < 6; i++) {
        path_lose(path, path_gre(path, 0, SERVER, 40), INSIDE);
        path_gre(path, 0, CLIENT, 40);
        path_wait(path, 1.5);
    }
    struct analysis *analysis = path_feed(path);
    char *text = brief_of(analysis, 80, false);
    expect_line(text, "       GRE to server    6 ");
    expect_line(text, "       GRE to client  ! 0 ");
    expect_line(text, "X");
    g_free(text);
    path_done(path, analysis);
}

/* A view of more points than fit beside each other. */
static void any_number_of_points_fits_any_width(void)
{
    for (uint32_t points = 1; points <= LINK_POINTS_LIMIT; points++) {
        struct path *path = path_new(points, 1);
        path_set_up(path, 0);
        path_talk(path, 0, 2);
        struct analysis *analysis = path_feed(path);
        for (unsigned width = TEXT_WIDTH_MINIMUM; width <= 200; width += 20) {
            char *text = brief_of(analysis, width, false);
            char **lines = g_strsplit(text, "\n", -1);
            for (char **line = lines; *line != NULL; line++)
                g_assert_cmpuint(text_columns(*line), <=, width);
            expect_line(text, "256");
            g_strfreev(lines);
            g_free(text);
        }
        path_done(path, analysis);
    }
}

static void further_faults_of_a_kind_take_one_line(void)
{
    struct path *path = with_wrong_link_info(40);
    struct analysis *analysis = path_feed(path);
    char *text = brief_of(analysis, 80, false);
    expect_to_fit(text, 80);
    expect_line(text, " also  The same 39 times more, first in frame 10");
    expect_line(text, "40 calls through 1 NAT: 40 faulty.");
    g_free(text);
    path_done(path, analysis);
}

static void colours_are_all_that_a_terminal_with_colours_adds(void)
{
    struct path *path = with_wrong_link_info(1);
    struct analysis *analysis = path_feed(path);
    char *plain = brief_of(analysis, 80, false);
    char *coloured = brief_of(analysis, 80, true);
    GRegex *sequence = g_regex_new("\033\\[[0-9;]*m", 0, 0, NULL);
    char *without = g_regex_replace(sequence, coloured, -1, 0, "", 0, NULL);
    g_assert_null(strchr(plain, '\033'));
    expect_line(coloured, "\033[1;31mFAULT  \033[0m");
    expect_line(coloured, "\033[1;31m!\033[0m \033[1;31m10001\033[0m");
    g_assert_cmpstr(without, ==, plain);
    g_regex_unref(sequence);
    g_free(without);
    g_free(coloured);
    g_free(plain);
    path_done(path, analysis);
}

static void nothing_of_ours_says_what_to_capture(void)
{
    struct path *path = path_new(1, 1);
    struct analysis *analysis = path_feed(path);
    char *text = brief_of(analysis, 80, false);
    expect_to_fit(text, 80);
    g_assert_true(g_str_has_prefix(text, "UNKNOWN  No PPTP and no IPsec in this capture.\n"));
    expect_line(text, "dumpcap -i\n       INTERFACE -f ");
    expect_line(text, "\n0 calls.\n");
    g_free(text);
    path_done(path, analysis);
}

static void the_summary_is_one_line(void)
{
    struct path *path = with_wrong_link_info(1);
    struct analysis *analysis = path_feed(path);
    FILE *file = tmpfile();
    struct report report = report_new(analysis, &sources);
    text_summary_write(file, &report);
    report_clear(&report);
    char *text = content_of(file);
    g_assert_true(g_str_has_prefix(
        text, "fault pptp.nat.callid_mistranslated calls=1 faulty=1 nats=1 gre-to-server=4/4 "
              "gre-to-client=4/4 ike-sas=0 esp-sas=0 esp-to-server=0/0 esp-to-client=0/0 "
              "files=captures/inside.pcapng,captures/outside.pcapng: "));
    g_assert_true(strchr(text, '\n') == text + strlen(text) - 1);
    g_free(text);
    path_done(path, analysis);
}

void test_text_brief(void)
{
#define TEST(name) g_test_add_func("/text_brief/" #name, name)
    TEST(a_fault_is_drawn_with_the_id_on_both_sides_and_the_wrong_one_marked);
    TEST(what_is_right_is_not_marked);
    TEST(gre_that_ends_at_a_hop_is_marked_behind_it);
    TEST(any_number_of_points_fits_any_width);
    TEST(further_faults_of_a_kind_take_one_line);
    TEST(colours_are_all_that_a_terminal_with_colours_adds);
    TEST(nothing_of_ours_says_what_to_capture);
    TEST(the_summary_is_one_line);
#undef TEST
}
