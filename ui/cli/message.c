/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/printable.h"

#define LINE_COLUMNS   70
#define REMAINING_FROM 0.02 /* of the work, before the time that is left can be told */

static struct {
    bool known; /* whether progress can be shown was asked */
    bool possible;
    bool shown; /* a line stands there */
    char *doing;
    gint64 since;
} progress;

static bool can_show(void)
{
    if (!progress.known) {
        const char *terminal = g_getenv("TERM");
        progress.known = true;
        progress.possible = isatty(STDERR_FILENO) == 1 && terminal != NULL && terminal[0] != '\0' &&
                            strcmp(terminal, "dumb") != 0;
    }
    return progress.possible;
}

static void erase(void)
{
    if (progress.shown)
        fputs("\r\033[K", stderr);
    progress.shown = false;
}

/* ", 45 %, 12 s left" */
static char *how_far(double part)
{
    double elapsed = (double)(g_get_monotonic_time() - progress.since) / G_USEC_PER_SEC;
    if (part < 0 || part > 1)
        return g_strdup("");
    if (part < REMAINING_FROM || elapsed < 1)
        return g_strdup_printf(", %.0f %%", part * 100);
    return g_strdup_printf(", %.0f %%, %.0f s left", part * 100, elapsed * (1 - part) / part);
}

void message_progress(const char *doing, double part)
{
    if (!can_show())
        return;
    erase();
    if (g_strcmp0(doing, progress.doing) != 0) {
        g_free(progress.doing);
        progress.doing = g_strdup(doing);
        progress.since = g_get_monotonic_time();
    }
    if (doing != NULL) {
        char *far = how_far(part);
        fprintf(stderr, "pptpnat: %.*s%s ...", LINE_COLUMNS - (int)strlen(far), doing, far);
        g_free(far);
        progress.shown = true;
    }
    fflush(stderr);
}

void message_note(const char *text)
{
    char *printable = printable_lines(text);
    char **lines = g_strsplit(printable, "\n", -1);
    erase();
    for (char **line = lines; *line != NULL; line++) {
        if ((*line)[0] != '\0')
            fprintf(stderr, "%s%s\n", line == lines ? "pptpnat: " : "  ", *line);
    }
    g_strfreev(lines);
    g_free(printable);
}

void message_notef(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = g_strdup_vprintf(format, values);
    va_end(values);
    message_note(text);
    g_free(text);
}

char *message_name(const char *name)
{
    return printable_text(name);
}
