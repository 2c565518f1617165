/* A tap listener that sees every frame, not only those of PPTP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <epan/packet.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#include "files.h"
#include "frame_counter.h"
#include "tap_events.h"

static struct counter {
    bool started;
    struct manifest *manifest;
    struct source_frames *frames; /* NULL: nothing was asked or counted yet */
} counter;

static void forget(void *data _U_)
{
    source_frames_free(counter.frames);
    manifest_free(counter.manifest);
    counter.frames = NULL;
    counter.manifest = NULL;
}

/* Preferences are only final when a file is read. */
static void prepare(void)
{
    if (counter.frames != NULL)
        return;
    char *text = tap_events_manifest()[0] != '\0' ? files_read(tap_events_manifest()) : NULL;
    if (text != NULL)
        counter.manifest = manifest_parse(text);
    g_free(text);
    counter.frames = source_frames_new(counter.manifest);
}

static tap_packet_status count(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_,
                               const void *tapped _U_, tap_flags_t flags _U_)
{
    const wtap_rec *rec = pinfo->rec;
    uint32_t section = 0;
    uint32_t interface_id = 0;
    if ((rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0)
        section = rec->section_number;
    if (rec->rec_type == REC_TYPE_PACKET && (rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0)
        interface_id = rec->rec_header.packet_header.interface_id;
    prepare();
    source_frames_count(counter.frames, pinfo->num, section, interface_id);
    return TAP_PACKET_DONT_REDRAW;
}

char *frame_counter_start(void)
{
    if (counter.started)
        return NULL;
    GString *error = register_tap_listener("frame", &counter, NULL, TL_REQUIRES_ERROR_PACKETS,
                                           forget, count, NULL, NULL);
    counter.started = error == NULL;
    return error != NULL ? g_string_free(error, FALSE) : NULL;
}

const struct source_frames *frame_counter_frames(void)
{
    prepare();
    return counter.frames;
}

const struct manifest *frame_counter_manifest(void)
{
    prepare();
    return counter.manifest;
}
