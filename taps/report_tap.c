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
    enum report_names names;
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

static void interface_id(const void *user _U_, uint32_t interface, uint32_t *ret_section,
                         uint32_t *ret_id)
{
    tap_events_interface_id(interface, ret_section, ret_id);
}

struct places *report_tap_places(const struct analysis *analysis)
{
    const struct capture_interfaces interfaces = {.name = interface_name, .id = interface_id};
    return places_new(analysis, &interfaces, frame_counter_manifest());
}

static void write_report(void *data)
{
    const struct listener *listener = data;
    tap_events_finish();
    const struct analysis *analysis = tap_events_analysis();
    if (analysis == NULL)
        return;
    struct places *places = report_tap_places(analysis);
    if (listener->names == REPORT_NUMBERS)
        places_number(places);
    struct report report = report_of(analysis, frame_counter_frames(), places);
    listener->writer(&report, listener->argument);
    places_free(places);
}

char *report_tap_listen(report_writer writer, enum report_names names, const char *argument)
{
    char *message = frame_counter_start();
    if (message != NULL)
        return message;
    struct listener *listener = g_new0(struct listener, 1);
    listener->writer = writer;
    listener->names = names;
    listener->argument = g_strdup(argument);
    GString *error = register_tap_listener("frame", listener, NULL, TL_REQUIRES_NOTHING, NULL, NULL,
                                           write_report, listener_free);
    if (error == NULL)
        return NULL;
    listener_free(listener);
    return g_string_free(error, FALSE);
}
