/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "files.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <glib/gstdio.h>

#ifdef G_OS_UNIX
#include <unistd.h>
#endif

#define DESCRIPTORS "/dev/fd/"

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

#ifdef G_OS_UNIX
/* -1: `name` is that of no descriptor. */
static int descriptor_of(const char *name)
{
    guint64 number = 0;
    if (!g_str_has_prefix(name, DESCRIPTORS) ||
        !g_ascii_string_to_unsigned(name + strlen(DESCRIPTORS), 10, 0, INT_MAX, &number, NULL))
        return -1;
    return (int)number;
}

/* Opened anew, it would be asked again who may open it. */
static FILE *open_file(const char *name, const char *mode)
{
    int descriptor = descriptor_of(name);
    if (descriptor < 0)
        return g_fopen(name, mode);
    int copy = dup(descriptor);
    FILE *file = copy >= 0 ? fdopen(copy, mode) : NULL;
    if (file == NULL && copy >= 0)
        close(copy);
    return file;
}
#else
static FILE *open_file(const char *name, const char *mode)
{
    return g_fopen(name, mode);
}
#endif

char *files_read(const char *name)
{
    FILE *file = open_file(name, "rb");
    if (file == NULL)
        return NULL;
    GString *text = g_string_new(NULL);
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        g_string_append_len(text, block, (gssize)got);
    bool failed = ferror(file) != 0;
    fclose(file);
    return g_string_free(text, failed);
}

FILE *files_open(const char *statistic, const char *name)
{
    if (!is_named(name))
        return stdout;
    FILE *file = open_file(name, "wb");
    if (file == NULL)
        report_error(statistic, name);
    return file;
}

void files_close(const char *statistic, const char *name, FILE *file)
{
    bool failed = fflush(file) != 0 || ferror(file) != 0;
    if (failed)
        report_error(statistic, is_named(name) ? name : "standard output");
    if (is_named(name) && fclose(file) != 0 && !failed)
        report_error(statistic, name);
}

bool files_are_complete(void)
{
    return !incomplete && fflush(stdout) == 0 && ferror(stdout) == 0;
}
