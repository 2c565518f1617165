/* `-z pptp,feed[,FILE]`: the packets that the analysis is fed, for the pptpnat command, which hands
 * captures over to tshark that it cannot open itself. Nothing that people read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "compat.h"
#include "tap_events.h"
#include "taps.h"

#define CLI_STRING "pptp,feed"

/* tshark dissects only if somebody listens. */
static tap_packet_status see(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                             const void *tapped _U_, tap_flags_t flags _U_)
{
    return TAP_PACKET_DONT_REDRAW;
}

static COMPAT_STAT_INIT init(const char *argument, void *user _U_)
{
    const char *name = argument + strlen(CLI_STRING);
    static char listener;
    GString *error =
        register_tap_listener("frame", &listener, NULL, TL_REQUIRES_NOTHING, NULL, see, NULL, NULL);
    if (error == NULL)
        tap_events_record(name[0] == ',' && name[1] != '\0' ? name + 1 : NULL);
    else
        fprintf(stderr, CLI_STRING ": %s\n", error->str);
    bool done = error == NULL;
    if (error != NULL)
        g_string_free(error, TRUE);
    COMPAT_STAT_INIT_DONE(done);
}

void feed_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "PPTP packets for the pptpnat command",
        .cli_string = CLI_STRING,
        .tap_init_cb = init,
    };
    register_stat_tap_ui(&ui, NULL);
}
