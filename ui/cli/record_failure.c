/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_failure.h"

#include <string.h>

#include "core/base/printable.h"

#define LINES_SHOWN 3

GQuark record_error_quark(void)
{
    return g_quark_from_static_string("pptpnat-record");
}

/* What programs say when all is well. */
static bool is_news(const char *line)
{
    static const char *const usual[] = {"Capturing on ",          "File: ",
                                        "tcpdump: listening on ", "Running as user ",
                                        "Packets captured: ",     "Warning: Permanently added "};

    for (unsigned i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (g_str_has_prefix(line, usual[i]))
            return false;
    }
    return line[0] != '\0';
}

/* A few lines of it, each behind a line end: the first ones of a program that captures, which are
 * followed by advice; the last ones of ssh, before which a host may greet. */
static char *excerpt(const struct record_failure *failure)
{
    char **said = g_strsplit(failure->said, "\r\n", -1); /* as ssh ends its lines */
    char *joined = g_strjoinv("\n", said);
    char *shown = printable_lines(joined);
    char **lines = g_strsplit(shown, "\n", -1);
    GPtrArray *news = g_ptr_array_new();
    GString *text = g_string_new(NULL);
    guint from = 0;

    for (char **line = lines; *line != NULL; line++) {
        if (is_news(g_strstrip(*line)))
            g_ptr_array_add(news, *line);
    }
    if (failure->program == NULL && news->len > LINES_SHOWN)
        from = news->len - LINES_SHOWN;
    for (guint i = from; i < news->len && i < from + LINES_SHOWN; i++)
        g_string_append_printf(text, "\n%s", (const char *)g_ptr_array_index(news, i));
    g_ptr_array_free(news, TRUE);
    g_strfreev(lines);
    g_free(shown);
    g_free(joined);
    g_strfreev(said);
    return g_string_free(text, FALSE);
}

static bool is_about_permission(const char *said)
{
    char *lower = g_ascii_strdown(said, -1);
    bool is = strstr(lower, "permission") != NULL || strstr(lower, "not permitted") != NULL;

    g_free(lower);
    return is;
}

static char *permission_advice(const struct record_from *from)
{
    if (from->host == NULL)
        return g_strdup(
            "Run pptpnat as root, or let your user capture: on Debian, dpkg-reconfigure "
            "wireshark-common, and add the user to the group wireshark.");
    return g_strdup("Log in as a user who may capture: root@HOST:INTERFACE.");
}

void record_failure_set(const struct record_failure *failure, GError **error)
{
    const struct record_from *from = failure->from;
    char *host = printable_text(from->host != NULL ? from->host : "this machine");
    char *program = printable_text(failure->program);
    char *said = excerpt(failure);
    char *text;

    if (failure->broken)
        text = g_strdup_printf("what %s sends is no capture.%s", from->name, said);
    else if (failure->began)
        text = g_strdup_printf("capturing at %s has ended by itself.%s", from->name, said);
    else if (failure->program == NULL)
        text = g_strdup_printf("%s cannot be reached.%s", host, said);
    else if (failure->program[0] == '\0')
        text = g_strdup_printf("neither dumpcap nor tcpdump is installed on %s.\n"
                               "Install one there: apt install tcpdump, opkg install tcpdump-mini.",
                               host);
    else if (is_about_permission(failure->said)) {
        char *advice = permission_advice(from);
        text =
            g_strdup_printf("%s may not capture at %s.%s\n%s", program, from->name, said, advice);
        g_free(advice);
    } else
        text = g_strdup_printf("%s cannot capture at %s.%s", program, from->name, said);
    g_set_error_literal(error, RECORD_ERROR, 0, text);
    g_free(text);
    g_free(said);
    g_free(program);
    g_free(host);
}

void record_failure_file(const char *path, int number, GError **error)
{
    char *shown = printable_text(path);

    g_set_error(error, RECORD_ERROR, 0, "%s cannot be written: %s.", shown, g_strerror(number));
    g_free(shown);
}

uint64_t record_failure_lost(const char *said)
{
    static const char pattern[] =
        "^(\\d+) packets? dropped by kernel|dropped on interface .*: \\d+/(\\d+)";
    GRegex *regex = g_regex_new(pattern, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    GMatchInfo *match = NULL;
    uint64_t lost = 0;

    if (g_regex_match(regex, said, 0, &match)) {
        for (int group = 1; group <= 2; group++) {
            char *digits = g_match_info_fetch(match, group);
            lost += digits != NULL ? g_ascii_strtoull(digits, NULL, 10) : 0;
            g_free(digits);
        }
    }
    g_match_info_free(match);
    g_regex_unref(regex);
    return lost;
}
