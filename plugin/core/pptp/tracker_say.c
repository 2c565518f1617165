/* How the tracker says a finding, and which bound was reached.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker_internal.h"

struct finding tracker_finding(enum finding_id id, uint32_t judged, uint32_t deciding,
                               uint32_t interface, const struct pptp_connection *connection,
                               const struct call *call)
{
    struct finding finding = finding_init(id);
    finding.judged_frame = judged;
    finding.deciding_frame = deciding;
    finding.interface = interface;
    if (connection == NULL && call != NULL)
        connection = connection_of(call->connection);
    if (connection != NULL)
        finding.connection = connection->index;
    if (call != NULL)
        finding.session = call->index;
    return finding;
}

void tracker_say_limit(struct tracker *tracker, enum tracker_limit limit, uint32_t frame,
                       uint32_t interface)
{
    static const struct {
        uint32_t bound;
        const char *what;
    } bounds[] = {
        [LIMIT_CONNECTIONS] = {TRACKER_CONNECTION_LIMIT, "control connections"},
        [LIMIT_CALLS] = {TRACKER_CALL_LIMIT, "calls"},
        [LIMIT_CALLS_PER_CONNECTION] = {TRACKER_CALLS_PER_CONNECTION_LIMIT,
                                        "calls of one control connection"},
        [LIMIT_FLOWS] = {TRACKER_FLOW_LIMIT, "directions of calls"},
        [LIMIT_MESSAGES] = {TRACKER_MESSAGE_LIMIT, "control messages"},
        [LIMIT_REQUESTS] = {UNANSWERED_LIMIT, "unanswered requests of one control connection"},
        [LIMIT_SHARED_KEY] = {SHARED_KEY_LIMIT, "live calls with the same addresses and Call ID"},
        [LIMIT_STREAM] = {CONTROL_STREAM_PENDING,
                          "segments of a control connection, or too many bytes, out of order"},
    };
    unsigned bit = 1u << limit;
    if ((tracker->limits_reported & bit) != 0)
        return;
    tracker->limits_reported |= bit;
    struct finding finding =
        tracker_finding(FINDING_LIMIT_REACHED, frame, frame, interface, NULL, NULL);
    finding_say(tracker->log, &finding, "more than %u %s; the rest are not tracked",
                bounds[limit].bound, bounds[limit].what);
}

struct finding *tracker_say_of_message(const struct message_event *event, enum finding_id id,
                                       const char *format, ...)
{
    const struct message_record *record = event->record;
    if (record->unsure && finding_kind(id)->severity == SEVERITY_ERROR)
        return NULL;
    struct finding finding =
        tracker_finding(id, record->frame, event->tracker->latest_frame, event->interface,
                        &event->connection->base, call_of(record->session));
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    struct finding *reported = finding_say(event->tracker->log, &finding, "%s", text);
    g_free(text);
    return reported;
}
