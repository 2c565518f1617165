/* Listening to the end of the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <epan/packet.h>
#include <epan/tap.h>

#include "frame_counter.h"
#include "report_tap.h"
#include "tap_events.h"

/* One output that was asked for. */
struct listener {
    report_writer writer;
    char *argument;
};

static void listener_free(void *data)
{
    struct listener *listener = data;
    g_free(listener->argument);
    g_free(listener);
}

static const char *interface_name(const void *user _U_, uint32_t interface)
{
    return tap_events_interface_name(interface);
}

static bool interface_file(const void *user _U_, uint32_t interface, uint32_t *ret_file)
{
    uint32_t section = 0;
    uint32_t id = 0;
    tap_events_interface_id(interface, &section, &id);
    const struct manifest *manifest = frame_counter_manifest();
    return manifest != NULL && manifest_file_of(manifest, section, id, ret_file);
}

static bool own_frame(const void *user _U_, uint32_t frame, uint32_t *ret_file,
                      uint32_t *ret_number)
{
    *ret_number = source_frames_number(frame_counter_frames(), frame);
    return source_frames_file(frame_counter_frames(), frame, ret_file);
}

static bool is_named(uint32_t file)
{
    const struct manifest *manifest = frame_counter_manifest();
    return manifest != NULL && file < manifest_file_count(manifest);
}

static const char *file_name(const void *user _U_, uint32_t file)
{
    return is_named(file) ? manifest_file_name(frame_counter_manifest(), file) : NULL;
}

static const char *file_label(const void *user _U_, uint32_t file)
{
    return is_named(file) ? manifest_file_label(frame_counter_manifest(), file) : NULL;
}

struct sources report_tap_sources(void)
{
    return (struct sources){
        .interface_name = interface_name,
        .interface_file = interface_file,
        .frame = own_frame,
        .file_name = file_name,
        .file_label = file_label,
        .file_count = source_frames_file_count(frame_counter_frames()),
    };
}

static void write_report(void *data)
{
    const struct listener *listener = data;
    tap_events_finish();
    const struct analysis *analysis = tap_events_analysis();
    if (analysis == NULL)
        return;
    struct sources sources = report_tap_sources();
    struct report report = report_new(analysis, &sources);
    listener->writer(&report, listener->argument);
    report_clear(&report);
}

char *report_tap_listen(report_writer writer, const char *argument)
{
    char *message = frame_counter_start();
    if (message != NULL)
        return message;
    struct listener *listener = g_new0(struct listener, 1);
    listener->writer = writer;
    listener->argument = g_strdup(argument);
    GString *error = register_tap_listener("frame", listener, NULL, TL_REQUIRES_NOTHING, NULL, NULL,
                                           write_report, listener_free);
    if (error == NULL)
        return NULL;
    listener_free(listener);
    return g_string_free(error, FALSE);
}
