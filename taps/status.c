/* `-z pptp,status[,FILE]`: the verdict for a program, one word and numbers a line. No text of the
 * captures is in it, so nothing that a capture holds can be taken for it:
 *
 *     status fault
 *     errors 2
 *     warnings 0
 *     notes 1
 *     connections 2
 *     calls 2
 *     points 2
 *     links 1
 *     ike_sas 0
 *     esp_sas 0
 *
 * `status incomplete` alone: what another statistic wrote did not all get there (asked for first,
 * this one is written last).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "compat.h"
#include "files.h"
#include "report_tap.h"
#include "taps.h"

#define CLI_STRING "pptp,status"

static void write_lines(FILE *file, const struct report *report)
{
    const char *text = "";
    const char *cause = "";
    enum verdict_status status = report_verdict(report, &text, &cause);
    struct report_tally tally = report_tally(report);
    fprintf(file,
            "status %s\nerrors %u\nwarnings %u\nnotes %u\nconnections %u\ncalls %u\npoints %u\n"
            "links %u\nike_sas %u\nesp_sas %u\n",
            verdict_status_name(status), tally.findings[SEVERITY_ERROR],
            tally.findings[SEVERITY_WARN], tally.findings[SEVERITY_NOTE], tally.connections,
            tally.calls, tally.points, tally.links + tally.ipsec_links, tally.ike_sas,
            tally.esp_sas);
}

static void write_status(const struct report *report, const char *name)
{
    bool complete = files_are_complete();
    FILE *file = files_open(CLI_STRING, name);
    if (file == NULL)
        return;
    if (complete)
        write_lines(file, report);
    else
        fputs("status incomplete\n", file);
    files_close(CLI_STRING, name, file);
}

static COMPAT_STAT_INIT init(const char *argument, void *user _U_)
{
    const char *name = argument + strlen(CLI_STRING);
    char *error = report_tap_listen(write_status, name[0] == ',' ? name + 1 : NULL);
    bool done = error == NULL;
    if (!done)
        fprintf(stderr, CLI_STRING ": %s\n", error);
    g_free(error);
    COMPAT_STAT_INIT_DONE(done);
}

void status_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "PPTP status",
        .cli_string = CLI_STRING,
        .tap_init_cb = init,
    };
    register_stat_tap_ui(&ui, NULL);
}
