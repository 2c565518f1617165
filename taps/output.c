/* Files of the statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include <glib/gstdio.h>

#include "output.h"

static bool incomplete;

static void report_error(const char *statistic, const char *name)
{
    int error = errno;
    incomplete = true;
    fprintf(stderr, "%s: cannot write \"%s\": %s\n", statistic, name, g_strerror(error));
}

static bool is_named(const char *name)
{
    return name != NULL && name[0] != '\0';
}

FILE *output_open(const char *statistic, const char *name)
{
    if (!is_named(name))
        return stdout;
    FILE *file = g_fopen(name, "wb");
    if (file == NULL)
        report_error(statistic, name);
    return file;
}

void output_close(const char *statistic, const char *name, FILE *file)
{
    bool failed = fflush(file) != 0 || ferror(file) != 0;
    if (failed)
        report_error(statistic, is_named(name) ? name : "standard output");
    if (is_named(name) && fclose(file) != 0 && !failed)
        report_error(statistic, name);
}

bool output_is_complete(void)
{
    return !incomplete && fflush(stdout) == 0 && ferror(stdout) == 0;
}
