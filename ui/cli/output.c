/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "message.h"
#include "report/json_report.h"
#include "report/text_brief.h"
#include "report/text_findings.h"
#include "report/text_hint.h"
#include "report/text_tables.h"
#include "report/text_verdict.h"

static unsigned terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return TEXT_WIDTH;
    return MAX(size.ws_col, TEXT_WIDTH_MINIMUM);
}

/* https://no-color.org */
static bool wants_colour(void)
{
    const char *refused = g_getenv("NO_COLOR");
    const char *terminal = g_getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && (refused == NULL || refused[0] == '\0') &&
           terminal != NULL && terminal[0] != '\0' && strcmp(terminal, "dumb") != 0;
}

static void write_text(const struct options *options, const struct report *report)
{
    struct text_style style = {.width = terminal_width(), .colour = wants_colour()};
    text_brief_write(stdout, report, &style);
    if (options->tables || options->all) {
        fputc('\n', stdout);
        text_tables_write(stdout, report);
    }
    if (options->all) {
        text_verdict_write(stdout, report);
    } else if (options->findings && finding_log_count(report->log) > 0) {
        const struct text_sheet sheet = {.file = stdout, .width = style.width};
        fputs("\nFindings\n", stdout);
        text_findings_write(&sheet, report);
    }
}

/* What the other forms have no place for. */
static void say_hint(const struct report *report)
{
    const char *text = "", *cause = "";
    if (report_verdict(report, &text, &cause) != VERDICT_UNKNOWN)
        return;
    char *hint = text_hint(report);
    if (hint[0] != '\0')
        message_note(hint);
    g_free(hint);
}

static bool is_written(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return true;
    message_notef("the standard output cannot be written.\n%s", g_strerror(errno));
    return false;
}

bool output_write(const struct options *options, const struct report *report)
{
    if (options->json)
        json_report_write(stdout, report);
    else if (options->summary)
        text_summary_write(stdout, report);
    else
        write_text(options, report);
    if (options->json || options->summary)
        say_hint(report);
    return is_written();
}

bool output_text(const char *text)
{
    fputs(text, stdout);
    return is_written();
}
