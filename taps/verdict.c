/* `-z pptp,verdict`: what is wrong, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "compat.h"
#include "report/text_verdict.h"
#include "report_tap.h"
#include "taps.h"

static void write_verdict(const struct report *report, const char *argument _U_)
{
    text_verdict_write(stdout, report);
}

static COMPAT_STAT_INIT init(const char *argument _U_, void *user _U_)
{
    char *error = report_tap_listen(write_verdict, NULL);
    bool done = error == NULL;
    if (!done)
        fprintf(stderr, "pptp,verdict: %s\n", error);
    g_free(error);
    COMPAT_STAT_INIT_DONE(done);
}

void verdict_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "PPTP Verdict",
        .cli_string = "pptp,verdict",
        .tap_init_cb = init,
    };
    register_stat_tap_ui(&ui, NULL);
}
