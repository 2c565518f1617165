/* `-z pptp,json[,FILE]`: everything as one JSON document (report.schema.json).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "compat.h"
#include "files.h"
#include "report/json_report.h"
#include "report_tap.h"
#include "taps.h"

#define CLI_STRING "pptp,json"

/* `name` is the file's, or NULL for the standard output. */
static void write_report(const struct report *report, const char *name)
{
    FILE *file = files_open(CLI_STRING, name);
    if (file == NULL)
        return;
    json_report_write(file, report);
    files_close(CLI_STRING, name, file);
}

/* `argument` is the statistic's name, and perhaps a comma and the name of a file. */
static bool listen(const char *argument)
{
    const char *comma = strchr(argument + strlen(CLI_STRING), ',');
    char *error = report_tap_listen(write_report, comma != NULL ? comma + 1 : NULL);
    bool done = error == NULL;
    if (!done)
        fprintf(stderr, CLI_STRING ": %s\n", error);
    g_free(error);
    return done;
}

static COMPAT_STAT_INIT init(const char *argument, void *user _U_)
{
    bool done = listen(argument);
    COMPAT_STAT_INIT_DONE(done);
}

void json_report_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "PPTP JSON report",
        .cli_string = CLI_STRING,
        .tap_init_cb = init,
    };
    register_stat_tap_ui(&ui, NULL);
}
