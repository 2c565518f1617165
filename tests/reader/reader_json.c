/* reader_json [-t | -w] [-o NAME:VALUE]... [-m FILE] CAPTURE...: the JSON report on captures, read
 * by tshark (-t), by wiretap alone (-w), or as the command reads them. -m also writes them merged.
 * Standard error has what the reader decided, and notes. Status 2: it could not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "report/json_report.h"

static void say(const char *text, void *user)
{
    fprintf(stderr, "%s%s\n", (const char *)user, text);
}

static int write_report(const struct reader *reader)
{
    struct sources sources = reader_sources(reader);
    struct report report = report_new(reader_analysis(reader), &sources);

    json_report_write(stdout, &report);
    report_clear(&report);
    return fflush(stdout) == 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct reader_options options = {.note = say, .detail = say, .user = ""};
    GPtrArray *settings = g_ptr_array_new();
    const char *merged = NULL;
    GError *error = NULL;
    struct reader *reader;
    int status = 2;
    int at = 1;

    for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
        if (strcmp(argv[at], "-o") == 0 && at + 1 < argc)
            g_ptr_array_add(settings, argv[++at]);
        else if (strcmp(argv[at], "-m") == 0 && at + 1 < argc)
            merged = argv[++at];
        else
            options.choice = argv[at][1] == 't' ? READER_TSHARK : READER_WIRETAP;
    }
    g_ptr_array_add(settings, NULL);
    options.settings = (const char *const *)settings->pdata;
    reader = reader_new(&options);
    if (reader_read(reader, (const char *const *)(argv + at), &error) &&
        (merged == NULL || reader_write_merged(reader, merged, &error)))
        status = write_report(reader);
    else
        fprintf(stderr, "%s\n", error->message);
    g_clear_error(&error);
    reader_free(reader);
    g_ptr_array_free(settings, TRUE);
    return status;
}
